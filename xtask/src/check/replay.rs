use super::{Check, Look};

pub(super) const CHECK: Check = Check {
    name: "replay",
    summary: "All migrations apply to an empty database",
    explanation: "\
A new installation applies every migration, in the order of their names, to an empty database, as a role that owns the database
and is no superuser.

If a new migration fails, correct it. If an older one fails, something that it needs was changed: see what `immutable` finds.",
    look: Look::Replay,
};
