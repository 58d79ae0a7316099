//! A coloured unified diff.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use similar::TextDiff;

const HEADER: Style = Style::new().bold();
const HUNK: Style = AnsiColor::Cyan.on_default();
const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();

/// The changes from `old` to `new`, each given as name and text, in the format of `diff -u`.
pub(crate) fn unified_diff((old_name, old): (&str, &str), (new_name, new): (&str, &str)) -> String {
    let diff = TextDiff::from_lines(old, new).unified_diff().header(old_name, new_name).to_string();
    let mut coloured = String::with_capacity(diff.len());
    for line in diff.split_inclusive('\n') {
        let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
        let style = match text.as_bytes().first() {
            _ if text.starts_with("--- ") || text.starts_with("+++ ") => HEADER,
            Some(b'@') => HUNK,
            Some(b'-') => REMOVED,
            Some(b'+') => ADDED,
            _ => Style::new(),
        };
        let _ = write!(coloured, "{style}{text}{style:#}{end}");
    }
    coloured
}
