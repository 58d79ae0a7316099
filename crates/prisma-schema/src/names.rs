//! The default names of constraints, indexes and join tables, and their maximum length.

/// PostgreSQL's limit for an identifier, in bytes.
pub const MAX_IDENTIFIER: usize = 63;

/// The name of a primary key: `Table_pkey`.
#[must_use]
pub fn primary_key(table: &str) -> String {
    with_suffix(table, "_pkey")
}

/// The name of a unique index: `Table_column_column_key`.
#[must_use]
pub fn unique_index(table: &str, columns: &[&str]) -> String {
    joined(table, columns, "_key")
}

/// The name of a plain index: `Table_column_column_idx`.
#[must_use]
pub fn index(table: &str, columns: &[&str]) -> String {
    joined(table, columns, "_idx")
}

/// The name of a foreign key: `Table_column_column_fkey`.
#[must_use]
pub fn foreign_key(table: &str, columns: &[&str]) -> String {
    joined(table, columns, "_fkey")
}

/// The name of the table of an implicit many-to-many relation: `_relation`.
#[must_use]
pub fn join_table(relation: &str) -> String {
    cut(&format!("_{relation}"), MAX_IDENTIFIER).to_owned()
}

/// Appends `suffix` to `name`, which is cut to keep the limit.
#[must_use]
pub fn with_suffix(name: &str, suffix: &str) -> String {
    [cut(name, MAX_IDENTIFIER - suffix.len()), suffix].concat()
}

fn joined(table: &str, columns: &[&str], suffix: &str) -> String {
    let mut name = String::with_capacity(2 * MAX_IDENTIFIER);
    name.push_str(table);
    for column in if columns.is_empty() { &[""] } else { columns } {
        name.push('_');
        name.push_str(column);
    }
    name.truncate(cut(&name, MAX_IDENTIFIER - suffix.len()).len());
    name + suffix
}

/// The longest prefix of whole characters with at most `bytes` bytes.
#[must_use]
pub fn cut(name: &str, bytes: usize) -> &str {
    let mut end = name.len().min(bytes);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}

#[cfg(test)]
mod tests {
    #[test]
    fn long_names_keep_their_suffix() {
        assert_eq!(super::index("T", &["a", "b"]), "T_a_b_idx");
        let long = super::unique_index(&"é".repeat(40), &["a"]);
        assert_eq!(long, format!("{}_key", "é".repeat(29)));
        assert!(long.len() <= super::MAX_IDENTIFIER);
    }
}
