//! The sequences that serial types bring with them.

use prisma_schema::names::{MAX_IDENTIFIER, cut};

/// The name that PostgreSQL gives to the sequence of a serial column: `Table_column_seq`, for which it cuts the longer of
/// both names.
pub(crate) fn sequence(table: &str, column: &str) -> String {
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
    use super::sequence;

    #[test]
    fn the_longer_name_is_cut() {
        assert_eq!(sequence("T", "id"), "T_id_seq");
        assert_eq!(sequence(&"t".repeat(60), "id"), format!("{}_id_seq", "t".repeat(56)));
        assert_eq!(sequence("é", &"é".repeat(40)), format!("é_{}_seq", "é".repeat(28)));
    }
}
