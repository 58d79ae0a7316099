//! Steps that create or change extensions. No extension is dropped for good: the database may use it for other purposes.

use super::matching::{Pairs, match_by_key};
use crate::step::Step;

pub(super) fn push_steps(pairs: &Pairs<'_>, steps: &mut Vec<Step>) {
    let (from_extensions, to_extensions) = (&pairs.from.extensions, &pairs.to.extensions);
    let names = match_by_key(
        from_extensions.iter().map(|extension| &extension.name),
        to_extensions.iter().map(|extension| &extension.name),
    );
    steps.extend(names.to_only.into_iter().map(|to| Step::CreateExtension(to as usize)));
    for (from, to) in names.both {
        let (from, to) = (from as usize, to as usize);
        let (old, new) = (&from_extensions[from], &to_extensions[to]);
        // A version or a namespace that one of the sides does not state is not a difference.
        let differ =
            |old: &Option<String>, new: &Option<String>| old.as_ref().zip(new.as_ref()).is_some_and(|(a, b)| a != b);
        let (version, schema) = (differ(&old.version, &new.version), differ(&old.schema, &new.schema));
        if !(version || schema) {
            continue;
        }
        if old.relocatable {
            steps.push(Step::AlterExtension { from, to, version, schema });
        } else {
            steps.push(Step::DropExtension(from));
            steps.push(Step::CreateExtension(to));
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use prisma_schema::Flavour;
    use sql_schema::{Extension, SqlSchema};

    use crate::{Diff, testing::EMPTY_MIGRATION};

    fn sql(from: &[(&str, &str, &str)], relocatable: bool, to: &[(&str, &str, &str)]) -> String {
        let schema = |extensions: &[(&str, &str, &str)]| {
            let stated = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            let extension = |&(name, schema, version): &(&str, _, _)| Extension {
                name: name.to_owned(),
                schema: stated(schema),
                version: stated(version),
                relocatable,
            };
            SqlSchema { extensions: extensions.iter().map(extension).collect(), ..SqlSchema::default() }
        };
        Diff::between(&schema(from), &schema(to), Flavour::V6).to_sql()
    }

    #[test]
    fn missing_extensions_are_created_and_other_ones_stay() {
        expect![[r#"
            -- CreateExtension
            CREATE EXTENSION IF NOT EXISTS "citext";

            -- CreateExtension
            CREATE EXTENSION IF NOT EXISTS "postgis" WITH SCHEMA "gis" VERSION "3.3";
        "#]]
        .assert_eq(&sql(&[("plpgsql", "pg_catalog", "1.0")], false, &[("citext", "", ""), ("postgis", "gis", "3.3")]));
    }

    #[test]
    fn a_property_that_only_one_side_states_is_ignored() {
        assert_eq!(sql(&[("citext", "", "")], false, &[("citext", "b", "1.6")]), EMPTY_MIGRATION);
        assert_eq!(sql(&[("citext", "b", "1.6")], false, &[("citext", "", "")]), EMPTY_MIGRATION);
    }

    #[test]
    fn a_relocatable_extension_is_altered_and_another_one_is_recreated() {
        let (from, to) = ([("citext", "public", "1.5")], [("citext", "b", "1.6")]);
        expect![[r#"
            -- AlterExtension
            ALTER EXTENSION "citext" UPDATE TO "1.6";
            ALTER EXTENSION "citext" SET SCHEMA "b";
        "#]]
        .assert_eq(&sql(&from, true, &to));
        expect![[r#"
            -- DropExtension
            DROP EXTENSION "citext";

            -- CreateExtension
            CREATE EXTENSION IF NOT EXISTS "citext" WITH SCHEMA "b" VERSION "1.6";
        "#]]
        .assert_eq(&sql(&from, false, &to));
    }
}
