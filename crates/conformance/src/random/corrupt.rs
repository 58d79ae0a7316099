//! Puts mistakes into schemas.

use super::generator::Generator;

/// Fragments that are inserted where they are invalid, or change the meaning.
const STRAY: &[&str] = &[
    " @id",
    " @unique",
    " @default(now())",
    " @default(autoincrement())",
    " @default(1)",
    " @default(\"x\")",
    " @default([])",
    " @default(uuid())",
    " @default(dbgenerated(\"\"))",
    " @updatedAt",
    " @ignore",
    " @map(\"\")",
    " @map(\"x\")",
    " @map(name: \"y\")",
    " @db.VarChar(3)",
    " @db.Foo",
    " @db.Decimal(3)",
    " @db.Timestamp(9)",
    " @relation",
    " @relation(\"x\")",
    " @relation(fields: [id])",
    " @@id([id])",
    " @foo",
    "?",
    "[]",
    "[]?",
    "(",
    ")",
    "{",
    "}",
    "\"",
    ",",
    ":",
    "@",
    "@@",
    ".",
    " // note",
    " /// doc",
    "=",
    "-1",
    "é",
];

/// Lines that are inserted anywhere.
const STRAY_LINES: &[&str] = &[
    "  @@id([id])",
    "  @@id([id, id])",
    "  @@unique([])",
    "  @@unique([nothing])",
    "  @@index([id], type: Hash)",
    "  @@index([id], type: Gin)",
    "  @@index([id(ops: Int4BloomOps)], type: Brin)",
    "  @@index([id(length: 3)])",
    "  @@fulltext([id])",
    "  @@map(\"\")",
    "  @@map(\"same\")",
    "  @@schema(\"public\")",
    "  @@ignore",
    "  @@foo",
    "  other Int",
    "  id Int",
    "  a Strng",
    "  a Bytes @id",
    "  list Int[] @default(1)",
    "  r Other @relation(fields: [id], references: [id])",
    "model M1 {",
    "enum E1 {",
    "type T {",
    "}",
    "foo {",
    "view V {",
    "generator g {",
    "datasource d {",
    "  previewFeatures = [\"none\"]",
    "  schemas = []",
    "  schemas = [\"a\", \"a\"]",
    "  provider = 1",
    "  relationMode = \"x\"",
    "  extensions = [a, a]",
    "  foreignKeys = true",
    "  directUrl = env(\"X\")",
    "/// doc",
    "  A @map(\"B\")",
];

impl Generator {
    /// Puts a few mistakes into a schema.
    pub(super) fn corrupted(&mut self, text: &str) -> String {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for _ in 0..=self.few(3) {
            let (position, other) = (self.rng.usize(..lines.len()), self.rng.usize(..lines.len()));
            match self.rng.u32(..10) {
                0 => _ = lines.remove(position),
                1 => lines.insert(position, lines[other].clone()),
                2 => lines.swap(position, other),
                3 => lines.insert(position, self.word(STRAY_LINES).to_owned()),
                4 | 5 => lines[position] += self.word(STRAY),
                _ => lines[position] = self.corrupted_line(&lines[position], &lines[other]),
            }
            if lines.is_empty() {
                break;
            }
        }
        lines.iter().flat_map(|line| [line, "\n"]).collect()
    }

    /// Removes, repeats or inserts a word, or replaces it with a word of the other line.
    fn corrupted_line(&mut self, line: &str, other: &str) -> String {
        let mut words: Vec<&str> = line.split_inclusive([' ', '(', '[', ',', ':', ')']).collect();
        let others: Vec<&str> = other.split_inclusive([' ', '(', '[', ',', ':', ')']).collect();
        if words.is_empty() {
            return line.to_owned();
        }
        let position = self.rng.usize(..words.len());
        match self.rng.u32(..4) {
            0 => _ = words.remove(position),
            1 => words.insert(position, words[position]),
            2 => words.insert(position, self.word(STRAY)),
            _ => words[position] = self.pick_any(&others).copied().unwrap_or_default(),
        }
        words.concat()
    }
}
