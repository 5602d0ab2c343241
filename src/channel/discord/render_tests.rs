//! Rendered messages display as they were written and keep within the limits of the platform.

use proptest::prelude::*;

use serde_json::{Value, json};

use super::*;

/// Reads Discord's Markdown as its apps do: addresses stay, a backslash escapes the next character,
/// asterisks style. Any other markup is an error.
fn read(markdown: &str) -> Result<String, String> {
    let mut out = String::new();
    for line in markdown.split_inclusive('\n') {
        let bare = line.trim_start();
        let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
        let list = digits > 0 && bare[digits..].starts_with(". ");
        if bare.starts_with(['#', '-', '>', '+']) || bare.starts_with("* ") || list {
            return Err(format!("{line:?} is a block"));
        }
        let mut rest = line;
        while let Some(character) = rest.chars().next() {
            if rest.starts_with("https://") || rest.starts_with("http://") {
                let stops = |c: char| c.is_whitespace() || c == '<' || c == '*';
                let end = rest.find(stops).unwrap_or(rest.len());
                out.push_str(&rest[..end]);
                rest = &rest[end..];
                continue;
            }
            rest = &rest[character.len_utf8()..];
            match character {
                '\\' => {
                    let next = rest.chars().next().ok_or("a backslash at the end")?;
                    if !next.is_ascii_punctuation() {
                        return Err(format!("a backslash before {next:?} is read"));
                    }
                    out.push(next);
                    rest = &rest[1..];
                }
                '*' => {}
                '_' | '~' | '`' | '|' | '<' | '[' => return Err(format!("{character} works")),
                '@' if mentions_all(rest) => return Err("a mention".to_owned()),
                other => out.push(other),
            }
        }
    }
    Ok(out)
}

fn bodies(message: &Outgoing) -> Vec<Value> {
    messages(message).into_iter().map(Message::into_json).collect()
}

fn message(text: &str, rows: usize) -> Outgoing {
    let button = |n| vec![Button { label: format!("B{n}"), code: format!("d:1:{n}") }];
    Outgoing {
        text: RichText::plain(text),
        buttons: (0..rows).map(button).collect(),
        ..Default::default()
    }
}

fn style() -> impl Strategy<Value = Style> {
    prop_oneof![Just(Style::Plain), Just(Style::Bold), Just(Style::Italic)]
}

proptest! {
    #[test]
    fn the_reader_sees_what_was_written(
        pieces in proptest::collection::vec((
            "([-a-z0-9#>*_~`|\\\\<@:\\[\\]().+! \n]|@everyone|https://a\\.b/c_d|<@1>|🖨){0,12}",
            style(),
        ), 0..6)
    ) {
        let mut text = RichText::default();
        for (piece, style) in pieces {
            text.push(piece, style);
        }
        prop_assert_eq!(read(&markdown(&text)), Ok(text.to_plain()));
    }

    #[test]
    fn parts_fit_and_give_the_text_back(text in "[a\\\\*🖨\n]{0,9000}") {
        let parts = split(text.clone());
        prop_assert!(parts.iter().all(|part| part.encode_utf16().count() <= LONGEST));
        prop_assert_eq!(parts.concat(), text);
    }
}

#[test]
fn style_markers_stand_next_to_their_words() {
    let mut text = RichText::default();
    for (piece, style) in [
        (" Caso 1\n", Style::Bold),
        ("uno", Style::Italic),
        ("dos", Style::Bold),
        (".", Style::Plain),
    ] {
        text.push(piece, style);
    }
    assert_eq!(markdown(&text), " **Caso 1**\n*uno*dos.");
}

#[test]
fn a_future_instant_follows_its_words_in_markup() {
    let at = crate::domain::time::Timestamp(1_772_458_200_000);
    let mut text = RichText::plain("Caso <t:1:R>. Antes de ");
    text.push_instant("hoy a las 8:30", at);
    text.push(" (_ya_)", Style::Bold);
    let expected = "Caso \\<t\\:1:R\\>. Antes de hoy a las 8:30 (<t:1772458200:R>) **(\\_ya\\_)**";
    assert_eq!(markdown(&text), expected);
    let stored = serde_json::to_string(&RichText::plain("hola")).unwrap();
    assert_eq!(stored, r#"[{"text":"hola","style":"plain"}]"#);
    for filler in LONGEST - 60..LONGEST {
        let mut text = RichText::plain("x".repeat(filler));
        text.push_instant(" hoy", at);
        let parts = split(markdown(&text));
        assert!(parts.iter().any(|part| part.contains("(<t:1772458200:R>)")), "after {filler}");
    }
}

#[test]
fn addresses_can_be_opened() {
    let address = "véase https://mesa.example/a_b?c=1 y 2_3";
    let text = RichText::plain(address);
    assert_eq!(markdown(&text), "véase https://mesa.example/a_b?c=1 y 2\\_3");
}

#[test]
fn buttons_make_a_container_and_many_rows_a_menu() {
    let bare = &bodies(&message("hola", 0))[0];
    assert_eq!(bare["components"], json!([{ "type": 10, "content": "hola" }]));
    let five = &bodies(&message("hola", 5))[0]["components"][0];
    assert_eq!(five["type"], 17);
    assert_eq!(five["components"].as_array().unwrap().len(), 6);
    let many = &bodies(&message("hola", 28))[0]["components"][0]["components"];
    let kinds: Vec<_> = many.as_array().unwrap()[1..]
        .iter()
        .map(|row| row["components"][0]["type"].as_u64().unwrap())
        .collect();
    assert_eq!(kinds, [3, 3, 2]);
    assert_eq!(many[1]["components"][0]["options"].as_array().unwrap().len(), 25);
    assert_eq!(many[3]["components"][0]["custom_id"], "d:1:27");
}

#[test]
fn a_form_on_a_message_has_a_button_that_opens_it() {
    let form = Form { title: "Escribir".into(), code: "d:9:=".into(), fields: vec![] };
    let asked = Outgoing { form: Some(form), ..message("¿Qué pasa?", 0) };
    let button = &bodies(&asked)[0]["components"][0]["components"][1]["components"][0];
    assert_eq!(button["custom_id"], "w:9");
    assert_eq!(button["label"], "Escribir");
}

#[test]
fn a_text_that_escaping_makes_too_long_takes_two_messages() {
    let long = message(&"_".repeat(3_000), 1);
    let bodies = bodies(&long);
    assert_eq!(bodies.len(), 2);
    assert_eq!(bodies[0]["components"][0]["type"], 10);
    assert_eq!(bodies[1]["components"][0]["type"], 17);
    let cut = single_message(&long).into_json();
    let text = cut["components"][0]["components"][0]["content"].as_str().unwrap();
    assert!(text.ends_with('…') && text.encode_utf16().count() <= LONGEST);
}
