//! Groups without people: the supervisors are told of each ticket that reaches such a group, with a
//! remedy, and of a group whose last member leaves.

use insta::assert_snapshot;
use mesabot::domain::person::Role;

use crate::support::pairing::in_every_pairing;

#[test]
fn g17_supervisors_are_told_of_an_escalation_to_an_empty_group() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let olga = desk.staff("Olga", Role::Supervisor, &["soporte"]).await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        desk.all_read();
        ana.says("/escalar 1 [tecnologia] Es del servidor").await;
        let messages = ana.reads();
        let messages = messages.lines().next().unwrap_or_default();
        assert_snapshot!(messages, @"El caso #1 pasó al equipo de Oficina de Tecnología. Por ahora no hay personas en Oficina de Tecnología: le avisé a supervisión.");
        let messages = olga.reads();
        let notice = messages.split("\n---\n").find(|one| one.contains("no hay personas"));
        assert_snapshot!(notice.unwrap_or_default(), @"
        El caso #1 (No abre el correo) llegó a Oficina de Tecnología, y en ese grupo no hay personas. Escálelo a otro grupo, o pida a administración que agregue a alguien con /personas.
        [Escalar]
        ");
        assert!(messages.contains("Grupo: Oficina de Tecnología"), "the card: {messages}");
        // The remedy that the notice names works.
        olga.presses("Escalar").await;
        olga.presses("Nivel 1 · Mesa de ayuda").await;
        olga.gives("escalate", "Allí no hay personas").await;
        assert!(olga.reads().contains("El caso #1 pasó al equipo de Mesa de ayuda."));
        assert!(ana.reads().contains("[Aceptar]"));
        // The only supervisor is told the remedy instead of who was notified.
        olga.says("/idioma en").await;
        olga.reads();
        olga.says("/escalate 1 [tecnologia] Again").await;
        let messages = olga.reads();
        assert!(messages.contains("has no people for now: you can escalate it"), "{messages}");
        desk.all_read();
    });
}

#[test]
fn g17_a_new_ticket_of_an_empty_group_reaches_the_supervisors() {
    in_every_pairing(async |desk| {
        let olga = desk.staff("Olga", Role::Supervisor, &[]).await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        assert!(marta.reads().contains("Quedó registrado"));
        let messages = olga.reads();
        assert!(
            messages.contains("llegó a Mesa de ayuda, y en ese grupo no hay personas"),
            "{messages}"
        );
        // A group chat in which no member reads is not enough.
        let group = desk.linked_group(&olga).await;
        olga.reads_in(&group);
        desk.opens_ticket(&marta, "No imprime").await;
        assert!(olga.reads_in(&group).contains("Caso #2"));
        let messages = olga.reads();
        assert!(messages.contains("El caso #2 (No imprime) llegó a Mesa de ayuda"), "{messages}");
        assert!(messages.contains("Caso #2 · No imprime\nEstado: Nueva"), "the card: {messages}");
        desk.all_read();
    });
}

#[test]
fn g17_supervisors_are_told_when_a_groups_last_member_leaves() {
    in_every_pairing(async |desk| {
        let rosa = desk.staff("Rosa", Role::Administrator, &[]).await;
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        for words in ["No abre el correo", "No imprime"] {
            desk.opens_ticket(&marta, words).await;
        }
        ana.says("/aceptar 1").await;
        desk.all_read();
        rosa.says("/personas").await;
        rosa.presses("#2").await;
        rosa.presses("Quitar acceso").await;
        rosa.reads();
        rosa.presses("Quitar acceso").await;
        let messages = rosa.reads();
        let left = messages.split("\n---\n").find(|one| one.contains("ya no hay personas"));
        assert_snapshot!(left.unwrap_or_default(), @"En Mesa de ayuda ya no hay personas. Allí quedan los casos #1, #2: puede escalarlos a otro grupo. Para que el grupo vuelva a tener personas, pida a administración que agregue a alguien con /personas.");
        desk.all_read();
    });
}
