//! Two people with one name: every list distinguishes them, a typed name that fits both asks which
//! one, and only the chosen person gets the ticket.

use insta::assert_snapshot;
use mesabot::domain::{person::Role, status::Status};

use crate::support::pairing::{PairedDesk, Person, in_every_pairing};

/// A supervisor, two technicians of the help desk called Carlos, and a reported ticket.
async fn namesakes<'d>(desk: &'d PairedDesk) -> (Person<'d>, Person<'d>, Person<'d>) {
    let olga = desk.staff("Olga", Role::Supervisor, &["soporte"]).await;
    let one = desk.technician("Carlos").await;
    let other = desk.staff("Carlos", Role::Technician, &["soporte", "tecnologia"]).await;
    let marta = desk.requester("Marta");
    desk.opens_ticket(&marta, "No abre el correo").await;
    desk.all_read();
    (olga, one, other)
}

/// The last digits of a person's account key.
fn digits(person: &Person<'_>) -> String {
    let key = person.id().to_string();
    key[key.len() - 4..].to_owned()
}

#[test]
fn a_name_of_two_technicians_asks_which_one() {
    in_every_pairing(async |desk| {
        let (olga, one, other) = namesakes(desk).await;
        olga.says("/asignar 1 carlos").await;
        assert_snapshot!(olga.reads(), @"
        Con el nombre «carlos» puede ser más de una persona o grupo. Elija de la lista.

        ¿Quién atenderá el caso #1?
        [Carlos · Mesa de ayuda] [Carlos · Mesa de ayuda, Oficina de Tecnología] [Atrás] [Cancelar]
        ");
        olga.presses("Carlos · Mesa de ayuda, Oficina de Tecnología").await;
        let messages = olga.reads();
        let messages = messages.lines().next().unwrap_or_default();
        assert_snapshot!(messages, @"El caso #1 queda a cargo de Carlos · Mesa de ayuda, Oficina de Tecnología.");
        let ticket = desk.newest().await;
        assert_eq!(ticket.status, Status::InProgress);
        assert!(other.reads().contains("Le asignaron el caso #1"));
        assert!(!one.reads().contains("Le asignaron"), "the namesake is not told");
        // The name fits the current technician and the namesake, so the desk asks again.
        olga.says("/asignar 1 carlos").await;
        let asked = olga.reads();
        assert!(asked.contains("puede ser más de una persona"), "{asked}");
        olga.presses("Cancelar").await;
        desk.all_read();
    });
}

#[test]
fn a_name_that_is_a_prefix_of_another_asks_which_one() {
    in_every_pairing(async |desk| {
        let olga = desk.staff("Olga", Role::Supervisor, &["soporte"]).await;
        desk.technician("Ana").await;
        let longer = desk.technician("Ana Ruiz").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        desk.all_read();
        olga.says("/idioma en").await;
        olga.reads();
        olga.says("/assign 1 ana").await;
        assert_snapshot!(olga.reads(), @"
        “ana” may be more than one person or group. Choose from the list.

        Who will work on ticket #1?
        [Ana] [Ana Ruiz] [Back] [Cancel]
        ");
        olga.says("ruiz").await;
        let messages = olga.reads();
        assert!(messages.starts_with("Ticket #1 is now with Ana Ruiz."), "{messages}");
        assert!(longer.reads().contains("Le asignaron el caso #1"));
        desk.all_read();
    });
}

#[test]
fn an_escalation_to_a_namesake_reaches_only_the_chosen_one() {
    in_every_pairing(async |desk| {
        let (olga, one, other) = namesakes(desk).await;
        olga.says("/escalar 1 [carlos] Es del servidor").await;
        let asked = olga.reads();
        let network = if one.network().as_str() == "discord" { "Discord" } else { "Telegram" };
        let label = format!("Carlos · Mesa de ayuda · {network} …{}", digits(&one));
        assert!(asked.contains(&format!("[{label}]")), "{asked}");
        assert!(asked.contains("[Carlos · Mesa de ayuda · Mesa de ayuda, Oficina d…]"), "{asked}");
        olga.presses(&label).await;
        let messages = olga.reads();
        assert!(messages.starts_with("El caso #1 pasó a Carlos · Mesa de ayuda"), "{messages}");
        let ticket = desk.newest().await;
        let messages = one.reads();
        assert!(messages.contains("Caso #1"), "{messages}");
        assert!(ticket.meant_for.is_some());
        // The namesake's card names the chosen technician, and has no accept button.
        let shown = other.reads();
        assert!(shown.contains("Para: Carlos · Mesa de ayuda\n"), "{shown}");
        assert!(!shown.contains("[Aceptar]"), "{shown}");
        desk.all_read();
    });
}

#[test]
fn a_name_typed_into_the_list_narrows_it_and_back_widens_it() {
    in_every_pairing(async |desk| {
        let (olga, ..) = namesakes(desk).await;
        desk.technician("Iván").await;
        olga.says("/asignar 1").await;
        assert!(olga.reads().contains("[Iván]"));
        olga.says("carlos").await;
        let narrowed = olga.reads();
        assert!(narrowed.contains("puede ser más de una persona"), "{narrowed}");
        assert!(!narrowed.contains("[Iván]"), "{narrowed}");
        olga.presses("Atrás").await;
        assert!(olga.reads().contains("[Iván]"));
        olga.says("iván").await;
        assert!(olga.reads().contains("El caso #1 queda a cargo de Iván."));
        desk.all_read();
    });
}

#[test]
fn requesters_with_one_name_are_distinguished_when_registering() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let one = desk.requester("Marta Gómez");
        let other = desk.requester("Marta Gómez");
        for person in [&one, &other] {
            desk.opens_ticket(person, "No abre el correo").await;
        }
        desk.all_read();
        ana.says("/registrar marta").await;
        ana.fills(&[("source", "Por teléfono")]).await;
        let asked = ana.reads();
        let network = if other.network().as_str() == "discord" { "Discord" } else { "Telegram" };
        let label = |person| format!("Marta Gómez · Piso 2 · {network} …{}", digits(person));
        assert!(asked.contains(&format!("[{}] [{}]", label(&one), label(&other))), "{asked}");
        ana.presses(&label(&other)).await;
        ana.fills(&super::register::OF_ANOTHER).await;
        ana.presses("Registrar").await;
        assert!(other.reads().contains("registró para usted el caso #3"));
        assert_eq!(one.reads(), "", "the namesake is not told");
        ana.reads();
    });
}
