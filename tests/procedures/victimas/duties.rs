//! Separation of duties: a requester cannot act on a case that the desk opened for itself (V6, V8),
//! and an interested person cannot decide on an approval (V10).

use mesabot::domain::{
    ending::Ending, id::TicketNumber, limits::Limits, person::Role, status::Status, time::SECOND,
};

use super::{Topic, have_read, of, opens, opens_computer, victimas};
use crate::support::pairing::{PairedDesk, Person, in_every_pairing_on};

/// Asks for a link code and reads it.
async fn code_of(person: &Person<'_>) -> String {
    person.says("/vincular").await;
    let messages = person.reads();
    let code = messages.split("Su código es ").nth(1).and_then(|rest| rest.get(..8));
    code.unwrap_or_else(|| panic!("no code in: {messages}")).to_owned()
}

/// Links both accounts: each side confirms.
async fn link(first: &Person<'_>, second: &Person<'_>) {
    let code = code_of(first).await;
    second.says(&format!("/vincular {code}")).await;
    for person in [first, second] {
        person.reads();
        person.presses("Vincular").await;
        person.reads();
    }
    first.reads();
}

/// A technician registers free software for a requester.
async fn registers_gimp_for(desk: &PairedDesk, by: &Person<'_>, requester: &str) -> TicketNumber {
    by.says("/registrar").await;
    by.fills(&[("source", "Por teléfono"), ("person", requester)]).await;
    by.presses(&format!("Anotar a {requester}")).await;
    by.fills(&[
        ("description", "Necesita GIMP"),
        ("category", "Software libre"),
        ("details", "GIMP, para fotos"),
        ("place", "Piso 2"),
        ("impact", "Solo a esa persona"),
        ("urgency", "Con dificultad"),
    ])
    .await;
    by.presses("Registrar").await;
    desk.newest().await.number
}

#[test]
fn v6_v8_a_requester_cannot_withdraw_a_case_that_the_desk_opened() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let raul = of(desk, "infraestructura", "Raúl").await;
        let paula = of(desk, "proveedor", "Paula").await;
        let marta = desk.requester("Marta");
        let parent = opens_computer(desk, &marta, "El computador no enciende").await;
        ana.presses("Aceptar").await;
        ana.says("/subcaso 1 [conectividad] Revisar el punto de red 14").await;
        ana.says("/proveedor 1 Cambiar la tarjeta madre").await;
        let cards = marta.reads();
        assert!(cards.contains("Caso #2 ·") && cards.contains("Caso #3 ·"), "{cards}");
        for child in [2, 3] {
            let card = cards.split("---").find(|face| face.contains(&format!("Caso #{child} ·")));
            assert!(!card.unwrap().contains("[Retirar]"), "{cards}");
            marta.says(&format!("/retirar {child}")).await;
            let messages = marta.reads();
            let expected = format!(
                "El caso #{child} lo abrió la mesa de ayuda para atender su caso #1, y solo ella lo \
                 puede terminar. Si ya no necesita el servicio, cuéntelo con /responder 1."
            );
            assert_eq!(messages, expected);
            assert_eq!(desk.ticket(TicketNumber(child)).await.status, Status::New);
        }
        assert_eq!(
            desk.ticket(parent).await.status,
            Status::Suspended,
            "the parent stays suspended"
        );
        have_read(&[&ana, &raul, &paula]);
    });
}

#[test]
fn v8_the_desks_cases_do_not_count_against_the_requesters_limit() {
    let mut narrow = victimas();
    narrow.limits = Limits { open_tickets: 2, ..Limits::default() };
    in_every_pairing_on(&narrow, async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let paula = of(desk, "proveedor", "Paula").await;
        let marta = desk.requester("Marta");
        opens_computer(desk, &marta, "El computador no enciende").await;
        ana.says("/proveedor 1 Cambiar la tarjeta madre").await;
        have_read(&[&ana, &paula, &marta]);
        let second = opens_computer(desk, &marta, "El mouse no funciona").await;
        assert_eq!(second.0, 3, "only one case of her own is open");
        have_read(&[&ana, &marta]);
        marta.says("/nuevo La silla cojea").await;
        let messages = marta.reads();
        assert!(messages.starts_with("Ya tiene 2 casos abiertos"), "{messages}");
    });
}

#[test]
fn v10_the_case_after_an_approval_can_be_withdrawn() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ines = of(desk, "seguridad", "Inés").await;
        let ana = of(desk, "hardware", "Ana").await;
        let marta = desk.requester("Marta");
        let gimp = Topic { category: "Software libre", details: Some("GIMP, para fotos") };
        opens(desk, &marta, gimp, "Necesito GIMP").await;
        ines.presses("Aprobar").await;
        marta.says("/retirar 2").await;
        marta.presses("Sí, retirarlo").await;
        let installation = desk.newest().await;
        assert_eq!(
            installation.ending,
            Some(Ending::Withdrawn),
            "the requester may withdraw her own installation"
        );
        have_read(&[&ines, &ana, &marta]);
    });
}

#[test]
fn v10_the_person_who_registered_the_case_does_not_decide() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ines = of(desk, "seguridad", "Inés").await;
        let olga = of(desk, "seguridad", "Olga").await;
        let ana = of(desk, "hardware", "Ana").await;
        let number = registers_gimp_for(desk, &ines, "Marta").await;
        let card = ines.reads();
        assert!(!card.contains("[Aprobar]"), "{card}");
        let held = olga.holds("Rechazar");
        olga.reads();
        ines.says(&format!("/caso {number}")).await;
        let card = ines.reads();
        assert!(card.contains("Necesita GIMP") && !card.contains("[Aprobar]"), "{card}");
        olga.presses_held(&held).await;
        olga.gives("decline", "Hay uno con licencia").await;
        assert_eq!(desk.ticket(number).await.ending, Some(Ending::Rejected), "Olga decides");
        have_read(&[&ines, &olga, &ana]);
    });
}

#[test]
fn v10_linked_accounts_do_not_decide_for_each_other() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ines = of(desk, "seguridad", "Inés").await;
        let sonia = desk.staff("Sonia", Role::Supervisor, &[]).await;
        let ana = of(desk, "hardware", "Ana").await;
        let home = desk.requester("Inés Casa");
        let gimp = Topic { category: "Software libre", details: Some("GIMP, para fotos") };
        let number = opens(desk, &home, gimp, "Necesito GIMP").await;
        have_read(&[&ines, &home]);
        link(&home, &ines).await;
        ines.says(&format!("/caso {number}")).await;
        let card = ines.reads();
        assert!(!card.contains("[Aprobar]"), "a linked account counts as the requester: {card}");
        desk.passes(SECOND).await;
        home.says("/desvincular").await;
        home.reads();
        home.presses("Separar la de Inés Casa").await;
        have_read(&[&home, &ines]);
        ines.says(&format!("/caso {number}")).await;
        ines.presses("Aprobar").await;
        let messages = ines.reads();
        assert!(
            messages
                .contains("Usted pidió o registró el caso #1: lo decide otra persona del grupo"),
            "{messages}"
        );
        assert_eq!(desk.ticket(number).await.status, Status::New);
        sonia.says(&format!("/caso {number}")).await;
        sonia.presses("Aprobar").await;
        assert_eq!(desk.ticket(number).await.ending, Some(Ending::Approved));
        have_read(&[&ines, &sonia, &ana, &home]);
    });
}

#[test]
fn v3_assigning_a_case_to_its_technician_changes_nothing() {
    in_every_pairing_on(&victimas(), async |desk| {
        let ana = of(desk, "hardware", "Ana").await;
        let luis = of(desk, "hardware", "Luis").await;
        let sonia = desk.staff("Sonia", Role::Supervisor, &[]).await;
        let marta = desk.requester("Marta");
        opens_computer(desk, &marta, "El computador no enciende").await;
        ana.presses("Aceptar").await;
        have_read(&[&ana, &luis, &marta]);
        for (person, command, expected) in [
            (&ana, "/asignar 1 Ana", "El caso #1 ya es suyo."),
            (&luis, "/asignar 1 Ana", "El caso #1 ya lo tiene Ana."),
            (&sonia, "/asignar 1 ana", "El caso #1 ya lo tiene Ana."),
            (&ana, "/escalar 1 [Ana] No alcanzo", "El caso #1 ya es suyo."),
            (&sonia, "/escalar 1 [Ana] Le toca", "El caso #1 ya lo tiene Ana."),
        ] {
            person.says(command).await;
            let messages = person.reads();
            assert!(messages.starts_with(expected), "{command}: {messages}");
        }
        assert_eq!(desk.history(TicketNumber(1)).await, ["opened", "accepted"]);
    });
}
