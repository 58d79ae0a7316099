//! Whether a client that was made for one type of a column can live with another.

use crate::{Oid, catalog::Catalog};

/// The type of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ColumnType {
    /// As SQL spells it, such as `character varying(10)`.
    pub(crate) shown: String,
    /// Its name in the catalog, such as `varchar`; of an array, that of its elements.
    pub(crate) base: String,
    /// Length, precision and scale in the way of the catalog; -1 if there are none.
    pub(crate) modifier: i32,
    pub(crate) is_array: bool,
    /// The enum that it is, or that its elements are of.
    pub(crate) enum_: Option<Oid>,
}

/// What the change of a type means to a client that knows the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retyping {
    /// There is none.
    Same,
    /// It reads and writes the new type as well.
    Compatible,
    /// It reads the new type, which has no room for some values that it may write.
    Narrower,
    /// It cannot read the new type, or cannot write it.
    Incompatible,
}

/// Types that Prisma's client reads into the same type of a field.
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
    /// What it means that a column of this type before is of the type `to` after.
    pub(crate) fn retyping(&self, before: &Catalog, to: &Self, after: &Catalog) -> Retyping {
        let name = |catalog: &Catalog, enum_| catalog.enums.get(&enum_).map(|found| found.name.clone());
        match (self.enum_, to.enum_) {
            _ if self.is_array != to.is_array => Retyping::Incompatible,
            // The queries of Prisma's client name the enum.
            (Some(old), Some(new)) if name(before, old) != name(after, new) => Retyping::Incompatible,
            (Some(old), Some(new)) if old != new => Retyping::Compatible,
            (Some(_), Some(_)) => Retyping::Same,
            (None, None) if (&self.base, self.modifier) == (&to.base, to.modifier) => Retyping::Same,
            (None, None) => match (self.family_and_room(), to.family_and_room()) {
                (Some((old, room)), Some((new, less))) if old == new && less < room => Retyping::Narrower,
                (Some((old, _)), Some((new, _))) if old == new => Retyping::Compatible,
                _ if self.base == to.base => Retyping::Compatible,
                _ => Retyping::Incompatible,
            },
            _ => Retyping::Incompatible,
        }
    }

    /// As SQL spells it.
    pub(crate) fn spelling(&self, catalog: &Catalog) -> String {
        // What was read together with the column may be an older name of the enum.
        match self.enum_.and_then(|enum_| catalog.enums.get(&enum_)) {
            Some(enum_) => format!("{}{}", enum_.name, if self.is_array { "[]" } else { "" }),
            None => self.shown.clone(),
        }
    }

    /// The family, and a number that is larger the more values a type of it holds.
    fn family_and_room(&self) -> Option<(Family, i32)> {
        let limit = if self.modifier == -1 { i32::MAX } else { self.modifier };
        Some(match self.base.as_str() {
            "int2" => (Family::Integer, 2),
            "int4" => (Family::Integer, 4),
            "int8" => (Family::Integer, 8),
            "float4" => (Family::Number, 38),
            "float8" => (Family::Number, 308),
            "numeric" => (Family::Number, whole_digits(self.modifier)),
            "uuid" => (Family::Text, 0),
            "text" | "citext" | "varchar" | "bpchar" => (Family::Text, limit),
            // What does not fit is cut off, and not rejected.
            "date" | "timestamp" | "timestamptz" => (Family::Date, 0),
            "time" | "timetz" => (Family::Time, 0),
            "json" | "jsonb" => (Family::Json, 0),
            _ => return None,
        })
    }
}

/// The digits before the point of a `numeric`. Its modifier holds four, and the precision above eleven bits of the scale.
fn whole_digits(modifier: i32) -> i32 {
    match modifier {
        -1 => i32::MAX,
        modifier => ((modifier - 4) >> 16) - ((modifier - 4) & 0x7ff),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: (&str, i32), to: (&str, i32), expected: Retyping) {
        let ty = |(base, modifier): (&str, i32)| ColumnType {
            shown: String::new(),
            base: base.to_owned(),
            modifier,
            is_array: false,
            enum_: None,
        };
        let nothing = Catalog::default();
        assert_eq!(ty(from).retyping(&nothing, &ty(to), &nothing), expected);
    }

    #[test]
    fn families() {
        check(("int4", -1), ("int4", -1), Retyping::Same);
        check(("int4", -1), ("int8", -1), Retyping::Compatible);
        check(("int8", -1), ("int4", -1), Retyping::Narrower);
        check(("int4", -1), ("text", -1), Retyping::Incompatible);
        check(("timestamp", 3), ("timestamptz", 3), Retyping::Compatible);
        check(("text", -1), ("uuid", -1), Retyping::Narrower);
        check(("text", -1), ("jsonb", -1), Retyping::Incompatible);
        check(("inet", -1), ("cidr", -1), Retyping::Incompatible);
    }

    #[test]
    fn lengths() {
        check(("varchar", 14), ("varchar", 24), Retyping::Compatible);
        check(("varchar", 24), ("varchar", 14), Retyping::Narrower);
        check(("varchar", 24), ("text", -1), Retyping::Compatible);
        check(("text", -1), ("varchar", 14), Retyping::Narrower);
        check(("uuid", -1), ("varchar", 40), Retyping::Compatible);
    }

    #[test]
    fn digits() {
        let numeric = |precision: i32, scale: i32| ("numeric", ((precision << 16) | scale) + 4);
        check(numeric(10, 2), numeric(12, 4), Retyping::Compatible);
        check(numeric(10, 2), numeric(10, 4), Retyping::Narrower);
        check(("numeric", -1), numeric(10, 4), Retyping::Narrower);
        check(("float8", -1), numeric(10, 4), Retyping::Narrower);
        check(numeric(10, 4), ("float8", -1), Retyping::Compatible);
    }
}
