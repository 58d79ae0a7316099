//! Cargo compiles a dependency of `cargo xtask` again for the lint if its features differ, and the first `check` then takes
//! longer.

use std::{collections::BTreeSet, process::Command};

#[test]
fn shared_dependencies_have_the_features_of_xtask() {
    // These compile in less than a second.
    const EXCEPTIONS: [&str; 2] = ["anstyle", "num-traits"];
    let xtask = dependencies("xtask");
    let shared: BTreeSet<_> = xtask.iter().map(|dependency| name_and_version(dependency)).collect();
    let lint = dependencies("migration-lint");
    let differing: Vec<_> = lint
        .difference(&xtask)
        .filter(|it| shared.contains(name_and_version(it)))
        .filter(|it| !EXCEPTIONS.iter().any(|name| it.starts_with(name)))
        .collect();
    assert!(differing.is_empty(), "In crates/migration-lint/Cargo.toml, ask for the features of xtask: {differing:#?}");
}

/// The dependencies of a package, as `NAME VERSION [FEATURES]`.
fn dependencies(package: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--edges", "normal,build", "--prefix", "none", "--format", "{p} [{f}]"])
        .args(["--package", package])
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8_lossy(&output.stdout);
    lines.lines().map(|line| line.replace(" (*)", "").replace(" (proc-macro)", "")).collect()
}

fn name_and_version(dependency: &str) -> &str {
    dependency.split_once(" [").map_or(dependency, |(name_and_version, _)| name_and_version)
}
