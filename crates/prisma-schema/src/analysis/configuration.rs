//! `datasource` and `generator` blocks.

mod datasource;
mod extensions;
mod generator;

use std::collections::HashMap;

use super::{
    arguments::{expected, string},
    context::Context,
    reporter::Reporter,
};
use crate::syntax::{Block, Config, ConfigKind, Expression, Property};

/// Reads the configuration of all files.
pub(super) fn read<'a>(blocks: &'a [Block<'a>], context: &mut Context<'a>) {
    let of_kind = |kind: ConfigKind| {
        blocks.iter().filter_map(move |block| match block {
            Block::Config(config) if config.kind == kind => Some(config),
            _ => None,
        })
    };
    for generator in of_kind(ConfigKind::Generator) {
        generator::read(generator, context);
    }
    let mut read = 0;
    for datasource in of_kind(ConfigKind::Datasource) {
        read += usize::from(datasource::read(datasource, context).is_some());
    }
    if read > 1 {
        for datasource in of_kind(ConfigKind::Datasource) {
            let message = "You defined more than one datasource. This is not allowed yet because support for multiple \
                           databases has not been implemented yet.";
            let name = datasource.name.name;
            context.report.error(format!("Error validating datasource `{name}`: {message}"), datasource.span);
        }
    }
}

/// Reads the properties of a block.
struct Properties<'a> {
    list: Vec<&'a Property<'a>>,
}

impl<'a> Properties<'a> {
    /// `None` if a property has no value.
    fn new(block: &'a Config<'a>, report: &mut Reporter) -> Option<Self> {
        if let Some(property) = block.properties.iter().find(|property| property.value.is_none()) {
            let (key, word, name) = (property.name.name, block.kind.keyword(), block.name.name);
            report.error(format!("Property {key} in {word} {name} needs to be assigned a value"), block.span);
            return None;
        }
        // Duplicate keys are reported already. The last one counts.
        let last: HashMap<&str, usize> =
            block.properties.iter().enumerate().map(|(index, property)| (property.name.name, index)).collect();
        let is_last = |(index, property): &(usize, &Property<'_>)| last[property.name.name] == *index;
        Some(Self { list: block.properties.iter().enumerate().filter(is_last).map(|(_, property)| property).collect() })
    }

    /// Removes and returns the property with this name.
    fn take(&mut self, name: &str) -> Option<(&'a Property<'a>, &'a Expression<'a>)> {
        let index = self.list.iter().position(|property| property.name.name == name)?;
        let property = self.list.remove(index);
        property.value.as_ref().map(|value| (property, value))
    }

    fn take_value(&mut self, name: &str) -> Option<&'a Expression<'a>> {
        self.take(name).map(|(_, value)| value)
    }
}

/// A string, or the name of an environment variable.
#[derive(PartialEq, Eq)]
enum StringOrEnv<'a> {
    Literal(&'a str),
    Variable(&'a str),
}

fn string_or_env<'a>(value: &'a Expression<'a>, report: &mut Reporter) -> Option<StringOrEnv<'a>> {
    match value {
        Expression::String(text, _) => Some(StringOrEnv::Literal(text)),
        Expression::Function("env", arguments, span) => match (arguments.list.as_slice(), arguments.empty.as_slice()) {
            ([argument], []) => string(&argument.value, report).map(StringOrEnv::Variable),
            _ => {
                report.error("Exactly one string parameter must be passed to the env function.", *span);
                None
            }
        },
        other => {
            expected("String", other, report);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn datasources_are_checked() {
        check(
            r#"
            datasource db {
              provider = "mysql"
              url = env()
            }
            datasource other {
              provider = "postgresql"
              url = env("URL")
              password = "x"
            }
            "#,
            expect![[r#"
                error: The provider "mysql" is not supported: these migrations are for PostgreSQL.
                 --> schema.prisma:2:14
                  |
                2 |   provider = "mysql"
                  |              ^^^^^^^
                  help: write `provider = "postgresql"`

                error: Property not known: "password".
                 --> schema.prisma:8:3
                  |
                8 |   password = "x"
                  |   ^^^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn unknown_and_deprecated_preview_features_are_reported() {
        check(
            r#"
            generator client {
              provider = "prisma-client-js"
              previewFeatures = ["views", "createMany", "relationJoins"]
            }
            model A {
              id Int @id
            }
            "#,
            expect![[r#"
                error: The preview feature "relationJoins" is not known. Expected one of: deno, driverAdapters, fullTextIndex, fullTextSearch, metrics, multiSchema, postgresqlExtensions, tracing, views
                 --> schema.prisma:3:21
                  |
                3 |   previewFeatures = ["views", "createMany", "relationJoins"]
                  |                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                warning: Preview feature "createMany" is deprecated. The functionality can be used without specifying it as a preview feature.
                 --> schema.prisma:3:21
                  |
                3 |   previewFeatures = ["views", "createMany", "relationJoins"]
                  |                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
