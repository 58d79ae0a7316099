//! The `generator` block. Only its preview features affect migrations.

use super::{Properties, string_or_env};
use crate::{
    analysis::{
        arguments::{expected, list, string},
        context::Context,
    },
    preview_features::PreviewFeatures,
    syntax::{Config, Expression},
};

pub(super) fn read<'a>(block: &'a Config<'a>, context: &mut Context<'a>) -> Option<()> {
    let report = &mut context.report;
    let mut properties = Properties::new(block, report)?;
    if let Some(engine) = properties.take_value("engineType")
        && !matches!(engine, Expression::String(..))
    {
        expected("String", engine, report);
    }
    let Some(provider) = properties.take_value("provider") else {
        let name = block.name.name;
        report.error(format!("Argument \"provider\" is missing in generator block \"{name}\"."), block.span);
        return None;
    };
    string_or_env(provider, report)?;
    if let Some(output) = properties.take_value("output") {
        string_or_env(output, report);
    }
    if let Some(targets) = properties.take_value("binaryTargets") {
        list(targets, report, string_or_env);
    }
    if let Some(features) = properties.take_value("previewFeatures") {
        read_preview_features(features, context);
    }
    Some(())
}

fn read_preview_features<'a>(value: &'a Expression<'a>, context: &mut Context<'a>) -> Option<()> {
    let known = PreviewFeatures::of(context.flavour);
    for written in list(value, &mut context.report, string)? {
        let is_written = |feature: &str| feature.eq_ignore_ascii_case(written);
        if let Some((_, feature, page)) = known.renamed.iter().find(|(old, ..)| is_written(old)) {
            context.configuration.preview_features.insert(feature);
            let message = format!(
                "On `provider = \"postgresql\"`, preview feature \"{written}\" has been renamed to \"{feature}\". Learn more at https://pris.ly/d/{page}."
            );
            context.report.warning(message, value.span());
        } else if let Some(feature) = known.deprecated().find(|feature| is_written(feature)) {
            context.configuration.preview_features.insert(feature);
            let message = format!(
                "Preview feature \"{written}\" is deprecated. The functionality can be used without specifying it as a preview feature."
            );
            context.report.warning(message, value.span());
        } else if let Some(feature) = known.active.iter().chain(known.hidden).find(|feature| is_written(feature)) {
            context.configuration.preview_features.insert(feature);
        } else {
            let expected = known.active.join(", ");
            let message = format!("The preview feature \"{written}\" is not known. Expected one of: {expected}");
            context.report.error(message, value.span());
        }
    }
    Some(())
}
