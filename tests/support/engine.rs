//! Databases that live as long as one test, on each engine that is available: SQLite always, and
//! PostgreSQL when `MESABOT_TEST_POSTGRES` holds the address of a server on which tests may create
//! databases, such as the one that `.ci/postgres` starts.

use std::path::{Path, PathBuf};

use mesabot::migrations::Migrator;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::settings::{self, STORIES};
pub use super::settings::{POSTGRES, SMALL_DISK};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A database that is removed when this value is dropped.
pub struct TestDatabase {
    pub url: String,
    pub engine: Engine,
    remains: Remains,
}

enum Remains {
    /// Held for its destructor, which deletes the files.
    Directory {
        _held: TempDir,
    },
    Server {
        admin_url: String,
        name: String,
    },
}

impl TestDatabase {
    /// A database file on the disk, in a directory of its own, that does not exist yet.
    pub fn sqlite() -> Self {
        Self::sqlite_on(&std::env::temp_dir())
    }

    /// Like [`sqlite`](Self::sqlite), in `/dev/shm` where the system has one: for tests in which no
    /// power is lost, and which need not wait for the disk.
    pub fn in_memory() -> Self {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { Self::sqlite_on(memory) } else { Self::sqlite() }
    }

    /// Like [`sqlite`](Self::sqlite), on the disk that holds `place`.
    pub fn sqlite_on(place: &Path) -> Self {
        let directory = TempDir::new_in(place).expect("a temporary directory can be made");
        let url = format!("sqlite://{}", directory.path().join("desk.db").display());
        Self { url, engine: Engine::Sqlite, remains: Remains::Directory { _held: directory } }
    }

    /// Like [`in_memory`](Self::in_memory), with the schema: a copy of a file that is migrated once
    /// for the whole run.
    async fn in_memory_with_schema() -> Self {
        let database = Self::in_memory();
        let file = MIGRATED_FILE.get_or_init(migrated_file).await;
        let path = database.url.trim_start_matches("sqlite://");
        std::fs::write(path, file).expect("a database file can be written");
        database
    }

    /// A database with the schema and no rows, on the engine that [`STORIES`] names.
    pub async fn for_story() -> Self {
        match std::env::var(STORIES).as_deref() {
            Ok("postgres") => {
                let admin_url = postgres_url();
                let admin_url = admin_url.unwrap_or_else(|| panic!("{POSTGRES} is not set"));
                let template = TEMPLATE.get_or_init(async || template(&admin_url).await).await;
                Self::postgres_like(&admin_url, template).await
            }
            Ok("sqlite" | "") | Err(_) => Self::in_memory_with_schema().await,
            Ok(other) => panic!("{STORIES} is {other}; write sqlite or postgres"),
        }
    }

    /// A database without a schema on the engine that [`STORIES`] names; SQLite is on the disk.
    pub async fn of_engine() -> Self {
        match std::env::var(STORIES).as_deref() {
            Ok("postgres") => {
                let admin_url = postgres_url();
                Self::postgres(&admin_url.unwrap_or_else(|| panic!("{POSTGRES} is not set"))).await
            }
            _ => Self::sqlite(),
        }
    }

    /// Executes SQL past the desk's database layer, on a connection of its own.
    pub async fn execute(&self, sql: &str) {
        let connection = direct(&self.url).await.expect("the database opens");
        connection.execute_unprepared(sql).await.expect("the statement is executed");
        connection.close().await.expect("the connection closes");
    }

    /// Creates an empty database on the server of `admin_url`.
    pub async fn postgres(admin_url: &str) -> Self {
        Self::postgres_like(admin_url, "template1").await
    }

    /// Creates a database as a copy of `template`.
    async fn postgres_like(admin_url: &str, template: &str) -> Self {
        let name = format!("mesabot_test_{:016x}", rand::random::<u64>());
        let admin = direct(admin_url).await.expect("the server accepts connections");
        let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
        admin.execute_unprepared(&create).await.expect("the server makes databases");
        admin.close().await.expect("the connection closes");
        Self {
            url: with_database(admin_url, &name),
            engine: Engine::Postgres,
            remains: Remains::Server { admin_url: admin_url.to_owned(), name },
        }
    }

    /// The address with which databases are created on the server, on PostgreSQL.
    pub fn admin_url(&self) -> Option<&str> {
        match &self.remains {
            Remains::Directory { .. } => None,
            Remains::Server { admin_url, .. } => Some(admin_url),
        }
    }
}

/// The bytes of an SQLite file with the schema and no rows.
static MIGRATED_FILE: OnceCell<Vec<u8>> = OnceCell::const_new();

/// Migrates an empty SQLite file and reads its bytes.
async fn migrated_file() -> Vec<u8> {
    let database = TestDatabase::in_memory();
    migrate(&database.url).await;
    let path = database.url.trim_start_matches("sqlite://");
    std::fs::read(path).expect("the migrated file can be read")
}

/// Brings the schema of a database up to date. On SQLite, closing moves the journal into the file.
async fn migrate(url: &str) {
    let database = mesabot::service::database::Database::open(url).await.expect("it opens");
    database.migrate::<Migrator>().await.expect("it takes the schema");
    database.close().await;
}

/// The PostgreSQL database that the databases of scenarios are copied from.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();

/// Creates a database with the schema and no rows. The next run of the tests replaces it.
async fn template(admin_url: &str) -> String {
    let name = "mesabot_test_template";
    let admin = direct(admin_url).await.expect("the server accepts connections");
    for statement in
        [format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"), format!("CREATE DATABASE {name}")]
    {
        admin.execute_unprepared(&statement).await.expect("the server makes databases");
    }
    admin.close().await.expect("the connection closes");
    let url = with_database(admin_url, name);
    migrate(&url).await;
    name.to_owned()
}

impl Drop for TestDatabase {
    /// Drops the database on the server, even while connections to it are open.
    ///
    /// Best effort: a test that has failed already must not panic once more.
    fn drop(&mut self) {
        let Remains::Server { admin_url, name } = &self.remains else { return };
        let admin_url = admin_url.clone();
        let name = name.clone();
        // The test's own runtime cannot block in a destructor.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let admin = direct(&admin_url).await.map_err(std::io::Error::other)?;
                let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                admin.execute_unprepared(&drop).await.map_err(std::io::Error::other)?;
                Ok::<_, std::io::Error>(())
            })
        });
        if !matches!(dropping.join(), Ok(Ok(()))) {
            eprintln!("a test database was left behind on the server");
        }
    }
}

/// A database with the schema and no rows on each engine of the run. The SQLite file is in memory.
pub async fn migrated_engines() -> Vec<TestDatabase> {
    let mut databases = Vec::new();
    if covers_sqlite() {
        databases.push(TestDatabase::in_memory_with_schema().await);
    }
    if let Some(admin_url) = postgres_url() {
        let template = TEMPLATE.get_or_init(async || template(&admin_url).await).await;
        databases.push(TestDatabase::postgres_like(&admin_url, template).await);
    }
    databases
}

/// An empty database on each engine of the run. The SQLite file is on the disk.
pub async fn engines() -> Vec<TestDatabase> {
    let mut databases = Vec::new();
    if covers_sqlite() {
        databases.push(TestDatabase::sqlite());
    }
    if let Some(admin_url) = postgres_url() {
        databases.push(TestDatabase::postgres(&admin_url).await);
    }
    databases
}

/// Whether tests that run on each engine run on SQLite too. A run of the scenarios on PostgreSQL
/// leaves SQLite to the run that follows it in `.ci/run`.
fn covers_sqlite() -> bool {
    settings::text(STORIES).as_deref() != Some("postgres")
}

/// The address of the PostgreSQL server, if one is available.
pub fn postgres_url() -> Option<String> {
    settings::text(POSTGRES)
}

/// The small disk that a test may fill, if one is available.
pub fn small_disk() -> Option<PathBuf> {
    settings::text(SMALL_DISK).map(PathBuf::from)
}

/// One connection of the driver's own, without the desk's database layer.
pub async fn direct(admin_url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(admin_url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await
}

/// `url` with `name` as its database.
fn with_database(url: &str, name: &str) -> String {
    let (address, query) = match url.split_once('?') {
        Some((address, query)) => (address, format!("?{query}")),
        None => (url, String::new()),
    };
    let authority = address.find("://").map_or(0, |scheme| scheme + "://".len());
    let end = address[authority..].find('/').map_or(address.len(), |slash| authority + slash);
    format!("{}/{name}{query}", &address[..end])
}
