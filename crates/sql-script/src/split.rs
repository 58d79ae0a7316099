//! A script, split into statements.

use std::{borrow::Cow, ops::Range};

use crate::{Script, line_number, statements};

/// A script and the ranges of its statements.
#[derive(Clone, Debug)]
pub struct SplitScript<'a> {
    /// The script.
    pub script: Script<'a>,
    /// The byte ranges of the statements, in order.
    pub statements: Vec<Range<usize>>,
}

/// One statement.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// The script.
    pub script: Script<'a>,
    /// The byte range in the script.
    pub range: &'a Range<usize>,
}

impl<'a> SplitScript<'a> {
    /// Splits the script.
    pub fn new(script: Script<'a>) -> Self {
        Self { script, statements: statements(script.sql) }
    }

    /// The statements, in order.
    pub fn statements(&self) -> impl Iterator<Item = Statement<'_>> {
        self.statements.iter().map(|range| Statement { script: self.script, range })
    }

    /// The statement that builds an index while others write, which stands alone in its script.
    pub fn concurrent_build(&self) -> Option<Statement<'_>> {
        let statement = self.statements().next()?;
        (self.statements.len() == 1 && statement.is_concurrent_build()).then_some(statement)
    }
}

impl<'a> Statement<'a> {
    /// The text of the statement.
    pub fn text(&self) -> &'a str {
        &self.script.sql[self.range.clone()]
    }

    /// The line that it begins in, counted from one.
    pub fn line(&self) -> usize {
        line_number(self.script.sql, self.range.start)
    }

    /// Whether it begins or ends a transaction, runs in none, or takes more from its session than a transaction gives back.
    pub fn needs_a_session(&self) -> bool {
        let words = [
            "begin",
            "start",
            "commit",
            "end",
            "rollback",
            "abort",
            "savepoint",
            "release",
            "prepare",
            "vacuum",
            "deallocate",
            "discard",
        ];
        self.words().next().is_some_and(|first| words.iter().any(|word| first.1.eq_ignore_ascii_case(word)))
    }

    /// Whether all that it does is to change a setting.
    pub fn is_setting(&self) -> bool {
        self.words().next().is_some_and(|(_, first)| first.eq_ignore_ascii_case("set"))
    }

    /// The statement as it can run within a transaction. The index that it makes is the same.
    pub fn within_transaction(&self) -> Cow<'a, str> {
        let text = self.text();
        match self.concurrently() {
            Some(word) => format!("{}{}", &text[..word.start], &text[word.end..]).into(),
            None => text.into(),
        }
    }

    fn is_concurrent_build(&self) -> bool {
        self.concurrently().is_some()
            && self.words().next().is_some_and(|(_, word)| word.eq_ignore_ascii_case("create"))
    }

    /// Where the word is in `CREATE [UNIQUE] INDEX CONCURRENTLY` and in `DROP INDEX CONCURRENTLY`.
    fn concurrently(&self) -> Option<Range<usize>> {
        let mut words = self.words().peekable();
        let (_, verb) = words.next()?;
        if !verb.eq_ignore_ascii_case("create") && !verb.eq_ignore_ascii_case("drop") {
            return None;
        }
        words.next_if(|(_, word)| word.eq_ignore_ascii_case("unique"));
        words.next_if(|(_, word)| word.eq_ignore_ascii_case("index"))?;
        let (range, _) = words.next_if(|(_, word)| word.eq_ignore_ascii_case("concurrently"))?;
        Some(range)
    }

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

    fn within_transaction(sql: &str) -> String {
        let split = SplitScript::new(Script { name: "x", sql });
        split.statements().map(|statement| statement.within_transaction().into_owned()).collect::<Vec<_>>().join(";")
    }

    #[test]
    fn an_index_is_built_in_one_go_within_a_transaction() {
        assert_eq!(within_transaction("CREATE INDEX CONCURRENTLY a ON b (c)"), "CREATE INDEX  a ON b (c)");
        assert_eq!(
            within_transaction("create unique index concurrently a on b (c)"),
            "create unique index  a on b (c)"
        );
        assert_eq!(within_transaction("DROP INDEX CONCURRENTLY a"), "DROP INDEX  a");
        assert_eq!(
            within_transaction("CREATE INDEX \"CONCURRENTLY\" ON b (c)"),
            "CREATE INDEX \"CONCURRENTLY\" ON b (c)"
        );
    }
}
