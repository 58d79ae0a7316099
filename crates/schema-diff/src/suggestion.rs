//! A name for what a diff does.

use sql_schema::Table;

use crate::{AlterTable, Diff, Step, TableChange, render};

/// A suggestion longer than this, in bytes, is cut at a word.
const MAX_LENGTH: usize = 60;

impl Diff<'_> {
    /// A name for the migration, such as `add_tier_to_team`: lower snake_case, and short. Empty if there is no step.
    #[must_use]
    pub fn suggest_name(&self) -> String {
        let deeds = deeds(self);
        let mut phrases = deeds.iter().map(Deed::phrase);
        let Some(first) = phrases.next() else { return String::new() };
        let name = match (phrases.next(), phrases.next()) {
            (None, _) => first,
            (Some(second), None) if first.len() + second.len() < MAX_LENGTH - "_and_".len() => {
                format!("{first}_and_{second}")
            }
            _ => format!("{}_and_more", cut(&first, MAX_LENGTH - "_and_more".len())),
        };
        cut(&name, MAX_LENGTH).to_owned()
    }
}

/// What is done to things, in words that go into a name.
struct Deed {
    kind: Kind,
    verb: &'static str,
    /// The columns, values or tables to which it is done.
    objects: Vec<String>,
    /// What stands before the places.
    preposition: &'static str,
    /// The tables or enums in which they are, if they are in one.
    places: Vec<String>,
}

/// Kinds of deeds: those that say more come first.
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
    /// From here on they are details of the ones before, and not worth a word where there is such a one.
    PrimaryKey,
    ForeignKey,
    Index,
    Enum,
    Extension,
    Schema,
}

impl Deed {
    fn phrase(&self) -> String {
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
        let mut phrase = format!("{}_{}", self.verb, listed(&self.objects, plural));
        if !self.places.is_empty() {
            let plural = if self.kind == Kind::EnumValue { "enums" } else { "tables" };
            phrase += &format!("_{}_{}", self.preposition, listed(&self.places, plural));
        }
        phrase
    }
}

/// Names as long as there are few, else their number.
fn listed(names: &[String], plural: &str) -> String {
    if names.len() < 3 { names.join("_and_") } else { format!("{}_{plural}", names.len()) }
}

/// What the steps do, in the order of what says most.
fn deeds(diff: &Diff<'_>) -> Vec<Deed> {
    let mut collector = Collector { words: Words::of(diff), deeds: Vec::new() };
    for step in diff.steps() {
        collector.step(diff, step);
    }
    let mut deeds = collector.deeds;
    deeds.sort_by_key(|deed| deed.kind);
    if deeds.first().is_some_and(|first| first.kind < Kind::PrimaryKey) {
        deeds.retain(|deed| deed.kind < Kind::PrimaryKey);
    }
    deeds
}

struct Collector {
    words: Words,
    deeds: Vec<Deed>,
}

impl Collector {
    fn step(&mut self, diff: &Diff<'_>, step: &Step) {
        let (from, to) = (diff.from(), diff.to());
        let word = |name: &str| snake_case(name);
        match step {
            Step::RenameTable { table, old } => {
                let renamed = format!("{}_to_{}", self.words.name(old), self.words.table(from.table(*table)));
                self.push(Kind::RenameTable, "rename", renamed);
            }
            Step::RenameColumn { column, old } => {
                let table = from.table(column.table);
                let renamed = format!("{}_to_{}", word(old), word(&table.column(column.column).name));
                let table = self.words.table(table);
                self.push_in(Kind::RenameColumn, "rename", vec![renamed], "of", table);
            }
            Step::CreateTable(table) => self.push(Kind::CreateTable, "add", self.words.table(to.table(*table))),
            Step::DropTable(table) => self.push(Kind::DropTable, "drop", self.words.table(from.table(*table))),
            Step::AlterTable(alter) => self.table(diff, alter),
            Step::AlterEnum(alter) => {
                let (old, new) = (from.enum_(alter.from), to.enum_(alter.to));
                let values = |places: &[u32], values: &[String]| {
                    places.iter().map(|&place| word(&values[place as usize])).collect()
                };
                let name = self.words.name(&new.name);
                self.push_in(Kind::EnumValue, "add", values(&alter.added, &new.values), "to", name.clone());
                self.push_in(Kind::EnumValue, "drop", values(&alter.dropped, &old.values), "from", name);
            }
            Step::CreateEnum(id) => self.push(Kind::Enum, "add", self.words.name(&to.enum_(*id).name)),
            Step::DropEnum(id) => self.push(Kind::Enum, "drop", self.words.name(&from.enum_(*id).name)),
            Step::CreateIndex(create) => {
                let (table, index) = render::indexes::find(to, create.index);
                let columns = index.columns.iter().map(|column| word(&table.column(column.column).name)).collect();
                self.push_in(Kind::Index, "index", columns, "of", self.words.table(table));
            }
            Step::DropIndex(id) => {
                let table = render::indexes::find(from, *id).0;
                self.push_in(Kind::Index, "drop", vec!["index".to_owned()], "of", self.words.table(table));
            }
            Step::RenameIndex { from: id, .. } => {
                let table = render::indexes::find(from, *id).0;
                self.push_in(Kind::Index, "rename", vec!["index".to_owned()], "of", self.words.table(table));
            }
            Step::AddForeignKey(id) => {
                let (table, key) = render::foreign_keys::find(to, *id);
                let referenced = self.words.table(to.table(key.referenced_table));
                self.push_in(Kind::ForeignKey, "link", vec![self.words.table(table)], "to", referenced);
            }
            Step::DropForeignKey(id) => {
                let (table, key) = render::foreign_keys::find(from, *id);
                let referenced = self.words.table(from.table(key.referenced_table));
                self.push_in(Kind::ForeignKey, "unlink", vec![self.words.table(table)], "from", referenced);
            }
            Step::RenameForeignKey { from: id, .. } => {
                let table = render::foreign_keys::find(from, *id).0;
                self.push_in(Kind::ForeignKey, "rename", vec!["key".to_owned()], "of", self.words.table(table));
            }
            Step::CreateSchema(name) => self.push(Kind::Schema, "add", word(name)),
            Step::CreateExtension(place) => self.push(Kind::Extension, "add", word(&to.extensions[*place].name)),
            Step::AlterExtension { to: place, .. } => {
                self.push(Kind::Extension, "alter", word(&to.extensions[*place].name));
            }
            // It is created again, and sequences follow what they serve.
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
        let table = self.words.table(to);
        if added.is_empty() && dropped.is_empty() && altered.is_empty() {
            self.push_in(Kind::PrimaryKey, "alter", vec!["key".to_owned()], "of", table);
            return;
        }
        self.push_in(Kind::AddColumn, "add", added, "to", table.clone());
        self.push_in(Kind::DropColumn, "drop", dropped, "from", table.clone());
        self.push_in(Kind::AlterColumn, "alter", altered, "of", table);
    }

    /// Adds to the deed of this kind, if there is one.
    fn push(&mut self, kind: Kind, verb: &'static str, object: String) {
        match self.deeds.iter_mut().find(|deed| deed.kind == kind && deed.verb == verb) {
            Some(deed) => deed.objects.push(object),
            None => self.deeds.push(Deed { kind, verb, objects: vec![object], preposition: "", places: Vec::new() }),
        }
    }

    /// Adds to the deed that does the same in another place, if there is one.
    fn push_in(
        &mut self,
        kind: Kind,
        verb: &'static str,
        objects: Vec<String>,
        preposition: &'static str,
        place: String,
    ) {
        if objects.is_empty() {
            return;
        }
        let is_same = |deed: &&mut Deed| deed.kind == kind && deed.verb == verb && deed.objects == objects;
        match self.deeds.iter_mut().find(is_same) {
            Some(deed) if deed.places.contains(&place) => {}
            Some(deed) => deed.places.push(place),
            None => self.deeds.push(Deed { kind, verb, objects, preposition, places: vec![place] }),
        }
    }
}

/// The words for tables.
struct Words {
    /// What most tables' names begin with, such as `LiteLLM_`.
    prefix: String,
}

impl Words {
    fn of(diff: &Diff<'_>) -> Self {
        let tables = diff.from().tables.iter().chain(&diff.to().tables);
        let names: Vec<&str> = tables.map(|table| table.name.as_str()).collect();
        let prefix = |name: &&str| name.find('_').filter(|&end| end > 0).map(|end| name[..=end].to_owned());
        let prefix = names.iter().find_map(prefix).unwrap_or_default();
        let is_common = names.iter().filter(|name| name.starts_with(&prefix)).count() * 2 > names.len().max(2);
        Self { prefix: if is_common { prefix } else { String::new() } }
    }

    fn table(&self, table: &Table) -> String {
        self.name(&table.name)
    }

    /// The name without what goes without saying.
    fn name(&self, name: &str) -> String {
        let name = name.strip_prefix(&self.prefix).filter(|rest| !rest.is_empty()).unwrap_or(name);
        snake_case(name.strip_suffix("Table").filter(|rest| !rest.is_empty()).unwrap_or(name))
    }
}

/// `name` in lower snake_case. What has no letter or digit is a `thing`.
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

/// The longest start of `name` that has at most `length` bytes and ends with a word; if need be, within the second one.
fn cut(name: &str, length: usize) -> &str {
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
    fn check(from: &str, to: &str, expected: &str) {
        let (from, to) = (model(from, Flavour::V5), model(to, Flavour::V5));
        let name = Diff::between(&from, &to, Flavour::V5).suggest_name();
        assert_eq!(name, expected);
        assert_eq!(name.parse::<Name>().map(|name| name.to_string()).as_ref(), Ok(&name));
    }

    const BEFORE: &str = "model Lite_TeamTable {\n  id Int @id\n  a String?\n}\nmodel Lite_KeyTable {\n  id Int @id\n  a String?\n}\nenum Tier {\n  low\n}\n";

    fn with(old: &str, new: &str) -> String {
        assert!(BEFORE.contains(old));
        BEFORE.replace(old, new)
    }

    #[test]
    fn columns() {
        let team = "Lite_TeamTable {\n";
        check(BEFORE, &with(team, &format!("{team}  tier Int?\n")), "add_tier_to_team");
        check(
            BEFORE,
            &with(team, &format!("{team}  tier Int?\n  maxBudget Int?\n")),
            "add_max_budget_and_tier_to_team",
        );
        check(BEFORE, &with(team, &format!("{team}  b Int?\n  c Int?\n  d Int?\n")), "add_3_columns_to_team");
        check(BEFORE, &with("{\n  id", "{\n  tier Int?\n  id"), "add_tier_to_team_and_key");
        check(BEFORE, &with("  a String?\n", ""), "drop_a_from_team_and_key");
        check(BEFORE, &with("a String?", "a String"), "alter_a_of_team_and_key");
    }

    #[test]
    fn tables() {
        check(BEFORE, &format!("{BEFORE}model Lite_Tag {{\n  name String @id @unique\n}}\n"), "add_tag");
        check(BEFORE, "enum Tier {\n  low\n}", "drop_team_and_key");
        check("", BEFORE, "add_team_and_key");
    }

    #[test]
    fn enums() {
        check(BEFORE, &with("  low\n", "  low\n  high\n"), "add_high_to_tier");
        check(BEFORE, &with("  low\n", "  high\n"), "add_high_to_tier_and_drop_low_from_tier");
        check(BEFORE, &with("enum Tier {\n  low\n}\n", ""), "drop_tier");
    }

    #[test]
    fn details_are_told_if_there_is_nothing_else() {
        let indexed = with("  a String?\n}\nenum", "  a String?\n  @@index([a])\n}\nenum");
        check(BEFORE, &indexed, "index_a_of_key");
        check(&indexed, BEFORE, "drop_index_of_key");
        check(BEFORE, &indexed.replace("  a String?", "  a String?\n  b Int?"), "add_b_to_team_and_key");
    }

    #[test]
    fn whatever_the_names_are_it_is_a_name() {
        let model = |name: &str, map: &str| format!("model {name} {{\n  id Int @id\n  @@map(\"{map}\")\n}}\n");
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
