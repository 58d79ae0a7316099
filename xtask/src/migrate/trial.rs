//! What the migrations do, tried on the replayed database.

use anyhow::Context as _;
use migration_impact::Options;
use migration_proof::{Cause, Error, Goal, Proof, Report};
use postgres::Client;
use schema_diff::Style;
use scratch_postgres::Database;
use sql_script::Script;

use super::plan::Plan;
use crate::{
    checkout::settings::Settings,
    replay::FailedScript,
    target::Target,
    terminal::{output::Output, progress::Progress},
};

/// What was found out about the migrations.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) proofs: Report,
    pub(crate) impact: migration_impact::Report,
}

/// Tries the migrations in the database, to which this is the only connection. Those that Prisma writes are only shown to lead to
/// the schema: they are not made to be applied twice.
pub(crate) fn prove(
    plan: &Plan,
    database: &Database,
    client: Client,
    target: &Target,
    style: Style,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<Trial> {
    let proofs: &[Proof] = match style {
        Style::Prisma => &[Proof::Applies],
        Style::House => &Proof::ALL,
    };
    let mut goal = Reviewed { target, options: Options { hot_tables: &settings.hot_tables }, impact: None };
    let progress = &mut Progress::new(output);
    let proofs = migration_proof::prove(database, client, &plan.scripts(), proofs, &mut goal, progress)
        .map_err(|error| unproved(error, plan))?;
    let impact = goal.impact.context("The migration was not applied, so that nobody knows what it does.")?;
    Ok(Trial { proofs, impact })
}

/// Migrations that shall lead to the schema, and are watched while they are applied.
struct Reviewed<'a> {
    target: &'a Target,
    options: Options<'a>,
    impact: Option<migration_impact::Report>,
}

impl Goal for Reviewed<'_> {
    fn missing(&mut self, client: &mut Client) -> Result<Option<String>, Box<dyn std::error::Error + Send + Sync>> {
        let reached = self.target.read(client)?;
        let rest = self.target.diff(&reached);
        Ok((!rest.is_empty()).then(|| rest.to_sql()))
    }

    fn apply(
        &mut self,
        database: &Database,
        client: &mut Client,
        scripts: &[Script<'_>],
    ) -> Result<(), scratch_postgres::Error> {
        self.impact = Some(migration_impact::measure(database, client, scripts, &self.options)?);
        Ok(())
    }
}

fn unproved(error: Error, plan: &Plan) -> anyhow::Error {
    let advice = format!("Nothing was written. Change the schema; this is what it leads to:\n\n{}", plan.sql());
    let failure = match error {
        Error::Failed(failure) => *failure,
        other => return other.into(),
    };
    match failure.cause {
        Cause::Script(script) if failure.proof == Proof::Applies => {
            FailedScript { place: "the new migration".to_owned(), failure: *script, advice }.into()
        }
        Cause::NotReached(rest) if failure.proof == Proof::Applies => anyhow::anyhow!(
            "The new migration does not lead to the schema, so nothing was written. After it, this remains:\n\n{rest}\n\
             Change the schema so that a database can follow it. An expression, for one, must be spelt as PostgreSQL \
             spells it."
        ),
        _ => anyhow::Error::new(failure).context(advice),
    }
}
