//! The people of the demonstration, named by what they are. Deliberately absent: groups by name; who
//! works where follows from the procedure's levels.

use crate::{
    app::House,
    domain::{channel::ChannelKind, person::Role, procedure::Procedure},
    service::{
        Error, Result,
        people::{self, NewPerson},
    },
};

/// Somebody of the cast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    /// What is typed before `>`: also their account and their chat.
    pub key: &'static str,
    /// The name that others read.
    pub name: &'static str,
    /// What they are to the desk.
    pub role: Role,
    /// The groups they work in.
    pub groups: Vec<String>,
}

/// Everybody who can be played.
#[derive(Debug, Clone)]
pub(super) struct Cast(Vec<Person>);

impl Cast {
    /// The cast for a procedure: the lowest level is one technician's, the others the specialist's.
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

    /// Everybody, in the order they are told things.
    pub fn people(&self) -> &[Person] {
        &self.0
    }

    /// Whom a typed name means: their key, or the name that others read.
    pub fn find(&self, who: &str) -> Option<&Person> {
        self.0.iter().find(|person| person.key == who || person.name.to_lowercase() == who)
    }

    /// The names there are, for somebody who typed another.
    pub fn names(&self) -> String {
        self.0.iter().map(|person| person.key).collect::<Vec<_>>().join(", ")
    }

    /// Makes everybody known to the desk; whoever is known already stays as they are.
    pub async fn enrol(&self, house: &House) -> Result<()> {
        let (now, locale) = (house.clock.now(), house.desk.locale);
        let everybody = &self.0;
        house
            .database
            .write(|tx| {
                Box::pin(async move {
                    for one in everybody {
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
                        // They can be told things before they have said anything.
                        people::note_private_message(tx, &account, one.key, now).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await
    }
}
