//! Makes subjects up, one for each seed, and tells where the answers differ.
#![allow(clippy::print_stdout, reason = "this is what the search says")]

use std::time::{Duration, Instant};

use super::{
    house::House,
    reduce::reduce,
    subjects::{Databases, SchemaPairs, Subjects, Verdicts},
};
use crate::compare::{Comparison, Difference};

/// How long to search.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// After so many subjects.
    pub count: u64,
    /// The seed of the first one.
    pub seed: u64,
    /// After so many seconds, if that comes first.
    pub seconds: Option<u64>,
    /// After so many differences, if that comes first.
    pub differences: usize,
}

/// Searches pairs of schemas, and returns whether all answers are the same.
pub fn pairs(limits: &Limits) -> anyhow::Result<bool> {
    search(limits, "pairs", &mut SchemaPairs::start()?)
}

/// Searches databases, each with a schema, and returns whether all answers are the same.
pub fn databases(limits: &Limits) -> anyhow::Result<bool> {
    search(limits, "live", &mut Databases::start()?)
}

/// Searches schemas with mistakes, and returns whether the same is said about all of them.
pub fn verdicts(limits: &Limits) -> anyhow::Result<bool> {
    search(limits, "verdicts", &mut Verdicts::start()?)
}

/// Tries the SQL of the house's own style on databases, and returns whether all of it is as it should be.
pub fn house(limits: &Limits) -> anyhow::Result<bool> {
    search(limits, "house", &mut House::start()?)
}

fn search(limits: &Limits, what: &str, subjects: &mut dyn Subjects) -> anyhow::Result<bool> {
    let begin = Instant::now();
    let end = limits.seconds.map(|seconds| begin + Duration::from_secs(seconds));
    let mut tally = Tally::default();
    println!("--{what} {} --seed {}", limits.count, limits.seed);
    for seed in (limits.seed..).take(usize::try_from(limits.count)?) {
        if end.is_some_and(|end| Instant::now() >= end) || tally.differences >= limits.differences {
            break;
        }
        let texts = subjects.make(seed);
        tally.subjects += 1;
        for comparison in subjects.compare(&texts)? {
            match comparison {
                Comparison::Same => tally.same += 1,
                Comparison::BothRefuse => tally.refused += 1,
                Comparison::Unanswered(why) => {
                    tally.unanswered += 1;
                    println!("No answer for --{what} 1 --seed {seed}: {why}");
                }
                Comparison::Different(difference) => {
                    tally.differences += 1;
                    println!("\n--{what} 1 --seed {seed}: {}", difference.title());
                    let texts = reduce(texts.clone(), |texts| {
                        let same_kind = |other: &Difference| other.is_like(&difference);
                        let comparisons = subjects.compare(texts).unwrap_or_default();
                        comparisons.iter().any(|one| matches!(one, Comparison::Different(other) if same_kind(other)))
                    });
                    let comparisons = subjects.compare(&texts)?;
                    let reduced = comparisons.iter().find_map(|one| match one {
                        Comparison::Different(other) if other.is_like(&difference) => Some(other),
                        _ => None,
                    });
                    println!(
                        "---- from\n{}---- to\n{}---- answers\n{}",
                        texts[0],
                        texts[1],
                        reduced.unwrap_or(&difference)
                    );
                    break;
                }
            }
        }
    }
    tally.print(begin.elapsed());
    Ok(tally.differences == 0)
}

#[derive(Default)]
struct Tally {
    subjects: u64,
    same: u64,
    refused: u64,
    unanswered: u64,
    differences: usize,
}

impl Tally {
    fn print(&self, took: Duration) {
        let Self { subjects, same, refused, unanswered, differences } = self;
        println!(
            "{subjects} made up in {:.0} s, {:.0} a second: {same} answers are the same, {refused} schemas are refused by both, \
             {unanswered} have no answer, {differences} differ",
            took.as_secs_f64(),
            *subjects as f64 / took.as_secs_f64(),
        );
    }
}
