//! The people of the demonstration, named by their roles. Deliberately absent: groups by name; the
//! procedure's levels decide who works where.

use crate::{
    app::App,
    domain::{channel::ChannelKind, person::Role, procedure::Procedure},
    service::{
        Error, Result,
        people::{self, NewPerson},
    },
};

/// A person of the demonstration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    /// What is typed before `>`; also the person's account and chat.
    pub key: &'static str,
    /// The name that other people read.
    pub name: &'static str,
    pub role: Role,
    pub groups: Vec<String>,
}

/// Every person that can be played.
#[derive(Debug, Clone)]
pub(super) struct Cast(Vec<Person>);

impl Cast {
    /// The cast for a procedure: one technician works in the groups of the lowest level, the
    /// specialist in all others.
    pub fn new(procedure: &Procedure) -> Self {
        let lowest = procedure.groups.iter().map(|group| group.level).min();
        let (first, mut higher): (Vec<_>, Vec<_>) =
            procedure.groups.iter().partition(|group| Some(group.level) == lowest);
        if higher.is_empty() {
            higher.clone_from(&first);
        }
        let keys = |groups: Vec<&crate::domain::procedure::Group>| {
            groups.into_iter().map(|group| group.key.clone()).collect()
        };
        let person = |key, name, role, groups| Person { key, name, role, groups };
        Self(vec![
            person("empleado", "Empleado", Role::Requester, vec![]),
            person("colega", "Colega", Role::Requester, vec![]),
            person("tecnico", "Técnico", Role::Technician, keys(first)),
            person("especialista", "Especialista", Role::Technician, keys(higher)),
            person("supervisor", "Supervisor", Role::Supervisor, vec![]),
            person("admin", "Administrador", Role::Administrator, vec![]),
        ])
    }

    /// Every person, in the order in which their messages are printed.
    pub fn people(&self) -> &[Person] {
        &self.0
    }

    /// The person whose key or displayed name was typed.
    pub fn find(&self, who: &str) -> Option<&Person> {
        self.0.iter().find(|person| person.key == who || person.name.to_lowercase() == who)
    }

    /// The known keys, for the answer to an unknown one.
    pub fn names(&self) -> String {
        self.0.iter().map(|person| person.key).collect::<Vec<_>>().join(", ")
    }

    /// Registers every person with the desk; a person who is registered keeps their account.
    pub async fn enrol(&self, app: &App) -> Result<()> {
        let now = app.clock.now();
        let locale = app.desk.locale;
        let cast = &self.0;
        app.database
            .write(|tx| {
                Box::pin(async move {
                    for one in cast {
                        let channel = ChannelKind::Console;
                        let (account, person) =
                            match people::find_account(tx, channel, one.key).await? {
                                Some(known) => known,
                                None => {
                                    let new = NewPerson {
                                        channel,
                                        external_key: one.key.to_owned(),
                                        name: one.name.to_owned(),
                                        locale,
                                    };
                                    people::enrol(tx, new, now).await?
                                }
                            };
                        people::promote(tx, &person, one.role, &one.groups).await?;
                        // The desk can send them messages before they have written anything.
                        people::note_private_message(tx, &account, one.key, now).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await
    }
}
