//! The service layer on real engines: SQLite always, PostgreSQL where it is available. One suite,
//! because both run the same SQL.

mod aid;
mod backup;
mod clocks;
mod dead_letters;
mod editions;
mod exchange;
mod files;
mod leases;
mod limits;
mod linking;
mod months;
mod overload;
mod people;
mod people_commands;
mod promises;
mod reading;
mod relations;
mod retention;
mod sharing;
mod threads;
mod tickets;
mod times;
mod visits;
mod warnings;

use std::sync::Arc;

use mesabot::{
    domain::{
        channel::ChannelKind,
        id::PersonId,
        locale::Locale,
        person::{Doer, Role},
        priority::Degree,
        procedure::Procedure,
        right::Reader,
        source::Source,
        time::Timestamp,
    },
    migrations::Migrator,
    service::{
        self as service, Result,
        database::Database,
        people::{self as service_people, NewPerson},
        ticket::{self, open::NewTicket},
    },
};

use crate::support::{
    desk::uspec,
    engine::{TestDatabase, migrated_engines},
};

/// Monday, 2 March 2026, 08:00 in Bogotá.
const START: Timestamp = Timestamp(1_772_456_400_000);

/// A database with a procedure, without the layers above the service.
struct Ground {
    database: Database,
    procedure: Arc<Procedure>,
    _kept: TestDatabase,
}

/// Runs a story on every available engine.
async fn on_every_engine(story: impl AsyncFn(&mut Ground)) {
    for kept in migrated_engines().await {
        let database = Database::open(&kept.url).await.expect("a database opens");
        database.migrate::<Migrator>().await.expect("the schema is made");
        let mut ground = Ground { database, procedure: Arc::new(uspec()), _kept: kept };
        ground.runs_on(uspec()).await;
        story(&mut ground).await;
        ground.database.close().await;
    }
}

/// Runs an expression in one transaction, as this doer at this instant.
macro_rules! acts {
    ($ground:expr, $doer:expr, $now:expr, |$act:ident| $work:expr) => {{
        let doer = &$doer;
        let now = $now;
        let procedure = &*$ground.procedure;
        $ground
            .database
            .write(|tx| {
                Box::pin(async move {
                    let $act = mesabot::service::Act {
                        tx,
                        procedure,
                        now,
                        doer: doer.clone(),
                        channel: Some(mesabot::domain::channel::ChannelKind::Console),
                    };
                    let $act = &$act;
                    $work.await
                })
            })
            .await
    }};
}
pub(crate) use acts;

impl Ground {
    /// The URL of the database.
    fn url(&self) -> String {
        self._kept.url.clone()
    }

    /// A reader under the rules of this desk.
    fn reader<'g>(&'g self, doer: &'g Doer) -> Reader<'g> {
        Reader { actor: doer.person().expect("a person reads"), procedure: &self.procedure }
    }

    /// Restarts the desk on these rules.
    async fn runs_on(&mut self, procedure: Procedure) {
        self.procedure = Arc::new(procedure);
        let rules = &self.procedure;
        let kept: Result<()> = self
            .database
            .write(|tx| Box::pin(async move { service::editions::keep(tx, rules, START).await }))
            .await;
        kept.expect("the edition is stored");
    }

    async fn enrols(&self, name: &str, role: Role, groups: &[&str]) -> Doer {
        let groups: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
        let groups = &groups;
        let new = &new_person(name);
        let enrolled: Result<PersonId> = self
            .database
            .write(|tx| {
                Box::pin(async move {
                    let (_, person) = service_people::enrol(tx, new.clone(), START).await?;
                    service_people::promote(tx, &person, role, groups).await?;
                    Ok(person.id)
                })
            })
            .await;
        let id = enrolled.expect("the person is enrolled");
        let actor = service_people::actor(self.database.reader(), id).await.unwrap();
        Doer::Person(actor.expect("the person exists"))
    }

    /// Opens a ticket at the start.
    async fn opens(&self, requester: &Doer, category: &str) -> Result<ticket::Done> {
        let new = &request(requester, category);
        acts!(self, *requester, START, |act| ticket::open::open(act, new.clone()))
    }
}

fn new_person(name: &str) -> NewPerson {
    NewPerson {
        channel: ChannelKind::Console,
        external_key: name.to_lowercase(),
        name: name.to_owned(),
        locale: Locale::Es,
    }
}

fn request(requester: &Doer, category: &str) -> NewTicket {
    NewTicket {
        requester: requester.person().expect("a person asks").id,
        category: category.to_owned(),
        group: None,
        description: "El computador no enciende".into(),
        details: None,
        answers: vec![],
        place: "Piso 2".into(),
        impact: Degree::Low,
        urgency: Degree::High,
        follow_up_of: None,
        parent: None,
        source: Source::Chat,
    }
}
