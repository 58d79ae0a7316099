//! Positions in a script.

/// The byte offset of a position as PostgreSQL reports it: in characters, counted from one.
pub fn byte_offset(text: &str, position: u32) -> usize {
    let before = position.saturating_sub(1) as usize;
    text.char_indices().nth(before).map_or(text.trim_end().len(), |(offset, _)| offset)
}

/// The line of a byte offset, counted from one.
pub fn line_number(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        assert_eq!(byte_offset("é x", 3), 3);
        assert_eq!(byte_offset("SELECT \n", 99), 6);
    }

    #[test]
    fn lines_count_from_one() {
        assert_eq!(line_number("a\nb\n", 0), 1);
        assert_eq!(line_number("a\nb\n", 2), 2);
    }
}
