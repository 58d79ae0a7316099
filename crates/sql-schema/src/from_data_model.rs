//! Turns a data model into the relational model that Prisma creates in an empty database.

use prisma_schema::{DataModel, FieldArity, FieldType, Flavour, ManyToMany, RelationMode, names};

use crate::{
    Arity, Column, ColumnId, ColumnType, DEFAULT_NAMESPACE, DefaultValue, Enum, EnumId, Extension, ForeignKey, Index,
    IndexAlgorithm, IndexColumn, Predicate, PrimaryKey, ReferentialAction, SqlSchema, Table, TableId,
};

impl SqlSchema {
    /// The database that `data_model` describes, without views: migrations ignore them.
    #[must_use]
    pub fn from_data_model(data_model: &DataModel, flavour: Flavour) -> Self {
        let table_ids = table_ids(data_model);
        let mut tables: Vec<Table> = data_model
            .models
            .iter()
            .filter(|model| !model.is_view)
            .map(|model| table(model, data_model, &table_ids))
            .collect();
        for relation in &data_model.many_to_many {
            tables.extend(join_table(relation, data_model, &table_ids, flavour));
        }
        let mut schema = Self {
            namespaces: data_model.datasource.schemas.clone(),
            default_namespace: None,
            extensions: data_model.datasource.extensions.iter().flatten().map(extension).collect(),
            enums: data_model.enums.iter().map(enum_).collect(),
            tables,
        };
        if flavour.hides_default_namespace() {
            if schema.namespaces.is_empty() {
                schema.namespaces.push(DEFAULT_NAMESPACE.to_owned());
            }
            schema.hide_namespace(DEFAULT_NAMESPACE);
        }
        schema
    }
}

/// The table of each model; `None` for views.
fn table_ids(data_model: &DataModel) -> Vec<Option<TableId>> {
    let mut next = 0;
    data_model
        .models
        .iter()
        .map(|model| {
            (!model.is_view).then(|| {
                next += 1;
                TableId(next - 1)
            })
        })
        .collect()
}

fn extension(extension: &prisma_schema::Extension) -> Extension {
    Extension {
        name: extension.name.clone(),
        schema: extension.schema.clone(),
        version: extension.version.clone(),
        relocatable: false,
    }
}

fn enum_(enum_: &prisma_schema::Enum) -> Enum {
    Enum { namespace: enum_.schema.clone(), name: enum_.database_name.clone(), values: enum_.values.clone() }
}

fn table(model: &prisma_schema::Model, data_model: &DataModel, table_ids: &[Option<TableId>]) -> Table {
    let with_foreign_keys = data_model.datasource.relation_mode == RelationMode::ForeignKeys;
    let relations = model.relations.iter().filter(|_| with_foreign_keys);
    Table {
        namespace: model.schema.clone(),
        name: model.database_name.clone(),
        columns: model.fields.iter().map(column).collect(),
        primary_key: model
            .primary_key
            .as_ref()
            .map(|key| PrimaryKey { name: key.name.clone(), columns: columns(&key.fields) }),
        indexes: model.indexes.iter().map(index).collect(),
        foreign_keys: relations.filter_map(|relation| foreign_key(relation, table_ids)).collect(),
    }
}

fn column(field: &prisma_schema::Field) -> Column {
    use prisma_schema::DefaultValue as Written;

    let default = match &field.default {
        Some(Written::Value(value)) => Some(DefaultValue::Value(value.clone())),
        Some(Written::Now) => Some(DefaultValue::Now),
        Some(Written::DbGenerated(expression)) => Some(DefaultValue::DbGenerated(expression.clone())),
        Some(Written::Autoincrement) => Some(DefaultValue::Sequence(String::new())),
        Some(Written::Client) | None => None,
    };
    Column {
        name: field.database_name.clone(),
        ty: column_type(&field.ty),
        arity: arity(field),
        default,
        autoincrement: field.default == Some(Written::Autoincrement),
        generated: false,
        client_default: field.default == Some(Written::Client),
    }
}

fn arity(field: &prisma_schema::Field) -> Arity {
    match field.arity {
        FieldArity::Required => Arity::Required,
        FieldArity::Optional => Arity::Nullable,
        FieldArity::List => Arity::List,
    }
}

fn column_type(ty: &FieldType) -> ColumnType {
    match ty {
        FieldType::Scalar(scalar, native) => ColumnType::Native(native.unwrap_or_else(|| scalar.default_native_type())),
        FieldType::Enum(id) => ColumnType::Enum(EnumId(id.0)),
        FieldType::Unsupported(name) => ColumnType::Unsupported(name.clone()),
    }
}

fn columns(fields: &[prisma_schema::FieldId]) -> Vec<ColumnId> {
    fields.iter().map(|field| ColumnId(field.0)).collect()
}

fn index(index: &prisma_schema::Index) -> Index {
    let column = |field: &prisma_schema::IndexField| IndexColumn {
        column: ColumnId(field.field.0),
        sort: field.sort,
        operator_class: field.operator_class.clone(),
    };
    Index {
        name: index.name.clone(),
        unique: index.unique,
        columns: index.fields.iter().map(column).collect(),
        algorithm: index.algorithm,
        backs_constraint: false,
        predicate: index.predicate.as_deref().map(predicate),
    }
}

/// Adds brackets unless the text starts and ends with one. Like Prisma, it does not check whether the two match.
fn predicate(sql: &str) -> Predicate {
    let has_brackets = sql.starts_with('(') && sql.ends_with(')');
    Predicate::Sql(if has_brackets { sql.to_owned() } else { format!("({sql})") })
}

fn foreign_key(relation: &prisma_schema::Relation, table_ids: &[Option<TableId>]) -> Option<ForeignKey> {
    Some(ForeignKey {
        name: relation.name.clone(),
        columns: columns(&relation.fields),
        referenced_table: table_ids[relation.referenced_model.0 as usize]?,
        referenced_columns: columns(&relation.referenced_fields),
        on_delete: relation.on_delete,
        on_update: relation.on_update,
    })
}

/// The join table of an implicit many-to-many relation. Columns `A` and `B` hold the keys of the models.
fn join_table(
    relation: &ManyToMany,
    data_model: &DataModel,
    table_ids: &[Option<TableId>],
    flavour: Flavour,
) -> Option<Table> {
    let sides = [("A", relation.model_a), ("B", relation.model_b)];
    let name = names::join_table(&relation.name);
    let (mut columns, mut foreign_keys) = (Vec::new(), Vec::new());
    for (position, (side, model)) in (0..).zip(sides) {
        let &key = data_model.models[model].primary_key.as_ref()?.fields.first()?;
        let field = &data_model.models[model].fields[key];
        columns.push(Column {
            name: side.to_owned(),
            ty: column_type(&field.ty),
            // The key of an ignored model can be optional or a list.
            arity: arity(field),
            default: None,
            autoincrement: false,
            generated: false,
            client_default: false,
        });
        foreign_keys.push(ForeignKey {
            name: names::with_suffix(&name, &format!("_{side}_fkey")),
            columns: vec![ColumnId(position)],
            referenced_table: table_ids[model.0 as usize]?,
            referenced_columns: vec![ColumnId(key.0)],
            on_delete: ReferentialAction::Cascade,
            on_update: ReferentialAction::Cascade,
        });
    }
    if data_model.datasource.relation_mode == RelationMode::Prisma {
        foreign_keys.clear();
    }
    let index = |suffix: &str, unique: bool, columns: &[u32]| Index {
        name: names::with_suffix(&name, suffix),
        unique,
        columns: columns
            .iter()
            .map(|&column| IndexColumn { column: ColumnId(column), sort: None, operator_class: None })
            .collect(),
        algorithm: IndexAlgorithm::BTree,
        backs_constraint: false,
        predicate: None,
    };
    let mut indexes = Vec::new();
    let mut primary_key = None;
    if flavour.join_table_has_primary_key() {
        primary_key =
            Some(PrimaryKey { name: names::with_suffix(&name, "_AB_pkey"), columns: vec![ColumnId(0), ColumnId(1)] });
    } else {
        indexes.push(index("_AB_unique", true, &[0, 1]));
    }
    indexes.push(index("_B_index", false, &[1]));
    let namespace = data_model.models[relation.model_a].schema.clone();
    Some(Table { namespace, name, columns, primary_key, indexes, foreign_keys })
}

#[cfg(test)]
mod tests {
    use prisma_schema::NativeType;

    use super::*;

    fn schema(text: &str, flavour: Flavour) -> SqlSchema {
        let source = prisma_schema::Source::new("schema.prisma", text);
        let (data_model, _) = prisma_schema::data_model(&[source], flavour).expect("a valid schema");
        SqlSchema::from_data_model(&data_model, flavour)
    }

    #[test]
    fn relations_become_foreign_keys_and_join_tables() {
        let text = r#"
            model A {
              id Int @id
              b_id String? @map("b")
              b B? @relation("one", fields: [b_id], references: [id])
              bs B[] @relation("many")
            }
            model B {
              id String @id @db.VarChar(9)
              as A[] @relation("one")
              more A[] @relation("many")
            }
        "#;
        let sql = schema(text, Flavour::V6);
        let names: Vec<_> = sql.tables.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["A", "B", "_many"]);
        let key = &sql.tables[0].foreign_keys[0];
        assert_eq!((key.name.as_str(), key.on_delete), ("A_b_fkey", ReferentialAction::SetNull));
        let join = &sql.tables[2];
        assert_eq!(join.columns[1].ty, ColumnType::Native(NativeType::VarChar(Some(9))));
        assert_eq!(join.primary_key.as_ref().map(|key| key.name.as_str()), Some("_many_AB_pkey"));

        let join = &schema(text, Flavour::V5).tables[2];
        assert_eq!(join.primary_key, None);
        assert_eq!(join.indexes[0].name, "_many_AB_unique");
    }
}
