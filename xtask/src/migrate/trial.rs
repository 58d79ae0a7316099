//! What the migrations do, tried on the replayed database.

use anyhow::Context as _;
use migration_impact::Options;
use migration_proof::{Error, Proof, Report};
use schema_diff::Style;
use scratch_postgres::Replayed;

use super::Plan;
use crate::{output::Output, progress::Progress, replay::FailedScript, settings::Settings, target::Target};

/// What was found out about the migrations.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) proofs: Report,
    pub(crate) impact: migration_impact::Report,
}

/// Tries the migrations in copies of the database. Those that Prisma writes are only shown to lead to the schema: they are not
/// made to be applied twice.
pub(crate) fn prove(
    plan: &Plan,
    replayed: Replayed,
    target: &Target,
    style: Style,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<Trial> {
    let scripts = plan.scripts();
    let proofs: &[Proof] = match style {
        Style::Prisma => &[Proof::Applies],
        Style::House => &Proof::ALL,
    };
    let measured = replayed.copy()?;
    let mut reached = |client: &mut postgres::Client| {
        let reached = target.read(client)?;
        let rest = target.diff(&reached);
        Ok((!rest.is_empty()).then(|| rest.to_sql()))
    };
    let database = replayed.into_proof()?;
    let advice = || format!("Nothing was written. Change the schema; this is what it leads to:\n\n{}", plan.sql());
    let proofs = migration_proof::prove(&database, &scripts, proofs, &mut reached, &mut Progress::new(output)).map_err(
        |error| match error {
            Error::Failed(failure) if failure.proof == Proof::Applies => match failure.cause {
                migration_proof::Cause::Script(script) => anyhow::Error::new(FailedScript {
                    place: "the new migration".to_owned(),
                    failure: *script,
                    advice: advice(),
                }),
                migration_proof::Cause::NotReached(rest) => anyhow::anyhow!(
                    "The new migration does not lead to the schema, so nothing was written. After it, this \
                     remains:\n\n{rest}\nChange the schema so that a database can follow it. An expression, for one, must \
                     be spelt as PostgreSQL spells it."
                ),
                _ => anyhow::Error::new(*failure).context(advice()),
            },
            Error::Failed(failure) => anyhow::Error::new(*failure).context(advice()),
            other => other.into(),
        },
    )?;
    let options = Options { hot_tables: &settings.hot_tables };
    let impact = migration_impact::measure(&measured, &scripts, &options)
        .context("What the migration does to a deployment could not be measured. Nothing was written.")?;
    Ok(Trial { proofs, impact })
}
