use std::{fmt, str::FromStr};

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, ParseError, TimeDelta, Utc};

/// The form of a stamp.
const FORMAT: &str = "%Y%m%d%H%M%S";

/// The 14 digits in front of a migration's name: a time in UTC, to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(NaiveDateTime);

/// No stamp comes after this migration's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoLaterStamp {
    migration: String,
}

impl Stamp {
    /// The stamp of this second.
    #[must_use]
    pub fn now() -> Self {
        Self(Utc::now().naive_utc())
    }

    /// This stamp if it comes after all of the `existing` migrations, otherwise the first one that does.
    ///
    /// # Errors
    /// When a name that is no stamp comes after every stamp, so that nothing can follow it.
    pub fn after<'a>(self, existing: impl IntoIterator<Item = &'a str>) -> Result<Self, NoLaterStamp> {
        match existing.into_iter().max() {
            // A stamp comes before the names that begin with it, so this also keeps it unique.
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
        // chrono is content with fewer digits.
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
            "the migration {} does not begin with the time at which it was made, and no time comes after it. Rename it, \
             unless it has been released",
            self.migration
        )
    }
}

impl std::error::Error for NoLaterStamp {}

/// The first stamp after `migration`, which begins with a time or, as some do, with a day alone.
fn following(migration: &str) -> Option<Stamp> {
    let digits = migration.find(|c: char| !c.is_ascii_digit()).map_or(migration, |end| &migration[..end]);
    let time = match digits.len() {
        14 => NaiveDateTime::parse_from_str(digits, FORMAT).ok()?.checked_add_signed(TimeDelta::seconds(1))?,
        8 => NaiveDate::parse_from_str(digits, "%Y%m%d").ok()?.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN),
        _ => return None,
    };
    // Years of five digits would come before those of four.
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
    fn is_now() {
        assert_eq!(stamp(&[]).unwrap(), "20261231235958");
        assert_eq!(stamp(&["20250101000000_a", "20240101_b"]).unwrap(), "20261231235958");
    }

    #[test]
    fn is_unique_and_later_than_what_comes_from_the_future() {
        assert_eq!(stamp(&["20261231235958_a"]).unwrap(), "20261231235959");
        assert_eq!(stamp(&["20261231235959_a", "20250101000000_a"]).unwrap(), "20270101000000");
        assert_eq!(stamp(&["20270401120000_a"]).unwrap(), "20270401120001");
        assert_eq!(stamp(&["20261231_a"]).unwrap(), "20270101000000");
    }

    #[test]
    fn does_not_exist_after_a_name_without_a_time() {
        for name in ["init", "20269999000000_a", "99991231235959_a"] {
            let error = stamp(&[name]).unwrap_err();
            assert!(error.starts_with(&format!("the migration {name} does not begin with")), "{error}");
        }
    }
}
