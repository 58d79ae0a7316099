//! Values for columns. A value depends only on the type and a number: the columns of a foreign key have the types of
//! the columns that they refer to, and so the same values.

/// The type of a column.
pub(super) struct Type {
    /// As SQL.
    pub(super) sql: String,
    /// Length, precision and scale in the type's own encoding; negative if there are none.
    pub(super) modifier: i32,
    /// The name of the type, or of an array's element type. A domain is replaced by its base type.
    pub(super) element: String,
    /// Its `typtype`: `b` for a base type, `e` for an enum.
    pub(super) element_kind: char,
    /// The same type as SQL.
    pub(super) element_sql: String,
    pub(super) is_array: bool,
}

impl Type {
    /// The expression for the value of `number`, itself an expression. Different numbers have different values, if
    /// the type has enough of them.
    pub(super) fn value(&self, number: &str) -> String {
        let element = self.element_value(number);
        let value = if self.is_array { format!("ARRAY[{element}]::{}[]", self.element_sql) } else { element };
        format!("({value})::{}", self.sql)
    }

    fn element_value(&self, n: &str) -> String {
        match self.element_kind {
            'e' => {
                let all = format!("enum_range(NULL::{})", self.element_sql);
                return format!("({all})[1 + ({n} - 1) % cardinality({all})]");
            }
            'r' => return "'empty'".to_owned(),
            'm' => return "'{}'".to_owned(),
            _ => {}
        }
        match self.element.as_str() {
            "bool" => format!("{n} % 2 = 1"),
            "numeric" => format!("{n} * 1e{}", -self.scale()),
            "bytea" => format!("convert_to({n}::text, 'UTF8')"),
            "json" | "jsonb" => format!("jsonb_build_object('n', {n})"),
            "uuid" => format!("lpad({n}::text, 32, '0')"),
            "timestamp" | "timestamptz" | "date" => format!("timestamp '2024-01-01' + {n} * interval '1 day'"),
            "time" | "timetz" => format!("time '12:00' + {n} * interval '1 minute'"),
            "interval" => format!("{n} * interval '1 hour'"),
            "inet" | "cidr" => format!("'10.0.0.' || {n}"),
            "macaddr" => format!("'00:00:00:00:00:0' || {n}"),
            "macaddr8" => format!("'00:00:00:00:00:00:00:0' || {n}"),
            "bit" | "varbit" => {
                let length = self.modifier.max(1);
                format!("{n}::bit({length})")
            }
            "point" => format!("point({n}, {n})"),
            "xml" => format!("'<n>' || {n} || '</n>'"),
            // Types that can be read from a number's text: texts, numbers, money, OIDs, and most types of extensions.
            _ => format!("{n}::text"),
        }
    }

    /// The number of digits after the point that are certainly stored.
    fn scale(&self) -> i32 {
        // The encoding includes a header of four bytes. Since PostgreSQL 15, the scale is a signed number of eleven
        // bits.
        if self.modifier < 4 { 0 } else { (((self.modifier - 4) & 0x7ff) ^ 1024) - 1024 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_fits_its_precision() {
        let numeric = |precision: i32, scale: i32| Type {
            sql: "numeric".to_owned(),
            modifier: (precision << 16 | scale & 0x7ff) + 4,
            element: "numeric".to_owned(),
            element_kind: 'b',
            element_sql: "numeric".to_owned(),
            is_array: false,
        };
        assert_eq!(numeric(65, 30).value("3"), "(3 * 1e-30)::numeric");
        assert_eq!(numeric(2, -3).value("3"), "(3 * 1e3)::numeric");
    }
}
