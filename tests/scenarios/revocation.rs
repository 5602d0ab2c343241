//! Administrators list people, change roles and groups, and revoke access; tickets that a person
//! may no longer hold go back to their group.

use mesabot::{
    domain::{person::Role, time::MINUTE},
    entity::{inbox, person_event},
};
use sea_orm::EntityTrait;

use crate::support::pairing::{PairedDesk, Person, in_every_pairing};

async fn administrator<'d>(desk: &'d PairedDesk) -> Person<'d> {
    desk.staff("Rosa", Role::Administrator, &[]).await
}

/// Opens the page of the person with this number.
async fn opens_page(boss: &Person<'_>, id: i64) -> String {
    boss.says("/personas").await;
    boss.reads();
    boss.presses(&format!("#{id}")).await;
    boss.reads()
}

/// The kinds of the events about people, the oldest first.
async fn happened(desk: &PairedDesk) -> Vec<String> {
    let rows = person_event::Entity::find().all(desk.app.database.reader()).await.unwrap();
    rows.into_iter().map(|row| row.kind).collect()
}

#[test]
fn revoking_returns_tickets_and_disables_cards_and_buttons() {
    in_every_pairing(async |desk| {
        let boss = administrator(desk).await;
        let ana = desk.technician("Ana").await;
        let luis = desk.technician("Luis").await;
        let marta = desk.requester("Marta");
        let number = desk.opens_ticket(&marta, "No abre el correo").await;
        desk.all_read();
        ana.says("/aceptar 1").await;
        desk.all_read();
        let solve = ana.holds("Solucionar");
        let page = opens_page(&boss, 2).await;
        assert!(page.starts_with("Ana\nRol: técnico\nGrupos: Mesa de ayuda\n"), "{page}");
        boss.presses("Quitar acceso").await;
        let asked = boss.reads();
        assert!(asked.contains("Casos abiertos que vuelven a sus grupos: 1."), "{asked}");
        boss.presses("Quitar acceso").await;
        assert_eq!(boss.reads(), "Listo, ya no tiene acceso. Un caso volvió a su grupo.");
        let faded = ana.reads();
        assert!(faded.starts_with("✎ Este caso ya no se muestra aquí."), "{faded}");
        let messages = luis.reads();
        assert!(
            messages.contains(
                "El caso #1 (No abre el correo) volvió a Mesa de ayuda: Ana ya no lo tiene."
            ),
            "{messages}"
        );
        assert!(messages.contains("[Aceptar]"), "{messages}");
        assert!(marta.reads().contains("Vuelve al equipo de Mesa de ayuda."));
        assert_eq!(desk.history(number).await.last().unwrap(), "released");
        ana.presses_held(&solve).await;
        assert!(ana.reads().starts_with("Esta mesa de ayuda atiende a personas registradas."));
        desk.passes(2 * MINUTE).await;
        ana.says("/cola").await;
        assert!(ana.reads().starts_with("Esta mesa de ayuda atiende a personas registradas."));
        luis.says("/aceptar 1").await;
        desk.all_read();
        assert!(happened(desk).await.contains(&"revoked".to_owned()));
        // A new invitation admits the person again, with the invitation's role.
        let code = desk.invite(Some(Role::Requester), &[]).await;
        ana.says(&format!("/start {code}")).await;
        assert!(ana.reads().starts_with("Hola, Ana. Soy la mesa de ayuda."));
        ana.says("/cola").await;
        assert!(ana.reads().contains("es para el personal"));
    });
}

#[test]
fn the_last_administrator_cannot_be_revoked() {
    in_every_pairing(async |desk| {
        let boss = administrator(desk).await;
        opens_page(&boss, 1).await;
        boss.presses("Quitar acceso").await;
        boss.reads();
        boss.presses("Quitar acceso").await;
        let refused =
            "Es la única persona que administra la mesa de ayuda. Dele antes ese rol a otra.";
        assert_eq!(boss.reads(), refused);
        opens_page(&boss, 1).await;
        boss.presses("Cambiar rol").await;
        boss.reads();
        boss.presses("supervisor").await;
        boss.reads();
        boss.presses("Cambiar").await;
        assert_eq!(boss.reads(), refused);
        boss.says("/personas").await;
        assert!(boss.reads().contains("#1 Rosa: administrador"));
    });
}

#[test]
fn a_lower_role_returns_tickets_it_may_not_hold() {
    in_every_pairing(async |desk| {
        let boss = administrator(desk).await;
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let number = desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        desk.all_read();
        opens_page(&boss, 2).await;
        boss.presses("Cambiar rol").await;
        boss.reads();
        boss.presses("solicitante").await;
        let asked = boss.reads();
        assert!(asked.contains("¿Cambio el rol de Ana de técnico a solicitante?"), "{asked}");
        assert!(asked.contains("Los casos que ya no pueda tener vuelven a sus grupos."));
        boss.presses("Cambiar").await;
        assert!(boss.reads().contains("Rol: solicitante"));
        let messages = ana.reads();
        assert!(
            messages.contains("Su rol en la mesa de ayuda cambió: ahora es solicitante."),
            "{messages}"
        );
        assert!(messages.contains("✎ Este caso ya no se muestra aquí."), "{messages}");
        assert!(ana.menu().is_none_or(|menu| !menu.contains("solucionar")));
        assert_eq!(desk.history(number).await.last().unwrap(), "released");
        marta.reads();
    });
}

#[test]
fn leaving_a_group_returns_its_tickets() {
    in_every_pairing(async |desk| {
        let boss = administrator(desk).await;
        let ana = desk.technician("Ana").await;
        let luis = desk.technician("Luis").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        desk.all_read();
        opens_page(&boss, 2).await;
        boss.presses("Grupos").await;
        boss.reads();
        boss.presses("Quitar de Mesa de ayuda").await;
        assert!(boss.reads().contains("[Agregar a Mesa de ayuda]"));
        assert!(luis.reads().contains("volvió a Mesa de ayuda: Ana ya no lo tiene."));
        // A former holder of the ticket can still read the card, but has no buttons on it.
        let card = ana.reads();
        assert!(card.contains("✎ Caso #1 · No abre el correo\nEstado: Nueva"), "{card}");
        assert!(!card.contains("[Solucionar]"), "{card}");
        boss.presses("Agregar a Mesa de ayuda").await;
        assert!(boss.reads().contains("[Quitar de Mesa de ayuda]"));
        ana.says("/aceptar 1").await;
        desk.all_read();
        assert_eq!(happened(desk).await[3..], ["group_removed", "group_added"]);
    });
}

#[test]
fn a_former_administrators_old_buttons_have_no_effect() {
    in_every_pairing(async |desk| {
        let boss = administrator(desk).await;
        let other = desk.staff("Eva", Role::Administrator, &[]).await;
        other.says("/personas").await;
        other.reads();
        let held = other.holds("#1");
        opens_page(&boss, 2).await;
        boss.presses("Cambiar rol").await;
        boss.reads();
        boss.presses("técnico").await;
        boss.reads();
        boss.presses("Cambiar").await;
        boss.reads();
        other.reads();
        other.presses_held(&held).await;
        let messages = other.reads();
        assert!(!messages.contains("Rosa"), "{messages}");
        other.says("/personas").await;
        assert!(other.reads().contains("es para quienes administran la mesa de ayuda"));
    });
}

#[test]
fn a_used_invitation_restores_no_lost_role() {
    in_every_pairing(async |desk| {
        let boss = administrator(desk).await;
        let ana = desk.stranger("Ana", "es");
        let code = desk.invite(Some(Role::Supervisor), &[]).await;
        ana.says(&format!("/start {code}")).await;
        ana.reads();
        opens_page(&boss, 2).await;
        boss.presses("Cambiar rol").await;
        boss.reads();
        boss.presses("solicitante").await;
        boss.reads();
        boss.presses("Cambiar").await;
        boss.reads();
        ana.reads();
        ana.says(&format!("/start {code}")).await;
        assert!(ana.reads().starts_with("Hola, Ana. Soy la mesa de ayuda."));
        ana.says("/cola").await;
        assert!(ana.reads().contains("es para el personal"));
        opens_page(&boss, 2).await;
        boss.presses("Quitar acceso").await;
        boss.reads();
        boss.presses("Quitar acceso").await;
        boss.reads();
        ana.says(&format!("/start {code}")).await;
        assert!(ana.reads().starts_with("Ese código no sirve"));
    });
}

#[test]
fn invitations_and_linked_chats_are_listed_and_revoked() {
    in_every_pairing(async |desk| {
        let boss = administrator(desk).await;
        let ana = desk.technician("Ana").await;
        let group = desk.linked_group(&ana).await;
        ana.reads_in(&group);
        ana.reads();
        let code = desk.invite(Some(Role::Technician), &["soporte"]).await;
        boss.says("/personas").await;
        boss.reads();
        boss.presses("Invitaciones").await;
        let listed = boss.reads();
        assert!(listed.contains("#4 técnico en Mesa de ayuda: queda un uso"), "{listed}");
        assert!(!listed.contains(&code), "{listed}");
        boss.presses("#4").await;
        assert_eq!(boss.reads(), "Listo, esa invitación ya no sirve.");
        let eva = desk.stranger("Eva", "es");
        eva.says(&format!("/start {code}")).await;
        assert!(eva.reads().starts_with("Ese código no sirve"));
        boss.presses("Chats de grupo").await;
        boss.reads();
        boss.presses("#1").await;
        boss.reads();
        boss.presses("Desvincular").await;
        assert_eq!(boss.reads(), "Listo, quedó cambiado.");
        assert!(ana.reads_in(&group).contains("Aquí ya no aparecerán los casos de Mesa de ayuda."));
    });
}

#[test]
fn codes_are_not_stored_in_plain_text() {
    in_every_pairing(async |desk| {
        let ana = desk.stranger("Ana", "es");
        let code = desk.invite(Some(Role::Technician), &["soporte"]).await;
        let marta = desk.requester("Marta");
        marta.says("/vincular").await;
        let messages = marta.reads();
        let link = messages.split("Su código es ").nth(1).unwrap()[..8].to_owned();
        ana.says(&format!("/start {code}")).await;
        ana.says(&format!("/vincular {link}")).await;
        ana.says("/vincular ZZZZ2345").await;
        desk.all_read();
        let rows = inbox::Entity::find().all(desk.app.database.reader()).await.unwrap();
        assert!(rows.iter().any(|row| row.raw.contains("sha256:")));
        for row in rows {
            for secret in [code.as_str(), link.as_str(), "ZZZZ2345"] {
                assert!(!row.raw.contains(secret), "a code is stored in row {}", row.id);
            }
        }
    });
}
