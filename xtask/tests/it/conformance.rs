use expect_test::expect;

use crate::{checkout::Checkout, postgres};

/// The program of crates/conformance gets the options, the settings and the paths of the checkout.
#[test]
fn runs_the_program() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.write(
        "prefix.jsonl",
        r#"{"id": "20010101000000_baseline", "k": 1, "sql": "-- This is an empty migration.\n"}
{"id": "20000101000000_other", "k": 2, "sql": ""}
"#,
    );
    checkout.check(
        "conformance prefix.jsonl --prisma 6 --show 0 --quiet --postgres local",
        &expect![[r#"
            ! error: litellm-proxy-extras/litellm_proxy_extras/migrations is not from the recorded release: migration 2 is not 20000101000000_other.
            ! Make a checkout of the recorded release, then name it:
            !   crates/conformance/scripts/litellm-checkout 0.4.110 DIR
            !   cargo xtask --root DIR conformance FILE
            exit 1
        "#]],
    );
}

#[test]
fn exits_with_the_status_of_the_program() {
    let checkout = Checkout::new();
    checkout.write(
        "validate.jsonl",
        r#"{"id": "valid", "schema": "model A {\n  id Int @id\n}\n", "ok": true, "diagnostics": []}
"#,
    );
    checkout.check(
        "conformance validate.jsonl --quiet",
        &expect![[r#"
            validate: 1 of 1 identical
            exit 0
        "#]],
    );
}
