//! `conformance`: count the recorded answers of Prisma's engine that equal ours.
//!
//! The comparison is the program of `crates/conformance`, which Cargo builds when the command is first used. An adopter need
//! not copy that folder.

use std::{os::unix::process::CommandExt as _, path::Path, process::Command};

use anyhow::{Context as _, anyhow, ensure};
use helper_program::Program;

use crate::{cli, session::Session, terminal::exit::Exit};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/conformance");

const PROGRAM: Program = Program {
    package: "conformance",
    purpose: "which compares our SQL with the SQL of Prisma's engine",
    build_takes: "a minute",
};

/// Replaces this process with the program, and so returns only errors.
pub(crate) fn run(args: &cli::Conformance, session: &Session) -> anyhow::Result<Exit> {
    require_folder(Path::new(FOLDER))?;
    let (settings, output) = (session.settings()?, &session.output);
    let program = PROGRAM.built(|text| output.note(text), output.shows_notes()).map_err(|why| anyhow!(why))?;
    let mut command = Command::new(&program);
    command.args(["corpus", "--postgres", &args.postgres.postgres, "--show", &args.show.to_string()]);
    if let Some(version) = args.postgres.postgres_version.or(settings.postgres_version) {
        command.args(["--postgres-version", &version.to_string()]);
    }
    if let Some(flavour) = args.prisma {
        command.args(["--prisma", &flavour.to_string()]);
    }
    // Few corpora need a checkout. The program says so if one is missing.
    if let Ok(checkout) = session.checkout() {
        command.arg("--schema").arg(checkout.root.join(&checkout.settings.schema));
        command.arg("--migrations").arg(checkout.migrations());
    }
    if !output.shows_notes() {
        command.arg("--quiet");
    }
    Err(command.arg("--").args(&args.files).exec()).with_context(|| format!("{} cannot be run.", program.display()))
}

fn require_folder(folder: &Path) -> anyhow::Result<()> {
    ensure!(
        folder.join("Cargo.toml").is_file(),
        "This workspace has no crates/conformance, the comparison with Prisma's engine. Run the command in a clone of the \
         tool's own repository, or copy the folder from there."
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    #[test]
    fn the_folder_is_absent() {
        let folder = tempfile::tempdir().unwrap();
        let error = super::require_folder(folder.path()).unwrap_err();
        expect![[r#"
            This workspace has no crates/conformance, the comparison with Prisma's engine. Run the command in a clone of the tool's own repository, or copy the folder from there."#]]
        .assert_eq(&error.to_string());
    }
}
