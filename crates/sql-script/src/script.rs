//! A script and its statements.

use std::{borrow::Cow, ops::Range};

use crate::{line_number, statement_ranges};

/// The commands that a rollback does not undo, by their first words: they control transactions, cannot run in one, or change
/// the session.
const NOT_TRANSACTIONAL: &str =
    "abort begin commit deallocate discard end prepare release rollback savepoint start vacuum";

/// A script with a name: a migration, for example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Script<'a> {
    /// The name that messages use.
    pub name: &'a str,
    /// The text.
    pub sql: &'a str,
}

/// A script and the ranges of its statements.
#[derive(Clone, Debug)]
pub struct SplitScript<'a> {
    /// The script.
    pub script: Script<'a>,
    /// The byte ranges of the statements, in order.
    pub statements: Vec<Range<usize>>,
}

/// One statement of a script.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// The script.
    pub script: Script<'a>,
    /// The byte range in the script.
    pub range: &'a Range<usize>,
}

impl<'a> SplitScript<'a> {
    /// Splits a script.
    pub fn new(script: Script<'a>) -> Self {
        Self { script, statements: statement_ranges(script.sql) }
    }

    /// The statements, in order.
    pub fn statements(&self) -> impl Iterator<Item = Statement<'_>> {
        self.statements.iter().map(|range| Statement { script: self.script, range })
    }

    /// The `CREATE INDEX CONCURRENTLY` statement of a script that contains no other statement.
    pub fn sole_concurrent_build(&self) -> Option<Statement<'_>> {
        let statement = self.statements().next()?;
        let is_build = statement.starts_with("create") && statement.concurrently().is_some();
        (self.statements.len() == 1 && is_build).then_some(statement)
    }
}

impl<'a> Statement<'a> {
    /// The text of the statement.
    pub fn text(&self) -> &'a str {
        &self.script.sql[self.range.clone()]
    }

    /// The line of the script in which the statement begins, counted from one.
    pub fn line(&self) -> usize {
        line_number(self.script.sql, self.range.start)
    }

    /// Whether a rollback does not undo the statement: it controls transactions, cannot run in one, or changes the session. Not
    /// included are the `CONCURRENTLY` forms, see [`Self::without_concurrently`].
    pub fn is_not_transactional(&self) -> bool {
        NOT_TRANSACTIONAL.split(' ').any(|word| self.starts_with(word))
    }

    /// Whether the statement is a `SET` command.
    pub fn is_set_command(&self) -> bool {
        self.starts_with("set")
    }

    /// The text without the `CONCURRENTLY` of an index, so that the statement can run in a transaction. The resulting index is
    /// the same.
    pub fn without_concurrently(&self) -> Cow<'a, str> {
        let text = self.text();
        match self.concurrently() {
            Some(word) => format!("{}{}", &text[..word.start], &text[word.end..]).into(),
            None => text.into(),
        }
    }

    /// The byte range of the word in `CREATE [UNIQUE] INDEX CONCURRENTLY` and `DROP INDEX CONCURRENTLY`.
    fn concurrently(&self) -> Option<Range<usize>> {
        if !self.starts_with("create") && !self.starts_with("drop") {
            return None;
        }
        let mut words = self.words().skip(1).peekable();
        words.next_if(|(_, word)| word.eq_ignore_ascii_case("unique"));
        words.next_if(|(_, word)| word.eq_ignore_ascii_case("index"))?;
        let (range, _) = words.next_if(|(_, word)| word.eq_ignore_ascii_case("concurrently"))?;
        Some(range)
    }

    fn starts_with(&self, command: &str) -> bool {
        self.words().next().is_some_and(|(_, first)| first.eq_ignore_ascii_case(command))
    }

    /// The words between white space, with their byte ranges in the statement.
    fn words(&self) -> impl Iterator<Item = (Range<usize>, &'a str)> {
        let text = self.text();
        text.split_ascii_whitespace().map(move |word| {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            (start..start + word.len(), word)
        })
    }
}

/// The number of statements in all the scripts.
pub fn statement_count(scripts: &[SplitScript<'_>]) -> usize {
    scripts.iter().map(|script| script.statements.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(sql: &str) -> SplitScript<'_> {
        SplitScript::new(Script { name: "x", sql })
    }

    #[track_caller]
    fn check_without_concurrently(before: &str, after: &str) {
        assert_eq!(split(before).statements().next().unwrap().without_concurrently(), after);
    }

    #[test]
    fn concurrently_is_removed_from_indexes_alone() {
        check_without_concurrently("CREATE INDEX CONCURRENTLY a ON b (c)", "CREATE INDEX  a ON b (c)");
        check_without_concurrently("create unique index concurrently a on b (c)", "create unique index  a on b (c)");
        check_without_concurrently("DROP INDEX CONCURRENTLY a", "DROP INDEX  a");
        for same in [r#"CREATE INDEX "CONCURRENTLY" ON b (c)"#, "REFRESH MATERIALIZED VIEW CONCURRENTLY a"] {
            check_without_concurrently(same, same);
        }
    }

    #[test]
    fn a_concurrent_build_must_be_the_only_statement() {
        assert!(split("CREATE INDEX CONCURRENTLY a ON b (c);").sole_concurrent_build().is_some());
        for other in ["CREATE INDEX a ON b (c)", "DROP INDEX CONCURRENTLY a", "CREATE INDEX CONCURRENTLY a ON b (c); x"]
        {
            assert!(split(other).sole_concurrent_build().is_none(), "{other}");
        }
    }

    #[test]
    fn the_first_word_classifies_a_statement() {
        let script = split(
            "
            SET lock_timeout = '5s';
            Begin;
            VACUUM a;
            ALTER TABLE a SET (x = 1);",
        );
        let classes = script.statements().map(|it| (it.line(), it.is_set_command(), it.is_not_transactional()));
        let expected = [(2, true, false), (3, false, true), (4, false, true), (5, false, false)];
        assert_eq!(classes.collect::<Vec<_>>(), expected);
    }
}
