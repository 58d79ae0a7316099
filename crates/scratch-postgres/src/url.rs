//! Connection URLs, which never display their password.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
    sync::mpsc,
    thread,
    time::Duration,
};

use postgres::{Client, Config, NoTls, config::Host};

use crate::{Error, error::with_causes};

/// The connection URL of a database. `Display` and `Debug` mask the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Url {
    user: Option<String>,
    password: Option<String>,
    hosts: String,
    database: Option<String>,
    parameters: Vec<(String, String)>,
}

/// The parameters that both libpq and the `postgres` crate support. Others, such as Prisma's `schema` and
/// `connection_limit`, are not about the connection and are dropped.
const PARAMETERS: [&str; 14] = [
    "application_name",
    "channel_binding",
    "connect_timeout",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
    "load_balance_hosts",
    "options",
    "port",
    "target_session_attrs",
    "tcp_user_timeout",
];

impl Url {
    /// The URL of the server with a Unix socket in `folder`.
    pub(crate) fn of_socket(folder: &Path, user: &str, database: &str) -> Self {
        Self {
            user: Some(encode(user)),
            password: None,
            hosts: String::new(),
            database: Some(encode(database)),
            parameters: vec![("host".to_owned(), encode(&folder.to_string_lossy()))],
        }
    }

    /// The folder of the Unix socket, if the URL names one.
    pub(crate) fn socket_folder(&self) -> Option<PathBuf> {
        self.expose().parse::<Config>().ok()?.get_hosts().iter().find_map(|host| match host {
            Host::Unix(folder) => Some(folder.clone()),
            Host::Tcp(_) => None,
        })
    }

    /// The same URL with another database.
    pub(crate) fn with_database(&self, name: &str) -> Self {
        Self { database: Some(encode(name)), ..self.clone() }
    }

    /// The same URL with another role.
    pub(crate) fn with_user(&self, name: &str, password: Option<&str>) -> Self {
        Self { user: Some(encode(name)), password: password.map(encode), ..self.clone() }
    }

    /// The same URL with another name for the session.
    pub(crate) fn with_application_name(&self, name: &str) -> Self {
        let mut url = self.clone();
        url.parameters.retain(|(key, _)| key != "application_name");
        url.parameters.push(("application_name".to_owned(), encode(name)));
        url
    }

    /// The same URL with another setting for the session.
    pub(crate) fn with_setting(&self, name: &str, value: &str) -> Self {
        let mut url = self.clone();
        let setting = encode(&format!("-c {name}={value}"));
        match url.parameters.iter_mut().find(|(key, _)| key == "options") {
            Some((_, options)) => *options += &format!("%20{setting}"),
            None => url.parameters.push(("options".to_owned(), setting)),
        }
        url
    }

    /// The whole URL, including the password, for `psql` and the `postgres` crate.
    pub fn expose(&self) -> String {
        self.text(self.password.as_deref())
    }

    /// Opens a connection.
    pub fn connect(&self) -> Result<Client, Error> {
        let client = self.expose().parse::<Config>().and_then(|config| config.connect(NoTls));
        client.map_err(|source| Error::Connect { url: self.to_string(), source })
    }

    /// Opens a connection to a server that may never answer. The time limit covers the whole start of the session, unlike
    /// `connect_timeout`.
    pub(crate) fn connect_within(&self, limit: Duration) -> Result<Client, Error> {
        let (sender, receiver) = mpsc::channel();
        let url = self.clone();
        thread::spawn(move || drop(sender.send(url.connect())));
        receiver
            .recv_timeout(limit)
            .unwrap_or_else(|_| Err(Error::NoAnswer { url: self.to_string(), seconds: limit.as_secs() }))
    }

    fn text(&self, password: Option<&str>) -> String {
        let mut text = "postgresql://".to_owned();
        if let Some(user) = &self.user {
            text += user;
            if let Some(password) = password {
                text += ":";
                text += password;
            }
            text += "@";
        }
        text += &self.hosts;
        if let Some(database) = &self.database {
            text += "/";
            text += database;
        }
        for (index, (key, value)) in self.parameters.iter().enumerate() {
            text += if index == 0 { "?" } else { "&" };
            text += key;
            text += "=";
            text += value;
        }
        text
    }
}

impl FromStr for Url {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let Some(rest) = text.strip_prefix("postgresql://").or_else(|| text.strip_prefix("postgres://")) else {
            return Err(Error::InvalidUrl("it must start with postgresql://".to_owned()));
        };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (rest, database) = rest.split_once('/').map_or((rest, None), |(rest, name)| (rest, Some(name)));
        let (credentials, hosts) = rest.rsplit_once('@').map_or((None, rest), |(both, hosts)| (Some(both), hosts));
        let (user, password) = match credentials.map(|both| both.split_once(':').unwrap_or((both, ""))) {
            Some((user, "")) => (Some(user), None),
            Some((user, password)) => (Some(user), Some(password)),
            None => (None, None),
        };
        let owned = |part: Option<&str>| part.filter(|part| !part.is_empty()).map(str::to_owned);
        let mut url = Self {
            user: owned(user),
            password: owned(password),
            hosts: hosts.to_owned(),
            database: owned(database),
            parameters: Vec::new(),
        };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            match key {
                "user" => url.user = owned(Some(value)),
                "password" => url.password = owned(Some(value)),
                "dbname" => url.database = owned(Some(value)),
                "sslmode" if matches!(value, "require" | "verify-ca" | "verify-full") => {
                    return Err(Error::EncryptedUrl { sslmode: value.to_owned() });
                }
                _ if PARAMETERS.contains(&key) => url.parameters.push((key.to_owned(), value.to_owned())),
                _ => {}
            }
        }
        // The error of the `postgres` crate quotes no values, so it cannot show the password.
        url.expose().parse::<Config>().map_err(|error| Error::InvalidUrl(with_causes(&error)))?;
        Ok(url)
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(self.password.as_ref().map(|_| "***")))
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// Percent-encodes all characters that have a meaning in a URL.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => encoded.push(byte.into()),
            _ => encoded += &format!("%{byte:02X}"),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(text: &str, expected: &Expect) {
        let displayed = match text.parse::<Url>() {
            Ok(url) => format!("{url}\n{}", url.expose()),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&displayed);
    }

    #[test]
    fn the_password_is_never_displayed() {
        check(
            "postgres://me:s3cret@db.example:5433/app?schema=public&application_name=x",
            &expect![[r"
                postgresql://me:***@db.example:5433/app?application_name=x
                postgresql://me:s3cret@db.example:5433/app?application_name=x"]],
        );
        check(
            "postgresql:///app?host=/run/pg&user=me&password=s3cret",
            &expect![[r"
                postgresql://me:***@/app?host=/run/pg
                postgresql://me:s3cret@/app?host=/run/pg"]],
        );
        let url: Url = "postgresql://me:s3cret@localhost/app".parse().unwrap();
        assert_eq!(format!("{url:?}"), r#""postgresql://me:***@localhost/app""#);
    }

    #[test]
    fn refuses_unsupported_urls() {
        check("mysql://x", &expect!["The PostgreSQL URL cannot be used: it must start with postgresql://."]);
        check(
            "postgresql://h/d?sslmode=require",
            &expect![
                "The PostgreSQL URL cannot be used: it demands an encrypted connection (sslmode=require), which is not supported."
            ],
        );
        check(
            "postgresql://me:s3cret@h:port/d",
            &expect!["The PostgreSQL URL cannot be used: invalid connection string: invalid value for option `port`."],
        );
    }

    #[test]
    fn a_socket_with_another_database_and_role() {
        let url = Url::of_socket(Path::new("/tmp/a b"), "owner", "scratch");
        assert_eq!(url.expose(), "postgresql://owner@/scratch?host=/tmp/a%20b");
        let other = url.with_database("x y").with_user("o@p", Some("p:w"));
        assert_eq!(other.expose(), "postgresql://o%40p:p%3Aw@/x%20y?host=/tmp/a%20b");
        let url: Url = "postgresql://me@h/d?options=-c%20a.b%3D1".parse().unwrap();
        assert_eq!(url.with_setting("c.d", "2").expose(), "postgresql://me@h/d?options=-c%20a.b%3D1%20-c%20c.d%3D2");
    }
}
