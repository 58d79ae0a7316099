//! Prisma's own command-line client, for `diff --compare-with-prisma`.

use std::path::PathBuf;

use anyhow::{Context, bail, ensure};
use fs_err as fs;
use prisma_schema::{Flavour, Source};
use scratch_postgres::Database;
use tempfile::TempDir;
use xshell::{Shell, cmd};

/// The client of one major version.
#[derive(Debug)]
pub(crate) struct PrismaClient {
    /// The program and its leading arguments.
    command: Vec<String>,
    flavour: Flavour,
}

/// One side of the comparison, in a form that the client accepts.
#[derive(Debug)]
pub(crate) enum Side {
    Empty,
    /// The files of a schema.
    Schema(Vec<Source>),
    /// The URL of a database.
    Database(String),
    /// A replayed database. It lives until the client has finished.
    Replayed(Database),
}

impl PrismaClient {
    /// Finds `prisma` of that major version on `PATH`, or else `npx`.
    pub(crate) fn find(flavour: Flavour) -> anyhow::Result<Self> {
        let shell = Shell::new()?;
        let version = flavour.release();
        if let Ok(printed) = cmd!(shell, "prisma --version").quiet().ignore_stderr().read()
            && major(&printed).is_some_and(|major| major == flavour.to_string())
        {
            return Ok(Self { command: vec!["prisma".to_owned()], flavour });
        }
        let package = format!("prisma@{version}");
        if cmd!(shell, "npx --version").quiet().ignore_stderr().read().is_ok() {
            return Ok(Self { command: ["npx", "--yes", &package].map(str::to_owned).to_vec(), flavour });
        }
        bail!(
            "Neither prisma {flavour} nor npx is on PATH.\nInstall Node.js, which includes npx, or install the client: npm \
             install --global {package}"
        );
    }

    /// The command line of the client.
    pub(crate) fn name(&self) -> String {
        self.command.join(" ")
    }

    /// The SQL that the client prints.
    pub(crate) fn diff(&self, from: &Side, to: &Side) -> anyhow::Result<String> {
        let scratch = TempDir::new().context("A temporary folder could not be created.")?;
        let mut call = DiffCommand { flavour: self.flavour, scratch, arguments: Vec::new(), urls: Vec::new() };
        call.add("from", from)?;
        call.add("to", to)?;
        let shell = Shell::new()?;
        shell.change_dir(call.scratch.path());
        let (program, first) = self.command.split_first().context("the command is never empty")?;
        let arguments = &call.arguments;
        let output = cmd!(shell, "{program} {first...} migrate diff {arguments...} --script")
            .envs(call.urls.iter().map(|(name, url)| (*name, url.as_str())))
            .quiet()
            .ignore_status()
            .output()?;
        ensure!(
            output.status.success(),
            "{} failed ({}):\n{}",
            self.name(),
            output.status,
            call.without_urls(&String::from_utf8_lossy(&output.stderr))
        );
        let printed = String::from_utf8(output.stdout).context("Prisma printed invalid UTF-8.")?;
        // The client prints one more line break than the engine.
        Ok(printed.strip_suffix('\n').map_or_else(|| printed.clone(), str::to_owned))
    }
}

/// The arguments of `prisma migrate diff`, and the temporary files that they name.
struct DiffCommand {
    flavour: Flavour,
    scratch: TempDir,
    arguments: Vec<String>,
    /// Environment variables and the URLs they carry. Any user can read the arguments of a process, so URLs are not put there.
    urls: Vec<(&'static str, String)>,
}

impl DiffCommand {
    fn add(&mut self, side: &'static str, what: &Side) -> anyhow::Result<()> {
        match what {
            Side::Empty => self.arguments.push(format!("--{side}-empty")),
            Side::Schema(sources) => {
                let path = self.write_schema(side, sources)?;
                let option = if self.flavour < Flavour::V7 { "schema-datamodel" } else { "schema" };
                self.arguments.extend([format!("--{side}-{option}"), path.display().to_string()]);
            }
            Side::Database(url) => self.add_database(side, url.clone())?,
            Side::Replayed(database) => self.add_database(side, database.url().expose())?,
        }
        Ok(())
    }

    fn write_schema(&self, side: &str, sources: &[Source]) -> anyhow::Result<PathBuf> {
        let folder = self.scratch.path().join(side);
        fs::create_dir(&folder)?;
        for (index, source) in sources.iter().enumerate() {
            fs::write(folder.join(format!("{index}.prisma")), &source.text)?;
        }
        Ok(if sources.len() == 1 { folder.join("0.prisma") } else { folder })
    }

    fn add_database(&mut self, side: &'static str, url: String) -> anyhow::Result<()> {
        if self.flavour < Flavour::V7 {
            let variable = if side == "from" { "XTASK_FROM_URL" } else { "XTASK_TO_URL" };
            let path = self.scratch.path().join(format!("{side}-datasource.prisma"));
            fs::write(
                &path,
                format!("datasource db {{\n  provider = \"postgresql\"\n  url = env(\"{variable}\")\n}}\n"),
            )?;
            self.arguments.extend([format!("--{side}-schema-datasource"), path.display().to_string()]);
            self.urls.push((variable, url));
            return Ok(());
        }
        ensure!(
            self.urls.is_empty(),
            "Prisma 7 accepts one database, not two. Pass --prisma 6, or compare with one database."
        );
        let path = self.scratch.path().join("prisma.config.ts");
        fs::write(&path, "export default { datasource: { url: process.env.XTASK_URL } };\n")?;
        self.arguments.push(format!("--{side}-config-datasource"));
        self.arguments.extend(["--config".to_owned(), path.display().to_string()]);
        self.urls.push(("XTASK_URL", url));
        Ok(())
    }

    /// The text with each URL replaced by the name of its variable, so that no password is printed.
    fn without_urls(&self, text: &str) -> String {
        let hidden = self.urls.iter().fold(text.to_owned(), |text, (name, url)| text.replace(url, &format!("${name}")));
        hidden.trim().to_owned()
    }
}

/// The major version in the output of `prisma --version`, which has a line such as `prisma : 5.4.2`.
fn major(output: &str) -> Option<&str> {
    let version = output.lines().find_map(|line| line.strip_prefix("prisma")?.trim_start().strip_prefix(':'))?;
    version.trim().split('.').next()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_version_is_found_among_the_lines() {
        assert_eq!(major("Environment variables loaded\nprisma                  : 5.4.2\nNode : 20\n"), Some("5"));
        assert_eq!(major("prisma-client : 5"), None);
    }
}
