//! The scripts, taken apart into statements.

use std::{borrow::Cow, ops::Range};

use scratch_postgres::{Script, statements};

/// A script and where its statements are.
#[derive(Clone, Debug)]
pub(crate) struct Split<'a> {
    pub(crate) script: Script<'a>,
    pub(crate) statements: Vec<Range<usize>>,
}

/// One statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement<'a> {
    pub(crate) script: Script<'a>,
    /// Where in the script it is.
    pub(crate) range: &'a Range<usize>,
}

impl<'a> Split<'a> {
    pub(crate) fn new(script: Script<'a>) -> Self {
        Self { script, statements: statements(script.sql) }
    }

    pub(crate) fn statements(&self) -> impl Iterator<Item = Statement<'_>> {
        self.statements.iter().map(|range| Statement { script: self.script, range })
    }

    /// The statement that builds an index while others write, which stands alone in its script.
    pub(crate) fn concurrent_build(&self) -> Option<Statement<'_>> {
        let statement = self.statements().next()?;
        (self.statements.len() == 1 && statement.is_concurrent_build()).then_some(statement)
    }
}

impl<'a> Statement<'a> {
    pub(crate) fn text(&self) -> &'a str {
        &self.script.sql[self.range.clone()]
    }

    /// The line that it begins in, counted from one.
    pub(crate) fn line(&self) -> usize {
        self.script.sql[..self.range.start].matches('\n').count() + 1
    }

    /// Whether it begins or ends a transaction, runs in none, or takes more from its session than a transaction gives back.
    pub(crate) fn needs_a_session(&self) -> bool {
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
    pub(crate) fn is_setting(&self) -> bool {
        self.words().next().is_some_and(|(_, first)| first.eq_ignore_ascii_case("set"))
    }

    /// The statement as it can run within a transaction. The index that it makes is the same.
    pub(crate) fn within_transaction(&self) -> Cow<'a, str> {
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

/// How many statements there are.
pub(crate) fn count(scripts: &[Split<'_>]) -> usize {
    scripts.iter().map(|script| script.statements.len()).sum()
}

/// A name as SQL has it, whatever is in it.
pub(crate) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Whether a text has a name in it, as a word of its own.
pub(crate) fn mentions(text: &str, name: &str) -> bool {
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within_transaction(sql: &str) -> String {
        let split = Split::new(Script { name: "x", sql });
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

    #[test]
    fn names_are_words() {
        assert!(mentions("ALTER TABLE \"Team\" ADD x int", "Team"));
        assert!(mentions("ALTER TABLE Team", "Team"));
        assert!(!mentions("ALTER TABLE \"TeamTable\"", "Team"));
        assert!(!mentions("ALTER TABLE \"My_Team\"", "Team"));
    }
}
