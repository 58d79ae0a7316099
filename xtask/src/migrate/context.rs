//! The inputs of one run of `migrate`.

use anyhow::bail;
use migrations::Folder;
use prisma_schema::{DataModel, Source};
use schema_diff::Style;
use scratch_postgres::Options;
use sql_schema::SqlSchema;

use super::freshness;
use crate::{
    checkout::{
        Checkout,
        lock::FolderLock,
        schema,
        schema_copies::{self, CopyState, RootSchema},
    },
    cli::Migrate,
    postgres, replay,
    target::Target,
    terminal::output::Output,
};

/// The inputs of one run of `migrate`: the command line, the checkout, the schema and the existing migrations, all of them
/// checked.
pub(super) struct MigrateContext<'a> {
    pub(super) args: &'a Migrate,
    pub(super) checkout: &'a Checkout,
    pub(super) output: &'a Output,
    pub(super) style: Style,
    pub(super) postgres: Options,
    pub(super) root: RootSchema,
    pub(super) source: Source,
    pub(super) data_model: DataModel,
    pub(super) folder: Folder,
    /// A dry run needs no lock.
    _lock: Option<FolderLock>,
    /// The schema without the indexes that a job builds.
    pub(super) target: Target,
}

impl<'a> MigrateContext<'a> {
    /// Reads the inputs.
    ///
    /// # Errors
    ///
    /// If the copies differ, the branch is stale, the schema is invalid, or the migrations folder has a problem.
    pub(super) fn new(args: &'a Migrate, checkout: &'a Checkout, output: &'a Output) -> anyhow::Result<Self> {
        let settings = &checkout.settings;
        let root = schema_copies::read_root(checkout)?;
        require_equal_copies(checkout, &root)?;
        freshness::require_fresh(checkout, args.allow_stale, output)?;
        let source = Source::new(root.path.display().to_string(), &root.text);
        let data_model = schema::data_model(std::slice::from_ref(&source), settings.prisma, output)?;
        let path = checkout.migrations();
        let lock = if args.dry_run { None } else { Some(FolderLock::acquire(&path, output)?) };
        let folder = replay::read_folder(&path)?;
        replay::require_sound(&folder)?;
        Ok(Self {
            args,
            checkout,
            output,
            style: args.style.unwrap_or(settings.style).into(),
            postgres: postgres::options(&args.postgres, settings)?,
            target: Target::new(&data_model, settings.prisma).without_indexes(&settings.built_elsewhere),
            root,
            source,
            data_model,
            folder,
            _lock: lock,
        })
    }

    /// The indexes that a job builds and that no migration mentions yet.
    pub(super) fn unmentioned_indexes(&self) -> Vec<String> {
        let settings = &self.checkout.settings;
        let schema = SqlSchema::from_data_model(&self.data_model, settings.prisma);
        let is_mentioned = |name: &str| self.folder.migrations().iter().any(|migration| migration.sql.contains(name));
        let names = schema.tables.into_iter().flat_map(|table| table.indexes).map(|index| index.name);
        names.filter(|name| settings.built_elsewhere.contains(name) && !is_mentioned(name)).collect()
    }
}

fn require_equal_copies(checkout: &Checkout, root: &RootSchema) -> anyhow::Result<()> {
    let copies = schema_copies::read_copies(checkout, &root.text)?;
    let different: Vec<_> = copies.iter().filter(|copy| copy.state != CopyState::Identical).collect();
    if different.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = different.iter().map(|copy| copy.path.display().to_string()).collect();
    bail!(
        "The copies must be equal before a migration can be generated. These differ from {}: {}.\nShow the differences: \
         {}\nOverwrite the copies: {}",
        root.path.display(),
        names.join(", "),
        checkout.root.command("schema-sync --check"),
        checkout.root.command("schema-sync"),
    );
}
