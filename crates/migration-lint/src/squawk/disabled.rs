//! The rules of squawk that do not fit LiteLLM's migrations.

use squawk_linter::Rule::{self, *};

/// The disabled rules, with the reason for each group.
pub(crate) static DISABLED: &[(&str, &[Rule])] = &[
    (
        "`concurrently-not-alone` reports this, and counts every statement of the file",
        &[BanConcurrentIndexCreationInTransaction],
    ),
    (
        "`blocking-index` and `index-on-hot-table` know which tables exist and which are hot",
        &[RequireConcurrentIndexCreation],
    ),
    (
        "PostgreSQL drops an index as soon as it has the lock, and `missing-lock-timeout` limits the wait; a separate \
         migration for each drop would cost more",
        &[RequireConcurrentIndexDeletion],
    ),
    (
        "`missing-lock-timeout` requires SET LOCAL, and only before a statement that locks an existing table",
        &[RequireLockTimeout, RequireTimeoutSettings],
    ),
    (
        "a statement timeout also stops a migration that waits for no lock, and the proxy does not retry after it",
        &[RequireStatementTimeout],
    ),
    ("`not-rerunnable` also understands guards in DO blocks", &[PreferRobustStmts]),
    ("`required-column-without-default` reports this", &[AddingRequiredField]),
    (
        "`destructive-statement` reports this, and knows which tables exist",
        &[BanDropColumn, BanDropTable, BanDropSchema, BanTruncateCascade],
    ),
    (
        "LiteLLM needs the opposite: the search path selects the schema, as `hard-coded-public` requires",
        &[RequireTableSchema],
    ),
    (
        "the check `impact` rates the effects on pods of the previous release",
        &[
            RenamingColumn,
            RenamingTable,
            RenamingObject,
            BanDropNotNull,
            BanDropDefault,
            BanSetDefault,
            BanDropConstraint,
            BanDropIndex,
            BanDropGeneratedExpression,
            BanAlterGeneratedExpression,
            BanAlterIdentity,
            BanNewWriteRestriction,
            BanAddColumn,
            BanAddEnumValue,
        ],
    ),
    (
        "schema.prisma determines types and keys, and Prisma determines their SQL",
        &[
            PreferBigintOverInt,
            PreferBigintOverSmallint,
            PreferIdentity,
            PreferTextField,
            PreferTimestampTz,
            BanCharField,
        ],
    ),
    ("Prisma ignores the order of enum values", &[RequireEnumValueOrdering]),
    ("`transaction-nesting` reports every BEGIN", &[BanUncommittedTransaction]),
    ("PostgreSQL rejects this, and the check `replay` reports the error", &[BanDuplicateColumnAssignments]),
    (
        "a Prisma schema has no such objects; the author of a handwritten migration decides, and drops take IF EXISTS",
        &[
            BanCreateDomainWithConstraint,
            BanAlterDomainWithAddConstraint,
            BanDropDomain,
            BanDropView,
            BanDropFunction,
            BanDropTrigger,
            BanDropSequence,
            BanDropPolicy,
            BanReplaceViewFunction,
            BanAlterPolicyCondition,
            BanAlterPolicyRoles,
            BanCreatePolicy,
            BanAlterFunctionOptions,
            BanAlterViewOptions,
            BanAlterRowLevelSecurity,
            BanAddCompositeAttribute,
            BanDetachInheritance,
            BanAlterSequenceValues,
            BanDisableTrigger,
            BanReplicaIdentity,
            BanRevoke,
        ],
    ),
    (
        "without CASCADE, PostgreSQL does not drop a type that a column uses, and `destructive-statement` reports CASCADE",
        &[BanDropType],
    ),
    (
        "a background job, not a migration, creates and detaches the partitions of large tables",
        &[RequireConcurrentPartitionDetach],
    ),
    ("a Prisma migration may update an extension", &[BanAlterExtension]),
    ("it applies to PostgreSQL 19", &[PreferRepack]),
    ("`allow-comment` replaces it: squawk's own comments have no effect here", &[UnusedIgnore]),
];
