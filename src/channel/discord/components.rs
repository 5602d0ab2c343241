//! Components V2, as Discord takes them in messages and modals, around serenity's builders for the rows,
//! buttons, menus and text inputs inside. serenity 0.12 names the component kinds up to 8 and drops the
//! message flag `IS_COMPONENTS_V2`, so text displays, containers, labels and file uploads are defined
//! here. Deliberately absent: reading components back, which happens on the raw JSON.

use serde::{Serialize, Serializer, ser::Error};
use serde_json::{Value, json};
use serenity::all::{CreateActionRow, CreateInputText, CreateSelectMenu, MessageFlags};

/// `IS_COMPONENTS_V2`: the message consists of components alone. serenity's `MessageFlags` ends below it.
const COMPONENTS_V2: u64 = 1 << 15;
const TEXT_DISPLAY: u8 = 10;
const CONTAINER: u8 = 17;
const LABEL: u8 = 18;
/// The kind of a modal field that takes files.
pub(super) const FILE_UPLOAD: u8 = 19;

/// The body of a message made of components.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Message {
    flags: u64,
    components: Vec<Component>,
}

/// A component at the top of a message or inside a container.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
enum Component {
    Text(TextDisplay),
    Row(CreateActionRow),
    Container(Container),
}

#[derive(Debug, Clone, Serialize)]
struct TextDisplay {
    #[serde(rename = "type")]
    kind: u8,
    content: String,
}

#[derive(Debug, Clone, Serialize)]
struct Container {
    #[serde(rename = "type")]
    kind: u8,
    components: Vec<Component>,
}

impl Message {
    /// A message with rows is a container; a message without rows is bare text.
    pub fn new(text: &str, rows: Vec<CreateActionRow>) -> Self {
        // The platform refuses an empty text display, and a container needs one above its buttons.
        let text = if text.trim().is_empty() { "\u{200b}" } else { text };
        let text = Component::text(text.to_owned());
        let component = if rows.is_empty() {
            text
        } else {
            let rows = rows.into_iter().map(Component::Row);
            let components = std::iter::once(text).chain(rows).collect();
            Component::Container(Container { kind: CONTAINER, components })
        };
        Self { flags: COMPONENTS_V2, components: vec![component] }
    }

    /// The same message, visible to the person of its interaction alone.
    pub fn ephemeral(mut self) -> Self {
        self.flags |= MessageFlags::EPHEMERAL.bits();
        self
    }

    /// The same message below a mention of an account.
    pub fn mentioning(mut self, account: u64) -> Self {
        self.components.insert(0, Component::text(format!("<@{account}>")));
        self
    }

    pub fn into_json(self) -> Value {
        json!(self)
    }
}

impl Component {
    fn text(content: String) -> Self {
        Self::Text(TextDisplay { kind: TEXT_DISPLAY, content })
    }
}

/// A form that opens over the chat.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Modal {
    pub custom_id: String,
    pub title: String,
    pub components: Vec<Label>,
}

/// A field of a modal with the text above it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Label {
    #[serde(rename = "type")]
    kind: u8,
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    component: Field,
}

impl Label {
    pub fn new(label: String, description: Option<String>, component: Field) -> Self {
        Self { kind: LABEL, label, description, component }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(super) enum Field {
    /// Its own label is left out: the platform takes the label around it instead.
    #[serde(serialize_with = "without_label")]
    Text(CreateInputText),
    Select(Select),
    Files(FileUpload),
}

/// A menu in a modal. serenity's builder serves messages, in which no menu is required.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Select {
    #[serde(flatten)]
    pub menu: CreateSelectMenu,
    pub required: bool,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct FileUpload {
    #[serde(rename = "type")]
    kind: u8,
    custom_id: String,
    required: bool,
    min_values: u8,
    max_values: u8,
}

impl FileUpload {
    /// A field that takes at most `most` files.
    pub fn new(custom_id: String, required: bool, most: u8) -> Self {
        let min_values = u8::from(required);
        Self { kind: FILE_UPLOAD, custom_id, required, min_values, max_values: most }
    }
}

fn without_label<S: Serializer>(input: &CreateInputText, serializer: S) -> Result<S::Ok, S::Error> {
    let mut input = serde_json::to_value(input).map_err(S::Error::custom)?;
    if let Some(fields) = input.as_object_mut() {
        fields.remove("label");
    }
    input.serialize(serializer)
}
