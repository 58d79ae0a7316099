use crate::{checkout::Checkout, postgres};

#[test]
fn shows_the_choice_of_auto() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::new();
    let said = checkout.transcript(&mut checkout.xtask("doctor"));
    assert!(said.starts_with("auto        takes local\nurl         XTASK_POSTGRES_URL is not set\nlocal "), "{said}");
    for backend in ["fetch", "container", "embedded"] {
        assert!(said.contains(&format!("\n{backend} ")), "{said}");
    }

    let mut unreachable = checkout.xtask("doctor");
    let said = checkout.transcript(unreachable.env("XTASK_POSTGRES_URL", "postgresql://app:s3cret@127.0.0.1:1/x"));
    assert!(said.starts_with("auto        takes url, and fails\nurl         Could not connect to"), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
    assert!(said.ends_with("exit 1\n"), "{said}");
}
