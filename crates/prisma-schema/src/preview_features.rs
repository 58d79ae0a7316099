//! The preview features of each version of Prisma.

use crate::Flavour;

/// The preview features of one version.
pub(crate) struct PreviewFeatures {
    /// The features that messages list.
    pub(crate) active: &'static [&'static str],
    /// Accepted features that messages do not list.
    pub(crate) hidden: &'static [&'static str],
    /// The features that no longer need a preview.
    deprecated: &'static [&'static [&'static str]],
    /// Renamed features: the old name, the new one, and the documentation page.
    pub(crate) renamed: &'static [(&'static str, &'static str, &'static str)],
}

impl PreviewFeatures {
    pub(crate) fn of(flavour: Flavour) -> Self {
        match flavour {
            Flavour::V5 => Self { active: ACTIVE_5, hidden: &[], deprecated: &[DEPRECATED_5], renamed: &[] },
            Flavour::V6 => Self {
                active: ACTIVE_6,
                hidden: &["reactNative", "typedSql"],
                deprecated: &[DEPRECATED_5, DEPRECATED_6],
                renamed: RENAMED_6,
            },
            Flavour::V7 => Self {
                active: ACTIVE_7,
                hidden: &["reactNative"],
                deprecated: &[DEPRECATED_5, DEPRECATED_6, DEPRECATED_7],
                renamed: RENAMED_6,
            },
        }
    }

    /// The features that no longer need a preview.
    pub(crate) fn deprecated(&self) -> impl Iterator<Item = &'static str> {
        self.deprecated.iter().flat_map(|features| features.iter().copied())
    }
}

#[rustfmt::skip]
const ACTIVE_5: &[&str] = &[
    "deno", "driverAdapters", "fullTextIndex", "fullTextSearch", "metrics", "multiSchema", "postgresqlExtensions",
    "tracing", "views",
];

#[rustfmt::skip]
const ACTIVE_6: &[&str] = &[
    "deno", "driverAdapters", "fullTextSearchPostgres", "metrics", "multiSchema", "nativeDistinct",
    "postgresqlExtensions", "views", "relationJoins", "prismaSchemaFolder", "strictUndefinedChecks",
];

#[rustfmt::skip]
const ACTIVE_7: &[&str] = &[
    "fullTextSearchPostgres", "nativeDistinct", "partialIndexes", "postgresqlExtensions", "relationJoins",
    "schemaEngineDriverAdapters", "shardKeys", "strictUndefinedChecks", "typedSql", "views",
];

#[rustfmt::skip]
const DEPRECATED_5: &[&str] = &[
    "aggregateApi", "atomicNumberOperations", "clientExtensions", "cockroachdb", "connectOrCreate", "createMany",
    "dataProxy", "distinct", "extendedIndexes", "extendedWhereUnique", "fieldReference", "filterJson",
    "filteredRelationCount", "groupBy", "improvedQueryRaw", "interactiveTransactions", "jsonProtocol",
    "microsoftSqlServer", "middlewares", "mongoDb", "nApi", "namedConstraints", "nativeTypes", "orderByAggregateGroup",
    "orderByNulls", "orderByRelation", "referentialActions", "referentialIntegrity", "selectRelationCount",
    "transactionApi", "uncheckedScalarInputs",
];

const DEPRECATED_6: &[&str] = &["fullTextIndex", "omitApi", "tracing"];

const DEPRECATED_7: &[&str] = &["deno", "driverAdapters", "multiSchema", "prismaSchemaFolder", "queryCompiler"];

const RENAMED_6: &[(&str, &str, &str)] = &[("fullTextSearch", "fullTextSearchPostgres", "fts-postgres")];
