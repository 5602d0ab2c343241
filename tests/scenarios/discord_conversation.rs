//! What only Discord shows: forms with their labels, ephemeral answers, and where an answer to a
//! command in a server appears. The same stories in words alone run in every pairing.

use insta::assert_snapshot;
use mesabot::domain::{id::TicketNumber, person::Role, status::Status};
use serde_json::{Value, json};

use crate::support::{
    desk::{HelpDesk, scenario_on_both},
    discord::{BOT_ID, Modal},
    discord_line::{CHANNEL, DiscordLine, Member},
};

/// A form as text: its title, then each field with its choices or its value.
fn read(form: &Modal) -> String {
    let mut lines = vec![form.title.clone()];
    for part in &form.components {
        let field = &part["component"];
        let label = part["label"].as_str().unwrap_or_default();
        let needed = if field["required"] == false { " (opcional)" } else { "" };
        let options = field["options"].as_array().into_iter().flatten();
        let options: Vec<String> =
            options.map(|o| format!("[{}]", o["label"].as_str().unwrap_or_default())).collect();
        let value = field["value"].as_str().map(|value| format!(" «{value}»"));
        let line = format!("{label}{needed}{} {}", value.unwrap_or_default(), options.join(" "));
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

fn form_before(discord: &DiscordLine, who: Member) -> Modal {
    discord.emulator.modal_shown(who.id).expect("a form is shown")
}

const MAIL: [(&str, &str); 4] =
    [("category", "ofimatica"), ("place", "Piso 2"), ("impact", "low"), ("urgency", "high")];

/// A requester in the server reports an incident with a command.
async fn reports(desk: &HelpDesk, discord: &DiscordLine, who: Member, words: &str) -> TicketNumber {
    let opened = discord.uses(desk, who.at(CHANNEL), "new", &[("text", json!(words))]).await;
    let filled: Vec<(&str, Value)> = MAIL.iter().map(|(k, v)| (*k, json!(v))).collect();
    discord.submits(desk, who, opened, &filled).await;
    discord.presses(desk, who, "Registrar").await;
    desk.newest().await.number
}

#[tokio::test]
async fn each_form_shows_its_labels() {
    scenario_on_both(async |desk, discord| {
        let ana = discord.member(502, "Ana", "es-419");
        let code = desk.invite(Some(Role::Technician), &["soporte"]).await;
        discord.uses(desk, ana.at(CHANNEL), "start", &[("text", json!(code))]).await;
        let marta = discord.member(501, "Marta", "es-419");
        let opened = discord.uses(desk, marta.at(CHANNEL), "new", &[]).await;
        assert_snapshot!(read(&form_before(discord, marta)), @"
        Escribir
        ¿Qué pasa o qué necesita?
        ¿De qué se trata? [Equipo, red o sistema] [Correo y ofimática] [Impresión y copiado] [Cuentas y entrega de equipos] [Configurar red o aplicación] [Desarrollo de software] [Publicación en la página web] [Incidente de seguridad]
        ¿Dónde está usted?
        ¿A quién afecta? [Solo a mí] [A mi área] [A toda la entidad]
        ¿Puede trabajar mientras tanto? [Sí, sin problema] [Con dificultad] [No puedo trabajar]
        ");
        let filled = [
            ("description", json!("El computador no enciende")),
            ("category", json!("plataforma")),
            ("place", json!("Piso 2")),
            ("impact", json!("low")),
            ("urgency", json!("high")),
        ];
        discord.submits(desk, marta, opened, &filled).await;
        // A question that did not fit into the form is asked where the dialogue began; it has a
        // form of its own.
        assert_snapshot!(discord.reads_alone(marta), @"
        ¿Qué equipo o sistema es? Si el equipo tiene placa de inventario, escríbala.
        [Escribir] [No lo sé] [Atrás] [Cancelar]
        ");
        assert_eq!(discord.reads(marta), "", "no private message yet");
        let written = discord.presses(desk, marta, "Escribir").await;
        assert_snapshot!(read(&form_before(discord, marta)), @"
        Escribir
        Detalles (opcional)
        Archivos (opcional)
        ");
        discord.submits(desk, marta, written, &[("details", json!("Placa 4711"))]).await;
        discord.presses(desk, marta, "Registrar").await;

        let mut forms = Vec::new();
        for label in ["Responder", "Nota interna"] {
            discord.presses(desk, ana, label).await;
            forms.push(read(&form_before(discord, ana)));
        }
        discord.presses(desk, ana, "Escalar").await;
        discord.presses(desk, ana, "Nivel 2 · Oficina de Tecnología").await;
        forms.push(read(&form_before(discord, ana)));
        discord.presses(desk, ana, "Aceptar").await;
        let solve = discord.presses(desk, ana, "Solucionar").await;
        forms.push(read(&form_before(discord, ana)));
        discord.submits(desk, ana, solve, &[("text", json!("Cambié la fuente"))]).await;
        discord.presses(desk, marta, "No").await;
        forms.push(read(&form_before(discord, marta)));
        discord.presses(desk, marta, "Sí").await;
        discord.presses(desk, marta, "5").await;
        forms.push(read(&form_before(discord, marta)));
        assert_snapshot!(forms.join("\n---\n"), @"
        Escribir
        Mensaje
        Archivos (opcional)
        ---
        Escribir
        Nota interna
        Archivos (opcional)
        ---
        Escribir
        ¿Por qué lo escala?
        ---
        Escribir
        ¿Cómo se solucionó?
        Archivos (opcional)
        ---
        Escribir
        ¿Qué falta?
        ---
        Escribir
        Comentario (opcional)
        ");
    })
    .await;
}

#[tokio::test]
async fn a_command_in_a_server_is_answered_ephemerally() {
    scenario_on_both(async |desk, discord| {
        let ana = discord.member(502, "Ana", "es-419");
        let marta = discord.member(501, "Marta", "es-419");
        discord.uses(desk, ana.at(CHANNEL), "start", &[("text", json!("nada"))]).await;
        let code = desk.invite(Some(Role::Technician), &["soporte"]).await;
        discord.uses(desk, ana.at(CHANNEL), "start", &[("text", json!(code))]).await;
        let number = reports(desk, discord, marta, "No abre el correo").await;
        let ticket = [("ticket", json!(number.0))];
        discord.uses(desk, ana.at(CHANNEL), "accept", &ticket).await;
        discord.uses(desk, ana.at(CHANNEL), "queue", &[]).await;
        discord.uses(desk, ana.at(CHANNEL), "ticket", &ticket).await;
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
        **Caso #1 · No abre el correo**
        Estado: En curso (asignada)
        Correo y ofimática · Incidente · Prioridad Media
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m. (<t:1772458200:R>)
        *«No abre el correo»*
        [Solucionar] [Suspender] [Escalar] [Responder] [Nota interna] [Pasar al proveedor]
        ");
        assert!(discord.emulator.messages(CHANNEL).is_empty(), "no one else can read it");
        assert_eq!(desk.ticket(number).await.status, Status::InProgress);
    })
    .await;
}

#[tokio::test]
async fn words_after_a_closed_form_are_not_its_answer() {
    scenario_on_both(async |desk, discord| {
        let ana = discord.member(502, "Ana", "es-419");
        let marta = discord.member(501, "Marta", "es-419");
        let code = desk.invite(Some(Role::Technician), &["soporte"]).await;
        discord.uses(desk, ana.at(CHANNEL), "start", &[("text", json!(code))]).await;
        let number = reports(desk, discord, marta, "No abre el correo").await;
        discord.presses(desk, ana, "Aceptar").await;
        discord.presses(desk, ana, "Solucionar").await;
        discord.emulator.closes_modal(ana.id);
        discord.dms(desk, ana, "Ya vuelvo, voy a almorzar").await;
        assert_eq!(desk.ticket(number).await.status, Status::InProgress);
        let read = discord.reads(ana);
        assert_snapshot!(read.rsplit("\n---\n").next().unwrap(), @"
        Quedó una pregunta sin responder. Respóndala aquí o cancele; lo que acaba de enviar no lo tomé como respuesta.

        ¿Cómo se solucionó el caso #1? El solicitante leerá su respuesta.
        [Escribir] [Cancelar]
        ");
        discord.dms(desk, ana, "Reinicié el servicio").await;
        assert_eq!(desk.ticket(number).await.status, Status::Solved);
        // An optional question ends when its form is closed.
        discord.presses(desk, marta, "Sí").await;
        discord.presses(desk, marta, "5").await;
        discord.emulator.closes_modal(marta.id);
        discord.dms(desk, marta, "Tampoco abre el calendario").await;
        let read = discord.reads(marta);
        assert_snapshot!(read.rsplit("\n---\n").next().unwrap(), @"
        *«Tampoco abre el calendario»*

        ¿Abro un caso con esto?
        [Abrir caso] [Cancelar]
        ");
    })
    .await;
}

#[tokio::test]
async fn conversation_in_a_channel_is_not_read() {
    scenario_on_both(async |desk, discord| {
        let ana = discord.member(502, "Ana", "es-419");
        let berta = discord.member(503, "Berta", "es-419");
        let marta = discord.member(501, "Marta", "es-419");
        let code = desk.invite(Some(Role::Technician), &["soporte"]).await;
        discord.uses(desk, ana.at(CHANNEL), "start", &[("text", json!(code))]).await;
        let code = desk.invite(None, &["soporte"]).await;
        discord.uses(desk, ana.at(CHANNEL), "start", &[("text", json!(code))]).await;
        let number = reports(desk, discord, marta, "No abre el correo").await;
        let said = || discord.emulator.read(|ledger| ledger.said_to(CHANNEL).len());
        let before = said();
        let card = discord.emulator.messages(CHANNEL).pop().unwrap().message_id;
        for who in [ana, berta] {
            for text in ["¿almorzamos?", "/otracosa", "ya voy"] {
                discord.emulator.says(who.id, CHANNEL, text);
                discord.emulator.replies(who.id, CHANNEL, card, text);
            }
        }
        // Only a message that mentions the desk or replies to it is for the desk; the desk then
        // says how to answer.
        let named = format!("<@{BOT_ID}> ya voy");
        let answered = discord.emulator.replies(ana.id, CHANNEL, card, &named);
        discord.after(desk, format!("m:{answered}")).await;
        assert_eq!(said(), before + 1);
        let last = discord.emulator.messages(CHANNEL).pop().unwrap();
        assert_snapshot!(last.text(), @"Para contestar desde el canal, use /responder o /nota con el número del caso.");
        let ticket = desk.ticket(number).await;
        assert_eq!((ticket.status, ticket.technician_id), (Status::New, None));
    })
    .await;
}
