//! Times the proofs of scripts behind a folder of migrations: `cargo run --example measure -- FOLDER SCRIPT...`.

#![allow(clippy::print_stdout, reason = "the figures are what this program is for")]

use std::{error::Error, fs, time::Instant};

use migration_proof::{Proof, prove};
use scratch_postgres::{Options, guardian, replay};
use sql_script::Script;

fn main() -> Result<(), Box<dyn Error>> {
    guardian::main_if_reentered();
    let mut arguments = std::env::args().skip(1);
    let mut folders = Vec::new();
    for entry in fs::read_dir(arguments.next().ok_or("name a folder of migrations")?)? {
        folders.push(entry?.path().join("migration.sql"));
    }
    folders.retain(|path| path.is_file());
    folders.sort();
    let read = |path: String| fs::read_to_string(&path).map(|sql| (path, sql));
    let base = folders.iter().map(|path| read(path.display().to_string())).collect::<Result<Vec<_>, _>>()?;
    let new = arguments.map(read).collect::<Result<Vec<_>, _>>()?;
    let (base, new) = (scripts(&base), scripts(&new));

    let begin = Instant::now();
    let replayed = replay(&Options::default(), &base, &mut ())?;
    println!("{:>7.1?} replay, {} of {} cached", begin.elapsed(), replayed.cached, base.len());
    let begin = Instant::now();
    let database = replayed.into_writable()?;
    let proofs = prove(&database, database.client()?, &new, &Proof::ALL, &mut (), &mut ())?;
    println!("{:>7.1?} all proofs", begin.elapsed());
    for proved in &proofs {
        println!("{:>7.1?} {:14} {}", proved.took, proved.evidence.proof(), proved.evidence);
    }
    Ok(())
}

fn scripts(files: &[(String, String)]) -> Vec<Script<'_>> {
    files.iter().map(|(name, sql)| Script { name, sql }).collect()
}
