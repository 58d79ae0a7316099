//! Names of the sequences that fill columns.

use prisma_schema::names::{MAX_IDENTIFIER, cut};
use sql_schema::{Column, Table};

/// The name that Prisma gives to the sequence of an existing column.
pub(crate) fn new_sequence(table: &Table, column: &Column) -> String {
    format!("{}_{}_seq", table.name, column.name).to_lowercase()
}

/// The name that PostgreSQL gives to the sequence of a serial column: `Table_column_seq`. PostgreSQL shortens the longer
/// of the two names.
pub(crate) fn serial_sequence(table: &str, column: &str) -> String {
    let room = MAX_IDENTIFIER - "__seq".len();
    let (mut table_length, mut column_length) = (table.len(), column.len());
    while table_length + column_length > room {
        if table_length > column_length {
            table_length -= 1;
        } else {
            column_length -= 1;
        }
    }
    format!("{}_{}_seq", cut(table, table_length), cut(column, column_length))
}

#[cfg(test)]
mod tests {
    use super::serial_sequence;

    #[test]
    fn the_longer_name_is_shortened() {
        assert_eq!(serial_sequence("T", "id"), "T_id_seq");
        assert_eq!(serial_sequence(&"t".repeat(60), "id"), format!("{}_id_seq", "t".repeat(56)));
        assert_eq!(serial_sequence("é", &"é".repeat(40)), format!("é_{}_seq", "é".repeat(28)));
    }
}
