//! Files that people send and receive, each person in the way of their platform.

use bytes::Bytes;
use serde_json::json;

use super::{
    Person,
    account::{Account, unsigned},
};
use crate::support::{
    discord,
    telegram::{self, DOWNLOADING},
    upload::Upload,
};

/// A fault while the desk downloads a file.
#[derive(Debug, Clone)]
pub enum Hitch {
    /// The platform answers that the file does not exist.
    Absent,
    /// The platform answers that the desk must wait: 30 seconds on Telegram, shorter on Discord.
    Wait,
    /// The connection breaks.
    Broken,
    /// The platform does not answer until the gate opens.
    Hangs(telegram::Gate),
}

impl Person<'_> {
    /// The person sends a file in private.
    pub async fn sends_file(&self, upload: &Upload, caption: &str) {
        match &self.reader.account {
            Account::Telegram { emulator, id } => {
                emulator.sends_upload(*id, *id, upload, caption);
                self.desk.settle().await;
            }
            Account::Discord { emulator, id, direct } => {
                self.leaves_form();
                let user = unsigned(*id);
                let direct = unsigned(*direct);
                let sent = emulator.sends_upload(user, direct, upload, caption);
                self.desk.line().after(self.desk, format!("m:{sent}")).await;
            }
        }
    }

    /// The person answers the open question with a text and a file: as a caption on Telegram, in
    /// the modal on Discord.
    pub async fn encloses(&self, words: &str, upload: &Upload) {
        match &self.reader.account {
            Account::Telegram { emulator, id } => {
                self.reader.overlook_questions();
                emulator.sends_upload(*id, *id, upload, words);
                self.desk.settle().await;
            }
            Account::Discord { emulator, id, .. } => {
                emulator.has_at_hand(upload);
                let form = emulator.modal_shown(unsigned(*id)).expect("a form is open");
                let fields = [("text", json!(words)), ("file", json!([upload.name.as_str()]))];
                let handed_in = emulator.submits(unsigned(*id), form.interaction, &fields);
                self.desk.line().after(self.desk, format!("i:{handed_in}")).await;
            }
        }
    }

    /// The files in the person's private chat, oldest first, with their content.
    pub fn files(&self) -> Vec<(String, Bytes)> {
        match &self.reader.account {
            Account::Telegram { emulator, id } => {
                let files = emulator.messages(*id).into_iter().filter_map(|post| post.file);
                files.map(|file| (file.name, file.bytes)).collect()
            }
            Account::Discord { emulator, direct, .. } => {
                let posts = emulator.messages(unsigned(*direct)).into_iter();
                let files = posts.flat_map(|post| post.attachments);
                let named = |file: serde_json::Value| {
                    let name = file["filename"].as_str().unwrap_or_default().to_owned();
                    (name, emulator.content(&file))
                };
                files.map(named).collect()
            }
        }
    }

    /// How often the desk downloaded a file from the person's platform successfully.
    pub fn fetched(&self) -> usize {
        match &self.reader.account {
            Account::Telegram { emulator, .. } => emulator.read(|ledger| {
                let got = |call: &&telegram::Call| call.method == DOWNLOADING && call.status == 200;
                ledger.calls.iter().filter(got).count()
            }),
            Account::Discord { emulator, .. } => emulator.read(|ledger| {
                let got =
                    |call: &&discord::Call| call.route == discord::FETCHING && call.status == 200;
                ledger.calls.iter().filter(got).count()
            }),
        }
    }

    /// The next `times` downloads from the person's platform fail with this fault.
    pub fn fetching_fails(&self, times: usize, hitch: &Hitch) {
        match &self.reader.account {
            Account::Telegram { emulator, .. } => {
                let fault = match hitch {
                    Hitch::Absent => telegram::Fault::Refuse(404, "Not Found".into()),
                    Hitch::Wait => telegram::Fault::RetryAfter(30),
                    Hitch::Broken => telegram::Fault::DropBefore,
                    Hitch::Hangs(gate) => telegram::Fault::Hang(gate.clone()),
                };
                emulator.faults().next(DOWNLOADING, times, fault);
            }
            Account::Discord { emulator, .. } => {
                let fault = match hitch {
                    Hitch::Absent => discord::Fault::Status(404, 0, String::new()),
                    Hitch::Wait => discord::Fault::RateLimited {
                        retry_after: 30.0,
                        global: false,
                        scope: "user",
                    },
                    Hitch::Broken => discord::Fault::DropBefore,
                    Hitch::Hangs(gate) => discord::Fault::Hang(gate.clone()),
                };
                for folder in ["attachments", "ephemeral-attachments"] {
                    let route = format!("GET /{folder}/*/*/*");
                    emulator.faults().next(&route, times, fault.clone());
                }
            }
        }
    }

    /// The person's platform deletes every file that people sent.
    pub fn network_forgets_files(&self) {
        match &self.reader.account {
            Account::Telegram { emulator, .. } => emulator.forgets_files(),
            Account::Discord { emulator, .. } => emulator.forgets_files(),
        }
    }
}
