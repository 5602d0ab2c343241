//! A ticket accepted in a group gets a private thread beside the group's channel: the thread is
//! opened and archived with the ticket, and messages and commands in it act on the ticket.

mod lost;

use insta::assert_snapshot;
use mesabot::domain::{event::Event, id::TicketNumber, person::Role, status::Status};
use mesabot::service::ticket::find;
use serde_json::json;

use crate::support::{
    desk::{HelpDesk, scenario_on_both, scenario_overhearing},
    discord::{BOT_ID, ChannelKind, Effect},
    discord_line::{DiscordLine, GUILD, Member},
    person::Person,
    telegram::AttachmentSample,
    upload::Upload,
};

/// The channel of the technicians.
const ROOM: u64 = 7_003;
/// Longer than the requester's validation time, in milliseconds.
const WEEK: i64 = 7 * 86_400_000;

/// A technician on Discord, of a group whose tickets appear in a channel.
async fn technician(desk: &HelpDesk, discord: &DiscordLine) -> Member {
    discord.emulator.add_channel(ROOM, GUILD, ChannelKind::Text, "soporte");
    let ana = enrolled(desk, discord, 502, "Ana").await;
    let code = desk.invite(None, &["soporte"]).await;
    discord.uses(desk, ana.at(ROOM), "start", &[("text", json!(code))]).await;
    ana
}

async fn enrolled(desk: &HelpDesk, discord: &DiscordLine, id: u64, name: &str) -> Member {
    let member = discord.member(id, name, "es-419");
    let code = desk.invite(Some(Role::Technician), &["soporte"]).await;
    discord.uses(desk, member.at(ROOM), "start", &[("text", json!(code))]).await;
    member
}

/// A ticket of Marta that waits for the group.
async fn ticket(desk: &HelpDesk) -> Person<'_> {
    let marta = desk.requester("Marta");
    desk.opens_ticket(&marta, "No abre el correo").await;
    marta.reads();
    marta
}

/// The same ticket, accepted by Ana, with its thread.
async fn taken<'d>(desk: &'d HelpDesk, discord: &DiscordLine) -> (Member, Person<'d>, u64) {
    let ana = technician(desk, discord).await;
    let marta = ticket(desk).await;
    discord.presses_in(desk, ana.at(ROOM), "Aceptar").await;
    marta.reads();
    (ana, marta, thread(discord))
}

/// The only thread.
fn thread(discord: &DiscordLine) -> u64 {
    let threads = discord.emulator.threads(ROOM);
    assert_eq!(threads.len(), 1, "{threads:?}");
    threads[0]
}

fn archived(discord: &DiscordLine, thread: u64) -> bool {
    discord.emulator.thread(thread).1
}

/// The history of the ticket, in order.
async fn events(desk: &HelpDesk) -> Vec<Event> {
    let ticket = desk.ticket(TicketNumber(1)).await;
    let history = find::history(desk.app.database.reader(), ticket.id).await.unwrap();
    history.into_iter().map(|entry| entry.event).collect()
}

async fn notes(desk: &HelpDesk) -> Vec<String> {
    let note = |event| match event {
        Event::Noted { text } => Some(text),
        _ => None,
    };
    events(desk).await.into_iter().filter_map(note).collect()
}

#[tokio::test]
async fn a_thread_is_opened_and_archived_with_its_ticket() {
    scenario_on_both(async |desk, discord| {
        let (ana, marta, thread) = taken(desk, discord).await;
        let (name, sleeps, people) = discord.emulator.thread(thread);
        assert_eq!(
            (name.as_str(), sleeps, people),
            ("#1 · No abre el correo", false, vec![ana.id])
        );
        assert_snapshot!(discord.reads_in(thread), @"
        **Caso #1 · No abre el correo**
        Estado: En curso (asignada)
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m. (<t:1772458200:R>)
        *«No abre el correo»*
        Aquí los comandos no necesitan número, y lo que usted escriba mencionándome queda como nota interna.
        [Solucionar] [Suspender] [Escalar] [Responder] [Nota interna] [Pasar al proveedor]
        ");

        marta.says("/responder 1 Dice que la clave venció").await;
        marta.reads();
        desk.emulator.sends_attachment(marta.id, marta.id, AttachmentSample::Sticker, "");
        desk.settle().await;
        marta.presses("Agregar al #1 No abre el correo").await;
        marta.reads();
        discord.uses(desk, ana.at(thread), "solve", &[("text", json!("Renové la clave"))]).await;
        assert_eq!(desk.newest().await.status, Status::Solved, "the command in the thread needs no number");
        marta.reads();
        assert!(archived(discord, thread));
        assert_snapshot!(discord.reads_in(thread), @"
        **Caso #1 · No abre el correo**
        Estado: Resuelta
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        *«No abre el correo»*
        Un adjunto en referencia.
        Solución: Renové la clave
        Aquí los comandos no necesitan número, y lo que usted escriba mencionándome queda como nota interna.
        [Responder] [Nota interna]
        ---
        **Marta escribe sobre el caso #1:**
        Dice que la clave venció
        [Responder]
        ---
        El solicitante envió un adjunto al caso #1. Queda en referencia.
        ");

        marta.presses("No").await;
        marta.says("Sigue sin abrir").await;
        marta.reads();
        assert!(!archived(discord, thread), "the ticket is reopened");
        assert_snapshot!(discord.reads_in(thread), @"
        **Caso #1 · No abre el correo**
        Estado: En curso (asignada)
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Origen: por chat
        Atiende: Ana
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m. (<t:1772458200:R>)
        *«No abre el correo»*
        Un adjunto en referencia.
        Falta: Sigue sin abrir
        Solución: Renové la clave
        Aquí los comandos no necesitan número, y lo que usted escriba mencionándome queda como nota interna.
        [Solucionar] [Suspender] [Escalar] [Responder] [Nota interna] [Pasar al proveedor]
        ---
        **Marta escribe sobre el caso #1:**
        Dice que la clave venció
        [Responder]
        ---
        El solicitante envió un adjunto al caso #1. Queda en referencia.
        ---
        El caso #1 no quedó solucionado y vuelve a usted. Falta: Sigue sin abrir
        ");
        let pressed = discord.presses_in(desk, ana.at(thread), "Solucionar").await;
        discord.submits(desk, ana, pressed, &[("text", json!("Cambié el perfil"))]).await;
        assert!(archived(discord, thread));
        marta.says("/responder 1 Un momento, pruebo").await;
        assert!(archived(discord, thread), "messages in it do not reopen the thread");
        assert!(discord.reads_in(thread).contains("Un momento, pruebo"));

        desk.passes(WEEK).await;
        desk.passes(WEEK).await;
        marta.reads();
        assert_eq!(desk.newest().await.status, Status::Closed);
        assert!(archived(discord, thread), "the card shows the closed ticket, and the thread is archived");
        assert!(discord.reads_in(thread).contains("Estado: Cerrada"));
        discord.emulator.read(|ledger| {
            let names: Vec<&String> = ledger
                .effects
                .iter()
                .filter_map(|effect| match effect {
                    Effect::ThreadChanged { name, .. } => Some(name),
                    _ => None,
                })
                .collect();
            assert!(!names.is_empty());
            assert!(names.iter().all(|name| *name == "#1 · No abre el correo"), "{names:?}");
        });
    })
    .await;
}

#[tokio::test]
async fn a_thread_shows_the_files_of_the_requester() {
    scenario_on_both(async |desk, discord| {
        let ana = technician(desk, discord).await;
        let marta = ticket(desk).await;
        let adds = async |name: &str| {
            let upload = Upload::document(name, name);
            desk.emulator.sends_upload(marta.id, marta.id, &upload, "");
            desk.settle().await;
            marta.presses("Agregar al #1 No abre el correo").await;
        };
        adds("antes.pdf").await;
        let shown = |chat| -> Vec<String> {
            let posts = discord.emulator.messages(chat).into_iter();
            let files = posts.flat_map(|post| post.attachments);
            files.map(|file| file["filename"].as_str().unwrap_or_default().to_owned()).collect()
        };
        assert_eq!(shown(ROOM), ["antes.pdf"]);
        discord.presses_in(desk, ana.at(ROOM), "Aceptar").await;
        let thread = thread(discord);
        let private = discord.emulator.direct(ana.id);
        assert_eq!((shown(thread), shown(private)), (vec!["antes.pdf".into()], shown(ROOM)));
        adds("después.pdf").await;
        assert_eq!(shown(thread), ["antes.pdf", "después.pdf"]);
        assert_eq!(shown(private), ["antes.pdf", "después.pdf"]);
        assert_eq!(
            shown(ROOM),
            ["antes.pdf"],
            "the technician is shown the file, not the whole channel"
        );
        marta.reads();
    })
    .await;
}

#[tokio::test]
async fn words_in_a_thread_become_notes_without_an_answer() {
    scenario_overhearing(async |desk, discord| {
        let (ana, marta, thread) = taken(desk, discord).await;
        let shown = discord.reads_in(thread);
        assert!(shown.contains("lo que usted escriba queda como nota interna"), "{shown}");
        discord.says(desk, ana.at(thread), "El buzón está lleno").await;
        discord.says(desk, ana.at(thread), "/var está al 100 %").await;
        let file = discord.emulator.sends_file(ana.id, thread, "buzon.pdf", "la captura");
        discord.after(desk, format!("m:{file}")).await;
        assert_eq!(notes(desk).await, ["El buzón está lleno", "/var está al 100 %"]);
        let kept = events(desk).await.pop().unwrap();
        let Event::AttachmentReferenced { name, caption, internal, .. } = kept else {
            panic!("{kept:?}");
        };
        assert_eq!((name.as_deref(), caption.as_str()), (Some("buzon.pdf"), "la captura"));
        assert!(internal);
        assert_eq!(discord.emulator.messages(thread).len(), 1, "the card and no answers");
        assert!(discord.reads_in(thread).contains("Un archivo."));
        assert!(discord.reads_in(thread).contains("[Archivos]"));
        assert_eq!(marta.reads(), "", "the requester is not notified");
        marta.says("/caso 1").await;
        assert!(!marta.reads().contains("rchivo"));

        // Luis belongs to the group and was added; Sara is a requester; Iván is unknown.
        let luis = enrolled(desk, discord, 503, "Luis").await;
        let sara = discord.member(504, "Sara", "es-419");
        discord.dms(desk, sara, "hola").await;
        let ivan = discord.member(505, "Iván", "es-419");
        for other in [luis, sara, ivan] {
            discord.emulator.brings_in(ana.id, thread, other.id);
            discord.says(desk, other.at(thread), "Yo también miro").await;
        }
        assert_eq!(notes(desk).await.len(), 3, "only Luis may write notes");
        let said = discord.emulator.messages(thread);
        assert_eq!(said.len(), 2, "Sara is told, and Iván is ignored");
        assert_snapshot!(said[1].text(), @"Esto lo hace el personal de la mesa de ayuda. Con /ayuda ve lo que usted puede hacer.");
    })
    .await;
}

#[tokio::test]
async fn without_message_content_the_card_asks_for_mentions() {
    scenario_on_both(async |desk, discord| {
        let (ana, marta, thread) = taken(desk, discord).await;
        assert!(discord.reads_in(thread).contains("lo que usted escriba mencionándome queda como"));
        discord.emulator.says(ana.id, thread, "esto no lo oye");
        discord.says(desk, ana.at(thread), &format!("<@{BOT_ID}> El buzón está lleno")).await;
        discord.says(desk, ana.at(thread), &format!("<@{BOT_ID}> /nota Pedí más espacio")).await;
        assert_eq!(notes(desk).await, ["El buzón está lleno", "Pedí más espacio"]);
        let given = [("text", json!("2 cables sueltos"))];
        discord.uses(desk, ana.at(thread), "note", &given).await;
        let given = [("text", json!("3 equipos más")), ("ticket", json!(1))];
        discord.uses(desk, ana.at(thread), "note", &given).await;
        discord.says(desk, ana.at(thread), &format!("<@{BOT_ID}> /nota 1 por costumbre")).await;
        let numbers = ["2 cables sueltos", "3 equipos más", "por costumbre"];
        assert_eq!(notes(desk).await[2..], numbers, "a number before words is part of the text");
        discord.uses(desk, ana.at(thread), "suspend", &[]).await;
        discord.presses(desk, ana, "Falta un repuesto").await;
        assert_eq!(desk.newest().await.status, Status::Suspended);
        discord.uses(desk, ana.at(thread), "resume", &[]).await;
        assert_eq!(desk.newest().await.status, Status::InProgress);
        marta.reads();
    })
    .await;
}

#[tokio::test]
async fn an_assigned_ticket_keeps_its_thread() {
    scenario_on_both(async |desk, discord| {
        let (ana, marta, thread) = taken(desk, discord).await;
        let luis = enrolled(desk, discord, 503, "Luis").await;
        let pedro = desk.staff("Pedro", Role::Technician, &["tecnologia"]).await;
        discord.uses(desk, ana.at(thread), "assign", &[]).await;
        discord.presses(desk, ana, "Luis").await;
        marta.reads();
        assert_eq!(discord.emulator.thread(thread).2, [ana.id, luis.id]);
        assert!(discord.reads_in(thread).contains("Atiende: Luis"));
        discord.uses(desk, luis.at(thread), "escalate", &[]).await;
        let chosen = discord.presses(desk, luis, "Nivel 2 · Oficina de Tecnología").await;
        discord.submits(desk, luis, chosen, &[("text", json!("Es de la red"))]).await;
        marta.reads();
        assert!(archived(discord, thread), "another group has the ticket");
        pedro.says("/aceptar 1").await;
        pedro.says("/nota 1 No es de la red").await;
        assert!(archived(discord, thread), "the new technician's group has no channel");
        pedro.says("/escalar 1").await;
        pedro.presses("Nivel 1 · Mesa de ayuda").await;
        pedro.says("Es del correo").await;
        discord.presses_in(desk, ana.at(ROOM), "Aceptar").await;
        pedro.reads();
        marta.reads();
        assert!(!archived(discord, self::thread(discord)), "the same thread is open again");
        assert!(discord.reads_in(thread).contains("Atiende: Ana"));
    })
    .await;
}
