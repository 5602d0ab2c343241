//! Turns [`Outgoing`] into the arguments of `sendMessage` and `editMessageText`: a text, entities counted in
//! UTF-16 units, and a keyboard. Deliberately absent: `parse_mode`. The platform never reads a text of a person
//! as markup, so no text needs an escape.

use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity};

use crate::chat::outgoing::{Button, Outgoing, RichText, Style};

/// The most bytes of a button's code.
const BUTTON_CODE: usize = 64;

/// A message as Telegram takes it.
#[derive(Debug, Clone)]
pub struct Rendered {
    pub text: String,
    pub entities: Vec<MessageEntity>,
    pub keyboard: Option<InlineKeyboardMarkup>,
}

/// Renders a message.
pub fn render(message: &Outgoing) -> Rendered {
    Rendered {
        text: message.text.to_plain(),
        entities: entities(&message.text),
        keyboard: keyboard(&message.buttons),
    }
}

/// The entities of a text.
pub(super) fn entities(text: &RichText) -> Vec<MessageEntity> {
    let mut entities: Vec<MessageEntity> = Vec::new();
    let mut offset = 0;
    for piece in &text.0 {
        let length = utf16(&piece.text);
        let entity = match piece.style {
            Style::Plain => None,
            Style::Bold => Some(MessageEntity::bold(0, 0)),
            Style::Italic => Some(MessageEntity::italic(0, 0)),
        };
        // The platform trims white space off entities in different ways, and would take an edit without a
        // change for a change.
        let core = piece.text.trim();
        if let Some(entity) = entity.filter(|_| !core.is_empty()) {
            let blank = utf16(&piece.text) - utf16(piece.text.trim_start());
            join(
                &mut entities,
                MessageEntity { offset: offset + blank, length: utf16(core), ..entity },
            );
        }
        offset += length;
    }
    entities
}

/// Adds an entity, or lengthens the last one when the two adjoin in one style.
fn join(entities: &mut Vec<MessageEntity>, next: MessageEntity) {
    match entities.last_mut() {
        Some(last) if last.kind == next.kind && last.offset + last.length == next.offset => {
            last.length += next.length;
        }
        _ => entities.push(next),
    }
}

fn keyboard(rows: &[Vec<Button>]) -> Option<InlineKeyboardMarkup> {
    let rows: Vec<Vec<_>> = rows
        .iter()
        .filter(|row| !row.is_empty())
        .map(|row| row.iter().map(button).collect())
        .collect();
    (!rows.is_empty()).then(|| InlineKeyboardMarkup::new(rows))
}

fn button(button: &Button) -> InlineKeyboardButton {
    debug_assert!(
        (1..=BUTTON_CODE).contains(&button.code.len()),
        "a button's code has 1 to {BUTTON_CODE} bytes"
    );
    InlineKeyboardButton::callback(button.label.clone(), button.code.clone())
}

fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use teloxide::types::MessageEntityKind;

    use super::*;

    fn styled(pieces: &[(&str, Style)]) -> Outgoing {
        let mut text = RichText::default();
        for (piece, style) in pieces {
            text.push(*piece, *style);
        }
        Outgoing { text, buttons: Vec::new(), ..Default::default() }
    }

    #[test]
    fn entities_are_counted_in_utf16_without_surrounding_blanks() {
        let message = styled(&[
            ("🖨 ", Style::Plain),
            (" Caso 1\n", Style::Bold),
            ("𝄞é", Style::Italic),
            (" \n", Style::Bold),
            ("fin", Style::Plain),
        ]);
        let Rendered { text, entities, keyboard } = render(&message);
        assert_eq!(text, "🖨  Caso 1\n𝄞é \nfin");
        assert_eq!(entities, [MessageEntity::bold(4, 6), MessageEntity::italic(11, 3)]);
        assert!(keyboard.is_none());
        let units: Vec<u16> = text.encode_utf16().collect();
        assert_eq!(String::from_utf16(&units[4..10]).unwrap(), "Caso 1");
    }

    #[test]
    fn neighbours_in_one_style_are_one_entity() {
        let entities = render(&styled(&[("a", Style::Bold), ("b", Style::Bold)])).entities;
        assert_eq!(entities, [MessageEntity::new(MessageEntityKind::Bold, 0, 2)]);
    }

    #[test]
    fn rows_without_buttons_make_no_keyboard() {
        let button = Button { label: "Sí".to_owned(), code: "v1:ok:7".to_owned() };
        let with =
            Outgoing { buttons: vec![vec![], vec![button]], ..styled(&[("?", Style::Plain)]) };
        let keyboard = render(&with).keyboard;
        assert_eq!(
            keyboard.unwrap().inline_keyboard,
            [[InlineKeyboardButton::callback("Sí", "v1:ok:7")]]
        );
        let without = Outgoing { buttons: vec![vec![]], ..with };
        assert!(render(&without).keyboard.is_none());
    }

    #[test]
    fn an_empty_message_is_rendered_empty() {
        let Rendered { text, entities, keyboard } = render(&Outgoing::default());
        assert!(text.is_empty() && entities.is_empty() && keyboard.is_none());
    }
}
