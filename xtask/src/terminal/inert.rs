//! Text of a checkout or a server, made harmless for a terminal and for the log of a job.
//!
//! Names, SQL and error messages can come from a stranger's branch. A terminal obeys control sequences in them, and GitHub Actions
//! obeys lines such as `::add-mask::`. Such characters are shown as JSON escapes, which stay valid in JSON.

use std::{borrow::Cow, fmt::Write as _};

/// The largest text that is printed to standard error, in bytes.
const MAX_TEXT: usize = 256 << 10;

/// The text without control sequences and workflow commands. The colours of [`anstyle`] stay.
pub(super) fn inert(text: &str) -> Cow<'_, str> {
    let is_suspect = |c: char| c.is_control() && c != '\n' && c != '\t';
    let has_command = || text.contains("##[") || text.lines().any(|line| line.trim_start().starts_with("::"));
    if !text.contains(is_suspect) && !text.contains(is_bidirectional) && !has_command() {
        return text.into();
    }
    let mut inert = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut rest = line;
        let blanks = line.len() - line.trim_start().len();
        // The runner ignores colours and blanks before a command.
        let mut is_start = true;
        if blanks > 0 && line.trim_start() != "" {
            push_escaped(&mut inert, &line[..blanks]);
            rest = &line[blanks..];
        }
        while let Some(c) = rest.chars().next() {
            let style = style_length(rest);
            if style > 0 {
                inert.push_str(&rest[..style]);
                rest = &rest[style..];
                continue;
            }
            if is_start && rest.starts_with("::") {
                inert.push_str("\\u003a:");
                rest = &rest[2..];
            } else if rest.starts_with("##[") {
                inert.push_str("#\\u0023[");
                rest = &rest[3..];
            } else {
                push_escaped(&mut inert, &rest[..c.len_utf8()]);
                rest = &rest[c.len_utf8()..];
            }
            is_start &= c.is_whitespace();
        }
    }
    inert.into()
}

/// The text, cut at a character if it is very long.
pub(super) fn shortened(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_TEXT {
        return text.into();
    }
    let end = text.floor_char_boundary(MAX_TEXT);
    format!("{}\n... ({} more bytes)\n", &text[..end], text.len() - end).into()
}

fn push_escaped(inert: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '\n' | '\t' => inert.push(c),
            c if c.is_control() || is_bidirectional(c) => _ = write!(inert, "\\u{:04x}", u32::from(c)),
            c => inert.push(c),
        }
    }
}

/// Whether the character changes the direction of the text after it, and so can hide what a line says.
fn is_bidirectional(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The length of the colour or style that the text begins with: `ESC [`, digits and semicolons, `m`.
fn style_length(text: &str) -> usize {
    let Some(parameters) = text.strip_prefix("\u{1b}[") else { return 0 };
    let length = parameters.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(parameters.len());
    // 8 hides the text.
    let is_visible = parameters[..length].split(';').all(|parameter| parameter != "8");
    if parameters[length..].starts_with('m') && is_visible { 2 + length + 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_unchanged() {
        for text in ["", "a\n\tb::c\n", "\u{1b}[1m\u{1b}[31merror:\u{1b}[0m é\n", "SELECT 'a'::text;\n"] {
            assert_eq!(inert(text), text);
        }
    }

    #[test]
    fn control_sequences_are_shown() {
        assert_eq!(inert("a\u{1b}]0;title\u{7}b\rc\u{9b}2J\u{7f}"), r"a\u001b]0;title\u0007b\u000dc\u009b2J\u007f");
        assert_eq!(inert("\u{1b}[8mhidden"), r"\u001b[8mhidden");
        assert_eq!(inert("\u{1b}[2Jx"), r"\u001b[2Jx");
        assert_eq!(inert("a\u{202e}b"), r"a\u202eb");
    }

    #[test]
    fn workflow_commands_are_shown() {
        assert_eq!(inert("::add-mask::x\n  ::stop-commands::y\n"), "\\u003a:add-mask::x\n  \\u003a:stop-commands::y\n");
        assert_eq!(inert("\u{1b}[2m::debug::x\n"), "\u{1b}[2m\\u003a:debug::x\n");
        assert_eq!(inert("a ##[error]x"), r"a #\u0023[error]x");
        assert_eq!(inert("a\r::add-mask::x"), r"a\u000d::add-mask::x");
    }

    #[test]
    fn a_long_text_is_cut() {
        let text = "é".repeat(MAX_TEXT);
        assert_eq!(shortened(&text).len(), MAX_TEXT + "\n... (262144 more bytes)\n".len());
    }
}
