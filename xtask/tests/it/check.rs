//! `check` on small checkouts.

mod accepted;
mod findings;
mod output;

use expect_test::Expect;

use crate::checkout::Checkout;

/// A branch `feature` with a new column and its migration, based on a `main` with one migration.
fn feature() -> Checkout {
    let checkout = Checkout::with_migrations();
    checkout.write_settings(r#"table-prefix = """#);
    checkout.commit();
    checkout.git(&["switch", "--quiet", "--create", "feature"]);
    checkout.add_field_everywhere("tier String?");
    checkout.write_migration(
        "20250101000000_add_tier",
        r#"
            SET LOCAL lock_timeout = '10s';
            ALTER TABLE "Team" ADD COLUMN IF NOT EXISTS "tier" TEXT;
        "#,
    );
    checkout.commit();
    checkout
}

/// Runs `check` and compares its output, without the times.
fn check(checkout: &Checkout, arguments: &str, expected: &Expect) {
    expected.assert_eq(&output(checkout, arguments));
}

fn output(checkout: &Checkout, arguments: &str) -> String {
    let mut command = checkout.xtask("--quiet check");
    command.args(arguments.split_whitespace());
    let is_time = |word: &str| word == "ms" || word.parse::<u32>().is_ok();
    let without_times = |line: &str| {
        let times = line.ends_with(" ms") || line.contains(" ms  ");
        let words = line.split_whitespace().filter(|word| !(times && is_time(word)));
        if times { words.collect::<Vec<_>>().join(" ") } else { line.to_owned() }
    };
    let transcript = checkout.transcript(&mut command);
    transcript.lines().map(|line| without_times(line) + "\n").collect()
}
