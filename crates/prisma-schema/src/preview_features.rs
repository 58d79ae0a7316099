//! The preview features that each version of Prisma knows.

use crate::Flavour;

/// The preview features that a version knows.
pub(crate) struct PreviewFeatures {
    /// Those that messages list.
    pub(crate) active: &'static [&'static str],
    /// Those that messages keep quiet about.
    pub(crate) hidden: &'static [&'static str],
    /// Those that are no longer previews.
    deprecated: &'static [&'static [&'static str]],
    /// Those that have another name now, with that name and the page that says so.
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

    /// Those that are no longer previews.
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
