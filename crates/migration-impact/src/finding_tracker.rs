//! Assigns findings to the statements that cause them.
//!
//! Pods see a transaction only after its commit. So a finding counts if it holds then, and belongs to the statement
//! since which it has held: an index that is dropped and created again within a transaction was never missing.

use crate::ImpactFinding;

/// The findings of a script, and those of earlier scripts that still hold.
#[derive(Debug, Default)]
pub(crate) struct FindingTracker {
    /// Findings that hold and have been reported.
    reported: Vec<ImpactFinding>,
    /// Committed findings, with the indexes of their statements.
    committed: Vec<(usize, ImpactFinding)>,
    /// Findings that hold in the open transaction.
    open: Vec<(usize, ImpactFinding)>,
}

impl FindingTracker {
    /// Takes all findings that hold after a statement.
    pub(crate) fn update(&mut self, statement: usize, findings: Vec<ImpactFinding>) {
        self.reported.retain(|finding| findings.contains(finding));
        self.open.retain(|(_, finding)| findings.contains(finding));
        let is_known = |finding: &ImpactFinding| {
            self.reported.contains(finding) || self.open.iter().any(|(_, other)| other == finding)
        };
        let new: Vec<_> = findings.into_iter().filter(|finding| !is_known(finding)).collect();
        self.open.extend(new.into_iter().map(|finding| (statement, finding)));
    }

    /// Marks the open findings as committed.
    pub(crate) fn commit(&mut self) {
        self.reported.extend(self.open.iter().map(|(_, finding)| finding.clone()));
        self.committed.append(&mut self.open);
    }

    /// Commits, and takes the findings of the script, each with the index of its statement.
    pub(crate) fn finish(&mut self) -> Vec<(usize, ImpactFinding)> {
        self.commit();
        std::mem::take(&mut self.committed)
    }
}
