//! Linking accounts takes the consent of both sides, and of an administrator when both belong to
//! the staff; a link can be undone.

use mesabot::domain::{
    person::{Access, Role},
    time::{DAY, MINUTE, SECOND},
};

use crate::support::pairing::{PairedDesk, Person, in_every_pairing, in_every_pairing_with};

/// Asks for a link code and reads it.
async fn code_of(person: &Person<'_>) -> String {
    person.says("/vincular").await;
    let messages = person.reads();
    let code = messages.split("Su código es ").nth(1).and_then(|rest| rest.get(..8));
    code.unwrap_or_else(|| panic!("no code in: {messages}")).to_owned()
}

/// The second account enters the first one's code; neither has confirmed yet.
async fn brings(first: &Person<'_>, second: &Person<'_>) {
    let code = code_of(first).await;
    second.says(&format!("/vincular {code}")).await;
}

/// Whether this person is staff now.
async fn is_staff(person: &Person<'_>) -> bool {
    person.says("/cola").await;
    !person.reads().contains("es para el personal")
}

async fn administrator<'d>(desk: &'d PairedDesk, name: &str) -> Person<'d> {
    desk.staff(name, Role::Administrator, &[]).await
}

#[test]
fn a_code_typed_by_an_administrator_gives_no_role_by_itself() {
    in_every_pairing(async |desk| {
        let boss = administrator(desk, "Rosa").await;
        let attacker = desk.requester("Mala");
        attacker.says("/miscasos").await;
        attacker.reads();
        brings(&attacker, &boss).await;
        let asked = boss.reads();
        assert!(asked.contains("la de «Mala» en "), "{asked}");
        assert!(asked.contains("Rol de esta cuenta: administrador. Rol de la otra: solicitante."));
        assert!(
            asked.contains("Esa cuenta tendrá su rol de administrador; confirme solo si es suya.")
        );
        attacker.reads();
        attacker.presses("Vincular").await;
        attacker.reads();
        assert!(!is_staff(&attacker).await);
        boss.presses("No vincular").await;
        assert_eq!(boss.reads(), "De acuerdo, no vinculé las cuentas.");
        assert_eq!(attacker.reads(), "La otra cuenta no confirmó: no vinculé nada.");
        attacker.presses("Vincular").await;
        assert!(attacker.reads().starts_with("Esa pregunta ya pasó."));
        assert!(!is_staff(&attacker).await);
    });
}

#[test]
fn a_confirmation_lapses_after_ten_minutes() {
    in_every_pairing(async |desk| {
        let marta = desk.requester("Marta");
        let home = desk.somebody(desk.pairing.technician, "Casa", "es");
        brings(&marta, &home).await;
        marta.reads();
        home.reads();
        home.presses("Vincular").await;
        home.reads();
        desk.passes(10 * MINUTE).await;
        marta.presses("Vincular").await;
        assert!(marta.reads().starts_with("Esa pregunta ya pasó."));
        home.says("/desvincular").await;
        assert!(home.reads().starts_with("Usted no tiene cuentas vinculadas."));
    });
}

#[test]
fn a_confirmation_counts_only_from_its_own_side() {
    in_every_pairing(async |desk| {
        let boss = administrator(desk, "Rosa").await;
        let attacker = desk.requester("Mala");
        attacker.says("/miscasos").await;
        brings(&attacker, &boss).await;
        attacker.reads();
        boss.reads();
        // The attacker presses twice: the second press is no consent of the administrator.
        for _ in 0..2 {
            attacker.presses("Vincular").await;
            assert!(attacker.reads().starts_with("Anoté su confirmación."));
        }
        assert!(!is_staff(&attacker).await);
    });
}

#[test]
fn two_staff_accounts_are_linked_only_by_an_administrator() {
    in_every_pairing(async |desk| {
        let boss = administrator(desk, "Rosa").await;
        let ana = desk.technician("Ana").await;
        let luis = desk.staff("Luis", Role::Supervisor, &[]).await;
        for approved in [false, true] {
            brings(&ana, &luis).await;
            for person in [&ana, &luis] {
                person.reads();
                person.presses("Vincular").await;
            }
            for person in [&ana, &luis] {
                let messages = person.reads();
                assert!(messages.contains("falta que lo apruebe quien administra"), "{messages}");
            }
            let asked = boss.reads();
            assert!(asked.starts_with("«Ana» (técnico, "), "{asked}");
            assert!(asked.contains("«Luis» (supervisor, "), "{asked}");
            desk.passes(DAY - MINUTE).await;
            boss.presses(if approved { "Aprobar" } else { "No aprobar" }).await;
            let expected = match approved {
                true => "Listo, vinculé las cuentas.",
                false => "No se aprobó: no vinculé las cuentas.",
            };
            assert!(boss.reads().contains(expected));
            for person in [&ana, &luis] {
                let messages = person.reads();
                assert!(
                    messages.contains(if approved { "Listo, Luis." } else { expected }),
                    "{messages}"
                );
            }
        }
    });
}

#[test]
fn an_undone_link_gives_each_account_its_tickets_back() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let home = desk.requester("Ana Casa");
        let number = desk.opens_ticket(&home, "No abre el correo").await;
        home.reads();
        ana.reads();
        brings(&home, &ana).await;
        for person in [&home, &ana] {
            person.reads();
            person.presses("Vincular").await;
            person.reads();
        }
        home.reads();
        desk.passes(SECOND).await;
        assert!(is_staff(&home).await);
        ana.says("/miscasos").await;
        assert!(ana.reads().contains("#1 No abre el correo"));
        home.says("/desvincular").await;
        let asked = home.reads();
        assert!(asked.contains("«Ana Casa», "), "{asked}");
        home.presses("Separar la de Ana Casa").await;
        for person in [&home, &ana] {
            let messages = person.reads();
            assert!(messages.contains("ya no están vinculadas."), "{messages}");
        }
        assert!(!is_staff(&home).await);
        assert!(is_staff(&ana).await);
        home.says("/miscasos").await;
        assert!(home.reads().contains("#1 No abre el correo"));
        ana.says("/miscasos").await;
        assert!(ana.reads().starts_with("Usted no ha abierto casos."));
        ana.says(&format!("/aceptar {number}")).await;
        ana.reads();
        assert!(home.reads().contains("Ana ya atiende su caso #1"));
    });
}

#[test]
fn an_account_admitted_by_a_link_is_a_stranger_without_it() {
    in_every_pairing_with(Access::Invite, async |desk| {
        let marta = desk.staff("Marta", Role::Requester, &[]).await;
        let phone = desk.stranger("M.", "es");
        brings(&marta, &phone).await;
        for person in [&marta, &phone] {
            person.reads();
            person.presses("Vincular").await;
            person.reads();
        }
        marta.reads();
        phone.says("/miscasos").await;
        assert!(phone.reads().starts_with("Usted no ha abierto casos."));
        marta.says("/desvincular").await;
        marta.reads();
        marta.presses("Separar la de M.").await;
        assert!(marta.reads().contains("ya no están vinculadas."));
        phone.says("hola").await;
        assert!(phone.reads().starts_with("Esta mesa de ayuda atiende a personas registradas."));
    });
}
