//! What a card shows of the tickets around its own: the parent, the related cases with their
//! status, and the equipment. Deliberately absent: notes and solutions of a related case; its own
//! card shows them.

use crate::{
    chat::{
        shorten::clip,
        wording::{Voice, number},
    },
    domain::person::{Actor, Role},
    entity::ticket,
    service::{
        Act, Result,
        ticket::{child, find, readers::is_confidential},
    },
};

/// The most characters of a related ticket's title.
const TITLE: usize = 40;

/// What a ticket is related to.
#[derive(Debug, Clone, Default)]
pub struct Related {
    /// The ticket it belongs to, the approval it follows, or the closed ticket it follows up.
    pub parent: Option<ticket::Model>,
    /// Its related cases, oldest first.
    pub children: Vec<ticket::Model>,
    /// The equipment, each tag once.
    pub assets: Vec<Asset>,
    /// Why the approval was declined.
    pub declined: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Asset {
    pub tag: String,
    /// Whether the tag was checked against the inventory.
    pub verified: bool,
}

/// The readers of a card; they decide which titles of related tickets it shows.
#[derive(Debug, Clone, Copy)]
pub enum Titles<'t> {
    /// One person alone.
    For(&'t Actor),
    /// All who read a chat of this group, by its key.
    ForGroup(&'t str),
}

impl<'t> Titles<'t> {
    /// The one reader of the card, or all who read the chat of the group that has the ticket.
    pub fn of(reader: Option<&'t Actor>, ticket: &'t ticket::Model) -> Self {
        reader.map_or(Self::ForGroup(&ticket.group_key), Self::For)
    }

    /// Whether these readers see the title of a related ticket. Its requester, supervisors and the
    /// group that has it always do; other staff do unless it is confidential; vendors do not.
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

    /// Adds a piece of equipment; for a known tag, the latest check counts.
    pub fn note_asset(&mut self, tag: String, verified: bool) {
        match self.assets.iter_mut().find(|known| known.tag == tag) {
            Some(known) => known.verified = verified,
            None => self.assets.push(Asset { tag, verified }),
        }
    }

    /// The lines about related tickets. Readers who may not see a title read only the number and
    /// the status.
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
        let one = |asset: &Asset| {
            let args = [("tag", asset.tag.as_str().into()), ("verified", asset.verified.into())];
            voice.say("card-asset", &args)
        };
        let all: Vec<String> = self.assets.iter().map(one).collect();
        let name = voice.procedure.assets.as_ref().map_or("", |known| known.name.get(voice.locale));
        voice.say("card-assets", &[("name", name.into()), ("list", all.join(", ").into())])
    }
}
