//! PostgreSQL's version numbers.

/// The oldest supported major version of a server.
pub(crate) const OLDEST: u32 = 13;

/// The version in a line such as `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
pub(crate) fn in_line(line: &str) -> Option<&str> {
    line.split_once("(PostgreSQL) ")?.1.split_whitespace().next()
}

/// The major version of a version such as `15.18` or `18beta1`.
pub(crate) fn major(version: &str) -> Option<u32> {
    let digits = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    version[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_version_in_the_output_of_a_program() {
        let version = |line| in_line(line).map(|version| (version, major(version).unwrap()));
        assert_eq!(version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(("15.18", 15)));
        assert_eq!(version("postgres (PostgreSQL) 18beta1\n"), Some(("18beta1", 18)));
        assert_eq!(version("something else\n"), None);
    }
}
