//! Reduces an input: removes each part that its difference does not need.

/// The starting point, a schema or the SQL of a database, and the target, a schema.
pub(super) type InputPair = [String; 2];

/// The smallest pair found for which `differ` holds.
pub(super) fn reduce(mut pair: InputPair, mut differ: impl FnMut(&InputPair) -> bool) -> InputPair {
    let mut position = 0;
    loop {
        match smaller(&pair).into_iter().enumerate().skip(position).find(|(_, pair)| differ(pair)) {
            Some((found, smaller)) => {
                pair = smaller;
                position = found;
            }
            None if position == 0 => return pair,
            None => position = 0,
        }
    }
}

/// Pairs with one part removed. Larger parts come first.
fn smaller(pair: &InputPair) -> Vec<InputPair> {
    let mut blocks = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    for line in pair.iter().flat_map(|text| text.lines()) {
        let header = line.strip_suffix(" {").filter(|header| !header.starts_with("datasource"));
        let (seen, item) = header.map_or((&mut lines, line), |header| (&mut blocks, header));
        if !matches!(item, "}" | "") && !seen.contains(&item) {
            seen.push(item);
        }
    }
    let mut smaller: Vec<InputPair> = Vec::new();
    for side in 0..2 {
        smaller.extend(without_parts(&pair[side]).into_iter().map(|text| with_side(pair, side, text)));
    }
    smaller.extend(blocks.iter().map(|block| map_both(pair, |text| without_block(text, block))));
    // First from both texts, then from one.
    for line in &lines {
        smaller.push(map_both(pair, |text| without_line(text, line)));
    }
    for line in &lines {
        for shorter in shorter_lines(line) {
            smaller.push(map_both(pair, |text| with_line(text, line, &shorter)));
        }
    }
    for side in 0..2 {
        let only = |text: String| with_side(pair, side, text);
        smaller.extend(blocks.iter().map(|block| only(without_block(&pair[side], block))));
        smaller.extend(lines.iter().map(|line| only(without_line(&pair[side], line))));
        for line in &lines {
            smaller.extend(shorter_lines(line).iter().map(|shorter| only(with_line(&pair[side], line, shorter))));
        }
    }
    smaller.retain(|smaller| smaller != pair);
    smaller
}

/// The text without half of its paragraphs, without a quarter, and so on.
fn without_parts(text: &str) -> Vec<String> {
    let paragraphs: Vec<&str> = text.split_inclusive("\n\n").flat_map(|part| part.split_inclusive(";\n")).collect();
    let mut size = paragraphs.len() / 2;
    let mut parts = Vec::new();
    while size > 0 {
        for start in (0..paragraphs.len()).step_by(size) {
            let end = paragraphs.len().min(start + size);
            parts.push([&paragraphs[..start], &paragraphs[end..]].concat().concat());
        }
        size /= 2;
    }
    parts
}

fn with_side(pair: &InputPair, side: usize, text: String) -> InputPair {
    let mut both = pair.clone();
    both[side] = text;
    both
}

fn map_both(pair: &InputPair, change: impl Fn(&str) -> String) -> InputPair {
    pair.each_ref().map(|text| change(text))
}

/// The text without this block and the relations to it.
fn without_block(text: &str, header: &str) -> String {
    let name = header.split(' ').next_back().unwrap_or_default();
    let mut is_inside = false;
    let mut relations = Vec::new();
    let mut rest = String::new();
    for line in text.lines() {
        is_inside |= line.strip_suffix(" {") == Some(header);
        let is_reference = line.split([' ', '?', '[']).filter(|word| !word.is_empty()).nth(1) == Some(name);
        if is_inside || is_reference {
            relations.extend(relation(line));
        } else {
            rest += line;
            rest += "\n";
        }
        is_inside &= line != "}";
    }
    relations.iter().fold(rest, |rest, relation| without(&rest, |line| self::relation(line) == Some(relation)))
}

/// The text without this line and, if it is a relation field, without the opposite field.
fn without_line(text: &str, unwanted: &str) -> String {
    let relation = relation(unwanted);
    without(text, |line| line == unwanted || relation.is_some() && self::relation(line) == relation)
}

fn with_line(text: &str, old: &str, new: &str) -> String {
    text.lines().flat_map(|line| [if line == old { new } else { line }, "\n"]).collect()
}

fn without(text: &str, is_unwanted: impl Fn(&str) -> bool) -> String {
    let rest: String = text.lines().filter(|line| !is_unwanted(line)).flat_map(|line| [line, "\n"]).collect();
    // The removed line may have been the last column of a table.
    rest.replace(",\n)", "\n)")
}

/// The name of the relation in a relation field.
fn relation(line: &str) -> Option<&str> {
    line.split_once("@relation(\"")?.1.split('"').next()
}

/// The line without one of its attributes or arguments, for each of them.
fn shorter_lines(line: &str) -> Vec<String> {
    let mut shorter = Vec::new();
    for (position, _) in line.match_indices([' ', ',']) {
        let (before, rest) = line.split_at(position);
        if before.trim().is_empty() {
            continue;
        }
        let end = end_of_part(rest);
        shorter.push(format!("{before}{}", &rest[end..]));
    }
    shorter
}

/// The byte offset at which the next word ends, including its parentheses, brackets and strings.
fn end_of_part(text: &str) -> usize {
    let mut depth = 0;
    let mut is_string = false;
    for (position, letter) in text.char_indices().skip(1) {
        match letter {
            '"' => is_string = !is_string,
            _ if is_string => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return position,
            ')' | ']' | '}' => depth -= 1,
            ' ' | ',' if depth == 0 && position > 1 => return position,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    #[test]
    fn keeps_the_parts_that_the_difference_needs() {
        let from = r#"model A {
  id Int @id
  b Int @unique
  cs C[] @relation("r")
}

model C {
  id Int @id
  a A @relation("r")
}
"#;
        let to = r#"model A {
  id Int @id @map("x")
  @@index([b, id], map: "y")
}
"#;
        let pair = super::reduce([from.to_owned(), to.to_owned()], |[from, to]| {
            from.contains("@unique") && to.contains("@@index([b") && to.contains("map: \"y\")")
        });
        expect![[r#"
            model A {
              b @unique
            }

            model A {
              @@index([b], map: "y")
            }
        "#]]
        .assert_eq(&pair.join(""));
    }
}
