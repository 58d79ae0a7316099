//! Without foreign keys, Prisma's client follows references itself, and would not come to an end in a circle.

use std::collections::HashSet;

use crate::{
    ReferentialAction, RelationMode,
    analysis::{
        build::default_on_delete,
        context::Context,
        relations::{FieldRef, Inline, Relation, field},
        report::Report,
    },
};

/// The references that the client follows, by the model that holds the key. None if the database does it.
pub(super) struct ReferenceCycles {
    from: Vec<Vec<Reference>>,
    /// Models from which a circle can be reached: only there it is worth to look for one.
    reach_circle: Vec<bool>,
}

#[derive(Clone, Copy)]
struct Reference {
    /// The field on the side that holds the key.
    field: FieldRef,
    to: usize,
    /// Whether a change of the other row changes this one.
    modifies: bool,
}

impl ReferenceCycles {
    pub(super) fn new(relations: &[Relation<'_>], schema: &Context<'_>) -> Self {
        let mut from: Vec<Vec<Reference>> = vec![Vec::new(); schema.models.len()];
        if schema.configuration.relation_mode == RelationMode::Prisma {
            for relation in relations {
                if let Relation::Inline(inline) = relation
                    && let Some(reference) = Reference::new(inline, schema)
                {
                    from[inline.referencing].push(reference);
                }
            }
            for references in &mut from {
                references.sort_by_key(|reference| reference.to);
            }
        }
        let reach_circle = reach_circle(&from);
        Self { from, reach_circle }
    }

    pub(super) fn check(&self, inline: &Inline<'_>, schema: &Context<'_>, report: &mut Report) {
        if !self.reach_circle[inline.referencing] {
            return;
        }
        let Some(root) = Reference::new(inline, schema) else { return };
        let problem = match self.circle(root) {
            None => return,
            Some(Circle::OfOne) => "A self-relation must have `onDelete` and `onUpdate` referential actions set to `NoAction` in one of the @relation attributes.".to_owned(),
            Some(Circle::Path(path)) => {
                let name = |at: &FieldRef| format!("{}.{}", schema.models[at.model].name(), field(*at, schema).name());
                let path: Vec<String> = path.iter().map(name).collect();
                format!(
                    "Reference causes a cycle. One of the @relation attributes in this cycle must have `onDelete` and `onUpdate` referential actions set to `NoAction`. Cycle path: {}.",
                    path.join(" → ")
                )
            }
        };
        let defaults = default_actions(root.field, schema);
        let message = format!("{problem}{defaults} Read more at https://pris.ly/d/cyclic-referential-actions");
        report.invalid(&message, field(root.field, schema).ast.span);
    }

    /// Follows references from one on: to a model that refers to itself, or back to where it began.
    fn circle(&self, root: Reference) -> Option<Circle> {
        // Each step with the index of the one before it.
        let mut steps = vec![(root, None)];
        let mut open = vec![0];
        let mut visited = HashSet::new();
        while let Some(step) = open.pop() {
            let (here, _) = steps[step];
            visited.insert(here.field);
            if !here.modifies {
                continue;
            }
            if here.field.model == here.to {
                return Some(Circle::OfOne);
            }
            if here.to == root.field.model {
                let mut path: Vec<FieldRef> =
                    std::iter::successors(Some(step), |&step| steps[step].1).map(|step| steps[step].0.field).collect();
                path.reverse();
                return Some(Circle::Path(path));
            }
            for &next in self.from[here.to].iter().filter(|next| !visited.contains(&next.field)) {
                open.push(steps.len());
                steps.push((next, Some(step)));
            }
        }
        None
    }
}

enum Circle {
    OfOne,
    Path(Vec<FieldRef>),
}

impl Reference {
    /// The reference of a relation that both sides define.
    fn new(inline: &Inline<'_>, schema: &Context<'_>) -> Option<Self> {
        let at = inline.forward.filter(|_| inline.back.is_some())?;
        let relation = field(at, schema).relation();
        let on_delete = relation.on_delete.map_or_else(|| default_on_delete(at, schema), |draft| draft.action);
        let on_update = relation.on_update.map_or(ReferentialAction::Cascade, |draft| draft.action);
        let modifies = modifies(on_delete) || modifies(on_update);
        Some(Self { field: at, to: inline.referenced, modifies })
    }
}

fn modifies(action: ReferentialAction) -> bool {
    !matches!(action, ReferentialAction::NoAction | ReferentialAction::Restrict)
}

/// The actions that matter and are not written.
fn default_actions(at: FieldRef, schema: &Context<'_>) -> String {
    let relation = field(at, schema).relation();
    let on_delete = default_on_delete(at, schema);
    let mut defaults = Vec::new();
    if relation.on_delete.is_none() && modifies(on_delete) {
        defaults.push(format!("`onDelete`: `{}`", on_delete.name()));
    }
    if relation.on_update.is_none() {
        defaults.push("`onUpdate`: `Cascade`".to_owned());
    }
    if defaults.is_empty() { String::new() } else { format!(" (Implicit default {})", defaults.join(", and ")) }
}

/// Which models remain when those that refer to nothing are taken away again and again.
fn reach_circle(from: &[Vec<Reference>]) -> Vec<bool> {
    let mut outgoing: Vec<usize> = from.iter().map(Vec::len).collect();
    let mut to: Vec<Vec<usize>> = vec![Vec::new(); from.len()];
    for (model, references) in from.iter().enumerate() {
        for reference in references {
            to[reference.to].push(model);
        }
    }
    let mut ends: Vec<usize> = (0..from.len()).filter(|&model| outgoing[model] == 0).collect();
    while let Some(end) = ends.pop() {
        for &model in &to[end] {
            outgoing[model] -= 1;
            if outgoing[model] == 0 {
                ends.push(model);
            }
        }
    }
    outgoing.into_iter().map(|outgoing| outgoing > 0).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn the_client_does_not_follow_a_circle() {
        check(
            r#"
            datasource db {
              provider = "postgresql"
              url = "postgres://"
              relationMode = "prisma"
            }
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
                 --> schema.prisma:9:3
                  |
                9 |   b B @relation("ab", fields: [bId], references: [id], onDelete: Cascade)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error validating: Reference causes a cycle. One of the @relation attributes in this cycle must have `onDelete` and `onUpdate` referential actions set to `NoAction`. Cycle path: B.a → A.b. (Implicit default `onDelete`: `SetNull`, and `onUpdate`: `Cascade`) Read more at https://pris.ly/d/cyclic-referential-actions
                  --> schema.prisma:15:3
                   |
                15 |   a A? @relation("ba", fields: [aId], references: [id])
                   |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
