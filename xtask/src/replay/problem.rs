//! Advice about the problems of a migrations folder.

use migrations::{LOCK_FILE_CONTENT, Problem, ProblemKind};

use crate::terminal::shell::quoted;

/// The problem and its fix.
pub(crate) fn explain(problem: &Problem) -> String {
    format!("{problem} {}", advice(problem)).trim_end().to_owned()
}

/// The fix of the problem, with the command where one exists.
pub(crate) fn advice(problem: &Problem) -> String {
    let path = quoted(&problem.path);
    let lock_file = LOCK_FILE_CONTENT.replace('\n', "\\n");
    match &problem.kind {
        ProblemKind::EmptyFolder => format!(
            "Git does not track empty folders, so it is probably a remnant of another branch. Remove it: rmdir {path}"
        ),
        ProblemKind::NoScript => format!(
            "Restore the file: git checkout -- {path}; or, if the folder is not a migration, remove it: rm -r {path}"
        ),
        ProblemKind::StrayFile => format!("Move it out of the folder, or remove it: rm {path}"),
        ProblemKind::SymbolicLink => "Replace the link with the folder itself.".to_owned(),
        ProblemKind::ScriptIsSymbolicLink | ProblemKind::LockFileIsSymbolicLink => {
            "Replace the link with the file itself.".to_owned()
        }
        ProblemKind::NameNotUtf8 => "Rename the folder.".to_owned(),
        ProblemKind::ScriptNotUtf8 { .. } => {
            "Convert it, unless it has been released: iconv -f latin1 -t utf8".to_owned()
        }
        ProblemKind::Unreadable(_) => String::new(),
        ProblemKind::NoLockFile => format!("Create it: printf '{lock_file}' > {path}"),
        ProblemKind::WrongLockFile { .. } => format!("Replace it: printf '{lock_file}' > {path}"),
    }
}
