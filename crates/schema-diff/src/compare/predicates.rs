//! Compares the predicates of two partial indexes as Prisma does.
//!
//! PostgreSQL stores a predicate in a normalized form: it adds parentheses and the types of constants, and it removes
//! unnecessary quotation marks from names. Prisma ignores these changes, but no others. For example, PostgreSQL stores
//! `a IN (1, 2)` as `a = ANY (ARRAY[1, 2])`. Prisma considers the two different, so it recreates such an index every time.

mod expression;
mod operands;
mod parser;
mod tokens;
mod types;

use expression::{Expression, Id, Kind, Tree};
use tokens::Token;

/// Whether Prisma considers two predicates equal.
pub(super) fn same(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    match (parser::parse(a), parser::parse(b)) {
        (Some((a, a_root)), Some((b, b_root))) => same_meaning((&a, a_root), (&b, b_root)),
        _ => false,
    }
}

fn same_meaning((a_tree, a_root): (&Tree<'_>, Id), (b_tree, b_root): (&Tree<'_>, Id)) -> bool {
    let mut pending = vec![(a_root, b_root, false)];
    while let Some((mut a, mut b, as_written)) = pending.pop() {
        if !as_written {
            (a, b) = (innermost_cast(a_tree, a), innermost_cast(b_tree, b));
            if let Some(constant) = typed_constant(a_tree, a, b_tree, b) {
                a = constant;
            } else if let Some(constant) = typed_constant(b_tree, b, a_tree, a) {
                b = constant;
            }
        }
        let (a, b) = (a_tree.get(a), b_tree.get(b));
        let same_kind = if as_written { a.kind == b.kind } else { same_kind(&a.kind, &b.kind) };
        if !same_kind || a.operands.len() != b.operands.len() {
            return false;
        }
        let as_written = as_written || matches!(a.kind, Kind::Other(_));
        pending.extend(a.operands.iter().zip(&b.operands).map(|(&a, &b)| (a, b, as_written)));
    }
    true
}

/// The innermost of nested casts. PostgreSQL may have added the outer ones.
fn innermost_cast(tree: &Tree<'_>, mut id: Id) -> Id {
    while let Some(operand) = tree.cast_operand(id)
        && tree.cast_operand(operand).is_some()
    {
        id = operand;
    }
    id
}

/// The constant inside a cast, if the other side is a constant without a cast.
fn typed_constant(tree: &Tree<'_>, id: Id, other_tree: &Tree<'_>, other: Id) -> Option<Id> {
    let is_constant = |expression: &Expression<'_>| matches!(expression.kind, Kind::Literal(_));
    let operand = tree.cast_operand(id)?;
    (is_constant(tree.get(operand)) && is_constant(other_tree.get(other))).then_some(operand)
}

fn same_kind(a: &Kind<'_>, b: &Kind<'_>) -> bool {
    match (a, b) {
        (Kind::Name(a), Kind::Name(b)) => a.len() == b.len() && a.iter().zip(b).all(|(&a, &b)| same_name(a, b)),
        _ => a == b,
    }
}

/// Whether two names are equal, ignoring quotation marks. Unlike PostgreSQL, Prisma does not ignore the case of unquoted
/// names.
fn same_name(a: Token<'_>, b: Token<'_>) -> bool {
    match (a, b) {
        (Token::Word(word), Token::Quoted(quoted)) | (Token::Quoted(quoted), Token::Word(word)) => {
            quoted[1..quoted.len() - 1] == *word
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn additions_of_postgresql_are_ignored() {
        for (written, kept) in [
            ("age > 17", "(age>17)"),
            ("age > 17 AND active", "(age > 17) and (active)"),
            ("age + 1 > 2 * 3", "(age + 1) > (2 * 3)"),
            ("\"age\" IS NULL", "age is null"),
            ("age != 17", "age <> 17"),
            ("age > 17 -- adults", "age /* of the person */ > 17"),
            ("name = 'it''s'", "name = 'it''s'::text"),
            ("born > DATE '2020-02-02'", "(born > date '2020-02-02')"),
            ("name::text = 'x'", "(name::text)::varchar = 'x'::text"),
            ("age BETWEEN 1 AND 2", "\"age\" between (1) and 2::smallint"),
            ("name LIKE 'a%'", "(name) like ('a%')"),
            ("public.f(age) = 1", "public.f((age)) = 1"),
            ("data ->> 'a' = 'b'", "(data ->> 'a'::text) = 'b'::text"),
            ("NOT active", "(not (active))"),
            ("CASE WHEN active THEN 1 END = 1", "(case when (active) then 1 end) = 1"),
        ] {
            assert!(same(written, kept), "{written} and {kept}");
            assert!(same(kept, written), "{kept} and {written}");
        }
    }

    #[test]
    fn other_differences_are_found() {
        for (a, b) in [
            ("age > 17", "age > 18"),
            ("age > 17", "age >= 17"),
            ("age > 17", "17 < age"),
            ("a AND b", "b AND a"),
            ("a AND (b OR c)", "a AND b OR c"),
            ("age > 17", "Age > 17"),
            ("name = 'X'", "name = 'x'"),
            ("name = 'a b'", "name = 'a  b'"),
            ("name = E'x'", "name = 'x'"),
            ("name = 'x'::text", "name = 'x'::varchar"),
            ("name = 'x'", "name::text = 'x'"),
            ("CAST(age AS text) = 'x'", "age::text = 'x'"),
            ("active", "active = true"),
            ("age = -1", "age = '-1'::integer"),
            ("age IN (1, 2)", "age = ANY (ARRAY[1, 2])"),
            ("name LIKE 'a%'", "name ~~ 'a%'"),
            // Calls and lists are compared as text, without parentheses.
            ("lower(name) = 'x'", "LOWER(name) = 'x'"),
            ("lower(name) = 'x'", "lower(\"name\") = 'x'"),
            ("name IN ('x')", "name IN ('x'::text)"),
            // A predicate that cannot be parsed equals only itself.
            ("name = 'x", "name = 'x "),
            ("(age > 17", "((age > 17"),
            ("EXISTS (SELECT 1)", "EXISTS (SELECT  1)"),
        ] {
            assert!(!same(a, b), "{a} and {b}");
            assert!(!same(b, a), "{b} and {a}");
            assert!(same(a, a), "{a}");
        }
    }

    #[test]
    fn bugs_of_prismas_parser_are_reproduced() {
        // It ignores the text after the expression,
        assert!(same("(age > 17))", "(age > 17)"));
        // applies IS DISTINCT FROM to operators with a lower precedence,
        assert!(!same("a IS DISTINCT FROM b AND c", "(a IS DISTINCT FROM b) AND c"));
        // and rejects a collation after a cast.
        assert!(!same("name::text COLLATE \"C\" = 'x'", "(name::text COLLATE \"C\") = 'x'"));
    }

    #[test]
    fn long_and_deeply_nested_predicates_are_safe() {
        for text in ["(", "NOT ", "case(", "a AND ", "x[", "- ", "'", "a::"] {
            let text = text.repeat(20_000) + "a";
            assert!(same(&text, &format!("{text} ")) || !same(&text, "a"));
        }
        let long = "a AND ".repeat(100_000);
        assert!(same(&format!("{long}a"), &format!("{long}(a)")));
        assert!(!same(&format!("{long}a"), &format!("{long}b")));
    }
}
