//! Steps that add, drop and rename foreign keys.

use std::{collections::HashSet, hash::Hash};

use sql_schema::{ColumnId, ForeignKey, SqlSchema, Table};

use super::matching::{Pairs, TablePair, match_by_key};
use crate::step::{ForeignKeyId, Step};

pub(super) fn push_steps(pairs: &Pairs<'_>, steps: &mut Vec<Step>) {
    for &table in &pairs.created_tables {
        let keys = (0..).zip(&pairs.to.table(table).foreign_keys);
        steps.extend(keys.map(|(position, _)| Step::AddForeignKey(ForeignKeyId { table, position })));
    }
    // The foreign keys of dropped tables are dropped first, so that the tables can be dropped in any order.
    for &table in &pairs.dropped_tables {
        let keys = (0..).zip(&pairs.from.table(table).foreign_keys);
        steps.extend(keys.map(|(position, _)| Step::DropForeignKey(ForeignKeyId { table, position })));
    }
    for table in &pairs.tables {
        push_steps_of_table(pairs, table, steps);
    }
}

fn push_steps_of_table(pairs: &Pairs<'_>, table: &TablePair<'_>, steps: &mut Vec<Step>) {
    let (from_keys, to_keys) = (&table.from.foreign_keys, &table.to.foreign_keys);
    if from_keys.is_empty() && to_keys.is_empty() {
        return;
    }
    let from_id = |position| ForeignKeyId { table: table.from_id, position };
    let to_id = |position| ForeignKeyId { table: table.to_id, position };
    let retyped: HashSet<&str> = table
        .columns
        .iter()
        .filter(|pair| pair.change.cast.is_some())
        .map(|pair| table.from.column(pair.from).name.as_str())
        .collect();
    let from_shapes = from_keys.iter().map(|key| shape((pairs.from, table.from), key, Side::From, &retyped));
    let to_shapes = to_keys.iter().map(|key| shape((pairs.to, table.to), key, Side::To, &retyped));
    let matches = match_by_key(from_shapes, to_shapes);
    steps.extend(matches.from_only.into_iter().map(|key| Step::DropForeignKey(from_id(key))));
    steps.extend(matches.to_only.into_iter().map(|key| Step::AddForeignKey(to_id(key))));
    for (from, to) in matches.both {
        if from_keys[from as usize].name != to_keys[to as usize].name {
            steps.push(Step::RenameForeignKey { from: from_id(from), to: to_id(to) });
        }
    }
}

/// The properties that make two foreign keys equal: all except the name and the namespace of the referenced table.
fn shape<'a>(
    (schema, table): (&'a SqlSchema, &'a Table),
    key: &ForeignKey,
    side: Side,
    retyped: &HashSet<&str>,
) -> impl Eq + Hash + use<'a> {
    let names = |table: &'a Table, columns: &[ColumnId]| -> Vec<&'a str> {
        columns.iter().map(|&column| table.column(column).name.as_str()).collect()
    };
    let referenced = schema.table(key.referenced_table);
    let columns = names(table, &key.columns);
    // A key equals no key of the other side if the type of a referencing column changes.
    let only_on = columns.iter().any(|name| retyped.contains(name)).then_some(side);
    let references = (referenced.name.as_str(), names(referenced, &key.referenced_columns));
    (only_on, columns, references, key.on_delete, key.on_update)
}

#[derive(PartialEq, Eq, Hash)]
enum Side {
    From,
    To,
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check_sql;

    fn child(ty: &str, arguments: &str) -> String {
        format!(
            r#"
                model Child {{
                  id Int @id
                  parent_id {ty}
                  parent Parent @relation(fields: [parent_id], references: [id]{arguments})
                }}
                model Parent {{
                  id {ty} @id
                  children Child[]
                }}
            "#
        )
    }

    #[test]
    fn a_key_with_a_new_name_is_renamed() {
        check_sql(
            &child("Int", ""),
            &child("Int", r#", map: "short""#),
            &expect![[r#"
                -- RenameForeignKey
                ALTER TABLE "Child" RENAME CONSTRAINT "Child_parent_id_fkey" TO "short";
            "#]],
        );
    }

    #[test]
    fn another_action_is_another_key() {
        check_sql(
            &child("Int", ""),
            &child("Int", ", onDelete: Cascade"),
            &expect![[r#"
                -- DropForeignKey
                ALTER TABLE "Child" DROP CONSTRAINT "Child_parent_id_fkey";

                -- AddForeignKey
                ALTER TABLE "Child" ADD CONSTRAINT "Child_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "Parent"("id") ON DELETE CASCADE ON UPDATE CASCADE;
            "#]],
        );
    }

    #[test]
    fn a_key_is_recreated_if_the_type_of_its_columns_changes() {
        check_sql(
            &child("Int", ""),
            &child("BigInt", ""),
            &expect![[r#"
                -- DropForeignKey
                ALTER TABLE "Child" DROP CONSTRAINT "Child_parent_id_fkey";

                -- AlterTable
                ALTER TABLE "Child" ALTER COLUMN "parent_id" SET DATA TYPE BIGINT;

                -- AlterTable
                ALTER TABLE "Parent" DROP CONSTRAINT "Parent_pkey",
                ALTER COLUMN "id" SET DATA TYPE BIGINT,
                ADD CONSTRAINT "Parent_pkey" PRIMARY KEY ("id");

                -- AddForeignKey
                ALTER TABLE "Child" ADD CONSTRAINT "Child_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "Parent"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
            "#]],
        );
    }

    #[test]
    fn keys_of_dropped_tables_are_dropped_before_the_tables() {
        check_sql(
            &child("Int", ""),
            "",
            &expect![[r#"
                -- DropForeignKey
                ALTER TABLE "Child" DROP CONSTRAINT "Child_parent_id_fkey";

                -- DropTable
                DROP TABLE "Child";

                -- DropTable
                DROP TABLE "Parent";
            "#]],
        );
    }
}
