//! One person with two accounts: a code joins them, what they are told follows them, and nobody
//! gets in by guessing.

use insta::assert_snapshot;
use mesabot::domain::{
    person::{Access, Role},
    time::{MINUTE, SECOND},
};

use crate::support::{
    desk::{HelpDesk, scenario, scenario_with},
    person::Person,
};

/// Asks for a code and reads it.
async fn code_of(desk: &HelpDesk, person: &Person) -> String {
    desk.says(person, "/vincular").await;
    let told = person.reads();
    let code = told.split("Su código es ").nth(1).and_then(|rest| rest.get(..8));
    code.unwrap_or_else(|| panic!("no code in: {told}")).to_owned()
}

/// Links `second` to `first`; both have read about it.
async fn links(desk: &HelpDesk, first: &Person, second: &Person) {
    let code = code_of(desk, first).await;
    desk.says(second, &format!("/vincular {code}")).await;
    assert!(second.reads().starts_with("Listo, "));
    assert!(first.reads().contains("vinculé con esta su cuenta"));
}

#[tokio::test]
async fn two_accounts_become_one_person_with_all_their_tickets() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let work = desk.requester("Marta");
        let home = desk.requester("Marta Casa");
        desk.opens_ticket(&work, "No abre el correo").await;
        desk.opens_ticket(&home, "No imprime").await;
        for person in [&ana, &work, &home] {
            person.reads();
        }
        let code = code_of(desk, &work).await;
        assert!(code.chars().all(|c| c.is_ascii_alphanumeric() && !"ILOU".contains(c)), "{code}");
        // As people type it: small, in two groups, with a letter for a digit.
        let typed = code.to_lowercase().replace('0', "o").replace('1', "l");
        desk.passes(SECOND).await;
        desk.says(&home, &format!("/vincular {} {}", &typed[..4], &typed[4..])).await;
        assert_snapshot!(home.reads(), @"
        Listo, Marta. Esta cuenta y la de Telegram ya son de la misma persona: ve sus casos en las dos y le aviso en la última desde la que me haya escrito.
        Pasó también un caso de la otra cuenta.
        ");
        assert_snapshot!(work.reads(), @"
        Marta, vinculé con esta su cuenta de Telegram: ve sus casos en las dos. Si no fue usted, avise ya a quien administra la mesa de ayuda.
        Pasó también un caso de la otra cuenta.
        ");
        desk.says(&work, "/miscasos").await;
        let seen = work.reads();
        assert!(seen.contains("#1 No abre el correo") && seen.contains("#2 No imprime"), "{seen}");
        desk.says(&home, "/caso 1").await;
        assert!(home.reads().starts_with("Caso #1 · No abre el correo"));
        // The code was good for once.
        let late = desk.requester("Pedro");
        desk.says(&late, &format!("/vincular {code}")).await;
        assert!(late.reads().starts_with("Ese código no sirve"));
        desk.says(&home, "/vincular").await;
        let told = home.reads();
        let (_, list) = told.split_once("\n\n").unwrap();
        assert_snapshot!(list, @"
        Sus cuentas vinculadas. Le aviso en la última desde la que me haya escrito:
        Telegram: me escribió hoy a las 8:00 a. m. (esta cuenta)
        Telegram: me escribió hoy a las 8:00 a. m.
        ");
    })
    .await;
}

#[tokio::test]
async fn notices_go_where_the_person_last_wrote() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let work = desk.requester("Marta");
        let home = desk.requester("Marta Casa");
        links(desk, &work, &home).await;
        desk.passes(SECOND).await;
        desk.opens_ticket(&work, "No abre el correo").await;
        ana.reads();
        work.reads();
        desk.says(&ana, "/aceptar 1").await;
        assert!(work.reads().starts_with("Ana ya atiende su caso #1"));
        assert_eq!(home.reads(), "");
        desk.passes(SECOND).await;
        desk.says(&home, "/miscasos").await;
        home.reads();
        desk.says(&ana, "/suspender 1 Falta el cable").await;
        assert_snapshot!(home.reads(), @"Su caso #1 queda en espera: «Falta el cable». Le avisaremos cuando sigamos.");
        // The card keeps up where it hangs.
        assert!(work.reads().starts_with("✎ Caso #1"));
        ana.reads();
    })
    .await;
}

#[tokio::test]
async fn g5_who_shuts_one_chat_is_told_in_the_other_and_lost_only_without_any() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let work = desk.requester("Marta");
        let home = desk.requester("Marta Casa");
        let number = desk.opens_ticket(&work, "No abre el correo").await;
        work.reads();
        links(desk, &home, &work).await;
        desk.passes(SECOND).await;
        desk.says(&work, "/miscasos").await;
        work.reads();
        ana.reads();
        // The desk finds out only when it writes.
        desk.emulator.deactivates(work.id);
        desk.says(&ana, "/aceptar 1").await;
        assert_snapshot!(home.reads(), @"
        Ana ya atiende su caso #1 (No abre el correo). Esperamos solucionarlo a más tardar hoy a las 8:30 a. m.
        ---
        Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Lo atiende Ana. Esperamos solucionarlo a más tardar hoy a las 8:30 a. m.
        [Responder]
        ");
        assert!(!ana.reads().contains("ya no recibe"));
        desk.says(&ana, "/solucionar 1 Listo").await;
        let told = home.reads();
        assert!(told.contains("¿Quedó solucionado?"), "{told}");
        assert_eq!(told.matches("Estado: Resuelta").count(), 1, "one card is kept: {told}");
        ana.reads();
        desk.presses(&home, "No").await;
        desk.says(&home, "Sigue igual").await;
        home.reads();
        ana.reads();
        assert!(!desk.history(number).await.contains(&"unreachable".to_owned()));
        desk.emulator.blocks(home.id);
        desk.settle().await;
        assert_snapshot!(ana.reads(), @"Marta Casa ya no recibe nuestros mensajes, así que no le podemos avisar sobre el caso #1. Por favor, búsquele por otro medio.");
        assert_eq!(desk.history(number).await.last().map(String::as_str), Some("unreachable"));
    })
    .await;
}

#[tokio::test]
async fn a_survey_that_was_not_delivered_is_answered_in_the_other_account() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let work = desk.requester("Marta");
        let home = desk.requester("Marta Casa");
        links(desk, &home, &work).await;
        desk.passes(SECOND).await;
        desk.opens_ticket(&work, "No abre el correo").await;
        desk.says(&ana, "/aceptar 1").await;
        work.reads();
        ana.reads();
        desk.emulator.deactivates(work.id);
        desk.says(&ana, "/solucionar 1 Listo").await;
        ana.reads();
        let told = home.reads();
        assert!(told.contains("¿Quedó solucionado?"), "{told}");
        desk.presses(&home, "Sí").await;
        assert!(home.reads().contains("¿Cómo califica la atención?"));
        ana.reads();
    })
    .await;
}

#[tokio::test]
async fn g16_wrong_own_and_expired_codes_are_refused_alike_and_tries_are_limited() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        let pedro = desk.requester("Pedro");
        let own = code_of(desk, &marta).await;
        desk.says(&marta, &format!("/vincular {own}")).await;
        assert_snapshot!(marta.reads(), @"Ese código no sirve: no existe, ya se usó, se venció o es suyo. Pida uno nuevo con /vincular en la otra cuenta y escríbalo en esta.");
        let newer = code_of(desk, &marta).await;
        desk.says(&pedro, &format!("/vincular {own}")).await;
        let refused = pedro.reads();
        assert!(refused.starts_with("Ese código no sirve"), "a new one replaces the old: {refused}");
        desk.passes(10 * MINUTE).await;
        desk.says(&pedro, &format!("/vincular {newer}")).await;
        assert_eq!(pedro.reads(), refused, "an expired one");
        for _ in 0..3 {
            desk.says(&pedro, "/link ABCD2345").await;
            assert_eq!(pedro.reads(), refused);
        }
        let good = code_of(desk, &marta).await;
        desk.says(&pedro, &format!("/vincular {good}")).await;
        assert_snapshot!(pedro.reads(), @"Ya probó varios códigos que no sirven. Inténtelo de nuevo hoy a las 9:00 a. m.");
        desk.passes(50 * MINUTE).await;
        let good = code_of(desk, &marta).await;
        desk.says(&pedro, &format!("/vincular {good}")).await;
        assert!(pedro.reads().starts_with("Listo, Marta."));
        assert!(marta.reads().starts_with("Marta, vinculé"));
    })
    .await;
}

#[tokio::test]
async fn g16_a_stranger_enters_with_the_code_of_somebody_who_is_in() {
    scenario_with(Access::Invite, async |desk| {
        let marta = desk.staff("Marta", Role::Requester, &[]).await;
        let phone = desk.stranger("M.", "es");
        desk.says(&phone, "/vincular").await;
        assert!(phone.reads().starts_with("Esta mesa de ayuda atiende a personas registradas."));
        for _ in 0..5 {
            desk.says(&phone, "/vincular ABCD2345").await;
            assert!(phone.reads().starts_with("Ese código no sirve"));
        }
        let code = code_of(desk, &marta).await;
        desk.says(&phone, &format!("/vincular {code}")).await;
        assert!(phone.reads().starts_with("Ya probó varios códigos"));
        let tablet = desk.stranger("Tableta", "en");
        desk.says(&tablet, &format!("/link {code}")).await;
        assert_snapshot!(tablet.reads(), @"Listo, Marta. Esta cuenta y la de Telegram ya son de la misma persona: ve sus casos en las dos y le aviso en la última desde la que me haya escrito.");
        assert!(marta.reads().starts_with("Marta, vinculé con esta su cuenta de Telegram"));
        desk.says(&tablet, "/miscasos").await;
        assert!(tablet.reads().starts_with("Usted no ha abierto casos."));
        desk.says(&phone, "hola").await;
        assert!(phone.reads().starts_with("Esta mesa de ayuda atiende a personas registradas."));
    })
    .await;
}

#[tokio::test]
async fn a_technician_stays_one_whichever_account_brings_the_code() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        desk.says(&ana, "/aceptar 1").await;
        marta.reads();
        ana.reads();
        let phone = desk.stranger("Ana Móvil", "es");
        let code = code_of(desk, &phone).await;
        desk.passes(SECOND).await;
        desk.says(&ana, &format!("/vincular {code}")).await;
        assert_snapshot!(ana.reads(), @"
        Listo, Ana Móvil. Esta cuenta y la de Telegram ya son de la misma persona: ve sus casos en las dos y le aviso en la última desde la que me haya escrito.
        Pasó también un caso de la otra cuenta.
        Usted es técnico en Mesa de ayuda. Con /ayuda ve sus comandos.
        ");
        phone.reads();
        for account in [&ana, &phone] {
            assert!(desk.menu_of(account).contains("solucionar"));
        }
        desk.passes(SECOND).await;
        desk.says(&phone, "/solucionar 1 Listo").await;
        assert!(phone.reads().starts_with("Guardé la solución del caso #1"));
        assert!(ana.reads().starts_with("✎ Caso #1"));
        assert!(marta.reads().contains("Ana Móvil dio esta solución"));
        desk.presses(&marta, "Sí").await;
        desk.presses(&marta, "5").await;
        marta.reads();
        assert!(phone.reads().contains("calificó la atención con 5 de 5"));
        ana.reads();
    })
    .await;
}

#[tokio::test]
async fn a_code_is_not_given_where_others_read() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        desk.says(&marta, "/miscasos").await;
        marta.reads();
        desk.emulator.add_group(-5, "Oficina");
        desk.emulator.says(marta.id, -5, "/vincular");
        desk.settle().await;
        assert_snapshot!(marta.reads_in(-5), @"Las cuentas se vinculan en privado, para que nadie más lea el código. Escríbame /vincular en nuestro chat.");
    })
    .await;
}
