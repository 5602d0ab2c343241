//! One person with two accounts: a code links them, notices follow the person, and codes cannot be
//! guessed.

use insta::assert_snapshot;
use mesabot::domain::{
    channel::ChannelKind,
    person::{Access, Role},
    time::{MINUTE, SECOND},
};

use crate::support::pairing::{PairedDesk, Person, in_every_pairing, in_every_pairing_with};

/// A second account, on the network of the technicians.
fn other<'d>(desk: &'d PairedDesk, name: &str) -> Person<'d> {
    desk.somebody(desk.pairing.technician, name, "es")
}

/// The name of a network.
fn called(network: ChannelKind) -> &'static str {
    if network == ChannelKind::Discord { "Discord" } else { "Telegram" }
}

/// Asks for a link code and reads it.
async fn code_of(person: &Person<'_>) -> String {
    person.says("/vincular").await;
    let messages = person.reads();
    let code = messages.split("Su código es ").nth(1).and_then(|rest| rest.get(..8));
    code.unwrap_or_else(|| panic!("no code in: {messages}")).to_owned()
}

/// Links `second` to `first`: both confirm, and have read the result.
async fn links(first: &Person<'_>, second: &Person<'_>) {
    let code = code_of(first).await;
    second.says(&format!("/vincular {code}")).await;
    confirm(second, first).await;
    assert!(second.reads().starts_with("Listo, "));
    assert!(first.reads().starts_with("Listo, "));
}

/// Both read the question and confirm.
async fn confirm(first: &Person<'_>, second: &Person<'_>) {
    for person in [first, second] {
        let asked = person.reads();
        assert!(asked.starts_with("¿Vinculo esta cuenta con la de «"), "{asked}");
    }
    first.presses("Vincular").await;
    assert!(first.reads().starts_with("Anoté su confirmación."));
    second.presses("Vincular").await;
}

#[test]
fn two_accounts_become_one_person_with_all_their_tickets() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let work = desk.requester("Marta");
        let home = other(desk, "Marta Casa");
        desk.opens_ticket(&work, "No abre el correo").await;
        desk.opens_ticket(&home, "No imprime").await;
        for person in [&ana, &work, &home] {
            person.reads();
        }
        let code = code_of(&work).await;
        assert!(code.chars().all(|c| c.is_ascii_alphanumeric() && !"ILOU".contains(c)), "{code}");
        // As people type it: lower case, in two groups, with a letter for a digit.
        let typed = code.to_lowercase().replace('0', "o").replace('1', "l");
        desk.passes(SECOND).await;
        home.says(&format!("/vincular {} {}", &typed[..4], &typed[4..])).await;
        let asked = home.reads().replace(called(work.network()), "LA OTRA RED");
        assert_snapshot!(asked, @"
        ¿Vinculo esta cuenta con la de «Marta» en LA OTRA RED? Las dos serán de una misma persona y verán los mismos casos. Tiene 10 minutos para confirmar.
        Rol de esta cuenta: solicitante. Rol de la otra: solicitante.
        Confirme solo si las dos cuentas son suyas.
        [Vincular] [No vincular]
        ");
        let asked = work.reads().replace(called(home.network()), "LA OTRA RED");
        assert!(asked.starts_with("¿Vinculo esta cuenta con la de «Marta Casa» en LA OTRA RED?"));
        work.presses("Vincular").await;
        assert_snapshot!(work.reads(), @"Anoté su confirmación. Falta la de la otra cuenta, antes de que pasen los 10 minutos.");
        home.presses("Vincular").await;
        for (own, other) in [(&home, &work), (&work, &home)] {
            let messages = own.reads().replace(called(other.network()), "LA OTRA RED");
            assert_snapshot!(messages, @"
            Listo, Marta. Esta cuenta y la de LA OTRA RED ya son de la misma persona: ve sus casos en las dos y le aviso en la última desde la que me haya escrito. Use /desvincular para separarlas.
            Pasó también un caso de la otra cuenta.
            ");
        }
        work.says("/miscasos").await;
        let seen = work.reads();
        assert!(seen.contains("#1 No abre el correo") && seen.contains("#2 No imprime"), "{seen}");
        home.says("/caso 1").await;
        assert!(home.reads().starts_with("Caso #1 · No abre el correo"));
        // A code works once.
        let late = desk.requester("Pedro");
        late.says(&format!("/vincular {code}")).await;
        assert!(late.reads().starts_with("Ese código no sirve"));
        home.says("/vincular").await;
        let messages = home.reads();
        let (_, list) = messages.split_once("\n\n").unwrap();
        let here = called(home.network());
        let there = called(work.network());
        let expected = format!(
            "Sus cuentas vinculadas. Le aviso en la última desde la que me haya escrito:\n\
             {here}: me escribió hoy a las 8:00 a. m. (esta cuenta)\n\
             {there}: me escribió hoy a las 8:00 a. m."
        );
        assert_eq!(list, expected);
    });
}

#[test]
fn notices_go_where_the_person_last_wrote() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let work = desk.requester("Marta");
        let home = other(desk, "Marta Casa");
        links(&work, &home).await;
        desk.passes(SECOND).await;
        desk.opens_ticket(&work, "No abre el correo").await;
        ana.reads();
        work.reads();
        ana.says("/aceptar 1").await;
        assert!(work.reads().starts_with("Ana ya atiende su caso #1"));
        assert_eq!(home.reads(), "");
        desk.passes(SECOND).await;
        home.says("/miscasos").await;
        home.reads();
        ana.says("/suspender 1 Falta el cable").await;
        assert_snapshot!(home.reads(), @"Su caso #1 queda en espera: «Falta el cable». Le avisaremos cuando sigamos.");
        // The card stays up to date in its chat.
        assert!(work.reads().starts_with("✎ Caso #1"));
        ana.reads();
    });
}

#[test]
fn g5_a_person_is_reached_in_the_second_chat_when_the_first_is_closed() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let work = desk.requester("Marta");
        let home = other(desk, "Marta Casa");
        let number = desk.opens_ticket(&work, "No abre el correo").await;
        work.reads();
        links(&home, &work).await;
        desk.passes(SECOND).await;
        work.says("/miscasos").await;
        work.reads();
        ana.reads();
        // The desk finds out only when it writes.
        work.disappears();
        ana.says("/aceptar 1").await;
        // On Telegram a card in a blocked chat cannot be edited, so the card moves. On Discord a
        // message in a closed private chat can still be edited, so the card stays.
        let messages = home.reads();
        let kept = work.reads();
        let notice = "Ana ya atiende su caso #1 (No abre el correo). Esperamos solucionarlo a más \
                      tardar hoy a las 8:30 a. m.";
        assert!(messages.starts_with(notice), "{messages}");
        let moved = work.network() == ChannelKind::Telegram;
        let card = if moved { messages.split_once("\n---\n").unwrap().1 } else { kept.as_str() };
        assert_snapshot!(card.trim_start_matches("✎ "), @"
        Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Lo atiende Ana. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        [Responder]
        ");
        assert!(!ana.reads().contains("ya no recibe"));
        ana.says("/solucionar 1 Listo").await;
        let messages = home.reads();
        assert!(messages.contains("¿Quedó solucionado?"), "{messages}");
        let kept = format!("{messages}{}", work.reads());
        assert_eq!(kept.matches("Estado: Resuelta").count(), 1, "one card is kept: {kept}");
        ana.reads();
        home.presses("No").await;
        home.gives("reject", "Sigue igual").await;
        home.reads();
        ana.reads();
        assert!(!desk.history(number).await.contains(&"unreachable".to_owned()));
        work.reads();
        // Telegram tells the desk of a block at once; on Discord the desk finds out when it writes.
        home.shuts_out().await;
        ana.says("/responder 1 Voy a su puesto").await;
        let messages = ana.reads();
        let lost = "Marta Casa ya no recibe nuestros mensajes, así que no le podemos avisar sobre \
                    el caso #1. Por favor, búsquele por otro medio.";
        assert_eq!(messages.matches(lost).count(), 1, "{messages}");
        let history = desk.history(number).await;
        assert_eq!(history.iter().filter(|kind| *kind == "unreachable").count(), 1);
    });
}

#[test]
fn an_undelivered_survey_is_answered_in_the_linked_account() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let work = desk.requester("Marta");
        let home = other(desk, "Marta Casa");
        links(&home, &work).await;
        desk.passes(SECOND).await;
        desk.opens_ticket(&work, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        work.reads();
        ana.reads();
        work.disappears();
        ana.says("/solucionar 1 Listo").await;
        ana.reads();
        let messages = home.reads();
        assert!(messages.contains("¿Quedó solucionado?"), "{messages}");
        home.presses("Sí").await;
        assert!(home.reads().contains("¿Cómo califica la atención?"));
        ana.reads();
        work.reads();
    });
}

#[test]
fn g16_invalid_link_codes_are_refused_alike_and_attempts_limited() {
    in_every_pairing(async |desk| {
        let marta = desk.requester("Marta");
        let pedro = desk.requester("Pedro");
        let own = code_of(&marta).await;
        marta.says(&format!("/vincular {own}")).await;
        assert_snapshot!(marta.reads(), @"Ese código no sirve: no existe, ya se usó, se venció o es suyo. Pida uno nuevo con /vincular en la otra cuenta y escríbalo en esta.");
        let newer = code_of(&marta).await;
        pedro.says(&format!("/vincular {own}")).await;
        let refused = pedro.reads();
        assert!(
            refused.starts_with("Ese código no sirve"),
            "a new code replaces the old one: {refused}"
        );
        desk.passes(10 * MINUTE).await;
        pedro.says(&format!("/vincular {newer}")).await;
        assert_eq!(pedro.reads(), refused, "an expired code");
        for _ in 0..3 {
            pedro.says("/link ABCD2345").await;
            assert_eq!(pedro.reads(), refused);
        }
        let good = code_of(&marta).await;
        pedro.says(&format!("/vincular {good}")).await;
        assert_snapshot!(pedro.reads(), @"Ya probó varios códigos que no sirven. Inténtelo de nuevo hoy a las 9:00 a. m.");
        desk.passes(50 * MINUTE).await;
        let good = code_of(&marta).await;
        pedro.says(&format!("/vincular {good}")).await;
        confirm(&pedro, &marta).await;
        assert!(pedro.reads().starts_with("Listo, Marta."));
        assert!(marta.reads().starts_with("Listo, Marta."));
    });
}

#[test]
fn g16_a_stranger_is_admitted_with_a_members_link_code() {
    in_every_pairing_with(Access::Invite, async |desk| {
        let marta = desk.staff("Marta", Role::Requester, &[]).await;
        let phone = desk.stranger("M.", "es");
        phone.says("/vincular").await;
        assert!(phone.reads().starts_with("Esta mesa de ayuda atiende a personas registradas."));
        for _ in 0..5 {
            phone.says("/vincular ABCD2345").await;
            assert!(phone.reads().starts_with("Ese código no sirve"));
        }
        let code = code_of(&marta).await;
        phone.says(&format!("/vincular {code}")).await;
        assert!(phone.reads().starts_with("Ya probó varios códigos"));
        let tablet = desk.somebody(desk.pairing.requester, "Tableta", "en");
        tablet.says(&format!("/link {code}")).await;
        let asked = tablet.reads().replace(called(marta.network()), "THE OTHER NETWORK");
        assert_snapshot!(asked, @"
        Shall I link this account with the one of “Marta” on THE OTHER NETWORK? Both will belong to one person and see the same tickets. You have 10 minutes to confirm.
        Role of this account: requester. Role of the other: requester.
        Confirm only if both accounts are yours.
        [Link] [Do not link]
        ");
        // Until both confirm, the account is a stranger's.
        tablet.says("/miscasos").await;
        assert!(tablet.reads().starts_with("This help desk serves registered people."));
        tablet.presses("Link").await;
        assert!(tablet.reads().starts_with("I noted your confirmation."));
        marta.reads();
        marta.presses("Vincular").await;
        assert!(marta.reads().starts_with("Listo, Marta."));
        assert!(tablet.reads().starts_with("Listo, Marta."));
        tablet.says("/miscasos").await;
        assert!(tablet.reads().starts_with("Usted no ha abierto casos."));
        // A person without access is answered once a minute.
        desk.passes(60_000).await;
        phone.says("hola").await;
        assert!(phone.reads().starts_with("Esta mesa de ayuda atiende a personas registradas."));
    });
}

#[test]
fn the_account_with_the_higher_role_stays_whoever_enters_the_code() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        marta.reads();
        ana.reads();
        let phone = desk.stranger("Ana Móvil", "es");
        let code = code_of(&phone).await;
        desk.passes(SECOND).await;
        ana.says(&format!("/vincular {code}")).await;
        let asked = ana.reads();
        let warning = "Esa cuenta tendrá su rol de técnico; confirme solo si es suya.";
        assert!(asked.contains(warning), "{asked}");
        let asked = phone.reads();
        assert!(asked.contains("Rol de esta cuenta: solicitante. Rol de la otra: técnico."));
        phone.presses("Vincular").await;
        phone.reads();
        ana.presses("Vincular").await;
        let messages = ana.reads().replace(called(phone.network()), "LA OTRA RED");
        assert_snapshot!(messages, @"
        Listo, Ana. Esta cuenta y la de LA OTRA RED ya son de la misma persona: ve sus casos en las dos y le aviso en la última desde la que me haya escrito. Use /desvincular para separarlas.
        Usted es técnico en Mesa de ayuda. Con /ayuda ve sus comandos.
        ");
        phone.reads();
        for account in [&ana, &phone] {
            assert!(account.menu().is_none_or(|menu| menu.contains("solucionar")));
        }
        desk.passes(SECOND).await;
        phone.says("/solucionar 1 Listo").await;
        assert!(phone.reads().starts_with("Guardé la solución del caso #1"));
        assert!(ana.reads().starts_with("✎ Caso #1"));
        assert!(marta.reads().contains("Ana dio esta solución"));
        marta.presses("Sí").await;
        marta.presses("5").await;
        marta.skips().await;
        marta.reads();
        assert!(phone.reads().contains("calificó la atención con 5 de 5"));
        ana.reads();
    });
}

#[test]
fn a_link_code_is_not_shown_in_a_group() {
    in_every_pairing(async |desk| {
        let marta = desk.requester("Marta");
        marta.says("/miscasos").await;
        marta.reads();
        let office = desk.group_of(&marta);
        marta.says_in(&office, "/vincular").await;
        assert_snapshot!(marta.reads_in(&office), @"Las cuentas se vinculan en privado, para que nadie más lea el código. Escríbame /vincular en nuestro chat.");
    });
}
