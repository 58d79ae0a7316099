//! Positions and words in SQL text.

/// Converts a position that PostgreSQL reports, in characters and counted from one, into a byte offset. A position after the
/// last character means the end of the text without its trailing white space.
pub fn byte_offset(text: &str, position: u32) -> usize {
    let index = position.saturating_sub(1) as usize;
    text.char_indices().nth(index).map_or(text.trim_end().len(), |(offset, _)| offset)
}

/// The line of a byte offset, counted from one.
pub fn line_number(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// Whether `text` contains `word` as a whole word.
pub fn contains_word(text: &str, word: &str) -> bool {
    let is_word_part = |c: char| c == '_' || c.is_alphanumeric();
    text.match_indices(word).any(|(start, _)| {
        !text[..start].ends_with(is_word_part) && !text[start + word.len()..].starts_with(is_word_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        assert_eq!(byte_offset("é x", 3), 3);
    }

    #[test]
    fn a_position_after_the_end_is_the_end_of_the_last_statement() {
        assert_eq!(byte_offset("SELECT \n", 99), 6);
    }

    #[test]
    fn lines_count_from_one() {
        assert_eq!(line_number("a\nb\n", 0), 1);
        assert_eq!(line_number("a\nb\n", 2), 2);
    }

    #[test]
    fn a_word_is_not_a_part_of_a_longer_word() {
        assert!(contains_word(r#"ALTER TABLE "Team" ADD x int"#, "Team"));
        assert!(contains_word("ALTER TABLE Team", "Team"));
        assert!(!contains_word(r#"ALTER TABLE "TeamTable""#, "Team"));
        assert!(!contains_word(r#"ALTER TABLE "My_Team""#, "Team"));
    }
}
