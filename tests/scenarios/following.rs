//! `/seguir`: a member of the staff follows a ticket of a colleague. Deliberately absent: who may read a
//! ticket, which `rights` tries.

use insta::assert_snapshot;

use super::lost_rights::is_demoted;
use crate::support::pairing::{Person, in_every_pairing};

/// Says something, and gives what the person reads besides cards.
async fn says(person: &Person<'_>, words: &str) -> String {
    person.reads();
    person.says(words).await;
    person.reads()
}

#[test]
fn a_follower_is_told_of_each_status_once() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let ivan = desk.technician("Iván").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        assert_snapshot!(says(&ivan, "/seguir 1").await, @"Sigue el caso #1: le avisaré cuando cambie de estado. Estado actual: En curso (asignada).");
        ana.says("/suspender 1 Espero el repuesto").await;
        assert_snapshot!(ivan.reads(), @"
        El caso #1 (No abre el correo), que usted sigue, cambió de estado: En espera.
        [Ver caso] [Dejar de seguir]
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En espera
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        En espera: Espero el repuesto
        «No abre el correo»
        [Nota interna]
        ");
        ana.says("/nota 1 Llamé al proveedor").await;
        assert_eq!(ivan.reads(), "", "a note changes no status");
        ana.says("/reanudar 1").await;
        ivan.reads();
        ivan.presses("Dejar de seguir").await;
        assert_snapshot!(ivan.reads(), @"Ya no sigue el caso #1.");
        ana.says("/suspender 1 Espero otra vez").await;
        // The card that the follower opened goes on showing the ticket.
        let read = ivan.reads();
        assert!(!read.contains("que usted sigue"), "{read}");
        desk.all_read();
    });
}

#[test]
fn following_ends_with_the_ticket() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let ivan = desk.technician("Iván").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        says(&ivan, "/seguir 1").await;
        marta.says("/retirar 1").await;
        marta.presses("Sí, retirarlo").await;
        assert_snapshot!(ivan.reads(), @"
        El solicitante retiró el caso #1 (No abre el correo).

        El caso #1 (No abre el correo), que usted sigue, cambió de estado: Cerrada.
        [Ver caso]
        ---
        ✎ Caso #1 · No abre el correo
        Estado: Cerrada
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Grupo: Mesa de ayuda
        «No abre el correo»
        ");
        assert_snapshot!(says(&ivan, "/seguir 1").await, @"El caso #1 ya terminó. Estado: Cerrada. Con /caso 1 lo puede consultar.");
        ana.reads();
        desk.all_read();
    });
}

#[test]
fn a_follower_who_lost_the_right_to_read_is_told_nothing() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let ivan = desk.technician("Iván").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        says(&ivan, "/seguir 1").await;
        is_demoted(desk, "Iván").await;
        ana.says("/suspender 1 Espero el repuesto").await;
        // Cards that the person had are withdrawn; no notice follows.
        let read = ivan.reads();
        assert!(!read.contains("cambió de estado"), "{read}");
        desk.all_read();
    });
}
