//! The two styles of SQL.

/// The style in which steps are written as SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// The SQL that Prisma's engine writes: [`Diff::to_sql`](crate::Diff::to_sql).
    Prisma,
    /// SQL that can run while a service uses the database: [`deployable`](crate::deployable).
    Deployable,
}
