//! The database object that a lint finding concerns. It identifies the finding in the list of accepted findings.

use migrations::sha256;

/// The object that `span`, a part of `statement`, names: the first name of the statement, and the first other name of the span
/// if that is only a part of the statement. For `DROP COLUMN "tier"` of `ALTER TABLE "Team"`, the object is `Team.tier`.
/// A statement without a quoted name is identified by its SHA-256.
pub(crate) fn named_in(statement: &str, span: &str) -> String {
    let Some(first) = quoted(statement, '"').next() else { return sha256(statement.as_bytes()) };
    let is_part = span.trim().len() < statement.trim().trim_end_matches(';').len();
    let other = quoted(span, '"').find(|name| *name != first).or_else(|| quoted(span, '\'').next());
    match other.filter(|_| is_part) {
        Some(other) => format!("{first}.{other}"),
        None => first.to_owned(),
    }
}

/// The parts of `sql` between two of these quotes.
fn quoted(sql: &str, quote: char) -> impl Iterator<Item = &str> {
    sql.split(quote).skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_object_of_a_finding() {
        for (object, statement, span) in [
            ("Team", r#"CREATE TABLE "Team" ("id" TEXT)"#, r#"CREATE TABLE "Team" ("id" TEXT)"#),
            ("Team_idx", r#"CREATE INDEX "Team_idx" ON "Team"("id");"#, r#"CREATE INDEX "Team_idx" ON "Team"("id")"#),
            ("Team", r#"DROP TABLE "Team""#, r#""Team""#),
            ("Team.tier", r#"ALTER TABLE "Team" DROP COLUMN "tier""#, r#"DROP COLUMN "tier""#),
            ("Tier.gold", r#"ALTER TYPE "Tier" ADD VALUE 'gold'"#, "ADD VALUE 'gold'"),
        ] {
            assert_eq!(named_in(statement, span), object, "{statement}");
        }
    }

    #[test]
    fn a_statement_without_a_quoted_name() {
        assert_eq!(named_in("SELECT 1", "SELECT 1"), sha256(b"SELECT 1"));
    }
}
