//! A requester on Discord and a technician on Telegram share a ticket without noticing.

use insta::assert_snapshot;
use mesabot::domain::{event::Ending, person::Role, status::Status};
use serde_json::json;

use crate::support::{desk::scenario_on_both, discord::Fault, discord_line::CHANNEL};

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

#[tokio::test]
async fn a_technician_works_in_discord_on_what_was_asked_in_telegram() {
    scenario_on_both(async |desk, discord| {
        let marta = desk.requester("Marta");
        let ana = discord.member(502, "Ana", "es-419");
        let code = desk.invite(Some(Role::Technician), &["soporte"]).await;
        discord.uses(desk, (ana, CHANNEL), "start", &[("text", json!("nada"))]).await;
        discord.uses(desk, (ana, CHANNEL), "start", &[("text", json!(code))]).await;
        assert_snapshot!(discord.reads_alone(ana), @"
        Ese código no sirve: no existe, ya se usó o se venció. Pida uno nuevo a quien administra la mesa de ayuda.
        ---
        Hola, Ana. Usted queda como técnico en Mesa de ayuda. Con /ayuda ve sus comandos y con /cola los casos pendientes.
        ");

        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        discord.presses(desk, ana, "Aceptar").await;
        assert!(marta.reads().contains("Ana ya atiende su caso #1"));
        discord.uses(desk, (ana, CHANNEL), "queue", &[]).await;
        let pressed = discord.presses(desk, ana, "Solucionar").await;
        discord.submits(desk, (ana, pressed), &[("text", json!("Reinicié el servicio"))]).await;
        assert!(marta.reads().contains("¿Quedó solucionado?"));
        desk.presses(&marta, "Sí").await;
        desk.presses(&marta, "4").await;
        marta.reads();
        assert_snapshot!(discord.reads(ana), @"
        **Caso #1 · No abre el correo**
        Estado: Cerrada
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Atiende: Ana
        *«No abre el correo»*
        Solución: Reinicié el servicio
        ---
        El solicitante confirmó la solución del caso #1 y calificó la atención con 4 de 5. El caso queda cerrado.
        ");
        assert_snapshot!(discord.reads_alone(ana), @r"
        Ese código no sirve: no existe, ya se usó o se venció. Pida uno nuevo a quien administra la mesa de ayuda.
        ---
        Hola, Ana. Usted queda como técnico en Mesa de ayuda. Con /ayuda ve sus comandos y con /cola los casos pendientes.
        ---
        El caso #1 es suyo.
        ---
        **Casos en la cola**
        \#1 No abre el correo — En curso (asignada), Ana. Vence hoy a las 8:30 a. m.
        [#1]
        ---
        Guardé la solución del caso #1 y se la envié al solicitante.
        ");
        desk.says(&marta, "/cancelar").await;
        marta.reads();
    })
    .await;
}

#[tokio::test]
async fn one_person_is_on_both_networks_and_told_where_they_last_wrote() {
    scenario_on_both(async |desk, discord| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let there = discord.member(503, "Marta R.", "es-419");
        desk.says(&marta, "/vincular").await;
        let told = marta.reads();
        let code = told.split("/vincular ").nth(1).and_then(|rest| rest.split(' ').next());
        let code = code.expect("the code stands in the message");
        discord.dms(desk, there, &format!("/vincular {code}")).await;
        marta.reads();
        assert_snapshot!(discord.reads(there), @"Listo, Marta. Esta cuenta y la de Telegram ya son de la misma persona: ve sus casos en las dos y le aviso en la última desde la que me haya escrito.");
        desk.passes(120_000).await;
        discord.dms(desk, there, "El portátil no enciende").await;
        let opened = discord.presses(desk, there, "Abrir caso").await;
        let filled = [
            ("category", json!("ofimatica")),
            ("place", json!("Piso 2")),
            ("impact", json!("low")),
            ("urgency", json!("low")),
        ];
        discord.submits(desk, (there, opened), &filled).await;
        discord.presses(desk, there, "Registrar").await;
        desk.says(&ana, "/aceptar 1").await;
        ana.reads();
        assert!(discord.reads(there).contains("Ana ya atiende su caso #1"));
        assert_eq!(marta.reads(), "", "told once, where they last wrote");
        desk.says(&marta, "/miscasos").await;
        assert!(marta.reads().contains("#1 El portátil no enciende"));
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_comes_too_late_for_its_place_is_told_in_private() {
    scenario_on_both(async |desk, discord| {
        let marta = discord.member(504, "Marta", "es-419");
        discord.emulator.faults().next(
            "POST /interactions/*/*/callback",
            1,
            Fault::UnknownInteraction,
        );
        discord.uses(desk, (marta, CHANNEL), "mytickets", &[]).await;
        assert_eq!(discord.reads_alone(marta), "");
        assert!(discord.emulator.messages(CHANNEL).is_empty(), "others read along there");
        assert_snapshot!(discord.reads(marta), @"Usted no ha abierto casos. Escríbame qué necesita y abro uno.");
    })
    .await;
}
