use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use crate::{
    checkout::{Checkout, MIGRATIONS},
    postgres,
};

#[test]
fn prints_the_time_of_each_migration() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.write_migration("20010102000000_rank", "ALTER TABLE \"Team\" ADD COLUMN \"rank\" INT;\n");
    checkout.write(&format!("{MIGRATIONS}/notes.txt"), "x");
    // The second run could take everything from the cache.
    for _ in 0..2 {
        let output = checkout.xtask("replay --postgres local").output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<_> = said.lines().map(|line| line.split_once(" ms  ").unwrap()).collect();
        assert_eq!(lines[0].1, "20010101000000_baseline");
        assert_eq!(lines[1].1, "20010102000000_rank");
        assert!(lines[2].1.starts_with("2 migrations on PostgreSQL"), "{said}");
        assert!(lines.iter().all(|(time, _)| time.trim().parse::<f64>().unwrap() > 0.0), "{said}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("notes.txt is not a migration"));
    }
}

#[test]
fn keeps_the_database_on_demand() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    let mut process = checkout.xtask("replay --keep --quiet --postgres local").stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let url = lines.map(Result::unwrap).find(|line| line.starts_with("postgresql://")).unwrap();
    let url: scratch_postgres::Url = url.parse().unwrap();
    let tables = url.connect().unwrap().query("SELECT FROM \"Team\"", &[]).unwrap();
    assert!(tables.is_empty());
    process.kill().unwrap();
    process.wait().unwrap();
}
