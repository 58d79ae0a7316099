//! Which statements the lint takes for destructive, though somebody has decided on them already.

/// Accepts a statement that may lose values: its step loses some, and that was allowed.
const ALLOWED: &str = "it was allowed with --allow-destructive";

/// Accepts one that looks so and is not: the type that a column gets holds all values of the old one.
const KEEPS_ALL: &str = "no value is lost";

/// Types with room for what other types are likely to hold. To get one of these is not taken for a loss.
const WIDE: [&str; 6] = ["TEXT", "VARCHAR", "BIGINT", "DECIMAL", "DOUBLE PRECISION", "JSONB"];

/// Why a statement that the lint finds destructive may stay; nothing if it does not find it so.
pub(super) fn reason(sql: &str, is_loss: bool) -> Option<&'static str> {
    let new_types = sql.split("SET DATA TYPE ").skip(1).map(|rest| {
        let end = rest.find([',', ';', '\n']).unwrap_or(rest.len());
        rest[..end].split(" USING ").next().unwrap_or_default()
    });
    let narrows = new_types.into_iter().any(|new_type| !WIDE.contains(&new_type));
    let is_found = sql.starts_with("DROP TABLE ") || sql.contains("DROP COLUMN ") || narrows;
    is_found.then_some(if is_loss { ALLOWED } else { KEEPS_ALL })
}
