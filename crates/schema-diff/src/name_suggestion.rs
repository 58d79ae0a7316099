//! Suggests the name of a migration.

use sql_schema::Table;

use crate::{AlterTable, Diff, Step, TableChange};

/// The longest suggestion, in bytes. A longer name is shortened at a word.
const MAX_LENGTH: usize = 60;

impl Diff<'_> {
    /// A short name for the migration in lower snake_case, such as `add_tier_to_team`. Empty if there is no step.
    #[must_use]
    pub fn suggest_name(&self) -> String {
        let phrases = phrases(self);
        let mut phrases = phrases.iter().map(NamePhrase::text);
        let Some(first) = phrases.next() else { return String::new() };
        let name = match (phrases.next(), phrases.next()) {
            (None, _) => first,
            (Some(second), None) if first.len() + second.len() < MAX_LENGTH - "_and_".len() => {
                format!("{first}_and_{second}")
            }
            _ => format!("{}_and_more", shortened(&first, MAX_LENGTH - "_and_more".len())),
        };
        shortened(&name, MAX_LENGTH).to_owned()
    }
}

/// A part of the name, such as `add_tier_and_budget_to_team`.
struct NamePhrase {
    kind: Kind,
    verb: &'static str,
    /// The changed columns, values, tables and so on.
    objects: Vec<String>,
    /// The tables or enums that contain the objects. Empty if the objects are not in a table or an enum.
    containers: Vec<String>,
}

/// The kinds of phrases. The most important come first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    RenameTable,
    CreateTable,
    DropTable,
    RenameColumn,
    AddColumn,
    DropColumn,
    AlterColumn,
    EnumValue,
    /// This kind and all later ones are details. The name omits them if it has a phrase of an earlier kind.
    PrimaryKey,
    ForeignKey,
    Index,
    Enum,
    Extension,
    Schema,
}

impl NamePhrase {
    fn text(&self) -> String {
        let plural = match self.kind {
            Kind::RenameTable | Kind::CreateTable | Kind::DropTable => "tables",
            Kind::RenameColumn | Kind::AddColumn | Kind::DropColumn | Kind::AlterColumn => "columns",
            Kind::EnumValue => "values",
            Kind::PrimaryKey | Kind::ForeignKey => "keys",
            Kind::Index => "indexes",
            Kind::Enum => "enums",
            Kind::Extension => "extensions",
            Kind::Schema => "schemas",
        };
        let mut text = format!("{}_{}", self.verb, listed(&self.objects, plural));
        if !self.containers.is_empty() {
            let plural = if self.kind == Kind::EnumValue { "enums" } else { "tables" };
            let preposition = match (self.kind, self.verb) {
                (Kind::Index, _) => "of",
                (_, "add" | "link") => "to",
                (_, "drop" | "unlink") => "from",
                _ => "of",
            };
            text += &format!("_{preposition}_{}", listed(&self.containers, plural));
        }
        text
    }
}

/// One or two names, or the number of names if there are more.
fn listed(names: &[String], plural: &str) -> String {
    if names.len() < 3 { names.join("_and_") } else { format!("{}_{plural}", names.len()) }
}

/// The phrases for all steps, the most important first.
fn phrases(diff: &Diff<'_>) -> Vec<NamePhrase> {
    let mut collector = PhraseCollector { names: ShortNames::of(diff), phrases: Vec::new() };
    for step in diff.steps() {
        collector.step(diff, step);
    }
    let mut phrases = collector.phrases;
    phrases.sort_by_key(|phrase| phrase.kind);
    if phrases.first().is_some_and(|first| first.kind < Kind::PrimaryKey) {
        phrases.retain(|phrase| phrase.kind < Kind::PrimaryKey);
    }
    phrases
}

struct PhraseCollector {
    names: ShortNames,
    phrases: Vec<NamePhrase>,
}

impl PhraseCollector {
    fn step(&mut self, diff: &Diff<'_>, step: &Step) {
        let (from, to) = (diff.from(), diff.to());
        match step {
            Step::RenameTable { table, old } => {
                let renamed = format!("{}_to_{}", self.names.of_name(old), self.names.of_table(from.table(*table)));
                self.push(Kind::RenameTable, "rename", renamed);
            }
            Step::RenameColumn { column, old } => {
                let (table, column) = column.resolve(from);
                let renamed = format!("{}_to_{}", snake_case(old), snake_case(&column.name));
                self.push_in_table(Kind::RenameColumn, "rename", vec![renamed], table);
            }
            Step::CreateTable(table) => {
                self.push(Kind::CreateTable, "add", self.names.of_table(to.table(*table)));
            }
            Step::DropTable(table) => {
                self.push(Kind::DropTable, "drop", self.names.of_table(from.table(*table)));
            }
            Step::AlterTable(alter) => self.table(diff, alter),
            Step::AlterEnum(alter) => {
                let (old, new) = (from.enum_(alter.from), to.enum_(alter.to));
                let values = |positions: &[u32], values: &[String]| {
                    positions.iter().map(|&position| snake_case(&values[position as usize])).collect()
                };
                let name = self.names.of_name(&new.name);
                self.push_in(Kind::EnumValue, "add", values(&alter.added, &new.values), name.clone());
                self.push_in(Kind::EnumValue, "drop", values(&alter.dropped, &old.values), name);
            }
            Step::CreateEnum(id) => self.push(Kind::Enum, "add", self.names.of_name(&to.enum_(*id).name)),
            Step::DropEnum(id) => self.push(Kind::Enum, "drop", self.names.of_name(&from.enum_(*id).name)),
            Step::CreateIndex(create) => {
                let (table, index) = create.index.resolve(to);
                let columns =
                    index.columns.iter().map(|column| snake_case(&table.column(column.column).name)).collect();
                self.push_in_table(Kind::Index, "index", columns, table);
            }
            Step::DropIndex(id) => {
                self.push_in_table(Kind::Index, "drop", vec!["index".to_owned()], id.resolve(from).0);
            }
            Step::RenameIndex { from: id, .. } => {
                self.push_in_table(Kind::Index, "rename", vec!["index".to_owned()], id.resolve(from).0);
            }
            Step::AddForeignKey(id) => {
                let (table, key) = id.resolve(to);
                let (table, referenced) = (self.names.of_table(table), to.table(key.referenced_table));
                self.push_in_table(Kind::ForeignKey, "link", vec![table], referenced);
            }
            Step::DropForeignKey(id) => {
                let (table, key) = id.resolve(from);
                let (table, referenced) = (self.names.of_table(table), from.table(key.referenced_table));
                self.push_in_table(Kind::ForeignKey, "unlink", vec![table], referenced);
            }
            Step::RenameForeignKey { from: id, .. } => {
                self.push_in_table(Kind::ForeignKey, "rename", vec!["key".to_owned()], id.resolve(from).0);
            }
            Step::CreateSchema(name) => self.push(Kind::Schema, "add", snake_case(name)),
            Step::CreateExtension(extension) => {
                self.push(Kind::Extension, "add", snake_case(&to.extensions[*extension].name));
            }
            Step::AlterExtension { to: extension, .. } => {
                self.push(Kind::Extension, "alter", snake_case(&to.extensions[*extension].name));
            }
            // Another step creates the extension again, and a sequence is renamed together with its table or column.
            Step::DropExtension(_) | Step::RenameSequence { .. } => {}
        }
    }

    fn table(&mut self, diff: &Diff<'_>, alter: &AlterTable) {
        let (from, to) = (diff.from().table(alter.from), diff.to().table(alter.to));
        let (mut added, mut dropped, mut altered) = (Vec::new(), Vec::new(), Vec::new());
        for change in &alter.changes {
            match change {
                TableChange::AddColumn(column) => added.push(snake_case(&to.column(*column).name)),
                TableChange::DropColumn(column) => dropped.push(snake_case(&from.column(*column).name)),
                TableChange::AlterColumn(column) | TableChange::RecreateColumn(column) => {
                    altered.push(snake_case(&to.column(column.to).name));
                }
                TableChange::DropPrimaryKey | TableChange::RenamePrimaryKey | TableChange::AddPrimaryKey => {}
            }
        }
        if added.is_empty() && dropped.is_empty() && altered.is_empty() {
            self.push_in_table(Kind::PrimaryKey, "alter", vec!["key".to_owned()], to);
            return;
        }
        self.push_in_table(Kind::AddColumn, "add", added, to);
        self.push_in_table(Kind::DropColumn, "drop", dropped, to);
        self.push_in_table(Kind::AlterColumn, "alter", altered, to);
    }

    /// Adds an object to the phrase with this kind and verb, or adds a phrase.
    fn push(&mut self, kind: Kind, verb: &'static str, object: String) {
        match self.phrases.iter_mut().find(|phrase| phrase.kind == kind && phrase.verb == verb) {
            Some(phrase) => phrase.objects.push(object),
            None => self.phrases.push(NamePhrase { kind, verb, objects: vec![object], containers: Vec::new() }),
        }
    }

    fn push_in_table(&mut self, kind: Kind, verb: &'static str, objects: Vec<String>, table: &Table) {
        self.push_in(kind, verb, objects, self.names.of_table(table));
    }

    /// Adds a container to the phrase with this kind, verb and objects, or adds a phrase.
    fn push_in(&mut self, kind: Kind, verb: &'static str, objects: Vec<String>, container: String) {
        if objects.is_empty() {
            return;
        }
        let is_same =
            |phrase: &&mut NamePhrase| phrase.kind == kind && phrase.verb == verb && phrase.objects == objects;
        match self.phrases.iter_mut().find(is_same) {
            Some(phrase) if phrase.containers.contains(&container) => {}
            Some(phrase) => phrase.containers.push(container),
            None => self.phrases.push(NamePhrase { kind, verb, objects, containers: vec![container] }),
        }
    }
}

/// The short names of tables and enums.
struct ShortNames {
    /// The prefix of most table names, such as `LiteLLM_`, which short names omit.
    prefix: String,
}

impl ShortNames {
    fn of(diff: &Diff<'_>) -> Self {
        let tables = diff.from().tables.iter().chain(&diff.to().tables);
        let names: Vec<&str> = tables.map(|table| table.name.as_str()).collect();
        let prefix = |name: &&str| name.find('_').filter(|&end| end > 0).map(|end| name[..=end].to_owned());
        let prefix = names.iter().find_map(prefix).unwrap_or_default();
        let is_common = names.iter().filter(|name| name.starts_with(&prefix)).count() * 2 > names.len().max(2);
        Self { prefix: if is_common { prefix } else { String::new() } }
    }

    fn of_table(&self, table: &Table) -> String {
        self.of_name(&table.name)
    }

    /// The name without the common prefix and without the suffix `Table`.
    fn of_name(&self, name: &str) -> String {
        let name = name.strip_prefix(&self.prefix).filter(|rest| !rest.is_empty()).unwrap_or(name);
        snake_case(name.strip_suffix("Table").filter(|rest| !rest.is_empty()).unwrap_or(name))
    }
}

/// `name` in lower snake_case, or `thing` if it contains no ASCII letter or digit.
fn snake_case(name: &str) -> String {
    let mut words = String::new();
    let mut after_lower = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && after_lower {
                words.push('_');
            }
            words.push(c.to_ascii_lowercase());
        } else if !words.is_empty() && !words.ends_with('_') {
            words.push('_');
        }
        after_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    let words = words.trim_end_matches('_');
    if words.is_empty() { "thing".to_owned() } else { words.to_owned() }
}

/// The longest beginning of `name` that has at most `length` bytes and ends with a whole word.
///
/// If only the first word is whole, the second word is cut.
fn shortened(name: &str, length: usize) -> &str {
    if name.len() <= length {
        return name;
    }
    let start = &name[..length];
    let first_word = start.find('_').unwrap_or(0);
    let end = start.rfind('_').filter(|&end| end > first_word && !name[length..].starts_with('_')).unwrap_or(length);
    name[..end].trim_end_matches('_')
}

#[cfg(test)]
mod tests {
    use migrations::Name;
    use prisma_schema::Flavour;

    use crate::{Diff, testing::model};

    #[track_caller]
    fn check(before: &str, after: &str, expected: &str) {
        let (before, after) = (model(before, Flavour::V5), model(after, Flavour::V5));
        let name = Diff::between(&before, &after, Flavour::V5).suggest_name();
        assert_eq!(name, expected);
        assert_eq!(name.parse::<Name>().map(|name| name.to_string()).as_ref(), Ok(&name));
    }

    const BEFORE: &str = r#"
        model Lite_TeamTable {
          id Int @id
          a String?
        }
        model Lite_KeyTable {
          id Int @id
          a String?
        }
        enum Tier {
          low
        }
    "#;

    /// [`BEFORE`], with `new` instead of `old`. A `;` in `new` is a line break.
    fn with(old: &str, new: &str) -> String {
        assert!(BEFORE.contains(old));
        BEFORE.replace(old, &new.replace(';', "\n"))
    }

    #[test]
    fn columns() {
        let team = "Lite_TeamTable {";
        check(BEFORE, &with(team, &format!("{team}; tier Int?")), "add_tier_to_team");
        check(BEFORE, &with(team, &format!("{team}; tier Int?; maxBudget Int?")), "add_max_budget_and_tier_to_team");
        check(BEFORE, &with(team, &format!("{team}; b Int?; c Int?; d Int?")), "add_3_columns_to_team");
        check(BEFORE, &with("id Int @id", "id Int @id; tier Int?"), "add_tier_to_team_and_key");
        check(BEFORE, &with("a String?", ""), "drop_a_from_team_and_key");
        check(BEFORE, &with("a String?", "a String"), "alter_a_of_team_and_key");
    }

    #[test]
    fn tables() {
        let tag = r#"
            model Lite_Tag {
              name String @id @unique
            }
        "#;
        let tier = r#"
            enum Tier {
              low
            }
        "#;
        check(BEFORE, &format!("{BEFORE}{tag}"), "add_tag");
        check(BEFORE, tier, "drop_team_and_key");
        check("", BEFORE, "add_team_and_key");
    }

    #[test]
    fn enums() {
        check(BEFORE, &with("low", "low; high"), "add_high_to_tier");
        check(BEFORE, &with("low", "high"), "add_high_to_tier_and_drop_low_from_tier");
        check(BEFORE, BEFORE.split("enum").next().unwrap(), "drop_tier");
    }

    #[test]
    fn details_are_named_only_if_nothing_else_changes() {
        let key = "Lite_KeyTable {";
        let indexed = with(key, &format!("{key}; @@index([a])"));
        check(BEFORE, &indexed, "index_a_of_key");
        check(&indexed, BEFORE, "drop_index_of_key");
        check(BEFORE, &indexed.replace("id Int @id", "b Int?\nid Int @id"), "add_b_to_team_and_key");
    }

    #[test]
    fn every_suggestion_is_a_valid_name() {
        let model = |name: &str, map: &str| {
            format!(
                r#"
                    model {name} {{
                      id Int @id
                      @@map("{map}")
                    }}
                "#
            )
        };
        check("", &model("A", "äöü"), "add_thing");
        check("", &model("A", "test"), "add_test");
        check("", &model("A", &"x".repeat(63)), &format!("add_{}", "x".repeat(56)));
        check(
            "",
            &(model("A", &"long_name_".repeat(6)) + &model("B", &"other_name_".repeat(5))),
            "add_long_name_long_name_long_name_long_name_long_name_long",
        );
    }
}
