//! Reads and writes cases as Markdown: one heading per rule. The info string of a fenced block names its content.

use std::{
    collections::BTreeMap,
    fmt::{self, Display, Formatter},
    str::FromStr,
};

use anyhow::{Context, bail};
use prisma_schema::Flavour;

use crate::case::{Answer, Case, CaseFile, Question};

impl FromStr for CaseFile {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let mut file = Self { introduction: String::new(), cases: Vec::new() };
        let mut draft: Option<Draft> = None;
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if let Some(name) = line.strip_prefix("## ") {
                file.cases.extend(draft.take().map(Draft::finish).transpose()?);
                draft = Some(Draft { name: name.to_owned(), ..Draft::default() });
            } else if let Some(info) = line.strip_prefix("```") {
                let block: String =
                    lines.by_ref().take_while(|line| *line != "```").flat_map(|line| [line, "\n"]).collect();
                let draft = draft.as_mut().context("A fenced block is above the first heading.")?;
                draft.add_block(info, block).with_context(|| format!("The case {:?} cannot be read.", draft.name))?;
            } else {
                let prose = draft.as_mut().map_or(&mut file.introduction, |draft| &mut draft.note);
                prose.push_str(line);
                prose.push('\n');
            }
        }
        file.cases.extend(draft.map(Draft::finish).transpose()?);
        Ok(file)
    }
}

/// A case whose blocks are still being read.
#[derive(Default)]
struct Draft {
    name: String,
    note: String,
    before: Option<String>,
    after: Option<String>,
    schema: Option<String>,
    setup: Option<(String, Option<u32>)>,
    answers: BTreeMap<Flavour, Answer>,
}

impl Draft {
    fn add_block(&mut self, info: &str, block: String) -> anyhow::Result<()> {
        let flavour = |version: &str| version.parse::<Flavour>().map_err(anyhow::Error::msg);
        match info.split(' ').collect::<Vec<_>>().as_slice() {
            ["prisma", "before"] => self.before = Some(block),
            ["prisma", "after"] => self.after = Some(block),
            ["prisma", "schema"] => self.schema = Some(block),
            ["sql", "setup"] => self.setup = Some((block, None)),
            ["sql", "setup", "PostgreSQL", since] => self.setup = Some((block, Some(since.parse()?))),
            ["sql", "Prisma", version] => _ = self.answers.insert(flavour(version)?, Answer::Sql(block)),
            ["text", "Prisma", version] => _ = self.answers.insert(flavour(version)?, Answer::Text(block)),
            _ => bail!("A fenced block has the unknown info string {info:?}."),
        }
        Ok(())
    }

    fn finish(self) -> anyhow::Result<Case> {
        let question = match (self.before, self.after, self.setup, self.schema) {
            (before, Some(after), None, None) => Question::Schemas { before, after },
            (None, Some(after), Some((setup, since)), None) => Question::Database { setup, since, after },
            (None, None, None, Some(schema)) => Question::Validation { schema },
            _ => bail!(
                "The case {:?} has no input. Give it `prisma after`, with `prisma before` or `sql setup` above it, or \
                 `prisma schema` alone.",
                self.name
            ),
        };
        Ok(Case { name: self.name, note: self.note, question, answers: self.answers })
    }
}

impl Display for CaseFile {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.introduction.trim())?;
        self.cases.iter().try_for_each(|case| write!(f, "\n{case}"))
    }
}

impl Display for Case {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}", self.name)?;
        if !self.note.trim().is_empty() {
            writeln!(f, "\n{}", self.note.trim())?;
        }
        let mut block = |info: &str, text: &str| write!(f, "\n```{info}\n{text}```\n");
        match &self.question {
            Question::Schemas { before, after } => {
                if let Some(before) = before {
                    block("prisma before", before)?;
                }
                block("prisma after", after)?;
            }
            Question::Database { setup, since, after } => {
                match since {
                    Some(since) => block(&format!("sql setup PostgreSQL {since}"), setup)?,
                    None => block("sql setup", setup)?,
                }
                block("prisma after", after)?;
            }
            Question::Validation { schema } => block("prisma schema", schema)?,
        }
        for (flavour, answer) in &self.answers {
            match answer {
                Answer::Sql(sql) => block(&format!("sql Prisma {flavour}"), sql)?,
                Answer::Text(text) => block(&format!("text Prisma {flavour}"), text)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::case::CaseFile;

    #[test]
    fn reading_and_writing_preserves_the_text() {
        let text = r#"# Tables

All of them.

## A new table

A note.

```prisma after
model T {
```

```sql Prisma 6
SELECT;
```

```text Prisma 7
refused
```

## An existing table

```sql setup PostgreSQL 15
SELECT;
```

```prisma after
```

## An invalid table

```prisma schema
?
```
"#;
        assert_eq!(text.parse::<CaseFile>().unwrap().to_string(), text);
    }

    #[test]
    fn errors_name_the_case() {
        let error = |text: &str| format!("{:#}", text.parse::<CaseFile>().unwrap_err());
        expect![[
            r#"The case "a" has no input. Give it `prisma after`, with `prisma before` or `sql setup` above it, or `prisma schema` alone."#
        ]]
        .assert_eq(&error("## a\n"));
        expect![[r#"The case "a" cannot be read.: A fenced block has the unknown info string "sql"."#]]
            .assert_eq(&error("## a\n```sql\n```\n"));
        expect!["A fenced block is above the first heading."].assert_eq(&error("```sql\n```\n"));
    }
}
