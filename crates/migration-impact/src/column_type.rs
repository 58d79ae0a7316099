//! Whether a client that knows one type of a column can work with another.

use std::collections::BTreeMap;

use catalog::Name;

use crate::Oid;

/// Enums by their OIDs.
pub(crate) type Enums = BTreeMap<Oid, Enum>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Enum {
    pub(crate) name: Name,
    pub(crate) values: Vec<String>,
}

/// The type of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ColumnType {
    /// As PostgreSQL prints it, such as `character varying(10)`.
    pub(crate) sql: String,
    /// The enum, if the type is one or an array of one.
    pub(crate) enum_: Option<Oid>,
}

/// The effect of a new type on a client that knows the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retyping {
    Same,
    /// The client reads and writes the new type.
    Compatible,
    /// The client reads the new type, but some values that it may write do not fit.
    Narrower,
    /// The client cannot read the new type, or cannot write it.
    Incompatible,
}

/// Types that Prisma's client reads into the same type of field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Integer,
    Number,
    Text,
    Date,
    Time,
    Json,
}

impl ColumnType {
    /// Compares this type, of a column before, with its type after.
    pub(crate) fn retyping(&self, before: &Enums, to: &Self, after: &Enums) -> Retyping {
        let name = |enums: &Enums, enum_| enums.get(&enum_).map(|found| found.name.clone());
        match (self.enum_, to.enum_) {
            _ if self.is_array() != to.is_array() => Retyping::Incompatible,
            // The queries of Prisma's client name the enum.
            (Some(old), Some(new)) if name(before, old) != name(after, new) => Retyping::Incompatible,
            (Some(old), Some(new)) if old != new => Retyping::Compatible,
            (Some(_), Some(_)) => Retyping::Same,
            (None, None) if self.sql == to.sql => Retyping::Same,
            (None, None) => match (self.family_and_room(), to.family_and_room()) {
                (Some((old, room)), Some((new, less))) if old == new && less < room => Retyping::Narrower,
                (Some((old, _)), Some((new, _))) if old == new => Retyping::Compatible,
                _ if self.base_and_modifiers().0 == to.base_and_modifiers().0 => Retyping::Compatible,
                _ => Retyping::Incompatible,
            },
            _ => Retyping::Incompatible,
        }
    }

    /// The type for people. The name of an enum may have changed after the column was read.
    pub(crate) fn spelling(&self, enums: &Enums) -> String {
        match self.enum_.and_then(|enum_| enums.get(&enum_)) {
            Some(enum_) => format!("{}{}", enum_.name.qualified(), if self.is_array() { "[]" } else { "" }),
            None => self.sql.clone(),
        }
    }

    fn is_array(&self) -> bool {
        self.sql.ends_with("[]")
    }

    /// Splits `public.numeric(10,2)[]` into `numeric` and its length, or precision and scale.
    fn base_and_modifiers(&self) -> (String, Vec<i32>) {
        let sql = self.sql.trim_end_matches("[]");
        let sql = sql.rsplit_once('.').map_or(sql, |(_, name)| name);
        let Some((start, rest)) = sql.split_once('(') else { return (sql.to_owned(), Vec::new()) };
        let (modifiers, end) = rest.split_once(')').unwrap_or((rest, ""));
        (format!("{start}{end}"), modifiers.split(',').filter_map(|modifier| modifier.parse().ok()).collect())
    }

    /// The family, and a number that is larger the more values the type holds.
    fn family_and_room(&self) -> Option<(Family, i32)> {
        let (base, modifiers) = self.base_and_modifiers();
        Some(match base.as_str() {
            "smallint" => (Family::Integer, 2),
            "integer" => (Family::Integer, 4),
            "bigint" => (Family::Integer, 8),
            "real" => (Family::Number, 38),
            "double precision" => (Family::Number, 308),
            // The digits before the point: the precision without the scale.
            "numeric" => {
                (Family::Number, modifiers.into_iter().reduce(|precision, scale| precision - scale).unwrap_or(i32::MAX))
            }
            "uuid" => (Family::Text, 0),
            "text" | "citext" | "character varying" | "character" | "bpchar" => {
                (Family::Text, modifiers.first().copied().unwrap_or(i32::MAX))
            }
            // PostgreSQL truncates values that do not fit. It does not reject them.
            "date" | "timestamp without time zone" | "timestamp with time zone" => (Family::Date, 0),
            "time without time zone" | "time with time zone" => (Family::Time, 0),
            "json" | "jsonb" => (Family::Json, 0),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, to: &str, expected: Retyping) {
        let ty = |sql: &str| ColumnType { sql: sql.to_owned(), enum_: None };
        assert_eq!(ty(from).retyping(&Enums::new(), &ty(to), &Enums::new()), expected, "{from} to {to}");
    }

    #[test]
    fn families() {
        check("integer", "integer", Retyping::Same);
        check("integer", "bigint", Retyping::Compatible);
        check("bigint", "integer", Retyping::Narrower);
        check("integer", "text", Retyping::Incompatible);
        check("integer", "integer[]", Retyping::Incompatible);
        check("timestamp(3) without time zone", "timestamp(3) with time zone", Retyping::Compatible);
        check("text", "uuid", Retyping::Narrower);
        check("text", "other.citext", Retyping::Compatible);
        check("text", "jsonb", Retyping::Incompatible);
        check("inet", "cidr", Retyping::Incompatible);
        check("interval(3)", "interval", Retyping::Compatible);
    }

    #[test]
    fn lengths() {
        check("character varying(14)", "character varying(24)", Retyping::Compatible);
        check("character varying(24)", "character varying(14)", Retyping::Narrower);
        check("character varying(24)", "text", Retyping::Compatible);
        check("text", "character varying(14)", Retyping::Narrower);
        check("uuid", "character varying(40)", Retyping::Compatible);
    }

    #[test]
    fn digits() {
        check("numeric(10,2)", "numeric(12,4)", Retyping::Compatible);
        check("numeric(10,2)", "numeric(10,4)", Retyping::Narrower);
        check("numeric", "numeric(10,4)", Retyping::Narrower);
        check("double precision", "numeric(10,4)", Retyping::Narrower);
        check("numeric(10,4)", "double precision", Retyping::Compatible);
    }
}
