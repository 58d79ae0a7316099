//! Indexes that a job builds, since their tables are too large for a migration to do it.

use crate::{Diff, IndexId, Step, render::indexes::find};

impl Diff<'_> {
    /// Takes the steps out that create, drop or rename indexes of these names. Returns those that are not there yet, on the
    /// "to" side.
    pub fn leave_out_indexes(&mut self, names: &[String]) -> Vec<IndexId> {
        let (from, to) = (self.from, self.to);
        let mut missing = Vec::new();
        self.steps.retain(|step| match step {
            Step::CreateIndex(create) if names.contains(&find(to, create.index).1.name) => {
                missing.push(create.index);
                false
            }
            Step::DropIndex(id) => !names.contains(&find(from, *id).1.name),
            Step::RenameIndex { from: old, to: new } => {
                !names.contains(&find(from, *old).1.name) && !names.contains(&find(to, *new).1.name)
            }
            _ => true,
        });
        missing
    }
}

#[cfg(test)]
mod tests {
    use prisma_schema::Flavour;

    use crate::{
        Diff,
        testing::{NOTHING, model},
    };

    #[test]
    fn they_come_and_go_without_a_step() {
        let [without, with, renamed] = ["", "@@index([id], map: \"a\")", "@@index([id], map: \"b\")"]
            .map(|line| model(&format!("model T {{\n  id Int @id\n{line}\n}}\n"), Flavour::V5));
        for (from, to, missing) in
            [(&without, &with, 1), (&with, &without, 0), (&with, &renamed, 0), (&renamed, &with, 0)]
        {
            let mut diff = Diff::between(from, to, Flavour::V5);
            assert!(diff.leave_out_indexes(&["c".to_owned()]).is_empty() && !diff.is_empty());
            assert_eq!(diff.leave_out_indexes(&["a".to_owned()]).len(), missing);
            assert_eq!(diff.to_sql(), NOTHING);
        }
    }
}
