//! Which Prisma is imitated.

use std::{fmt, str::FromStr};

/// The major version of Prisma whose behaviour is followed. All that differs between them is asked here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flavour {
    /// Prisma 5 (5.4.2), which LiteLLM pins.
    #[default]
    V5,
    /// Prisma 6 (6.6.0): implicit many-to-many tables get a primary key.
    V6,
    /// Prisma 7 (7.10.0): creates the default schema, qualifies names inside an enum rebuild.
    V7,
}

impl Flavour {
    /// The release whose behaviour is followed.
    #[must_use]
    pub fn release(self) -> &'static str {
        match self {
            Self::V5 => "5.4.2",
            Self::V6 => "6.6.0",
            Self::V7 => "7.10.0",
        }
    }

    /// Whether the table of an implicit many-to-many relation has a primary key instead of a unique index.
    #[must_use]
    pub fn join_table_has_primary_key(self) -> bool {
        self >= Self::V6
    }

    /// Whether names in the default namespace are written without it, even where the schema says it. Such a version also
    /// creates that namespace.
    #[must_use]
    pub fn hides_default_namespace(self) -> bool {
        self >= Self::V7
    }

    /// Whether a primary key is renamed by a statement of its own. PostgreSQL refuses it beside other changes.
    #[must_use]
    pub fn renames_primary_keys_apart(self) -> bool {
        self >= Self::V7
    }

    /// Whether a datasource must have a `url`. The diff of later versions does not mind one, though their validation does.
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

    /// Whether the form of a `DateTime` default is looked at before its numbers are, and a blank is no `T`.
    pub(crate) fn reads_times_in_two_steps(self) -> bool {
        self < Self::V6
    }

    /// Whether `uuid(7)` and `cuid(2)` exist.
    pub(crate) fn has_uuid_versions(self) -> bool {
        self >= Self::V6
    }

    /// Whether names may have letters outside of ASCII.
    pub(crate) fn has_unicode_names(self) -> bool {
        self >= Self::V6
    }

    /// Whether `/* … */` is a comment.
    pub(crate) fn has_block_comments(self) -> bool {
        self >= Self::V6
    }

    /// Whether models cannot have the names of JavaScript's contextual keywords.
    pub(crate) fn reserves_contextual_keywords(self) -> bool {
        self >= Self::V6
    }

    /// Whether the key of a model that the client ignores may have optional fields.
    pub(crate) fn ignored_keys_may_be_optional(self) -> bool {
        self >= Self::V7
    }

    /// Whether nothing more is said of a schema that cannot be read or has names that clash.
    pub(crate) fn stops_at_unknown_names(self) -> bool {
        self < Self::V6
    }

    /// Whether a type that is written with other capitals is suggested in the message itself.
    pub(crate) fn suggests_types(self) -> bool {
        self >= Self::V6
    }

    /// Whether a shadow database that is the main one is refused.
    pub(crate) fn has_separate_shadow_database(self) -> bool {
        self == Self::V6
    }

    /// Whether `@@fulltext` needs a preview feature, besides a database that has it.
    pub(crate) fn fulltext_needs_preview_feature(self) -> bool {
        self < Self::V6
    }

    /// What messages call composite types among the others.
    pub(crate) fn composite_type_word(self) -> &'static str {
        if self < Self::V6 { "custom" } else { "composite" }
    }

    /// How messages refuse a one-to-one relation that both sides require.
    pub(crate) fn not_valid(self) -> &'static str {
        if self < Self::V6 { "no longer valid" } else { "not valid" }
    }

    /// How messages about keys name fields.
    pub(crate) fn id_fields(self, names: &[impl std::borrow::Borrow<str>]) -> String {
        if self < Self::V7 {
            return format!("fields {}", names.join(", "));
        }
        let noun = if names.len() == 1 { "field" } else { "fields" };
        format!("{noun} `{}`", names.join("`, `"))
    }

    /// Whether views can have keys and indexes, and must have what tells their rows apart.
    pub(crate) fn views_have_keys(self) -> bool {
        self < Self::V7
    }

    /// How messages refuse a length of `nanoid()`.
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
