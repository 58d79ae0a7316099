//! The parts of `migrate`, in the order in which they come: what was renamed, what must be decided, the migrations, what they
//! do, and the report of all that.

mod gates;
mod plan;
mod renames;
mod report;
mod trial;

pub(crate) use self::{
    gates::{require_decisions, require_leave_to_destroy},
    plan::{Plan, suggest_name},
    renames::choose,
    report::{human, json},
    trial::{Trial, prove},
};
