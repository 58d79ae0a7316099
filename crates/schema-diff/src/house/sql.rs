//! What the SQL of this style is made of.

use sql_schema::Table;
use sql_script::{dollar_quote, literal};

use crate::render::names::QualifiedName;

/// Several texts in quotes.
pub(super) fn literals<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().map(|text| literal(text)).collect::<Vec<_>>().join(", ")
}

/// The table as it is found now: in its namespace, or through the search path.
pub(super) fn regclass(table: &Table) -> String {
    format!("{}::regclass", literal(&QualifiedName::from(table).to_string()))
}

/// Whether a catalog has a row.
pub(super) fn exists(catalog: &str, condition: &str) -> String {
    format!("EXISTS (\n        SELECT 1 FROM {catalog}\n        WHERE {condition}\n    )")
}

/// Whether the table has a constraint.
pub(super) fn has_constraint(table: &Table, name: &str) -> String {
    exists("pg_constraint", &format!("conrelid = {} AND conname = {}", regclass(table), literal(name)))
}

/// Whether the table has a column.
pub(super) fn has_column(table: &Table, name: &str) -> String {
    exists("pg_attribute", &is_column(table, name))
}

/// Whether the table has a column, of another type.
pub(super) fn has_column_of_another_type(table: &Table, name: &str, ty: &str) -> String {
    let is_another = format!("atttypid <> {}::regtype", literal(ty));
    exists("pg_attribute", &format!("{}\n            AND {is_another}", is_column(table, name)))
}

fn is_column(table: &Table, name: &str) -> String {
    format!("attrelid = {} AND attname = {} AND NOT attisdropped", regclass(table), literal(name))
}

/// Changes a table. There is no semicolon yet.
pub(super) fn alter_table(table: &Table, clauses: &[String]) -> String {
    format!("ALTER TABLE {}\n            {}", QualifiedName::from(table), clauses.join(",\n            "))
}

/// Statements, without their semicolons, that run together and only if `condition` holds. What of them is in lines of its
/// own is indented already: whoever put a line break into a statement knows that it is in no literal.
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
