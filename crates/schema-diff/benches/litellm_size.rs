//! Measures the way from schema text to SQL on generated schemas: one of LiteLLM's size (100 models, 2,000 lines), and
//! larger ones. If the number of items per second is the same for all sizes, the time grows linearly.

use std::fmt::Write;

use divan::Bencher;
use divan::counter::ItemsCount;
use prisma_schema::{DataModel, Flavour, Source, data_model};
use schema_diff::Diff;
use sql_schema::SqlSchema;

const MODELS: [usize; 4] = [100, 1_000, 3_000, 10_000];

fn main() {
    divan::main();
}

#[divan::bench(args = MODELS)]
fn parse_and_validate(bencher: Bencher, models: usize) {
    let sources = [schema(models, Edition::Shipped)];
    bencher.counter(ItemsCount::new(models)).bench(|| validated(&sources));
}

#[divan::bench(args = MODELS)]
fn from_data_model(bencher: Bencher, models: usize) {
    let data_model = validated(&[schema(models, Edition::Shipped)]);
    bencher.counter(ItemsCount::new(models)).bench(|| SqlSchema::from_data_model(&data_model, Flavour::V5));
}

/// Every tenth model changes.
#[divan::bench(args = MODELS)]
fn diff_and_render(bencher: Bencher, models: usize) {
    let [shipped, edited] = [Edition::Shipped, Edition::Edited].map(|edition| relational(&schema(models, edition)));
    bencher.counter(ItemsCount::new(models)).bench(|| Diff::between(&shipped, &edited, Flavour::V5).to_sql());
}

/// Every model is new, which is the most SQL for a schema.
#[divan::bench(args = MODELS)]
fn diff_and_render_from_nothing(bencher: Bencher, models: usize) {
    let nothing = SqlSchema::default();
    let shipped = relational(&schema(models, Edition::Shipped));
    bencher.counter(ItemsCount::new(models)).bench(|| Diff::between(&nothing, &shipped, Flavour::V5).to_sql());
}

/// The whole work of `diff`, without reading the files.
#[divan::bench(args = MODELS)]
fn text_to_sql(bencher: Bencher, models: usize) {
    let [shipped, edited] = [Edition::Shipped, Edition::Edited].map(|edition| schema(models, edition));
    bencher
        .counter(ItemsCount::new(models))
        .bench(|| Diff::between(&relational(&shipped), &relational(&edited), Flavour::V5).to_sql());
}

fn relational(source: &Source) -> SqlSchema {
    SqlSchema::from_data_model(&validated(std::slice::from_ref(source)), Flavour::V5)
}

fn validated(sources: &[Source]) -> DataModel {
    data_model(sources, Flavour::V5).expect("the generated schema should be valid").0
}

#[derive(Clone, Copy, PartialEq)]
enum Edition {
    Shipped,
    Edited,
}

/// Models with 20 fields, each related to the previous model, and an enum for every tenth model.
fn schema(models: usize, edition: Edition) -> Source {
    let mut text = String::from(
        r#"
datasource db {
  provider = "postgresql"
  url = env("DATABASE_URL")
}
"#,
    );
    for model in 0..models {
        let tenth = model - model % 10;
        if model == tenth {
            write!(text, "\nenum State{tenth} {{\n  waiting\n  running\n  failed\n}}\n")
                .expect("writing to a string cannot fail");
        }
        let edited = edition == Edition::Edited && model == tenth;
        write_model(&mut text, model, models, tenth, edited).expect("writing to a string cannot fail");
    }
    Source::new("schema.prisma", text)
}

fn write_model(text: &mut String, model: usize, models: usize, tenth: usize, edited: bool) -> std::fmt::Result {
    writeln!(text, "\nmodel LiteLLM_Table{model} {{")?;
    text.push_str(
        r#"  id         String   @id @default(uuid())
  name       String
  alias      String?  @unique
  team_id    String?
  models     String[]
  tags       String[] @default([])
  metadata   Json     @default("{}")
  spend      Float    @default(0.0)
  max_spend  Float?
  tokens     BigInt   @default(0)
  requests   Int      @default(0)
  blocked    Boolean  @default(false)
  renews_at  DateTime?
  expires_at DateTime?
  created_at DateTime @default(now()) @map("created")
  updated_at DateTime @default(now()) @updatedAt
"#,
    );
    writeln!(text, "  state State{tenth} @default(waiting)")?;
    if model > 0 {
        let parent = model - 1;
        writeln!(text, "  parent_id String?")?;
        writeln!(text, "  parent LiteLLM_Table{parent}? @relation(fields: [parent_id], references: [id])")?;
    }
    if model + 1 < models {
        writeln!(text, "  children LiteLLM_Table{}[]", model + 1)?;
    }
    if edited {
        writeln!(text, "  tier String?\n  @@index([tier])")?;
    }
    writeln!(text, "  @@index([name, created_at(sort: Desc)])\n}}")
}
