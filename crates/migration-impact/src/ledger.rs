//! Which statement brought about what.
//!
//! Pods see a transaction's end alone. So a finding counts if it is true there, and belongs to the statement since which
//! it has been true: an index that is dropped and made again within a transaction was never gone.

use crate::Finding;

/// Keeps the findings of a script, and those of earlier scripts that are still true.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// True, and told already.
    told: Vec<Finding>,
    /// True and committed, with the statement's number.
    committed: Vec<(usize, Finding)>,
    /// True as yet.
    open: Vec<(usize, Finding)>,
}

impl Ledger {
    /// Takes all that is true after a statement.
    pub(crate) fn see(&mut self, statement: usize, findings: Vec<Finding>) {
        self.told.retain(|finding| findings.contains(finding));
        self.open.retain(|(_, finding)| findings.contains(finding));
        let is_known =
            |finding: &Finding| self.told.contains(finding) || self.open.iter().any(|(_, other)| other == finding);
        let new: Vec<_> = findings.into_iter().filter(|finding| !is_known(finding)).collect();
        self.open.extend(new.into_iter().map(|finding| (statement, finding)));
    }

    /// What is true now can be seen by everybody.
    pub(crate) fn commit(&mut self) {
        self.told.extend(self.open.iter().map(|(_, finding)| finding.clone()));
        self.committed.append(&mut self.open);
    }

    /// The findings of a script that is committed, each with its statement's number.
    pub(crate) fn close(&mut self) -> Vec<(usize, Finding)> {
        self.commit();
        std::mem::take(&mut self.committed)
    }
}
