//! Values given by name in a command are understood, and not asked again.

use insta::assert_snapshot;
use mesabot::domain::{id::TicketNumber, person::Role, status::Status};

use crate::support::desk::scenario;

#[tokio::test]
async fn a_known_category_in_brackets_is_chosen_and_others_are_text() {
    scenario(async |desk| {
        let marta = desk.requester("Marta");
        marta.says("/nuevo [impresión] La impresora se traba").await;
        assert!(marta.reads().starts_with("¿Cuál impresora o fotocopiadora es y dónde está?"));
        marta.presses("Atrás").await;
        assert!(marta.reads().contains("¿De qué se trata?"), "the category is asked for");
        marta.says("/cancelar").await;
        marta.says("/nuevo [urgente] impresión no sale").await;
        assert!(marta.reads().ends_with("[Cancelar]"));
        for label in ["Correo y ofimática", "Sede principal", "Solo a mí", "Con dificultad"] {
            marta.presses(label).await;
        }
        marta.presses("Registrar").await;
        marta.reads();
        assert_eq!(desk.newest().await.title, "[urgente] impresión no sale");
    })
    .await;
}

#[tokio::test]
async fn groups_and_technicians_are_given_by_name() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let carlos = desk.staff("Carlos", Role::Technician, &["soporte"]).await;
        let marta = desk.requester("Marta");
        let number = desk.opens_ticket(&marta, "No hay red").await;
        assert_eq!(number, TicketNumber(1));
        for person in [&ana, &carlos, &marta] {
            person.reads();
        }
        ana.says("/asignar 1 Paula").await;
        assert_snapshot!(ana.reads(), @"
        Paula no es técnico del grupo de este caso. Elija a alguien de la lista.

        ¿Quién atenderá el caso #1?
        [Ana]
        [Carlos]
        [Cancelar]
        ");
        ana.says("/cancelar").await;
        ana.says("/asignar 1 carlos").await;
        assert!(ana.reads().contains("El caso #1 queda a cargo de Carlos."));
        assert_eq!(desk.ticket(number).await.status, Status::InProgress);

        // The words are the justification, so only the group is asked for.
        carlos.says("/escalar 1 Soporte ya revisó y no es de aquí").await;
        assert!(carlos.reads().contains("¿A qué grupo pasa el caso #1, o a qué persona?"));
        carlos.says("/cancelar").await;
        // Only the group is given, so the justification is asked for.
        carlos.says("/escalar 1 oficina de tecnologia").await;
        assert!(carlos.reads().contains("¿Por qué lo escala?"));
        carlos.says("/cancelar").await;
        carlos.says("/escalar 1 [soporte] otra vez").await;
        assert!(carlos.reads().contains("El caso ya está con Mesa de ayuda."));
        carlos.says("/escalar 1 [fax] otra vez").await;
        assert_snapshot!(carlos.reads(), @"
        No hay un grupo ni un técnico con el nombre «fax». Elija de la lista.

        ¿A qué grupo pasa el caso #1, o a qué persona?
        [Nivel 1 · Impresión y copiado]
        [Nivel 2 · Oficina de Tecnología]
        [A una persona…]
        [Cancelar]
        ");
        carlos.says("/cancelar").await;
        carlos.says("/escalar 1 [tecnología] Es del servidor").await;
        assert!(carlos.reads().contains("El caso #1 pasó al equipo de Oficina de Tecnología."));
        assert_eq!(desk.ticket(number).await.group_key, "tecnologia");
        for person in [&ana, &marta] {
            person.reads();
        }
    })
    .await;
}
