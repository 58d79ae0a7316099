//! The help, the version and the exit status of a wrong command line.

use expect_test::expect;

use crate::checkout::Checkout;

#[test]
fn help() {
    Checkout::without_git().check(
        "--help",
        &expect![[r#"
        Automate LiteLLM's database migrations

        Usage: cargo xtask [OPTIONS] <COMMAND>

        Commands:
          schema-sync  Make every copy of schema.prisma equal to the one at the root
          migrate      Write the next migration: the SQL that turns the existing migrations into
                       schema.prisma
          check        Check everything that must hold before a change is merged
          restamp      Give unmerged migrations new timestamps, after all others
          diff         Print the SQL that turns FROM into TO
          replay       Run every migration on an empty database
          conformance  Compare our SQL with recorded answers of Prisma's engine
          postgres     Manage the PostgreSQL programs on this machine
          doctor       Show the PostgreSQL backends of this machine, and files and containers left behind by
                       a crash
          help         Print this message or the help of the given subcommand(s)

        Options:
          -h, --help     Print help
          -V, --version  Print version

        Global options:
              --root <DIR>    The checkout to work on [default: the Cargo workspace that contains the
                              current directory]
              --color <WHEN>  When to print in colour [default: auto] [possible values: auto, always, never]
          -q, --quiet         Print only the result and errors

        Exit status:
          0   done, or nothing to do
          1   failed, or a check found an error
          2   a decision is needed first
          3   the branch is behind its base, or its base is unknown
          64  wrong usage
        exit 0
    "#]],
    );
}

#[test]
fn help_of_migrate() {
    Checkout::without_git().check(
        "migrate --help",
        &expect![[r#"
            Write the next migration: the SQL that turns the existing migrations into schema.prisma

            Usage: cargo xtask migrate [OPTIONS] [NAME]

            Arguments:
              [NAME]
                      The name of the migration, in lower snake_case; if it is missing, the command suggests one

            Options:
                  --dry-run
                      Write nothing; print the SQL

                  --rename <OLD=NEW>
                      Rename a column (TABLE.OLD=NEW) or a table (OLD=NEW) and keep its rows; repeatable

                  --no-rename
                      Treat everything else that could be a rename as a drop and a create

                  --allow-destructive
                      Write the migration even if it destroys data

                  --allow-stale
                      Continue even if the base branch has migrations or schema changes that this branch lacks

                  --style <STYLE>
                      The style of the SQL [default: the setting `style`, or house]

                      Possible values:
                      - house:  Deployable SQL: idempotent, and without long locks
                      - prisma: Prisma's own SQL

                  --format <FORMAT>
                      The format of the report

                      Possible values:
                      - human: For people
                      - json:  For programs

                      [default: human]

              -h, --help
                      Print help (see a summary with '-h')

            PostgreSQL:
                  --postgres <BACKEND>
                      The PostgreSQL to use: auto, local, container, embedded, or the postgresql:// URL of a
                      superuser or of a role with CREATEDB and CREATEROLE

                      [default: auto]

                  --postgres-version <N>
                      The major version of PostgreSQL [default: the setting `postgres-version`, or the highest
                      available]

            Global options:
                  --root <DIR>
                      The checkout to work on [default: the Cargo workspace that contains the current directory]

                  --color <WHEN>
                      When to print in colour

                      [default: auto]
                      [possible values: auto, always, never]

              -q, --quiet
                      Print only the result and errors

            Examples:
              cargo xtask migrate add_tier                   write the migration for the current schema
              cargo xtask migrate --dry-run                  print its SQL and its report
              cargo xtask migrate rename_alias --rename LiteLLM_Key.alias=name
                                                             keep the rows of a renamed column
              cargo xtask migrate drop_tier --allow-destructive
                                                             drop a column or a table on purpose
            exit 0
        "#]],
    );
}

#[test]
fn version() {
    Checkout::without_git().check(
        "--version",
        &expect![[r#"
        cargo xtask 0.1.0
        exit 0
    "#]],
    );
}

#[test]
fn wrong_usage() {
    Checkout::without_git().check(
        "migrate --frobnicate",
        &expect![[r#"
        ! error: unexpected argument '--frobnicate' found
        ! 
        !   tip: a similar argument exists: '--format'
        ! 
        ! Usage: cargo xtask migrate --format <FORMAT> [NAME]
        ! 
        ! For more information, try '--help'.
        exit 64
    "#]],
    );
}
