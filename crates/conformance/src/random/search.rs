//! Generates one input per seed, and prints the inputs with different answers.
#![allow(clippy::print_stdout, reason = "prints the result")]

use std::time::{Duration, Instant};

use super::{
    deployable::DeployableInputs,
    inputs::{Databases, InputSource, InvalidSchemas, SchemaPairs},
    reduce::reduce,
};
use crate::comparison::{Comparison, Difference};

/// The limits of a search. The first one that is reached ends it.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The number of inputs.
    pub count: u64,
    /// The seed of the first input.
    pub seed: u64,
    /// The time in seconds.
    pub seconds: Option<u64>,
    /// The number of differences.
    pub differences: usize,
}

/// Compares the SQL between pairs of schemas. Returns whether all answers are the same.
///
/// # Errors
/// Prisma's engine cannot be used.
pub fn pairs(limits: &Limits) -> anyhow::Result<bool> {
    search(limits, "pairs", &mut SchemaPairs::start()?)
}

/// Compares the SQL from databases to schemas. Returns whether all answers are the same.
///
/// # Errors
/// Prisma's engine or PostgreSQL cannot be used.
pub fn databases(limits: &Limits) -> anyhow::Result<bool> {
    search(limits, "live", &mut Databases::start()?)
}

/// Compares the diagnostics of schemas with mistakes. Returns whether all answers are the same.
///
/// # Errors
/// Prisma's engine cannot be used.
pub fn validation(limits: &Limits) -> anyhow::Result<bool> {
    search(limits, "validation", &mut InvalidSchemas::start()?)
}

/// Verifies migrations in house style on databases. Returns whether there is no fault.
///
/// # Errors
/// PostgreSQL cannot be used.
pub fn deployable(limits: &Limits) -> anyhow::Result<bool> {
    search(limits, "deployable", &mut DeployableInputs::start()?)
}

fn search(limits: &Limits, kind: &str, source: &mut dyn InputSource) -> anyhow::Result<bool> {
    let begin = Instant::now();
    let end = limits.seconds.map(|seconds| begin + Duration::from_secs(seconds));
    let mut tally = Tally::default();
    println!("--{kind} {} --seed {}", limits.count, limits.seed);
    for seed in (limits.seed..).take(usize::try_from(limits.count)?) {
        if end.is_some_and(|end| Instant::now() >= end) || tally.differences >= limits.differences {
            break;
        }
        let input = source.generate(seed);
        tally.inputs += 1;
        for comparison in source.compare(&input)? {
            match comparison {
                Comparison::Same => tally.same += 1,
                Comparison::BothRefuse => tally.refused += 1,
                Comparison::Unanswered(why) => {
                    tally.unanswered += 1;
                    println!("no answer for --{kind} 1 --seed {seed}: {why}");
                }
                Comparison::Different(difference) => {
                    tally.differences += 1;
                    println!("\n--{kind} 1 --seed {seed}: {}", difference.title());
                    let [from, to] = reduce(input, |input| {
                        find_like(&difference, source.compare(input).unwrap_or_default()).is_some()
                    });
                    let reduced = find_like(&difference, source.compare(&[from.clone(), to.clone()])?);
                    let difference = reduced.unwrap_or(difference);
                    println!("---- from\n{from}---- to\n{to}---- answers\n{difference}");
                    break;
                }
            }
        }
    }
    tally.print(begin.elapsed());
    Ok(tally.differences == 0)
}

fn find_like(difference: &Difference, comparisons: Vec<Comparison>) -> Option<Difference> {
    comparisons.into_iter().find_map(|comparison| match comparison {
        Comparison::Different(other) if other.is_like(difference) => Some(other),
        _ => None,
    })
}

#[derive(Default)]
struct Tally {
    inputs: u64,
    same: u64,
    refused: u64,
    unanswered: u64,
    differences: usize,
}

impl Tally {
    fn print(&self, took: Duration) {
        let Self { inputs, same, refused, unanswered, differences } = self;
        println!(
            "{inputs} inputs in {:.0} s, {:.0} per second: {same} equal answers, {refused} refused by both, {unanswered} \
             without an answer, {differences} different",
            took.as_secs_f64(),
            *inputs as f64 / took.as_secs_f64(),
        );
    }
}
