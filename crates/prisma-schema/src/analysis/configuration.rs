//! `datasource` and `generator` blocks.

use super::context::Context;
use crate::{
    Flavour, RelationMode, Span,
    data_model::Extension,
    syntax::{Block, Config, ConfigKind, Expression, Property},
};

/// Reads the configuration. Its errors do not keep models from being checked.
pub(super) fn read<'a>(blocks: &'a [Block<'a>], context: &mut Context<'a>) {
    let of_kind = |kind: ConfigKind| {
        blocks.iter().filter_map(move |block| match block {
            Block::Config(config) if config.kind == kind => Some(config),
            _ => None,
        })
    };
    let generators: Vec<_> = of_kind(ConfigKind::Generator).collect();
    let datasources: Vec<_> = of_kind(ConfigKind::Datasource).collect();
    report_duplicates(&generators, "generator", context);
    report_duplicates(&datasources, "source", context);
    for generator in generators {
        read_generator(generator, context);
    }
    if datasources.len() > 1 {
        for datasource in &datasources {
            let message = format!(
                "Error validating datasource `{}`: You defined more than one datasource. This is not allowed yet because support for multiple databases has not been implemented yet.",
                datasource.name.name
            );
            context.error(message, datasource.span);
        }
    }
    for datasource in datasources {
        read_datasource(datasource, context);
    }
    context.tolerate_errors_so_far();
}

fn report_duplicates(blocks: &[&Config<'_>], word: &str, context: &mut Context<'_>) {
    for (index, block) in blocks.iter().enumerate() {
        let name = block.name;
        if blocks[..index].iter().any(|earlier| earlier.name.name == name.name) {
            let message = format!(
                "The {word} \"{0}\" cannot be defined because a {word} with that name already exists.",
                name.name
            );
            context.error(message, name.span);
        }
    }
}

/// The properties of a block, each once and with a value. `None` if that is not so.
fn properties<'a>(block: &'a Config<'a>, word: &str, context: &mut Context<'a>) -> Option<Vec<&'a Property<'a>>> {
    let mut complete = true;
    let mut found: Vec<&Property<'_>> = Vec::new();
    for property in &block.properties {
        let name = property.name.name;
        if found.iter().any(|earlier| earlier.name.name == name) {
            let message = format!("Key \"{name}\" is already defined in {word} \"{}\".", block.name.name);
            context.error(message, property.name.span);
            continue;
        }
        if property.value.is_none() {
            let message = format!("Property {name} in {word} {} needs to be assigned a value", block.name.name);
            context.error(message, block.span);
            complete = false;
        }
        found.push(property);
    }
    complete.then_some(found)
}

fn value<'a>(properties: &[&'a Property<'a>], name: &str) -> Option<&'a Expression<'a>> {
    properties.iter().find(|property| property.name.name == name).and_then(|property| property.value.as_ref())
}

fn read_generator<'a>(block: &'a Config<'a>, context: &mut Context<'a>) {
    let Some(properties) = properties(block, "generator", context) else { return };
    match value(&properties, "provider") {
        Some(provider) => {
            string_or_env(provider, context);
        }
        None => {
            let message = format!("Argument \"provider\" is missing in generator block \"{}\".", block.name.name);
            context.error(message, block.span);
            return;
        }
    }
    for name in ["output", "engineType"] {
        if let Some(value) = value(&properties, name) {
            string_or_env(value, context);
        }
    }
    if let Some(features) = value(&properties, "previewFeatures") {
        read_preview_features(features, context);
    }
}

fn read_preview_features<'a>(list: &'a Expression<'a>, context: &mut Context<'a>) {
    for item in super::arguments::items(list) {
        let Some((name, _)) = super::arguments::string(item, context) else { return };
        let features = context.flavour.preview_features();
        if features.active.contains(&name) {
            context.configuration.preview_features.insert(name.to_owned());
        } else if features.deprecated.contains(&name) {
            context.configuration.preview_features.insert(name.to_owned());
            let message = format!(
                "Preview feature \"{name}\" is deprecated. The functionality can be used without specifying it as a preview feature."
            );
            context.warning(message, list.span());
        } else if context.flavour == Flavour::V5 {
            let message =
                format!("The preview feature \"{name}\" is not known. Expected one of: {}", features.active.join(", "));
            context.error(message, list.span());
        } else {
            // Later versions know more features; one that does not concern PostgreSQL's SQL changes nothing here.
            context.configuration.preview_features.insert(name.to_owned());
        }
    }
}

fn read_datasource<'a>(block: &'a Config<'a>, context: &mut Context<'a>) {
    context.configuration.datasource = Some(block.name);
    let name = block.name.name;
    let Some(properties) = properties(block, "datasource", context) else { return };
    let Some(provider) = value(&properties, "provider") else {
        context.error(format!("Argument \"provider\" is missing in data source block \"{name}\"."), block.span);
        return;
    };
    if !read_provider(provider, block, context) {
        return;
    }
    match value(&properties, "url") {
        Some(url) => {
            string_or_env(url, context);
        }
        None if context.flavour.needs_url() => {
            context.error(format!("Argument \"url\" is missing in data source block \"{name}\"."), block.span);
            return;
        }
        None => {}
    }
    for name in ["shadowDatabaseUrl", "directUrl"] {
        if let Some(url) = value(&properties, name) {
            string_or_env(url, context);
        }
    }
    read_relation_mode(block, &properties, context);
    read_schemas(&properties, context);
    read_extensions(&properties, context);
    const KNOWN: [&str; 8] = [
        "provider",
        "url",
        "directUrl",
        "shadowDatabaseUrl",
        "relationMode",
        "referentialIntegrity",
        "schemas",
        "extensions",
    ];
    for property in &properties {
        if !KNOWN.contains(&property.name.name) {
            context.error(format!("Property not known: \"{}\".", property.name.name), property.span);
        }
    }
}

/// Whether the provider is PostgreSQL.
fn read_provider<'a>(provider: &'a Expression<'a>, block: &'a Config<'a>, context: &mut Context<'a>) -> bool {
    match provider {
        Expression::String(text, span) => match &**text {
            "postgresql" | "postgres" => true,
            "mysql" | "sqlite" | "sqlserver" | "mongodb" | "cockroachdb" => {
                let message = format!("The provider \"{text}\" is not supported: these migrations are for PostgreSQL.");
                let help = Some("write `provider = \"postgresql\"`".to_owned());
                context.error_with_help(message, *span, help);
                false
            }
            other => {
                context.error(format!("Datasource provider not known: \"{other}\"."), *span);
                false
            }
        },
        Expression::Function("env", ..) => {
            context.error("A datasource must not use the env() function in the provider argument.", block.span);
            false
        }
        other => {
            let message = format!(
                "Error validating datasource `{}`: The provider argument in a datasource must be a string literal",
                block.name.name
            );
            context.error(message, other.span());
            false
        }
    }
}

fn read_relation_mode<'a>(block: &'a Config<'a>, properties: &[&'a Property<'a>], context: &mut Context<'a>) {
    let old = properties.iter().find(|property| property.name.name == "referentialIntegrity");
    let new = value(properties, "relationMode");
    if let Some(old) = old {
        if new.is_some() {
            let message = "The `referentialIntegrity` and `relationMode` attributes cannot be used together. Please use only `relationMode` instead.";
            context.error(message, old.span);
        }
        let message = "The `referentialIntegrity` attribute is deprecated. Please use `relationMode` instead. Learn more at https://pris.ly/d/relation-mode";
        context.warning(message, old.span);
    }
    let Some(mode) = new.or_else(|| old.and_then(|old| old.value.as_ref())) else { return };
    let Some((mode, _)) = super::arguments::string(mode, context) else { return };
    match mode {
        "prisma" => context.configuration.relation_mode = RelationMode::Prisma,
        "foreignKeys" => context.configuration.relation_mode = RelationMode::ForeignKeys,
        other => {
            let message = format!(
                "Error validating datasource `relationMode`: Invalid relation mode setting: \"{other}\". Supported values: \"prisma\", \"foreignKeys\""
            );
            context.error(message, block.span);
        }
    }
}

fn read_schemas<'a>(properties: &[&'a Property<'a>], context: &mut Context<'a>) {
    let Some(list) = value(properties, "schemas") else { return };
    let mut schemas: Vec<(String, Span)> = Vec::new();
    for item in super::arguments::items(list) {
        let Some((name, span)) = super::arguments::string(item, context) else { return };
        schemas.push((name.to_owned(), span));
    }
    if let Expression::Array(items, span) = list
        && items.is_empty()
    {
        context.error("If provided, the schemas array can not be empty.", *span);
    }
    schemas.sort();
    for index in 1..schemas.len() {
        if schemas[index].0 == schemas[index - 1].0 {
            context.error("Duplicated schema names are not allowed", schemas[index].1);
        }
    }
    if !context.has_multi_schema() {
        let message = "The `schemas` property is only availably with the `multiSchema` preview feature.";
        context.error(message, list.span());
        return;
    }
    context.configuration.schemas = schemas;
}

fn read_extensions<'a>(properties: &[&'a Property<'a>], context: &mut Context<'a>) {
    let enabled = context.configuration.has_feature("postgresqlExtensions");
    if enabled {
        context.configuration.extensions = Some(Vec::new());
    }
    let Some(property) = properties.iter().find(|property| property.name.name == "extensions") else { return };
    let Some(Expression::Array(items, _)) = &property.value else {
        if let Some(value) = &property.value {
            super::arguments::expected("array", value, context);
        }
        return;
    };
    if !enabled {
        let message = "The `extensions` property is only available with the `postgresqlExtensions` preview feature.";
        context.error(message, property.span);
        return;
    }
    let mut extensions = Vec::new();
    for item in items {
        extensions.extend(read_extension(item, context));
    }
    extensions.sort_by(|a: &Extension, b: &Extension| a.name.cmp(&b.name));
    context.configuration.extensions = Some(extensions);
}

fn read_extension<'a>(item: &'a Expression<'a>, context: &mut Context<'a>) -> Option<Extension> {
    let (name, arguments, span) = match item {
        Expression::Constant(name, span) => (*name, None, *span),
        Expression::Function(name, arguments, span) => (*name, Some(arguments), *span),
        other => {
            super::arguments::expected("constant or function", other, context);
            return None;
        }
    };
    if name.contains('-') {
        context.validation_error("The character `-` is not allowed in extension names.", span);
    }
    let mut extension = Extension { name: name.to_owned(), schema: None, version: None };
    for argument in arguments.iter().flat_map(|arguments| &arguments.list) {
        let Some(key) = argument.name else {
            context.validation_error("The argument must have a name", argument.span);
            continue;
        };
        let target = match key.name {
            "map" => None,
            "schema" => Some(&mut extension.schema),
            "version" => Some(&mut extension.version),
            other => {
                context.error(format!("Argument not known: \"{other}\"."), argument.span);
                continue;
            }
        };
        match (&argument.value, target) {
            (Expression::String(text, _), Some(target)) => *target = Some(text.to_string()),
            (Expression::String(text, _), None) => extension.name = text.to_string(),
            _ => {
                let message = format!("The `{}` argument must be a string literal", key.name);
                context.validation_error(&message, argument.span);
            }
        }
    }
    Some(extension)
}

fn string_or_env<'a>(value: &'a Expression<'a>, context: &mut Context<'a>) {
    match value {
        Expression::String(..) => {}
        Expression::Function("env", arguments, _) => {
            if let [argument] = arguments.list.as_slice() {
                super::arguments::string(&argument.value, context);
            }
        }
        other => super::arguments::expected("String", other, context),
    }
}
