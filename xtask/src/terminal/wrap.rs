//! Line breaks for the width of the terminal.

use terminal_size::{Width, terminal_size_of};

/// The width where standard output is not a terminal.
const DEFAULT_WIDTH: usize = 100;

/// The programs of commands in messages. A command stays on one line, so that it can be copied.
const PROGRAMS: [&str; 7] = ["cargo ", "cp ", "git ", "mv ", "rm ", "rmdir ", "sed "];

/// Breaks the lines of `text` between words, and indents all lines but the first by `indent` spaces.
pub(crate) fn wrap(text: &str, indent: usize) -> String {
    let width = terminal_size_of(std::io::stdout()).map_or(DEFAULT_WIDTH, |(Width(width), _)| width.into());
    wrap_to(text, indent, width)
}

fn wrap_to(text: &str, indent: usize, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let command = PROGRAMS.iter().filter_map(|program| line.find(&format!(": {program}"))).min();
        let (prose, command) = line.split_at(command.map_or(line.len(), |at| at + 2));
        let first = lines.len();
        for word in prose.split_whitespace().chain((!command.is_empty()).then_some(command)) {
            match lines[first..].last_mut() {
                Some(last) if indent + last.chars().count() + 1 + word.chars().count() <= width => {
                    *last += " ";
                    *last += word;
                }
                _ => lines.push(word.to_owned()),
            }
        }
    }
    lines.join(&format!("\n{}", " ".repeat(indent)))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn lines_break_between_words_and_never_in_a_command() {
        expect![[r#"
            This copy of the schema is not
              equal to the schema at the
              root.
              Run:
              cargo xtask schema-sync --adopt COPY"#]]
        .assert_eq(&wrap_to(
            "This copy of the schema is not equal to the schema at the root.\nRun: cargo xtask schema-sync --adopt COPY",
            2,
            32,
        ));
    }
}
