//! Constant values: what `@default(…)` may hold, in the schema and in a live database alike.

use std::fmt;

/// A constant default value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A whole number; `Int` and `BigInt` are one here, as they are for Prisma's comparison.
    Int(i64),
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
    /// An instant, as the text that SQL shows: `2020-01-01 00:00:00 +00:00`.
    DateTime(String),
    /// A value of an enum, by its name in the database.
    Enum(String),
    /// A list, for a list column.
    List(Vec<Value>),
}

/// A decimal number that is printed as it was written and compared by what it means: `1.50` equals `1.5`.
#[derive(Clone, Debug)]
pub struct Decimal {
    negative: bool,
    /// Digits before the point, without leading zeros; never empty.
    whole: String,
    /// Digits after the point, as written.
    fraction: String,
}

impl Decimal {
    /// Reads `-?digits[.digits]`; `None` for anything else.
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
    fn decimals_print_as_written_and_compare_by_meaning() {
        let decimal = |text| Decimal::parse(text).unwrap();
        assert_eq!(decimal("0012.50").to_string(), "12.50");
        assert_eq!(decimal("12.50"), decimal("12.5"));
        assert_eq!(decimal("-0.0"), decimal("0"));
        assert_ne!(decimal("-1"), decimal("1"));
        for bad in ["", "-", "1.", ".5", "1e3", "1.2.3"] {
            assert!(Decimal::parse(bad).is_none(), "{bad}");
        }
    }
}
