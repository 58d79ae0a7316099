//! The `datasource` block.

use super::{Properties, extensions, string_or_env};
use crate::{
    RelationMode,
    analysis::{
        arguments::{list, string},
        context::{Context, Schemas},
        reporter::Reporter,
    },
    syntax::{Config, Expression},
};

/// Reads the block. `None` if a required property is missing or invalid.
pub(super) fn read<'a>(block: &'a Config<'a>, context: &mut Context<'a>) -> Option<()> {
    let report = &mut context.report;
    let mut properties = Properties::new(block, report)?;
    read_provider(&mut properties, block, report)?;
    let relation_mode = read_relation_mode(&mut properties, block, report);
    let extensions = extensions::read(&mut properties, report);
    let url = match properties.take_value("url") {
        Some(url) => Some((string_or_env(url, report)?, url.span())),
        None if context.flavour.needs_url() => {
            let name = block.name.name;
            report.error(format!("Argument \"url\" is missing in data source block \"{name}\"."), block.span);
            return None;
        }
        None => None,
    };
    let shadow = properties.take_value("shadowDatabaseUrl").and_then(|url| string_or_env(url, report));
    let direct = properties.take_value("directUrl").map(|url| (string_or_env(url, report), url.span()));
    if context.flavour.has_separate_shadow_database()
        && let Some(shadow) = shadow
    {
        let same = |name: &str| {
            format!(
                "shadowDatabaseUrl is the same as {name} for datasource \"{}\". Please specify a different database as shadow database to avoid data loss.",
                block.name.name
            )
        };
        if let Some((Some(direct), span)) = direct
            && direct == shadow
        {
            report.error(same("directUrl"), span);
        }
        if let Some((url, span)) = url
            && url == shadow
        {
            report.error(same("url"), span);
        }
    }
    if let Some((property, _)) = properties.take("previewFeatures") {
        let message = "Preview features are only supported in the generator block. Please move this field to the generator block.";
        report.error(message, property.span);
    }
    let schemas = read_schemas(&mut properties, report);
    for property in properties.list {
        report.error(format!("Property not known: \"{}\".", property.name.name), property.span);
    }
    let configuration = &mut context.configuration;
    configuration.datasource = Some(block.name);
    configuration.relation_mode = relation_mode.unwrap_or_default();
    configuration.extensions = extensions;
    configuration.schemas = schemas;
    Some(())
}

/// `None` if the provider is not PostgreSQL.
fn read_provider<'a>(properties: &mut Properties<'a>, block: &'a Config<'a>, report: &mut Reporter) -> Option<()> {
    let name = block.name.name;
    let Some(provider) = properties.take_value("provider") else {
        report.error(format!("Argument \"provider\" is missing in data source block \"{name}\"."), block.span);
        return None;
    };
    match provider {
        Expression::String(text, span) => match &**text {
            "postgresql" | "postgres" => return Some(()),
            "" => {
                let message = "The provider argument in a datasource must not be empty";
                report.error(format!("Error validating datasource `{name}`: {message}"), *span);
            }
            "mysql" | "sqlite" | "sqlserver" | "mongodb" | "cockroachdb" => {
                let message = format!("The provider \"{text}\" is not supported: these migrations are for PostgreSQL.");
                report.error(message, *span).help = Some("write `provider = \"postgresql\"`".to_owned());
            }
            other => {
                report.error(format!("Datasource provider not known: \"{other}\"."), *span);
            }
        },
        Expression::Function("env", ..) => {
            report.error("A datasource must not use the env() function in the provider argument.", block.span);
        }
        other => {
            let message = "The provider argument in a datasource must be a string literal";
            report.error(format!("Error validating datasource `{name}`: {message}"), other.span());
        }
    }
    None
}

fn read_relation_mode<'a>(
    properties: &mut Properties<'a>,
    block: &'a Config<'a>,
    report: &mut Reporter,
) -> Option<RelationMode> {
    let old = properties.take("referentialIntegrity");
    let new = properties.take_value("relationMode");
    if let Some((old, _)) = old {
        let message = "The `referentialIntegrity` attribute is deprecated. Please use `relationMode` instead. Learn more at https://pris.ly/d/relation-mode";
        report.warning(message, old.span);
        if new.is_some() {
            let message = "The `referentialIntegrity` and `relationMode` attributes cannot be used together. Please use only `relationMode` instead.";
            report.error(message, old.span);
            return None;
        }
    }
    match string(new.or(old.map(|(_, value)| value))?, report)? {
        "prisma" => Some(RelationMode::Prisma),
        "foreignKeys" => Some(RelationMode::ForeignKeys),
        other => {
            let message = format!(
                "Error validating datasource `relationMode`: Invalid relation mode setting: \"{other}\". Supported values: \"prisma\", \"foreignKeys\""
            );
            report.error(message, block.span);
            None
        }
    }
}

fn read_schemas<'a>(properties: &mut Properties<'a>, report: &mut Reporter) -> Option<Schemas<'a>> {
    let value = properties.take_value("schemas")?;
    let mut schemas = list(value, report, |item, report| string(item, report).map(|name| (name, item.span())))?;
    if schemas.is_empty() {
        report.error("If provided, the schemas array can not be empty.", value.span());
        return None;
    }
    schemas.sort_by_key(|(name, _)| *name);
    for pair in schemas.windows(2) {
        if pair[0].0 == pair[1].0 {
            report.error("Duplicated schema names are not allowed", pair[0].1);
        }
    }
    Some(Schemas { names: schemas.into_iter().map(|(name, _)| name).collect(), span: value.span() })
}
