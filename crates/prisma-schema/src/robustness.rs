//! Tests with arbitrary text: the crate neither panics nor hangs.

use crate::{Flavour, Source, data_model, render};

/// Pieces of schemas, and some invalid ones.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "model A {\n", "view B {\n", "type T {\n", "enum E {\n", "datasource db {\n", "generator g {\n", "}\n", "\n", "\r\n",
    "\r", " ", "\t", "\u{a0}", "id Int @id\n", "a String? @default(\"", "\")\n", "b B[] @relation(fields: [a], references: [id])\n",
    "e E @default(X)\n", "X\n", "@@index([a(sort: Desc), ", "])\n", "@@unique([a, b], where: { a: { not: null } })\n", "@map(",
    "(", ")", "[", "]", "{", "}", ",", ":", ".", "@", "@@", "?", "!", "=", "\"", "\\", "\\u00", "\\ud83d", "'", "/", "//",
    "///", "/*", "*/", "-", "1", "2.5", "é", "😀", "\u{0}", "env(\"X\")", "provider = \"postgresql\"\n", "url = ",
    "previewFeatures = [\"views\", \"multiSchema\"]\n", "relationMode = \"prisma\"\n", "schemas = [\"s\"]\n", "@db.VarChar(",
    "Unsupported(\"VarChar(1)\")\n", "dbgenerated()", "a", "b", "Int", "String", "Json @default(\"{}\")\n", "A", "B",
];

#[test]
fn any_text_is_accepted_or_rejected() {
    let mut random = Random(1);
    for _ in 0..3000 {
        let mut text = String::new();
        for _ in 0..random.below(60) {
            text.push_str(PIECES[random.below(PIECES.len())]);
        }
        read(&text);
    }
}

#[test]
fn deep_and_long_input_is_accepted_or_rejected() {
    for open in ["(", "[", "f(", "a: f([", "{ a: "] {
        read(&format!("model A {{\n  a Int @default({}\n}}\n", open.repeat(100_000)));
    }
    for line in ["model A {\n", "foo {\n", "/*\n", "a Int /*\n", "\"\n", "@@index([\n"] {
        read(&line.repeat(50_000));
    }
}

fn read(text: &str) {
    let sources = [Source::new("schema.prisma", text)];
    for flavour in [Flavour::V5, Flavour::V6, Flavour::V7] {
        if let Err(diagnostics) = data_model(&sources, flavour) {
            assert!(!diagnostics.is_empty());
            let _ = render(&diagnostics[..diagnostics.len().min(3)], &sources, true);
        }
    }
}

/// A reproducible sequence of pseudo-random numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}
