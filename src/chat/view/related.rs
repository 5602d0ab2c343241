//! What a card shows beside its ticket: the ticket it belongs to, its related cases with where each
//! stands, and the equipment that was touched. Deliberately absent: anything that was written on a
//! related case; each ticket's own card shows that.

use crate::{
    chat::{
        say::clip,
        wording::{Voice, number},
    },
    domain::person::{Actor, Role},
    entity::ticket,
    service::{
        Act, Result,
        ticket::{child, find, readers::is_confidential},
    },
};

/// How much of a title stands beside its number.
const TITLE: usize = 40;

/// What a ticket hangs together with.
#[derive(Debug, Clone, Default)]
pub struct Related {
    /// The ticket it belongs to, the approval that it follows, or the ended ticket that it follows.
    pub parent: Option<ticket::Model>,
    /// Its related cases, in the order in which they were opened.
    pub children: Vec<ticket::Model>,
    /// The equipment that was touched, each tag once, and whether it was held against the inventory.
    pub assets: Vec<(String, bool)>,
    /// Why it was not approved, when it was not.
    pub declined: Option<String>,
}

/// Whether the titles of the tickets around one are for those who read its card.
#[derive(Debug, Clone, Copy)]
pub enum Titles<'t> {
    /// For this person, who reads it alone.
    For(&'t Actor),
    /// For all who read a chat of the group that has it, by the group's key.
    ForGroup(&'t str),
}

impl<'t> Titles<'t> {
    /// For one reader, or for all who read the chat of the group that has the ticket.
    pub fn of(reader: Option<&'t Actor>, ticket: &'t ticket::Model) -> Self {
        reader.map_or(Self::ForGroup(&ticket.group_key), Self::For)
    }

    /// Shows the title of a related ticket: to its requester and supervisors always, to vendors never,
    /// and to the others unless it is confidential and with another group.
    fn show(self, voice: &Voice<'_>, related: &ticket::Model) -> bool {
        let confidential = is_confidential(voice.procedure, related);
        match self {
            Self::For(reader) => {
                let has_it = reader.is_in(&related.group_key);
                let outside = reader.is_outside(&voice.procedure.vendors());
                reader.id == related.requester_id
                    || reader.role >= Role::Supervisor
                    || (reader.role >= Role::Technician && (has_it || !(confidential || outside)))
            }
            Self::ForGroup(group) => {
                let outside = voice.procedure.vendors().iter().any(|vendor| vendor == group);
                group == related.group_key || !(confidential || outside)
            }
        }
    }
}

impl Related {
    /// Reads the tickets around one.
    pub async fn load(act: &Act<'_>, ticket: &ticket::Model) -> Result<Self> {
        let parent = match ticket.parent_id.or(ticket.follow_up_of) {
            Some(id) => Some(find::by_id(act.tx, id).await?),
            None => None,
        };
        let children = child::of(act.tx, ticket.id).await?;
        Ok(Self { parent, children, ..Self::default() })
    }

    /// Takes in that a piece of equipment was noted; noted again, the later word holds.
    pub fn note_asset(&mut self, tag: String, verified: bool) {
        match self.assets.iter_mut().find(|(known, _)| *known == tag) {
            Some(known) => known.1 = verified,
            None => self.assets.push((tag, verified)),
        }
    }

    /// The lines about the tickets around. A title stands there only for readers whom it is for; the
    /// others read which ticket it is, and where it stands.
    pub fn lines(&self, voice: &Voice<'_>, titles: Titles<'_>) -> Vec<String> {
        let title = |ticket: &ticket::Model| match titles.show(voice, ticket) {
            true => clip(&ticket.title, TITLE),
            false => voice.text("card-title-hidden"),
        };
        let parent = self.parent.iter().map(|parent| {
            let args = [("number", number(parent)), ("title", title(parent).into())];
            voice.say("card-parent", &args)
        });
        let one = |child: &ticket::Model| {
            let status = voice.standing(child);
            let args = [
                ("number", number(child)),
                ("title", title(child).into()),
                ("status", status.into()),
            ];
            voice.say("card-child", &args)
        };
        let children: Vec<String> = self.children.iter().map(one).collect();
        let children = (!children.is_empty())
            .then(|| voice.say("card-children", &[("list", children.join("; ").into())]));
        parent.chain(children).collect()
    }

    /// The line about the equipment.
    pub fn assets_line(&self, voice: &Voice<'_>) -> String {
        let one = |(tag, verified): &(String, bool)| {
            let verified = if *verified { "yes" } else { "no" };
            voice.say("card-asset", &[("tag", tag.as_str().into()), ("verified", verified.into())])
        };
        let all: Vec<String> = self.assets.iter().map(one).collect();
        let name = voice.procedure.assets.as_ref().map_or("", |known| known.name.get(voice.locale));
        voice.say("card-assets", &[("name", name.into()), ("list", all.join(", ").into())])
    }
}
