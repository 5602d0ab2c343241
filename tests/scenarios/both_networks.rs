//! A requester on Discord and a technician on Telegram share a ticket without noticing.

use insta::assert_snapshot;
use mesabot::domain::{event::Ending, status::Status};
use serde_json::json;

use crate::support::{desk::scenario_on_both, discord_line::CHANNEL};

#[tokio::test]
async fn a_ticket_lives_on_both_networks() {
    scenario_on_both(async |desk, discord| {
        let ana = desk.technician("Ana").await;
        let marta = discord.member(501, "Marta", "es-419");

        let opened = discord.uses(desk, (marta, CHANNEL), "new", &[]).await;
        let form = discord.emulator.modal_shown(marta.id).expect("a form is shown");
        let labels = form.components.iter().map(|field| field["label"].as_str().unwrap());
        let labels: Vec<&str> = labels.collect();
        assert_snapshot!(format!("{}: {}", form.title, labels.join(" | ")), @"Escribir: ¿Qué pasa o qué necesita? | ¿De qué se trata? | ¿Dónde está usted? | ¿A quién afecta? | ¿Puede trabajar mientras tanto?");
        let filled = [
            ("description", json!("El computador no enciende")),
            ("category", json!("plataforma")),
            ("place", json!("Piso 2")),
            ("impact", json!("low")),
            ("urgency", json!("high")),
        ];
        discord.submits(desk, (marta, opened), &filled).await;
        assert_snapshot!(discord.reads(marta), @"
        ¿Qué equipo o sistema es? Si el equipo tiene placa de inventario, escríbala.
        [Escribir] [No lo sé] [Atrás] [Cancelar]
        ");
        assert_snapshot!(discord.reads_alone(marta), @"Le respondí en privado.");
        discord.presses(desk, marta, "No lo sé").await;
        discord.presses(desk, marta, "Registrar").await;
        assert_snapshot!(discord.reads(marta), @"
        **Así quedaría su caso:**
        Descripción: El computador no enciende
        Categoría: Equipo, red o sistema
        Lugar: Piso 2
        Afecta: Solo a mí
        ¿Puede trabajar?: No puedo trabajar
        Prioridad: Media

        ¿Lo registro?
        ---
        **Caso #1 · El computador no enciende**
        Estado: Nueva
        Quedó registrado. Lo atenderá el equipo de Mesa de ayuda: le contestamos a más tardar hoy a las 8:15 a. m. y esperamos solucionarlo a más tardar hoy a las 8:30 a. m.
        [Responder] [Retirar]
        ");
        assert_snapshot!(ana.reads(), @"
        Caso #1 · El computador no enciende
        Estado: Nueva
        Equipo, red o sistema · Incidente · Prioridad Media
        Solicita: Marta · Piso 2
        Grupo: Mesa de ayuda
        Aceptar a más tardar hoy a las 8:15 a. m.
        Solucionar a más tardar hoy a las 8:30 a. m.
        «El computador no enciende»
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        ");

        desk.presses(&ana, "Aceptar").await;
        desk.says(&ana, "/solucionar 1 Cambié la fuente").await;
        ana.reads();
        assert_snapshot!(discord.reads(marta), @"
        **Así quedaría su caso:**
        Descripción: El computador no enciende
        Categoría: Equipo, red o sistema
        Lugar: Piso 2
        Afecta: Solo a mí
        ¿Puede trabajar?: No puedo trabajar
        Prioridad: Media

        ¿Lo registro?
        ---
        **Caso #1 · El computador no enciende**
        Estado: Resuelta
        Ana dio una solución: Cambié la fuente
        [Responder]
        ---
        Ana ya atiende su caso #1 (El computador no enciende). Esperamos solucionarlo a más tardar hoy a las 8:30 a. m.
        ---
        **Caso #1 · El computador no enciende**
        Ana dio esta solución:
        *«Cambié la fuente»*

        ¿Quedó solucionado? Si no nos cuenta, el caso se cierra mañana a las 8:00 a. m.
        [Sí] [No]
        ");
        let no = discord.presses(desk, marta, "No").await;
        discord.submits(desk, (marta, no), &[("text", json!("Se apaga sola"))]).await;
        assert_snapshot!(ana.reads(), @"
        El caso #1 no quedó solucionado y vuelve a usted. Falta: Se apaga sola
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Resuelta
        Equipo, red o sistema · Incidente · Prioridad Media
        Solicita: Marta · Piso 2
        Atiende: Ana
        «El computador no enciende»
        Solución: Cambié la fuente
        ---
        Caso #1 · El computador no enciende
        Estado: En curso (asignada)
        Equipo, red o sistema · Incidente · Prioridad Media
        Solicita: Marta · Piso 2
        Atiende: Ana
        Solucionar a más tardar hoy a las 8:30 a. m.
        «El computador no enciende»
        Falta: Se apaga sola
        Solución: Cambié la fuente
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        ");
        desk.says(&ana, "/solucionar 1 Limpié el ventilador").await;
        discord.presses(desk, marta, "Sí").await;
        let rated = discord.presses(desk, marta, "5").await;
        discord.submits(desk, (marta, rated), &[("text", json!("Muy amable"))]).await;
        assert_snapshot!(discord.reads(marta), @"
        **Así quedaría su caso:**
        Descripción: El computador no enciende
        Categoría: Equipo, red o sistema
        Lugar: Piso 2
        Afecta: Solo a mí
        ¿Puede trabajar?: No puedo trabajar
        Prioridad: Media

        ¿Lo registro?
        ---
        **Caso #1 · El computador no enciende**
        Estado: Cerrada
        Solución: Limpié el ventilador
        [Abrir caso relacionado]
        ---
        Ana ya atiende su caso #1 (El computador no enciende). Esperamos solucionarlo a más tardar hoy a las 8:30 a. m.
        ---
        **Caso #1 · El computador no enciende**
        Ana dio esta solución:
        *«Cambié la fuente»*

        El caso #1 está abierto de nuevo.
        ---
        **Caso #1 · El computador no enciende**
        Ana dio esta solución:
        *«Limpié el ventilador»*

        Gracias por calificarnos con 5 de 5. El caso #1 queda cerrado.
        [Abrir caso relacionado]
        ");
        assert_snapshot!(discord.reads_alone(marta), @"
        Le respondí en privado.
        ---
        Reabrí su caso #1. Lo atiende de nuevo Ana.
        ---
        Gracias. Guardé su comentario en el caso #1.
        ");
        ana.reads();
        let ticket = desk.newest().await;
        assert_eq!((ticket.status, ticket.ending), (Status::Closed, Some(Ending::Authorised)));
    })
    .await;
}
