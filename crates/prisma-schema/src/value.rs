//! Constant default values, from a schema or a live database.

use std::fmt;

/// A constant default value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// An integer.
    Int(i64),
    /// An integer of a `BigInt` field. Only in lists, Prisma distinguishes it from the equal [`Value::Int`]. All integers
    /// from a live database are [`Value::Int`].
    BigInt(i64),
    /// A `Float` or `Decimal`.
    Decimal(Decimal),
    /// `true` or `false`.
    Boolean(bool),
    /// A string.
    String(String),
    /// JSON, as text.
    Json(String),
    /// Binary data.
    Bytes(Vec<u8>),
    /// A point in time, as SQL text: `2020-01-01 00:00:00 +00:00`.
    DateTime(String),
    /// A value of an enum, by its name in the database.
    Enum(String),
    /// A list, for a list column.
    List(Vec<Value>),
}

/// A decimal number that prints as written and compares by value: `1.50` equals `1.5`.
#[derive(Clone, Debug)]
pub struct Decimal {
    negative: bool,
    /// Digits before the point, without leading zeros; never empty.
    whole: String,
    /// Digits after the point, as written.
    fraction: String,
}

impl Decimal {
    /// Parses `-?digits[.digits]`; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || digits.ends_with('.') {
            return None;
        }
        let whole = match whole.trim_start_matches('0') {
            "" => "0",
            trimmed => trimmed,
        };
        let zero = whole == "0" && fraction.bytes().all(|byte| byte == b'0');
        Some(Self { negative: sign && !zero, whole: whole.to_owned(), fraction: fraction.to_owned() })
    }
}

/// The maximum number of digits of PostgreSQL's `numeric` on one side of the point.
const MAX_DIGITS: u64 = 131_072;

impl Decimal {
    /// Parses the content of a string default: `1.50`, `.5`, `1e-3`. As in Prisma, underscores between digits are ignored,
    /// but each counts as a decimal place.
    pub(crate) fn parse_scientific(text: &str) -> Result<Self, String> {
        let (base, exponent) = match text.split_once(['e', 'E']) {
            Some((base, exponent)) => (base, exponent.parse::<i64>().map_err(|error| error.to_string())?),
            None => (text, 0),
        };
        if base.is_empty() {
            return Err("Failed to parse empty string".to_owned());
        }
        let (before, after) = base.split_once('.').unwrap_or((base, ""));
        let (negative, digits) = integer(&format!("{before}{after}"))?;
        let scale = i64::try_from(after.len()).unwrap_or(i64::MAX).saturating_sub(exponent);
        if scale.unsigned_abs() > MAX_DIGITS {
            return Err("too many digits for PostgreSQL".to_owned());
        }
        let places = usize::try_from(scale.unsigned_abs()).unwrap_or_default();
        let (whole, fraction) = if scale <= 0 {
            (format!("{digits}{}", "0".repeat(places)), String::new())
        } else if places < digits.len() {
            let (whole, fraction) = digits.split_at(digits.len() - places);
            (whole.to_owned(), fraction.to_owned())
        } else {
            ("0".to_owned(), format!("{digits:0>places$}"))
        };
        Ok(Self { negative: negative && digits != "0", whole, fraction })
    }
}

/// The sign and the digits of an integer, without leading zeros and underscores.
fn integer(text: &str) -> Result<(bool, String), String> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() {
        return Err("cannot parse integer from empty string".to_owned());
    }
    if digits.starts_with('_') || !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') {
        return Err("invalid digit found in string".to_owned());
    }
    let digits = digits.replace('_', "");
    let significant = digits.trim_start_matches('0');
    Ok((negative, if significant.is_empty() { "0".to_owned() } else { significant.to_owned() }))
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.negative == other.negative
            && self.whole == other.whole
            && self.fraction.trim_end_matches('0') == other.fraction.trim_end_matches('0')
    }
}

impl Eq for Decimal {}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let point = if self.fraction.is_empty() { "" } else { "." };
        write!(f, "{sign}{}{point}{}", self.whole, self.fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn decimals_print_as_written_and_compare_by_value() {
        let decimal = |text| Decimal::parse(text).unwrap();
        assert_eq!(decimal("0012.50").to_string(), "12.50");
        assert_eq!(decimal("12.50"), decimal("12.5"));
        assert_eq!(decimal("-0.0"), decimal("0"));
        assert_ne!(decimal("-1"), decimal("1"));
        for bad in ["", "-", "1.", ".5", "1e3", "1.2.3"] {
            assert!(Decimal::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn strings_may_have_exponents() {
        let printed = |text| Decimal::parse_scientific(text).map_or_else(|error| error, |decimal| decimal.to_string());
        for (text, expected) in [
            ("1.", "1"),
            ("-.5", "-0.5"),
            ("1.50e-3", "0.00150"),
            ("1.5E+1", "15"),
            ("+2e3", "2000"),
            ("-0.00", "0.00"),
            ("1_000", "1000"),
            ("1._5", "0.15"),
            ("", "Failed to parse empty string"),
            (".", "cannot parse integer from empty string"),
            ("--1", "invalid digit found in string"),
            ("1e999999999999", "too many digits for PostgreSQL"),
        ] {
            assert_eq!(printed(text), expected, "{text}");
        }
    }
}
