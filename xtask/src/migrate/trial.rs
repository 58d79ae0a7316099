//! The trial of the new migrations on the replayed database.

use anyhow::Context as _;
use migration_impact::ImpactReport;
use migration_proof::{Cause, Error, Goal, Proof, Proved};
use postgres::Client;
use schema_diff::Style;
use scratch_postgres::Database;
use sql_script::Script;

use super::{context::MigrateContext, plan::Plan};
use crate::{replay::FailedScript, target::Target, terminal::progress::Progress};

/// The results of a trial.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) proofs: Vec<Proved>,
    pub(crate) impact: ImpactReport,
}

/// Runs the trial over `client`, the only connection to the database. Migrations in Prisma's style are only proved to lead to
/// the schema: they are not idempotent.
pub(super) fn run(
    context: &MigrateContext<'_>,
    plan: &Plan,
    database: &Database,
    client: Client,
) -> anyhow::Result<Trial> {
    let MigrateContext { target, output, .. } = context;
    let proofs: &[Proof] = match context.style {
        Style::Prisma => &[Proof::Applies],
        Style::Deployable => &Proof::ALL,
    };
    let hot_tables = &context.checkout.settings.hot_tables;
    let mut goal = MeasuredGoal { target, hot_tables, impact: None };
    let progress = &mut Progress::new(output);
    let proofs = migration_proof::prove(database, client, &plan.scripts(), proofs, &mut goal, progress)
        .map_err(|error| unproved(error, plan))?;
    let impact = goal.impact.context("The migration was not applied, so its impact was not measured.")?;
    Ok(Trial { proofs, impact })
}

/// The goal of the trial: the migrations lead to the schema. Their impact is measured while they are applied.
struct MeasuredGoal<'a> {
    target: &'a Target,
    hot_tables: &'a [String],
    impact: Option<ImpactReport>,
}

impl Goal for MeasuredGoal<'_> {
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
        self.impact = Some(migration_impact::measure(database, client, scripts, self.hot_tables)?);
        Ok(())
    }
}

fn unproved(error: Error, plan: &Plan) -> anyhow::Error {
    let advice = format!("Nothing was written. Change the schema. Its SQL is:\n\n{}", plan.sql());
    let failure = match error {
        Error::Failed(failure) => *failure,
        other => return other.into(),
    };
    match failure.cause {
        Cause::Script(script) if failure.proof == Proof::Applies => {
            FailedScript { origin: "the new migration".to_owned(), failure: *script, advice }.into()
        }
        Cause::NotReached(rest) if failure.proof == Proof::Applies => anyhow::anyhow!(
            "The new migration does not lead to the schema. Nothing was written. These differences remain:\n\n{rest}\n\
             Change the schema so that PostgreSQL can represent it. For example, write an expression as PostgreSQL \
             prints it."
        ),
        _ => anyhow::Error::new(failure).context(advice),
    }
}
