//! Which extensions are created or changed. None is dropped for good: it may serve what Prisma does not see.

use crate::{
    matching::{Pairs, match_by_key},
    step::Step,
};

pub(crate) fn push_steps(pairs: &Pairs<'_>, steps: &mut Vec<Step>) {
    let (from, to) = (&pairs.from.extensions, &pairs.to.extensions);
    let names = match_by_key(from.iter().map(|extension| &extension.name), to.iter().map(|extension| &extension.name));
    steps.extend(names.to_only.into_iter().map(|extension| Step::CreateExtension(extension as usize)));
    for (from_place, to_place) in names.both {
        let (from_place, to_place) = (from_place as usize, to_place as usize);
        let (from, to) = (&from[from_place], &to[to_place]);
        // What the schema does not say may be anything.
        let version = to.version.is_some() && from.version != to.version;
        let schema = to.schema.is_some() && from.schema != to.schema;
        if !(version || schema) {
            continue;
        }
        if from.relocatable {
            steps.push(Step::AlterExtension { from: from_place, to: to_place, version, schema });
        } else {
            steps.push(Step::DropExtension(from_place));
            steps.push(Step::CreateExtension(to_place));
        }
    }
}
