//! The descriptive part of a migration's name.

use std::{fmt, str::FromStr};

/// Words that do not describe a migration. A name must contain at least one other word.
const VAGUE: &str = "a change changes database db fix fixes misc migrate migration migrations my new prisma schema \
                     sql stuff temp test tmp unnamed update updates wip";

/// The descriptive part of a migration's name, in lower snake_case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

/// The reason why a text is not a valid name, and the most similar valid name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidName {
    fault: Fault,
    nearest: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Empty,
    TooLong(usize),
    NotSnakeCase,
    Vague,
}

impl Name {
    /// The maximum length in characters. A stamp and a name of this length still fit on one line.
    pub const MAX_LENGTH: usize = 80;
}

impl FromStr for Name {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        match fault(text) {
            None => Ok(Self(text.to_owned())),
            Some(fault) => Err(InvalidName { fault, nearest: nearest(text) }),
        }
    }
}

impl InvalidName {
    /// The most similar valid name, if the text contains one.
    #[must_use]
    pub fn nearest(&self) -> Option<&str> {
        self.nearest.as_deref()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fault {
            Fault::Empty => write!(f, "a migration needs a name that describes its change")?,
            Fault::TooLong(length) => {
                write!(f, "the name has {length} characters, and the limit is {}", Name::MAX_LENGTH)?;
            }
            Fault::NotSnakeCase => write!(f, "a name must be lower snake_case and begin with a letter")?,
            Fault::Vague => write!(f, "the name must describe the change")?,
        }
        match &self.nearest {
            Some(nearest) => write!(f, ": try `{nearest}`"),
            None => write!(f, ", such as `add_tier_to_team`"),
        }
    }
}

impl std::error::Error for InvalidName {}

fn fault(text: &str) -> Option<Fault> {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let is_vague = |word: &str| VAGUE.split(' ').any(|vague| vague == word) || word.chars().all(|c| c.is_ascii_digit());
    if text.trim().is_empty() {
        Some(Fault::Empty)
    } else if text.chars().count() > Name::MAX_LENGTH {
        Some(Fault::TooLong(text.chars().count()))
    } else if !text.split('_').all(is_word) || text.starts_with(|c: char| c.is_ascii_digit()) {
        Some(Fault::NotSnakeCase)
    } else if text.split('_').all(is_vague) {
        Some(Fault::Vague)
    } else {
        None
    }
}

/// The valid name that is most similar to `text`.
fn nearest(text: &str) -> Option<String> {
    let mut words = String::new();
    let mut after_lower = false;
    for c in text.chars() {
        if c.is_ascii_uppercase() && after_lower {
            words.push('_');
        }
        words.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
        after_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    let mut name = String::new();
    for word in words.split('_').filter(|word| !word.is_empty()) {
        // The stamp is not part of the name.
        if name.is_empty() && word.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        if name.len() + 1 + word.len() > Name::MAX_LENGTH {
            break;
        }
        if !name.is_empty() {
            name.push('_');
        }
        name.push_str(word);
    }
    fault(&name).is_none().then_some(name)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[test]
    fn valid() {
        for name in ["add_tier", "test_key_expiry", "update_budget_2", "baseline"] {
            assert_eq!(name.parse::<Name>().map(|name| name.to_string()).as_deref(), Ok(name));
        }
    }

    #[test]
    fn empty() {
        check("", &expect!["a migration needs a name that describes its change, such as `add_tier_to_team`"]);
        check("  ", &expect!["a migration needs a name that describes its change, such as `add_tier_to_team`"]);
    }

    #[test]
    fn vague() {
        let expected = expect!["the name must describe the change, such as `add_tier_to_team`"];
        for name in ["unnamed", "test", "update", "unnamed_migration", "update_schema_2"] {
            check(name, &expected);
        }
    }

    #[test]
    fn spaces() {
        check("add tier", &expect!["a name must be lower snake_case and begin with a letter: try `add_tier`"]);
    }

    #[test]
    fn path() {
        check("../x", &expect!["a name must be lower snake_case and begin with a letter: try `x`"]);
        check("../..", &expect!["a name must be lower snake_case and begin with a letter, such as `add_tier_to_team`"]);
    }

    #[test]
    fn capitals() {
        check(
            "AddTierToURL2",
            &expect!["a name must be lower snake_case and begin with a letter: try `add_tier_to_url2`"],
        );
    }

    #[test]
    fn stamp_in_front() {
        check("20260101_add_tier", &expect!["a name must be lower snake_case and begin with a letter: try `add_tier`"]);
    }

    #[test]
    fn too_long() {
        check(
            &"add_tier_".repeat(22),
            &expect![[
                r#"the name has 198 characters, and the limit is 80: try `add_tier_add_tier_add_tier_add_tier_add_tier_add_tier_add_tier_add_tier_add_tier`"#
            ]],
        );
        check(
            &"x".repeat(200),
            &expect!["the name has 200 characters, and the limit is 80, such as `add_tier_to_team`"],
        );
    }

    #[track_caller]
    fn check(name: &str, expected: &Expect) {
        expected.assert_eq(&name.parse::<Name>().unwrap_err().to_string());
    }
}
