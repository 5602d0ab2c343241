//! From [`Outgoing`] to what `sendMessage` and `editMessageText` take: one text, entities counted
//! in UTF-16, one keyboard. Deliberately absent: `parse_mode`. A text that somebody wrote is never
//! read as markup, so there is nothing to escape.

use teloxide_core::types::{InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity};

use crate::chat::outgoing::{Button, Outgoing, RichText, Style};

/// The most bytes that a button may carry.
const BUTTON_CODE: usize = 64;

/// What Telegram is given of a message.
pub fn render(message: &Outgoing) -> (String, Vec<MessageEntity>, Option<InlineKeyboardMarkup>) {
    (message.text.to_plain(), entities(&message.text), keyboard(&message.buttons))
}

/// The same of a text alone, as it stands under a file.
pub(super) fn spans(text: &RichText) -> (String, Vec<MessageEntity>) {
    (text.to_plain(), entities(text))
}

fn entities(text: &RichText) -> Vec<MessageEntity> {
    let mut entities: Vec<MessageEntity> = Vec::new();
    let mut offset = 0;
    for piece in &text.0 {
        let length = utf16(&piece.text);
        let entity = match piece.style {
            Style::Plain => None,
            Style::Bold => Some(MessageEntity::bold(0, 0)),
            Style::Italic => Some(MessageEntity::italic(0, 0)),
        };
        // The platform trims entities off surrounding blanks itself, but not always alike, and an
        // edit then looks like a change that it is not.
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

/// Adds an entity, or lengthens the last one when both are one stretch in one style.
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
    use teloxide_core::types::MessageEntityKind;

    use super::*;

    fn styled(pieces: &[(&str, Style)]) -> Outgoing {
        let mut text = RichText::default();
        for (piece, style) in pieces {
            text.push(*piece, *style);
        }
        Outgoing { text, buttons: Vec::new(), ..Default::default() }
    }

    #[test]
    fn entities_are_counted_in_utf16_and_hug_their_words() {
        let message = styled(&[
            ("🖨 ", Style::Plain),
            (" Caso 1\n", Style::Bold),
            ("𝄞é", Style::Italic),
            (" \n", Style::Bold),
            ("fin", Style::Plain),
        ]);
        let (text, entities, keyboard) = render(&message);
        assert_eq!(text, "🖨  Caso 1\n𝄞é \nfin");
        assert_eq!(entities, [MessageEntity::bold(4, 6), MessageEntity::italic(11, 3)]);
        assert!(keyboard.is_none());
        let units: Vec<u16> = text.encode_utf16().collect();
        assert_eq!(String::from_utf16(&units[4..10]).unwrap(), "Caso 1");
    }

    #[test]
    fn neighbours_in_one_style_are_one_entity() {
        let (_, entities, _) = render(&styled(&[("a", Style::Bold), ("b", Style::Bold)]));
        assert_eq!(entities, [MessageEntity::new(MessageEntityKind::Bold, 0, 2)]);
    }

    #[test]
    fn rows_without_buttons_make_no_keyboard() {
        let button = Button { label: "Sí".to_owned(), code: "v1:ok:7".to_owned() };
        let with =
            Outgoing { buttons: vec![vec![], vec![button]], ..styled(&[("?", Style::Plain)]) };
        let (_, _, keyboard) = render(&with);
        assert_eq!(
            keyboard.unwrap().inline_keyboard,
            [[InlineKeyboardButton::callback("Sí", "v1:ok:7")]]
        );
        let without = Outgoing { buttons: vec![vec![]], ..with };
        assert!(render(&without).2.is_none());
    }

    #[test]
    fn nothing_to_say_is_rendered_all_the_same() {
        let (text, entities, keyboard) = render(&Outgoing::default());
        assert!(text.is_empty() && entities.is_empty() && keyboard.is_none());
    }
}
