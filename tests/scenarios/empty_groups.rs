//! Groups with no people in them: what comes to one is told to the supervisors with the way out, and so
//! is a group whose last member leaves.

use insta::assert_snapshot;
use mesabot::domain::person::Role;

use crate::support::pairing::in_every_pairing;

#[test]
fn g17_an_escalation_to_an_empty_group_is_told_to_supervisors() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let olga = desk.staff("Olga", Role::Supervisor, &["soporte"]).await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        desk.all_read();
        ana.says("/escalar 1 [tecnologia] Es del servidor").await;
        let told = ana.reads();
        let told = told.lines().next().unwrap_or_default();
        assert_snapshot!(told, @"El caso #1 pasó al equipo de Oficina de Tecnología. Por ahora no hay personas en Oficina de Tecnología: le avisé a supervisión.");
        let told = olga.reads();
        let notice = told.split("\n---\n").find(|one| one.contains("no hay personas"));
        assert_snapshot!(notice.unwrap_or_default(), @"
        El caso #1 (No abre el correo) llegó a Oficina de Tecnología, y en ese grupo no hay personas. Escálelo a otro grupo, o pida a administración que agregue a alguien con /personas.
        [Escalar]
        ");
        assert!(told.contains("Grupo: Oficina de Tecnología"), "the card: {told}");
        // The way out that the notice names works.
        olga.presses("Escalar").await;
        olga.presses("Nivel 1 · Mesa de ayuda").await;
        olga.gives("escalate", "Allí no hay personas").await;
        assert!(olga.reads().contains("El caso #1 pasó al equipo de Mesa de ayuda."));
        assert!(ana.reads().contains("[Aceptar]"));
        // Who is the only supervisor is told what to do instead of who was told.
        olga.says("/idioma en").await;
        olga.reads();
        olga.says("/escalate 1 [tecnologia] Again").await;
        let told = olga.reads();
        assert!(told.contains("has no people for now: you can escalate it"), "{told}");
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
        let told = olga.reads();
        assert!(told.contains("llegó a Mesa de ayuda, y en ese grupo no hay personas"), "{told}");
        // A chat in which no member reads is not enough.
        let group = desk.linked_group(&olga).await;
        olga.reads_in(&group);
        desk.opens_ticket(&marta, "No imprime").await;
        assert!(olga.reads_in(&group).contains("Caso #2"));
        let told = olga.reads();
        assert!(told.contains("El caso #2 (No imprime) llegó a Mesa de ayuda"), "{told}");
        assert!(told.contains("Caso #2 · No imprime\nEstado: Nueva"), "the card: {told}");
        desk.all_read();
    });
}

#[test]
fn g17_a_group_whose_last_member_leaves_is_told_to_supervisors() {
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
        let told = rosa.reads();
        let left = told.split("\n---\n").find(|one| one.contains("ya no hay personas"));
        assert_snapshot!(left.unwrap_or_default(), @"En Mesa de ayuda ya no hay personas. Allí quedan los casos #1, #2: puede escalarlos a otro grupo. Para que el grupo vuelva a tener personas, pida a administración que agregue a alguien con /personas.");
        desk.all_read();
    });
}
