//! How much one person may enter into the desk: a refusal names the limit and loses nothing, and no
//! card is longer than its messages allow.

use mesabot::domain::{limits::Limits, procedure::Procedure, status::Status};

use crate::support::{
    desk::uspec,
    pairing::{PairedDesk, Person, in_every_pairing_on},
};

const OTHER_ANSWERS: [(&str, &str); 4] = [
    ("category", "Correo y ofimática"),
    ("place", "Piso 3"),
    ("impact", "Solo a mí"),
    ("urgency", "Con dificultad"),
];

fn narrow() -> Procedure {
    let limits = Limits { description: 300, message: 200, files: 2, open_tickets: 2 };
    Procedure { limits, ..uspec() }
}

async fn have_read(people: &[&Person<'_>]) {
    for person in people {
        person.reads();
    }
}

#[test]
fn a_too_long_text_is_refused_and_earlier_answers_are_kept() {
    in_every_pairing_on(&narrow(), async |desk| {
        let marta = desk.requester("Marta");
        marta.says(&"x".repeat(301)).await;
        assert_eq!(
            marta.reads(),
            "Su mensaje tiene más de 300 caracteres, así que no lo guardé. Envíelo más corto o en \
             varios mensajes; lo que ya había escrito sigue igual."
        );
        marta.says("No abre el correo").await;
        marta.presses("Abrir caso").await;
        marta.reads();
        marta.says(&"y".repeat(290)).await;
        let notices = marta.reads();
        let full = "Con eso el texto pasaría de 300 caracteres, así que no lo agregué. Lo que ya había \
                    escrito sigue igual: continúe, y cuando el caso esté abierto agregue el resto con \
                    /responder.";
        assert!(notices.starts_with(full) && notices.contains("¿De qué se trata?"), "{notices}");
        marta.fills(&OTHER_ANSWERS).await;
        marta.presses("Registrar").await;
        marta.reads();
        let ticket = desk.newest().await;
        assert_eq!(ticket.description, "No abre el correo");
        marta.says(&format!("/responder {} {}", ticket.number, "z".repeat(201))).await;
        let notices = marta.reads();
        assert!(notices.starts_with("Su mensaje tiene más de 200 caracteres"), "{notices}");
    });
}

#[test]
fn at_the_ticket_limit_the_requester_is_told_the_remedy() {
    in_every_pairing_on(&narrow(), async |desk| {
        let marta = desk.requester("Marta");
        for words in ["No abre el correo", "No imprime"] {
            desk.opens_ticket(&marta, words).await;
        }
        marta.reads();
        let refused = "Ya tiene 2 casos abiertos, que es lo máximo. Use /miscasos para verlos: agregue \
                       esto a uno con /responder, o retire uno que ya no necesite con /retirar.";
        marta.says("/nuevo La silla cojea").await;
        assert_eq!(marta.reads(), refused);
        marta.says("La silla cojea").await;
        marta.presses("Abrir caso").await;
        marta.fills(&OTHER_ANSWERS).await;
        marta.reads();
        marta.presses("Registrar").await;
        let notices = marta.reads();
        assert!(
            notices.contains(refused) && notices.contains("La silla cojea"),
            "the text is kept: {notices}"
        );
        marta.says("/retirar 1").await;
        marta.presses("Sí, retirarlo").await;
        marta.reads();
        marta.presses("Registrar").await;
        have_read(&[&marta]).await;
        let ticket = desk.newest().await;
        assert_eq!((ticket.number.0, ticket.status), (3, Status::New));
        assert_eq!(ticket.description, "La silla cojea");
    });
}

/// Makes every text of a ticket as long as texts were before there were limits.
async fn grows(desk: &PairedDesk) {
    let long = "🖨️ No imprime ".repeat(1_000);
    let grow = format!(
        "UPDATE ticket SET description = '{long}', details = '{long}', solution = '{long}'"
    );
    desk.database().execute(&grow).await;
}

#[test]
fn a_card_never_takes_more_than_two_messages() {
    in_every_pairing_on(&uspec(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No imprime").await;
        have_read(&[&ana, &marta]).await;
        grows(desk).await;
        for person in [&ana, &marta] {
            person.says("/caso 1").await;
            let notices = person.reads();
            // An older card that loses its buttons is no new message.
            let messages = notices.split("\n---\n").filter(|message| !message.starts_with('✎'));
            let messages: Vec<&str> = messages.collect();
            assert_eq!(messages.len(), 2, "the card and the description: {notices}");
            for message in messages {
                assert!(message.encode_utf16().count() < 4_300, "with its buttons");
            }
            assert!(notices.contains('…'), "long texts are shortened");
        }
    });
}
