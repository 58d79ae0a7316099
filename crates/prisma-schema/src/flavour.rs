//! The supported major versions of Prisma, and the differences between them.

use std::{fmt, str::FromStr};

/// A major version of Prisma. Its methods answer every difference between the versions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flavour {
    /// Prisma 5 (5.4.2), which LiteLLM pins.
    #[default]
    V5,
    /// Prisma 6 (6.6.0). Join tables of implicit many-to-many relations have a primary key.
    V6,
    /// Prisma 7 (7.10.0). It creates the default namespace, and qualifies names when it rebuilds an enum.
    V7,
}

impl Flavour {
    /// The release that this crate reproduces.
    #[must_use]
    pub fn release(self) -> &'static str {
        match self {
            Self::V5 => "5.4.2",
            Self::V6 => "6.6.0",
            Self::V7 => "7.10.0",
        }
    }

    /// Whether the join table of an implicit many-to-many relation has a primary key instead of a unique index.
    #[must_use]
    pub fn join_table_has_primary_key(self) -> bool {
        self >= Self::V6
    }

    /// Whether names in the default namespace are not qualified, even if the schema names it. Such a version also creates
    /// that namespace.
    #[must_use]
    pub fn hides_default_namespace(self) -> bool {
        self >= Self::V7
    }

    /// Whether a separate statement renames a primary key. PostgreSQL rejects the renaming next to other changes.
    #[must_use]
    pub fn renames_primary_keys_apart(self) -> bool {
        self >= Self::V7
    }

    /// Whether a datasource must have a `url`. Later versions accept one in a diff, although their validation rejects it.
    pub(crate) fn needs_url(self) -> bool {
        self < Self::V7
    }

    /// Whether `@@schema` and `schemas` need no preview feature.
    pub(crate) fn has_multi_schema(self) -> bool {
        self >= Self::V7
    }

    /// Whether `@@index(…, where: raw("…"))` exists.
    #[must_use]
    pub fn has_partial_indexes(self) -> bool {
        self >= Self::V7
    }

    /// Whether `ulid()` exists.
    pub(crate) fn has_ulid(self) -> bool {
        self >= Self::V6
    }

    /// Whether the form of a `DateTime` default is checked before its numbers, and a space cannot replace the `T`.
    pub(crate) fn reads_times_in_two_steps(self) -> bool {
        self < Self::V6
    }

    /// Whether `uuid(7)` and `cuid(2)` exist.
    pub(crate) fn has_uuid_versions(self) -> bool {
        self >= Self::V6
    }

    /// Whether names may contain letters outside of ASCII.
    pub(crate) fn has_unicode_names(self) -> bool {
        self >= Self::V6
    }

    /// Whether `/* … */` is a comment.
    pub(crate) fn has_block_comments(self) -> bool {
        self >= Self::V6
    }

    /// Whether JavaScript's contextual keywords are reserved names.
    pub(crate) fn reserves_contextual_keywords(self) -> bool {
        self >= Self::V6
    }

    /// Whether the key of an ignored model may have optional fields.
    pub(crate) fn ignored_keys_may_be_optional(self) -> bool {
        self >= Self::V7
    }

    /// Whether syntax errors and duplicate names suppress all later errors.
    pub(crate) fn stops_at_unknown_names(self) -> bool {
        self < Self::V6
    }

    /// Whether the message suggests a type whose name differs only in case.
    pub(crate) fn suggests_types(self) -> bool {
        self >= Self::V6
    }

    /// Whether the shadow database must differ from the main one.
    pub(crate) fn has_separate_shadow_database(self) -> bool {
        self == Self::V6
    }

    /// Whether `@@fulltext` needs a preview feature, in addition to a database that supports it.
    pub(crate) fn fulltext_needs_preview_feature(self) -> bool {
        self < Self::V6
    }

    /// The word for composite types in the message about unknown types.
    pub(crate) fn composite_type_word(self) -> &'static str {
        if self < Self::V6 { "custom" } else { "composite" }
    }

    /// The phrase that rejects a one-to-one relation with two required sides.
    pub(crate) fn not_valid(self) -> &'static str {
        if self < Self::V6 { "no longer valid" } else { "not valid" }
    }

    /// The fields in messages about keys.
    pub(crate) fn id_fields(self, names: &[impl std::borrow::Borrow<str>]) -> String {
        if self < Self::V7 {
            return format!("fields {}", names.join(", "));
        }
        let noun = if names.len() == 1 { "field" } else { "fields" };
        format!("{noun} `{}`", names.join("`, `"))
    }

    /// Whether views can have keys and indexes, and need a unique criterion.
    pub(crate) fn views_have_keys(self) -> bool {
        self < Self::V7
    }

    /// The message that rejects a length of `nanoid()`.
    pub(crate) fn nanoid_length_message(self) -> &'static str {
        if self < Self::V6 {
            "`nanoid()` takes either no argument, or a single integer argument >= 2."
        } else {
            "`nanoid()` takes either no argument, or a single integer argument between 2 and 255."
        }
    }
}

impl FromStr for Flavour {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "5" => Ok(Self::V5),
            "6" => Ok(Self::V6),
            "7" => Ok(Self::V7),
            other => Err(format!("unknown Prisma version {other:?}: 5, 6 and 7 are known")),
        }
    }
}

impl fmt::Display for Flavour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V5 => "5",
            Self::V6 => "6",
            Self::V7 => "7",
        })
    }
}
