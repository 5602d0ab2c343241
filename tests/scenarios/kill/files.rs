//! The files that people sent with their reports: each is stored once, unchanged, and shown once to
//! the technician of the ticket; or its sender is told once why it is refused.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mesabot::{
    chat::outgoing::Delivery,
    domain::file::Unkept,
    entity::{
        attachment::{self, FileState},
        file_showing,
        outbox::DeliveryState,
        stored_file,
    },
    store::{Store, digest},
};
use sea_orm::{ConnectionTrait, EntityTrait};

use super::oracle::{Figures, Memory};
use crate::support::upload::Upload;

/// The groups that the technicians belong to.
const GROUPS: [&str; 2] = ["soporte", "impresion"];

/// A file that a person sent.
#[derive(Debug, Clone)]
pub struct Enclosed {
    /// The marker of the ticket that the file belongs to.
    pub marker: String,
    pub upload: Upload,
    /// Whether the desk accepts such files.
    pub welcome: bool,
}

/// The desk's rows about files, and the files that were sent.
pub struct Files {
    /// The sent files by name.
    sent: HashMap<String, Enclosed>,
    attachments: Vec<attachment::Model>,
    stored: Vec<stored_file::Model>,
    showings: Vec<file_showing::Model>,
}

impl Enclosed {
    /// A document with its ticket's marker; or, if not `welcome`, a program, which the desk
    /// refuses.
    pub fn of(marker: &str, welcome: bool) -> Self {
        let upload = Upload::document(&format!("{marker}.pdf"), marker);
        let program = || format!("\x7fELF\u{2}\u{1}\u{1}{marker:\0<64}");
        let upload = if welcome { upload } else { upload.holding(program()) };
        Self { marker: marker.to_owned(), upload, welcome }
    }
}

impl Files {
    /// Reads all rows; `sent` is what people sent.
    pub async fn read(reader: &impl ConnectionTrait, sent: Vec<Enclosed>) -> Self {
        let attachments = attachment::Entity::find().all(reader).await;
        let stored = stored_file::Entity::find().all(reader).await;
        let showings = file_showing::Entity::find().all(reader).await;
        Self {
            sent: sent.into_iter().map(|sent| (sent.upload.name.clone(), sent)).collect(),
            attachments: attachments.expect("attachments are read"),
            stored: stored.expect("files are read"),
            showings: showings.expect("showings are read"),
        }
    }

    /// Whether a file with this name and these bytes was sent.
    pub fn is_as_sent(&self, name: &str, bytes: &[u8]) -> bool {
        self.sent.get(name).is_some_and(|sent| sent.upload.bytes == bytes)
    }

    /// G2: each file that was sent is there once, in its ticket. G5: it is stored unchanged, or its
    /// sender is told. G6: it is shown once in each chat in which it is shown.
    pub async fn judge(&self, memory: &Memory, store: &Store, figures: &mut Figures) {
        let mut came: HashMap<&str, Vec<&attachment::Model>> = HashMap::new();
        for row in &self.attachments {
            came.entry(row.name.as_deref().unwrap_or_default()).or_default().push(row);
        }
        let refusals = refusals(memory);
        for (name, sent) in &self.sent {
            let rows = came.get(name.as_str()).map_or(&[][..], Vec::as_slice);
            let [row] = rows else { panic!("G2: {name} is there: {rows:?}") };
            let ticket = memory.ticket(row.ticket_id);
            assert!(ticket.description.contains(&sent.marker), "{name} is in {ticket:?}");
            if sent.welcome {
                self.is_kept(row, sent, store, memory).await;
                figures.kept += 1;
            } else {
                assert_eq!(row.why, Some(Unkept::WrongType), "{row:?}");
                let refused = refusals.iter().filter(|said| said.contains(name)).count();
                assert_eq!(refused, 1, "G4: its sender is told about {name}");
                figures.refused += 1;
            }
        }
        assert_eq!(
            self.attachments.len(),
            self.sent.len(),
            "every attachment was sent by a person"
        );
        assert_eq!(self.stored.len(), figures.kept, "every stored file belongs to an attachment");
        self.each_is_shown_once(memory);
        figures.shown = self.showings.len();
    }

    async fn is_kept(
        &self,
        row: &attachment::Model,
        sent: &Enclosed,
        store: &Store,
        memory: &Memory,
    ) {
        assert_eq!(row.state, FileState::Kept, "G5: {row:?}");
        let expected = digest(&sent.upload.bytes);
        assert_eq!(row.digest.as_ref(), Some(&expected), "{row:?}");
        let lies = store.get(&expected).await.expect("the store is read");
        assert_eq!(lies, Some(sent.upload.bytes.clone()), "G13: the file is stored: {row:?}");
        let shown = self.showings.iter().any(|showing| showing.attachment_id == row.id);
        let ticket = memory.ticket(row.ticket_id);
        let taken = ticket.technician_id.is_some();
        // Until a technician accepts, a ticket and its files belong to its group.
        let has_people = GROUPS.contains(&ticket.group_key.as_str());
        let happened = memory.history(row.ticket_id);
        assert!(shown || !taken, "the technician is shown the file: {row:?} {happened:#?}");
        assert!(
            !shown || taken || has_people,
            "only the technician or the group is shown the file: {row:?} {ticket:?} {happened:#?}"
        );
    }

    fn each_is_shown_once(&self, memory: &Memory) {
        let mut said: BTreeMap<(String, String), usize> = BTreeMap::new();
        for one in &memory.outbox {
            if let Delivery::File(file) = &one.delivery {
                let key = (one.row.chat_key.clone(), file.digest.clone());
                *said.entry(key).or_default() += 1;
            }
        }
        let twice: Vec<_> = said.iter().filter(|(_, times)| **times > 1).collect();
        assert!(twice.is_empty(), "G6: shown more than once: {twice:?}");
        let rows: HashMap<_, _> = self.attachments.iter().map(|row| (row.id, row)).collect();
        let of = |showing: &file_showing::Model| {
            let row = rows.get(&showing.attachment_id);
            let digest = row.and_then(|row| row.digest.clone());
            (showing.chat_key.clone(), digest.expect("what is shown is kept"))
        };
        let noted: BTreeSet<_> = self.showings.iter().map(of).collect();
        let said: BTreeSet<_> = said.into_keys().collect();
        assert_eq!(noted, said, "G4: every recorded showing was sent");
    }
}

/// The messages about files that are not stored.
fn refusals(memory: &Memory) -> Vec<String> {
    let sends = memory.outbox.iter().filter(|said| {
        // A superseded row is not sent: the merged message carries its text.
        matches!(said.delivery, Delivery::Send { .. })
            && said.row.state != DeliveryState::Superseded
    });
    sends.map(super::oracle::Said::text).filter(|text| text.contains("No pude guardar")).collect()
}
