use std::fmt::Write as _;

use expect_test::{Expect, expect};
use prisma_schema::NativeType::{self, *};

use super::default_value;
use crate::{Arity, ColumnType, DefaultValue, EnumId};

/// Compares each expression and its parsed value, one per line.
fn check(ty: &ColumnType, arity: Arity, expressions: &[&str], expected: &Expect) {
    let mut table = String::new();
    for expression in expressions {
        let parsed = match default_value(expression, ty, arity) {
            None => "nothing".to_owned(),
            Some(DefaultValue::Value(value)) => format!("{value:?}"),
            Some(DefaultValue::DbGenerated(Some(text))) if text == *expression => "an expression".to_owned(),
            Some(other) => format!("{other:?}"),
        };
        writeln!(table, "{expression} => {parsed}").unwrap();
    }
    expected.assert_eq(&table);
}

fn scalar(native: NativeType, expressions: &[&str], expected: &Expect) {
    check(&ColumnType::Native(native), Arity::Required, expressions, expected);
}

fn list(native: NativeType, expressions: &[&str], expected: &Expect) {
    check(&ColumnType::Native(native), Arity::List, expressions, expected);
}

#[test]
fn strings_lose_their_quotes_and_casts() {
    scalar(
        Text,
        &[
            "'red'::text",
            "'it''s'::character varying(20)",
            "''::bpchar",
            r"'back\slash'::text",
            "'2024-02-29'::date",
            "'1 year'::interval year to month",
            r#"'red'::house."Colour""#,
            "'red'",
        ],
        &expect![[r#"
            'red'::text => String("red")
            'it''s'::character varying(20) => String("it's")
            ''::bpchar => String("")
            'back\slash'::text => String("back\\slash")
            '2024-02-29'::date => String("2024-02-29")
            '1 year'::interval year to month => String("1 year")
            'red'::house."Colour" => String("red")
            'red' => String("red")
        "#]],
    );
}

#[test]
fn computed_strings_are_expressions() {
    scalar(
        Text,
        &[
            "lower('RED'::text)",
            "('red'::text || 'dish'::text)",
            "('red'::text)::character varying",
            "5",
            "CURRENT_USER",
            // Prisma does not parse these casts.
            "'red'::_colour",
            "'12:00:00'::time(3) without time zone",
        ],
        &expect![[r"
            lower('RED'::text) => an expression
            ('red'::text || 'dish'::text) => an expression
            ('red'::text)::character varying => an expression
            5 => an expression
            CURRENT_USER => an expression
            'red'::_colour => an expression
            '12:00:00'::time(3) without time zone => an expression
        "]],
    );
}

#[test]
fn null_means_no_default() {
    scalar(
        VarChar(Some(20)),
        &["NULL::character varying", "NULLIF('a'::text, 'b'::text)", "'NULL'::text"],
        &expect![[r#"
            NULL::character varying => nothing
            NULLIF('a'::text, 'b'::text) => nothing
            'NULL'::text => String("NULL")
        "#]],
    );
}

#[test]
fn integers_may_be_quoted() {
    scalar(
        BigInt,
        &["5", "'-5'::integer", "'9223372036854775807'::bigint", "(5)::bigint", "(2 + 3)", "'1.5'::numeric"],
        &expect![[r"
            5 => Int(5)
            '-5'::integer => Int(-5)
            '9223372036854775807'::bigint => Int(9223372036854775807)
            (5)::bigint => an expression
            (2 + 3) => an expression
            '1.5'::numeric => an expression
        "]],
    );
}

#[test]
fn sequence_names_lose_their_namespace() {
    scalar(
        Integer,
        &[
            "nextval('ticket_seq'::regclass)",
            r#"nextval('house."Ticket seq"'::regclass)"#,
            r#"nextval('"it''s"'::regclass)"#,
            "nextval(('ticket_seq'::text)::regclass)",
            "(nextval('ticket_seq'::regclass) + 1)",
            "nextval('_ticket_seq'::regclass)",
        ],
        &expect![[r#"
            nextval('ticket_seq'::regclass) => Sequence("ticket_seq")
            nextval('house."Ticket seq"'::regclass) => Sequence("Ticket seq")
            nextval('"it''s"'::regclass) => Sequence("it's")
            nextval(('ticket_seq'::text)::regclass) => Sequence("ticket_seq")
            (nextval('ticket_seq'::regclass) + 1) => an expression
            nextval('_ticket_seq'::regclass) => an expression
        "#]],
    );
    scalar(
        Text,
        &["nextval('ticket_seq'::regclass)"],
        &expect![[r"
            nextval('ticket_seq'::regclass) => an expression
        "]],
    );
}

#[test]
fn decimals_may_be_parenthesized_and_lose_their_exponent() {
    scalar(
        DoublePrecision,
        &[
            "0.50",
            "'-2.5'::numeric",
            "(5)::double precision",
            "(- 5)",
            "2.5::numeric(10,2)",
            "'1e+30'::double precision",
            "'NaN'::double precision",
            "((5)::numeric)::double precision",
        ],
        &expect![[r#"
            0.50 => Decimal(Decimal { negative: false, whole: "0", fraction: "50" })
            '-2.5'::numeric => Decimal(Decimal { negative: true, whole: "2", fraction: "5" })
            (5)::double precision => Decimal(Decimal { negative: false, whole: "5", fraction: "" })
            (- 5) => Decimal(Decimal { negative: true, whole: "5", fraction: "" })
            2.5::numeric(10,2) => Decimal(Decimal { negative: false, whole: "2", fraction: "5" })
            '1e+30'::double precision => Decimal(Decimal { negative: false, whole: "1", fraction: "" })
            'NaN'::double precision => an expression
            ((5)::numeric)::double precision => an expression
        "#]],
    );
}

#[test]
fn booleans_json_and_bytes() {
    scalar(
        Boolean,
        &["true", "false", "(NOT true)"],
        &expect![[r"
            true => Boolean(true)
            false => Boolean(false)
            (NOT true) => an expression
        "]],
    );
    scalar(
        JsonB,
        &[r#"'{"a": "it''s"}'::jsonb"#, "jsonb_build_object()"],
        &expect![[r#"
            '{"a": "it''s"}'::jsonb => Json("{\"a\": \"it's\"}")
            jsonb_build_object() => an expression
        "#]],
    );
    scalar(
        ByteA,
        &[r"'\x00ff'::bytea", r"'\x'::bytea", "decode('00'::text, 'hex'::text)"],
        &expect![[r"
            '\x00ff'::bytea => Bytes([0, 255])
            '\x'::bytea => Bytes([])
            decode('00'::text, 'hex'::text) => an expression
        "]],
    );
}

#[test]
fn only_the_current_time_is_parsed() {
    scalar(
        Timestamp(Some(3)),
        &["now()", "CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP(3)", "'2024-02-29 00:00:00'::timestamp without time zone"],
        &expect![[r"
            now() => Now
            CURRENT_TIMESTAMP => Now
            CURRENT_TIMESTAMP(3) => an expression
            '2024-02-29 00:00:00'::timestamp without time zone => an expression
        "]],
    );
}

#[test]
fn uuids_and_unsupported_types_parse_only_as_empty_lists() {
    scalar(
        Uuid,
        &["gen_random_uuid()", "'00000000-0000-4000-8000-000000000000'::uuid"],
        &expect![[r"
            gen_random_uuid() => an expression
            '00000000-0000-4000-8000-000000000000'::uuid => an expression
        "]],
    );
    check(
        &ColumnType::Unsupported("_interval".to_owned()),
        Arity::List,
        &["'{}'::interval[]", "'{01:00:00}'::interval[]"],
        &expect![[r"
            '{}'::interval[] => List([])
            '{01:00:00}'::interval[] => an expression
        "]],
    );
}

#[test]
fn enum_values() {
    let colour = ColumnType::Enum(EnumId(0));
    check(
        &colour,
        Arity::Nullable,
        &[r#"'dark red'::"Colour""#, "first_colour()", r#"('red'::text)::"Colour""#],
        &expect![[r#"
            'dark red'::"Colour" => Enum("dark red")
            first_colour() => an expression
            ('red'::text)::"Colour" => an expression
        "#]],
    );
    check(
        &colour,
        Arity::List,
        &[r#"'{red,"dark red"}'::"Colour"[]"#, r#"ARRAY['red'::"Colour", NULL::"Colour"]"#],
        &expect![[r#"
            '{red,"dark red"}'::"Colour"[] => List([Enum("red"), Enum("dark red")])
            ARRAY['red'::"Colour", NULL::"Colour"] => List([Enum("red"), Enum("NULL")])
        "#]],
    );
}

#[test]
fn lists_as_literals() {
    list(
        Text,
        &[
            "'{}'::text[]",
            "'{red,dark-blue}'::text[]",
            r#"'{"dark red","a\"b","c\\d",""}'::text[]"#,
            // Prisma's words are of ASCII letters, digits, `_` and `-`, and begin with a letter.
            "'{1st}'::text[]",
            "'{v1.5}'::text[]",
            "'{{red}}'::text[]",
        ],
        &expect![[r#"
            '{}'::text[] => List([])
            '{red,dark-blue}'::text[] => List([String("red"), String("dark-blue")])
            '{"dark red","a\"b","c\\d",""}'::text[] => List([String("dark red"), String("a\"b"), String("c\\d"), String("")])
            '{1st}'::text[] => an expression
            '{v1.5}'::text[] => an expression
            '{{red}}'::text[] => an expression
        "#]],
    );
    list(
        Integer,
        &["'{1,-2}'::integer[]", "'{1,NULL}'::integer[]"],
        &expect![[r"
            '{1,-2}'::integer[] => List([Int(1), Int(-2)])
            '{1,NULL}'::integer[] => an expression
        "]],
    );
    list(
        Boolean,
        &["'{t,f}'::boolean[]"],
        &expect![[r"
            '{t,f}'::boolean[] => List([Boolean(true), Boolean(false)])
        "]],
    );
}

#[test]
fn lists_as_constructors() {
    list(
        Text,
        &[
            "ARRAY[]::text[]",
            "ARRAY['red'::text, 'it''s'::character varying]",
            "(ARRAY['red'::citext])::text[]",
            "ARRAY['red'::text, NULL::text]",
            "ARRAY[lower('RED'::text)]",
            // Prisma ignores the text after the first list.
            "(ARRAY['red'::text] || 'blue'::text)",
        ],
        &expect![[r#"
            ARRAY[]::text[] => List([])
            ARRAY['red'::text, 'it''s'::character varying] => List([String("red"), String("it's")])
            (ARRAY['red'::citext])::text[] => List([String("red")])
            ARRAY['red'::text, NULL::text] => an expression
            ARRAY[lower('RED'::text)] => an expression
            (ARRAY['red'::text] || 'blue'::text) => List([String("red")])
        "#]],
    );
    list(
        Integer,
        &["ARRAY[1, '-2'::integer]", "ARRAY[(1)::bigint]"],
        &expect![[r"
            ARRAY[1, '-2'::integer] => List([Int(1), Int(-2)])
            ARRAY[(1)::bigint] => an expression
        "]],
    );
    list(
        Timestamp(None),
        &["ARRAY[]::timestamp without time zone[]", "ARRAY[now()]"],
        &expect![[r"
            ARRAY[]::timestamp without time zone[] => List([])
            ARRAY[now()] => an expression
        "]],
    );
}
