//! Each model needs a unique criterion of required fields.

use crate::analysis::{draft::ModelDraft, reporter::Reporter};

pub(super) fn check(model: &ModelDraft<'_>, report: &mut Reporter) {
    if model.ignored || model.strict_unique_criterion().is_some() {
        return;
    }
    let word = model.ast.kind.word();
    let mut message = format!(
        "Each {word} must have at least one unique criteria that has only required fields. Either mark a single field with `@id`, `@unique` or add a multi field criterion with `@@id([])` or `@@unique([])` to the {word}."
    );
    let loose: Vec<String> = model
        .unique_criteria()
        .map(|fields| format!("- {}", model.names(fields.iter().map(|field| field.field))))
        .collect();
    if !loose.is_empty() {
        message +=
            " The following unique criterias were not considered as they contain fields that are not required:\n";
        message += &loose.join("\n");
    }
    report.model_error(model.ast, &message, model.ast.span);
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn a_unique_criterion_needs_required_fields() {
        check(
            r#"
            model A {
              a Int? @unique
              b Int
              @@unique([a, b])
            }
            "#,
            expect![[r#"
                error: Error validating model "A": Each model must have at least one unique criteria that has only required fields. Either mark a single field with `@id`, `@unique` or add a multi field criterion with `@@id([])` or `@@unique([])` to the model. The following unique criterias were not considered as they contain fields that are not required:
                - a
                - a, b
                 --> schema.prisma:1:1
                  |
                1 | model A {
                  | ^^^^^^^^^
                2 |   a Int? @unique
                  |   ^^^^^^^^^^^^^^
                3 |   b Int
                  |   ^^^^^
                4 |   @@unique([a, b])
                  |   ^^^^^^^^^^^^^^^^
                5 | }
                  | ^
            "#]],
        );
    }
}
