//! The limits of the SQL that the lint reads.
//!
//! The parser of squawk recurses for each level of nesting, and takes quadratic time for long statements. PostgreSQL itself rejects
//! nesting beyond a few thousand levels. Migrations stay far below these limits.

use std::{borrow::Cow, ops::Range};

use sql_script::statement_ranges;

/// The longest file, in bytes.
const MAX_FILE: usize = 4 << 20;
/// The longest statement, in bytes.
const MAX_STATEMENT: usize = 16 << 10;
/// The deepest nesting of parentheses and brackets.
const MAX_DEPTH: usize = 200;

/// The SQL with blanks instead of the statements beyond the limits, and the ranges of these statements with the limit. All other
/// positions stay the same.
pub(crate) fn within_limits(sql: &str) -> (Cow<'_, str>, Vec<(Range<usize>, &'static str)>) {
    let beyond: Vec<_> = match sql.len() > MAX_FILE {
        true => vec![(0..sql.len(), "the file is longer than 4 MiB")],
        false => {
            let ranges = statement_ranges(sql).into_iter();
            ranges.filter_map(|range| Some((range.clone(), exceeded_limit(&sql[range])?))).collect()
        }
    };
    if beyond.is_empty() {
        return (sql.into(), beyond);
    }
    let mut bytes = sql.as_bytes().to_vec();
    for (range, _) in &beyond {
        bytes[range.clone()].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    }
    // The ranges begin and end at characters, so the result is UTF-8.
    (String::from_utf8_lossy(&bytes).into_owned().into(), beyond)
}

fn exceeded_limit(statement: &str) -> Option<&'static str> {
    if statement.len() > MAX_STATEMENT {
        Some("the statement is longer than 16 KiB")
    } else if depth(statement) > MAX_DEPTH {
        Some("the statement has more than 200 levels of parentheses")
    } else {
        None
    }
}

/// The deepest nesting of parentheses and brackets. Those in strings count too, because the body of a block is a string.
fn depth(statement: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in statement.bytes() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use crate::testing::lint_sql;

    fn unreadable(sql: &str) -> Vec<(usize, String)> {
        let findings = lint_sql(sql).into_iter().filter(|finding| finding.rule == "unreadable-sql");
        findings.map(|finding| (finding.line, finding.message)).collect()
    }

    #[test]
    fn statements_beyond_the_limits_are_not_read() {
        let (nested, long) = (format!("{}1{}", "(".repeat(3_000), ")".repeat(3_000)), " + 1".repeat(10_000));
        let sql = format!("SELECT 1;\nSELECT {nested};\nSELECT 1{long};\nALTER TABL x;\n");
        let messages = [
            (2, "This SQL cannot be read: the statement has more than 200 levels of parentheses."),
            (3, "This SQL cannot be read: the statement is longer than 16 KiB."),
            (4, "This SQL cannot be read: the parser does not know this statement."),
        ];
        assert_eq!(unreadable(&sql), messages.map(|(line, message)| (line, message.to_owned())));
    }

    #[test]
    fn statements_within_the_limits_are_read() {
        let columns = ", ADD COLUMN IF NOT EXISTS a INT".repeat(400);
        assert_eq!(unreadable(&format!("ALTER TABLE a ADD COLUMN IF NOT EXISTS b INT{columns};")), []);
    }
}
