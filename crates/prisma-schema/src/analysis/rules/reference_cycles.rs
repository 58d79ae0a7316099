//! Without foreign keys, Prisma's client follows references itself, and would never finish in a cycle.

use std::collections::HashSet;

use crate::{
    ModelId, ReferentialAction,
    analysis::{
        context::{Context, PerModel},
        relations::{InferredRelation, InlineRelation, RelationField},
        reporter::Reporter,
    },
};

/// The references that the client follows. Empty if the database follows them.
pub(super) struct ReferenceCycles<'s> {
    /// By the model that holds the key.
    from: PerModel<Vec<Reference<'s>>>,
    /// Models from which a cycle can be reached. The search starts only there.
    reaches_cycle: PerModel<bool>,
}

#[derive(Clone, Copy)]
struct Reference<'s> {
    /// The field on the side that holds the key.
    field: RelationField<'s>,
    /// Whether a change of the referenced row changes the referencing one.
    modifies: bool,
}

impl<'s> ReferenceCycles<'s> {
    pub(super) fn new(relations: &[InferredRelation<'s>], schema: &Context<'_>) -> Self {
        let mut from = PerModel::new(schema, |_| Vec::new());
        if schema.configuration.emulates_foreign_keys() {
            for relation in relations {
                if let InferredRelation::Inline(inline) = relation {
                    from[inline.referencing].extend(Reference::new(inline));
                }
            }
            for model in schema.model_ids() {
                from[model].sort_by_key(|reference: &Reference<'_>| reference.field.related_id);
            }
        }
        let reaches_cycle = reaches_cycle(&from, schema);
        Self { from, reaches_cycle }
    }

    pub(super) fn check(&self, relation: &InlineRelation<'s>, report: &mut Reporter) {
        if !self.reaches_cycle[relation.referencing] {
            return;
        }
        let Some(root) = Reference::new(relation) else { return };
        let problem = match self.cycle(root) {
            None => return,
            Some(Cycle::SelfRelation) => "A self-relation must have `onDelete` and `onUpdate` referential actions set to `NoAction` in one of the @relation attributes.".to_owned(),
            Some(Cycle::Path(path)) => {
                let name = |field: &RelationField<'_>| format!("{}.{}", field.model.name(), field.name());
                format!(
                    "Reference causes a cycle. One of the @relation attributes in this cycle must have `onDelete` and `onUpdate` referential actions set to `NoAction`. Cycle path: {}.",
                    path.iter().map(name).collect::<Vec<_>>().join(" → ")
                )
            }
        };
        let defaults = default_actions(root.field);
        let message = format!("{problem}{defaults} Read more at https://pris.ly/d/cyclic-referential-actions");
        report.invalid(&message, root.field.span());
    }

    /// Follows references from `root` to a model that refers to itself, or back to the model of `root`.
    fn cycle(&self, root: Reference<'s>) -> Option<Cycle<'s>> {
        // Each step with the position of its predecessor.
        let mut steps = vec![(root, None)];
        let mut open = vec![0];
        let mut visited = HashSet::new();
        while let Some(step) = open.pop() {
            let (Reference { field, modifies }, _) = steps[step];
            visited.insert(field.id);
            if !modifies {
                continue;
            }
            if field.id.0 == field.related_id {
                return Some(Cycle::SelfRelation);
            }
            if field.related_id == root.field.id.0 {
                let backwards = std::iter::successors(Some(step), |&step| steps[step].1);
                let mut path: Vec<_> = backwards.map(|step| steps[step].0.field).collect();
                path.reverse();
                return Some(Cycle::Path(path));
            }
            for &next in self.from[field.related_id].iter().filter(|next| !visited.contains(&next.field.id)) {
                open.push(steps.len());
                steps.push((next, Some(step)));
            }
        }
        None
    }
}

enum Cycle<'s> {
    SelfRelation,
    Path(Vec<RelationField<'s>>),
}

impl<'s> Reference<'s> {
    /// The reference of a relation with fields on both sides.
    fn new(relation: &InlineRelation<'s>) -> Option<Self> {
        let field = relation.forward.filter(|_| relation.back.is_some())?;
        Some(Self { field, modifies: modifies(field.on_delete()) || modifies(field.on_update()) })
    }
}

fn modifies(action: ReferentialAction) -> bool {
    !matches!(action, ReferentialAction::NoAction | ReferentialAction::Restrict)
}

/// Names the modifying actions that apply by default.
fn default_actions(field: RelationField<'_>) -> String {
    let on_delete = field.default_on_delete();
    let mut defaults = Vec::new();
    if field.relation.on_delete.is_none() && modifies(on_delete) {
        defaults.push(format!("`onDelete`: `{}`", on_delete.name()));
    }
    if field.relation.on_update.is_none() {
        defaults.push("`onUpdate`: `Cascade`".to_owned());
    }
    if defaults.is_empty() { String::new() } else { format!(" (Implicit default {})", defaults.join(", and ")) }
}

/// Repeatedly removes the models without references. The remaining ones reach a cycle.
fn reaches_cycle(from: &PerModel<Vec<Reference<'_>>>, schema: &Context<'_>) -> PerModel<bool> {
    let mut outgoing = PerModel::new(schema, |model| from[model].len());
    let mut to: PerModel<Vec<ModelId>> = PerModel::new(schema, |_| Vec::new());
    for model in schema.model_ids() {
        for reference in &from[model] {
            to[reference.field.related_id].push(model);
        }
    }
    let mut ends: Vec<ModelId> = schema.model_ids().filter(|&model| outgoing[model] == 0).collect();
    while let Some(end) = ends.pop() {
        for &model in &to[end] {
            outgoing[model] -= 1;
            if outgoing[model] == 0 {
                ends.push(model);
            }
        }
    }
    PerModel::new(schema, |model| outgoing[model] > 0)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check_without_foreign_keys;

    #[test]
    fn cycles_are_rejected() {
        check_without_foreign_keys(
            r#"
            model A {
              id Int @id
              bId Int @unique
              b B @relation("ab", fields: [bId], references: [id], onDelete: Cascade)
              back B? @relation("ba")
            }
            model B {
              id Int @id
              aId Int? @unique
              a A? @relation("ba", fields: [aId], references: [id])
              back A? @relation("ab")
            }
            "#,
            expect![[r#"
                error: Error validating: Reference causes a cycle. One of the @relation attributes in this cycle must have `onDelete` and `onUpdate` referential actions set to `NoAction`. Cycle path: A.b → B.a. (Implicit default `onUpdate`: `Cascade`) Read more at https://pris.ly/d/cyclic-referential-actions
                 --> schema.prisma:4:3
                  |
                4 |   b B @relation("ab", fields: [bId], references: [id], onDelete: Cascade)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error validating: Reference causes a cycle. One of the @relation attributes in this cycle must have `onDelete` and `onUpdate` referential actions set to `NoAction`. Cycle path: B.a → A.b. (Implicit default `onDelete`: `SetNull`, and `onUpdate`: `Cascade`) Read more at https://pris.ly/d/cyclic-referential-actions
                  --> schema.prisma:10:3
                   |
                10 |   a A? @relation("ba", fields: [aId], references: [id])
                   |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
