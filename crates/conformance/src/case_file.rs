//! Cases as Markdown: a heading for each rule, and fenced blocks that say by their first line what they hold.

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
                let draft = draft.as_mut().context("A block stands above the first heading.")?;
                draft.put(info, block).with_context(|| format!("The case {:?} cannot be read.", draft.name))?;
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

/// A case, as far as its blocks were read.
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
    fn put(&mut self, info: &str, block: String) -> anyhow::Result<()> {
        let flavour = |version: &str| version.parse::<Flavour>().map_err(anyhow::Error::msg);
        match info.split(' ').collect::<Vec<_>>().as_slice() {
            ["prisma", "before"] => self.before = Some(block),
            ["prisma", "after"] => self.after = Some(block),
            ["prisma", "schema"] => self.schema = Some(block),
            ["sql", "setup"] => self.setup = Some((block, None)),
            ["sql", "setup", "PostgreSQL", since] => self.setup = Some((block, Some(since.parse()?))),
            ["sql", "Prisma", version] => _ = self.answers.insert(flavour(version)?, Answer::Sql(block)),
            ["text", "Prisma", version] => _ = self.answers.insert(flavour(version)?, Answer::Text(block)),
            _ => bail!("No block is called {info:?}."),
        }
        Ok(())
    }

    fn finish(self) -> anyhow::Result<Case> {
        let question = match (self.before, self.after, self.setup, self.schema) {
            (before, Some(after), None, None) => Question::Schemas { before, after },
            (None, Some(after), Some((setup, since)), None) => Question::Database { setup, since, after },
            (None, None, None, Some(schema)) => Question::Verdict { schema },
            _ => bail!(
                "The case {:?} asks nothing: it needs `prisma after`, behind `prisma before` or `sql setup`, or \
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
            Question::Verdict { schema } => block("prisma schema", schema)?,
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
    fn what_is_read_is_written() {
        let text = "# Tables\n\nAll of them.\n\n## One is new\n\nA note.\n\n```prisma after\nmodel T {\n```\n\n\
                    ```sql Prisma 6\nSELECT;\n```\n\n```text Prisma 7\nrefused\n```\n\n## One is there\n\n\
                    ```sql setup PostgreSQL 15\nSELECT;\n```\n\n```prisma after\n```\n\n## One is wrong\n\n\
                    ```prisma schema\n?\n```\n";
        assert_eq!(text.parse::<CaseFile>().unwrap().to_string(), text);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let error = |text: &str| format!("{:#}", text.parse::<CaseFile>().unwrap_err());
        expect![[
            r#"The case "a" asks nothing: it needs `prisma after`, behind `prisma before` or `sql setup`, or `prisma schema` alone."#
        ]]
        .assert_eq(&error("## a\n"));
        expect![[r#"The case "a" cannot be read.: No block is called "sql"."#]]
            .assert_eq(&error("## a\n```sql\n```\n"));
        expect!["A block stands above the first heading."].assert_eq(&error("```sql\n```\n"));
    }
}
