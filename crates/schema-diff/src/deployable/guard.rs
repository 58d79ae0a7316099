//! Building blocks of guarded statements, which check the catalog before they change anything.

use sql_schema::Table;
use sql_script::{dollar_quote, literal};

use crate::sql::QualifiedName;

/// Comma-separated string literals.
pub(super) fn literals<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().map(literal).collect::<Vec<_>>().join(", ")
}

/// The OID of the table: in its namespace, or found through the search path.
pub(super) fn regclass(table: &Table) -> String {
    format!("{}::regclass", literal(&QualifiedName::from(table).to_string()))
}

/// A condition: the catalog has a row.
pub(super) fn exists(catalog: &str, condition: &str) -> String {
    format!("EXISTS (\n        SELECT 1 FROM {catalog}\n        WHERE {condition}\n    )")
}

/// A condition: the table has a constraint.
pub(super) fn has_constraint(table: &Table, name: &str) -> String {
    exists("pg_constraint", &format!("conrelid = {} AND conname = {}", regclass(table), literal(name)))
}

/// A condition: the table has a column.
pub(super) fn has_column(table: &Table, name: &str) -> String {
    exists("pg_attribute", &is_column(table, name))
}

/// A condition: the table has a column, and its type is not `ty`.
pub(super) fn has_column_of_another_type(table: &Table, name: &str, ty: &str) -> String {
    let is_another = format!("atttypid <> {}::regtype", literal(ty));
    exists("pg_attribute", &format!("{}\n            AND {is_another}", is_column(table, name)))
}

fn is_column(table: &Table, name: &str) -> String {
    format!("attrelid = {} AND attname = {} AND NOT attisdropped", regclass(table), literal(name))
}

/// An `ALTER TABLE` for the body of [`only_if`]. It has no semicolon.
pub(super) fn alter_table(table: &Table, clauses: &[String]) -> String {
    format!("ALTER TABLE {}\n            {}", QualifiedName::from(table), clauses.join(",\n            "))
}

/// A `DO` block that runs the statements if `condition` holds.
///
/// The statements have no semicolons. Their second and further lines are already indented: only the caller knows that
/// such a line break is not inside a literal.
pub(super) fn only_if(condition: &str, statements: &[String]) -> String {
    let body: String = statements.iter().map(|statement| format!("        {statement};\n")).collect();
    let block = format!("\nBEGIN\n    IF {condition} THEN\n{body}    END IF;\nEND ");
    let quote = dollar_quote(&block);
    format!("DO {quote}{block}{quote};")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::only_if;

    #[test]
    fn a_block_is_quoted_with_what_is_not_in_it() {
        expect![[r#"
            DO $_1$
            BEGIN
                IF true THEN
                    SELECT '$$';
                END IF;
            END $_1$;"#]]
        .assert_eq(&only_if("true", &["SELECT '$$'".to_owned()]));
    }
}
