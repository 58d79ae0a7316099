//! The time in front of a migration's name.

use std::{fmt, str::FromStr};

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, ParseError, TimeDelta, Utc};

/// The format of a stamp.
const FORMAT: &str = "%Y%m%d%H%M%S";

/// The 14 digits in front of a migration's name: a time in UTC with a resolution of one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(NaiveDateTime);

/// The error that no stamp sorts after an existing migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoLaterStamp {
    migration: String,
}

impl Stamp {
    /// The current time.
    #[must_use]
    pub fn now() -> Self {
        Self(Utc::now().naive_utc())
    }

    /// This stamp if it sorts after the names of all `existing` migrations, otherwise the first stamp that does.
    ///
    /// # Errors
    /// If the last name does not begin with a valid time, so that no stamp is known to sort after it.
    pub fn after<'a>(self, existing: impl IntoIterator<Item = &'a str>) -> Result<Self, NoLaterStamp> {
        match existing.into_iter().max() {
            // A stamp sorts before the names that begin with it, so this comparison also keeps stamps unique.
            Some(last) if last >= self.to_string().as_str() => {
                following(last).ok_or_else(|| NoLaterStamp { migration: last.to_owned() })
            }
            _ => Ok(self),
        }
    }
}

impl FromStr for Stamp {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        // chrono also accepts fewer digits.
        let format = if text.len() == 14 { FORMAT } else { "" };
        NaiveDateTime::parse_from_str(text, format).map(Self)
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format(FORMAT))
    }
}

impl fmt::Display for NoLaterStamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the name of the migration {} does not begin with a valid time, so no new migration can sort after it. Rename \
             it, unless it has been released",
            self.migration
        )
    }
}

impl std::error::Error for NoLaterStamp {}

/// The first stamp after `migration`, whose name begins with a time or, in some projects, with a date only.
fn following(migration: &str) -> Option<Stamp> {
    let digits = migration.find(|c: char| !c.is_ascii_digit()).map_or(migration, |end| &migration[..end]);
    let time = match digits.len() {
        14 => NaiveDateTime::parse_from_str(digits, FORMAT).ok()?.checked_add_signed(TimeDelta::seconds(1))?,
        8 => NaiveDate::parse_from_str(digits, "%Y%m%d").ok()?.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN),
        _ => return None,
    };
    // A year of five digits would sort before a year of four.
    (digits < time.format(FORMAT).to_string().as_str()).then_some(Stamp(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(existing: &[&str]) -> Result<String, String> {
        let now = Stamp(NaiveDateTime::parse_from_str("20261231235958", FORMAT).unwrap());
        now.after(existing.iter().copied()).map(|stamp| stamp.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_stamp_is_the_current_time() {
        assert_eq!(stamp(&[]).unwrap(), "20261231235958");
        assert_eq!(stamp(&["20250101000000_a", "20240101_b"]).unwrap(), "20261231235958");
    }

    #[test]
    fn the_stamp_is_later_than_migrations_dated_in_the_future() {
        assert_eq!(stamp(&["20261231235958_a"]).unwrap(), "20261231235959");
        assert_eq!(stamp(&["20261231235959_a", "20250101000000_a"]).unwrap(), "20270101000000");
        assert_eq!(stamp(&["20270401120000_a"]).unwrap(), "20270401120001");
        assert_eq!(stamp(&["20261231_a"]).unwrap(), "20270101000000");
    }

    #[test]
    fn no_stamp_follows_a_name_without_a_time() {
        for name in ["init", "20269999000000_a", "99991231235959_a"] {
            let error = stamp(&[name]).unwrap_err();
            assert!(error.starts_with(&format!("the name of the migration {name} does not begin with")), "{error}");
        }
    }
}
