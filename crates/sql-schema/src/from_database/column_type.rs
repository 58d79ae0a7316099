//! Maps the type names of PostgreSQL's catalog to native types.

use prisma_schema::NativeType;

/// A type in the catalog. A domain is replaced by its base type.
pub(super) struct CatalogType<'a> {
    /// `pg_type.typname`: `int4`, or `_int4` for its array.
    pub(super) name: &'a str,
    /// Whether it is an array.
    pub(super) is_array: bool,
    /// `pg_attribute.atttypmod`: length, precision and scale in the type's encoding. Negative if they are not set.
    pub(super) modifier: i32,
}

impl CatalogType<'_> {
    /// The name of the element type.
    pub(super) fn element_name(&self) -> &str {
        match self.name.strip_prefix('_') {
            Some(element) if self.is_array => element,
            _ => self.name,
        }
    }

    /// The native type; `None` if the schema language has no name for it.
    pub(super) fn native(&self) -> Option<NativeType> {
        let modifier = u32::try_from(self.modifier).ok();
        // The encoding of variable-length types adds a header of four bytes.
        let length = modifier.map(|modifier| modifier.saturating_sub(4));
        // PostgreSQL reports six digits for a plain `timestamp`, but nothing for the elements of a `timestamp[]`.
        let time_precision = modifier.or((!self.is_array).then_some(6));
        Some(match self.element_name() {
            "int2" => NativeType::SmallInt,
            "int4" => NativeType::Integer,
            "int8" => NativeType::BigInt,
            "numeric" => NativeType::Decimal(length.map(|packed| (packed >> 16, packed & 0x7ff))),
            "money" => NativeType::Money,
            "inet" => NativeType::Inet,
            "oid" => NativeType::Oid,
            "citext" => NativeType::Citext,
            "float4" => NativeType::Real,
            "float8" => NativeType::DoublePrecision,
            "varchar" => NativeType::VarChar(length),
            "bpchar" | "char" => NativeType::Char(length),
            "text" => NativeType::Text,
            "bytea" => NativeType::ByteA,
            "timestamp" => NativeType::Timestamp(time_precision),
            "timestamptz" => NativeType::Timestamptz(time_precision),
            "date" => NativeType::Date,
            "time" => NativeType::Time(time_precision),
            "timetz" => NativeType::Timetz(time_precision),
            "bool" => NativeType::Boolean,
            "bit" => NativeType::Bit(modifier),
            "varbit" => NativeType::VarBit(modifier),
            "uuid" => NativeType::Uuid,
            "xml" => NativeType::Xml,
            "json" => NativeType::Json,
            "jsonb" => NativeType::JsonB,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{CatalogType, NativeType::*};

    #[test]
    fn names_lengths_and_precisions_are_decoded() {
        let scalar = |name, modifier| CatalogType { name, is_array: false, modifier }.native();
        let array = |name, modifier| CatalogType { name, is_array: true, modifier }.native();

        assert_eq!(scalar("int4", -1), Some(Integer));
        assert_eq!(scalar("varchar", 24), Some(VarChar(Some(20))));
        assert_eq!(scalar("varchar", -1), Some(VarChar(None)));
        assert_eq!(scalar("bpchar", 5), Some(Char(Some(1))));
        assert_eq!(scalar("bit", 3), Some(Bit(Some(3))));
        assert_eq!(scalar("numeric", (10 << 16 | 2) + 4), Some(Decimal(Some((10, 2)))));
        assert_eq!(scalar("numeric", -1), Some(Decimal(None)));
        assert_eq!(scalar("char", -1), Some(Char(None)));

        assert_eq!(array("_int4", -1), Some(Integer));
        assert_eq!(array("_varchar", 24), Some(VarChar(Some(20))));

        assert_eq!(scalar("interval", -1), None);
        assert_eq!(array("int2vector", -1), None);
    }

    #[test]
    fn only_a_scalar_timestamp_has_six_digits_by_default() {
        let timestamp = |name, is_array, modifier| CatalogType { name, is_array, modifier }.native();
        assert_eq!(timestamp("timestamp", false, -1), Some(Timestamp(Some(6))));
        assert_eq!(timestamp("timestamp", false, 3), Some(Timestamp(Some(3))));
        assert_eq!(timestamp("_timestamp", true, -1), Some(Timestamp(None)));
    }
}
