//! `conformance`: how many of the recorded answers are ours as well.

use std::path::Path;

use crate::{
    checkout::Checkout,
    cli,
    conformance::{Answers, Corpus, Respondent},
    postgres,
    terminal::{exit::Exit, output::Output, unified_diff::unified_diff},
};

pub(crate) fn run(args: &cli::Conformance, root: Option<&Path>, output: &Output) -> anyhow::Result<Exit> {
    let options = postgres::options(&args.postgres, &Checkout::settings(root)?)?;
    let mut respondent = Respondent::new(args.prisma, root, options, output);
    let mut exit = Exit::Done;
    for file in &args.files {
        let corpus = Corpus::open(file)?;
        let name = corpus.name().to_owned();
        let (mut asked, mut identical, mut differences) = (0, 0, String::new());
        for case in corpus.cases() {
            let case = case?;
            let Some(Answers { recorded, ours }) = respondent.answer(&case)? else { continue };
            asked += 1;
            if recorded == ours {
                identical += 1;
            } else if asked - identical <= args.show {
                let (old, new) = (format!("{} (recorded)", case.id), format!("{} (ours)", case.id));
                differences += &format!("\n{}", unified_diff((&old, &recorded), (&new, &ours)));
            }
        }
        output.result(&format!("{name}: {identical} of {asked} identical\n{differences}"))?;
        if identical < asked {
            exit = Exit::Failed;
        }
    }
    Ok(exit)
}
