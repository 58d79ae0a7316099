//! Schemas that followed one another, such as those of releases.
#![allow(clippy::print_stdout, reason = "this is what the comparison says")]

use std::path::PathBuf;

use anyhow::bail;

use crate::{
    compare::{Comparison, Oracles},
    oracle::Origin,
    ours,
};

/// Compares what both say of the way from nothing to each of these schemas, from each to the next and back again. Returns
/// whether all answers are the same.
///
/// # Errors
/// A file cannot be read, or Prisma's engine is not to be had or has no answer.
pub fn compare(files: &[PathBuf]) -> anyhow::Result<bool> {
    let schemas = files.iter().map(fs_err::read_to_string).collect::<Result<Vec<_>, _>>()?;
    let nothing = (0..files.len()).map(|new| (None, new));
    let steps = (1..files.len()).flat_map(|new| [(Some(new - 1), new), (Some(new), new - 1)]);
    let mut oracles = Oracles::start()?;
    let (mut count, mut refused, mut different) = (0, 0, 0);
    for (from, to) in nothing.chain(steps) {
        let name = |index: usize| files[index].display().to_string();
        let title = format!("{} to {}", from.map_or_else(|| "nothing".to_owned(), name), name(to));
        let from = from.map(|index| schemas[index].as_str());
        let origin = from.map_or(Origin::Empty, Origin::Schema);
        for comparison in oracles.compare(origin, &schemas[to], |flavour| ours::between(from, &schemas[to], flavour))? {
            count += 1;
            match comparison {
                Comparison::Same => {}
                Comparison::BothRefuse => refused += 1,
                Comparison::Different(difference) => {
                    different += 1;
                    println!("{title}: {difference}");
                }
                Comparison::Unanswered(why) => bail!("There is no answer for {title}: {why}"),
            }
        }
    }
    println!(
        "{} of {count} answers of Prisma 6 and 7 are the same, {refused} of them that it is refused",
        count - different
    );
    Ok(different == 0)
}
