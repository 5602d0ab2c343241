//! What Discord has and other networks lack: timestamps that count down by themselves, user
//! commands, autocomplete, and files in forms.

use insta::assert_snapshot;
use mesabot::{
    chat::wording::{Voice, instants},
    domain::{
        locale::Locale,
        person::Role,
        time::{MINUTE, Timestamp},
    },
};

use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::support::{
    desk::{HelpDesk, scenario_on_both, uspec},
    discord::{BOT_ID, Typing},
    discord_line::{CHANNEL, DiscordLine, Member},
};

/// The answers to the form about an e-mail that does not open.
const MAIL: [(&str, &str); 5] = [
    ("description", "No abre el correo"),
    ("category", "ofimatica"),
    ("place", "Piso 2"),
    ("impact", "low"),
    ("urgency", "high"),
];

fn filled(fields: &[(&'static str, &str)]) -> Vec<(&'static str, Value)> {
    fields.iter().map(|(key, text)| (*key, json!(text))).collect()
}

/// A technician of the help desk in the server.
async fn technician(desk: &HelpDesk, discord: &DiscordLine, name: &str) -> Member {
    let member = discord.member(600, name, "es-419");
    let code = desk.invite(Some(Role::Technician), &["soporte"]).await;
    discord.uses(desk, member.at(CHANNEL), "start", &[("text", json!(code))]).await;
    member
}

/// The last ephemeral message of this person.
fn last_alone(discord: &DiscordLine, who: Member) -> String {
    discord.reads_alone(who).rsplit("\n---\n").next().unwrap_or_default().to_owned()
}

#[test]
fn text_from_people_cannot_become_a_timestamp() {
    let procedure = uspec();
    let now = Timestamp(1_772_456_400_000);
    let voice = Voice { locale: Locale::Es, procedure: &procedure, now };
    let name = [("name", "Ana\u{e000}\u{e001} <t:1:R>".into())];
    let due = now.plus(30 * MINUTE);
    let text = voice.rich("requester-in-progress", &name, &[instants::due(Some(due))]);
    let instants: Vec<Timestamp> = text.0.iter().filter_map(|piece| piece.instant).collect();
    assert_eq!(instants, [due]);
    assert_snapshot!(text.to_plain().replace('\u{a0}', " "), @"Lo atiende Ana <t:1:R>. Esperamos solucionarlo a más tardar hoy a las 8:30 a. m.");
    let late = voice.rich("requester-in-progress", &name, &[instants::due(Some(now))]);
    assert!(late.0.iter().all(|piece| piece.instant.is_none()), "the instant has passed: {late:?}");
    let unknown = voice.rich("requester-in-progress", &name, &[instants::due(None)]);
    assert!(unknown.to_plain().ends_with("Todavía no hay fecha de solución."), "{unknown:?}");
}

#[tokio::test]
async fn a_technician_registers_for_a_selected_member() {
    scenario_on_both(async |desk, discord| {
        let ana = technician(desk, discord, "Ana").await;
        let marta = discord.member(601, "Marta", "es-419");
        let opened = discord.opens_for(desk, ana, marta.id).await;
        assert_snapshot!(discord.form(ana), @"
        Caso para Marta
        ¿Qué pasa o qué necesita?
        ¿De qué se trata? Equipo, red o sistema | Correo y ofimática | Impresión y copiado | Cuentas y entrega de equipos | Configurar red o aplicación | Desarrollo de software | Publicación en la página web | Incidente de seguridad
        ¿Dónde está la persona?
        ¿A quién afecta? Solo a esa persona | A su área | A toda la entidad
        ¿Puede trabajar mientras tanto? Sí, sin problema | Con dificultad | No puede trabajar
        ");
        discord.submits(desk, ana, opened, &filled(&MAIL)).await;
        assert_snapshot!(last_alone(discord, ana), @"
        **Así quedaría el caso de Marta:**
        Descripción: No abre el correo
        Categoría: Correo y ofimática
        Lugar: Piso 2
        Afecta: Solo a esa persona
        ¿Puede trabajar?: No puede trabajar
        Prioridad: Media

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ");
        let people = mesabot::entity::person::Entity::find();
        let people = async || people.clone().count(desk.app.database.reader()).await.unwrap();
        assert_eq!(people().await, 1, "no person is enrolled before the ticket is registered");
        discord.presses(desk, ana, "Registrar").await;
        assert_eq!(people().await, 2);
        assert_snapshot!(last_alone(discord, ana), @"Registré el caso #1 para Marta y se lo avisé.");
        assert_snapshot!(discord.reads(marta), @"
        Ana, de la mesa de ayuda, registró para usted el caso #1 (No abre el correo). Aquí puede seguirlo; si algo no es así, use Responder.
        ---
        **Caso #1 · No abre el correo**
        Estado: Nueva
        Quedó registrado. Lo atenderá el equipo de Mesa de ayuda. Le contestamos a más tardar el lunes 2 de marzo a las 8:15 a. m. (<t:1772457300:R>) Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m. (<t:1772458200:R>)
        [Responder] [Retirar]
        ");
        let ticket = desk.newest().await;
        assert_ne!(ticket.requester_id, ticket.registered_by);

        // From now on Marta is a requester like any other, and her place is stored.
        discord.presses(desk, marta, "Retirar").await;
        discord.presses(desk, marta, "Sí, retirarlo").await;
        assert!(last_alone(discord, marta).starts_with("Retiré su caso #1"));
        discord.opens_for(desk, ana, marta.id).await;
        assert!(discord.form(ana).contains("¿Dónde está la persona? Piso 2"));
        discord.emulator.closes_modal(ana.id);
        discord.uses(desk, ana.at(CHANNEL), "new", &[]).await;
        assert!(discord.form(ana).contains("¿Dónde está usted?\n"), "{}", discord.form(ana));
    })
    .await;
}

#[tokio::test]
async fn the_user_command_is_for_staff_and_needs_a_person() {
    scenario_on_both(async |desk, discord| {
        let ana = technician(desk, discord, "Ana").await;
        let marta = discord.member(601, "Marta", "es-419");
        discord.opens_for(desk, marta, ana.id).await;
        assert_snapshot!(discord.reads_alone(marta), @"Abrir un caso para otra persona lo hace el personal de la mesa de ayuda. Para usted, escríbame qué pasa o use /nuevo.");
        discord.opens_for(desk, ana, BOT_ID).await;
        assert_snapshot!(last_alone(discord, ana), @"mesaprueba es un programa, no una persona: no se le abren casos.");
        // Selecting oneself opens an ordinary request.
        discord.opens_for(desk, ana, ana.id).await;
        assert!(discord.form(ana).starts_with("Escribir\n"));
    })
    .await;
}

#[tokio::test]
async fn a_requester_known_elsewhere_is_told_on_their_network() {
    scenario_on_both(async |desk, discord| {
        let ana = technician(desk, discord, "Ana").await;
        let marta = desk.requester("Marta");
        let there = discord.member(601, "Marta R.", "es-419");
        marta.says("/vincular").await;
        let messages = marta.reads();
        let code = messages.split("/vincular ").nth(1).and_then(|rest| rest.split(' ').next());
        discord.dms(desk, there, &format!("/vincular {}", code.unwrap())).await;
        marta.presses("Vincular").await;
        discord.presses(desk, there, "Vincular").await;
        desk.passes(2 * MINUTE).await;
        marta.says("/idioma en").await;
        marta.reads();
        let opened = discord.opens_for(desk, ana, there.id).await;
        discord.submits(desk, ana, opened, &filled(&MAIL)).await;
        discord.presses(desk, ana, "Registrar").await;
        assert_snapshot!(marta.reads(), @"
        Ana of the help desk registered ticket #1 (No abre el correo) for you. You can follow it here; if something is not right, use Reply.
        ---
        Ticket #1 · No abre el correo
        Status: New
        It is registered. The Help desk team will attend to it. We will answer by Monday 2 March at 8:17 a.m. We expect to resolve it by Monday 2 March at 8:32 a.m.
        [Reply]
        [Withdraw]
        ");
        assert_eq!(last_alone(discord, ana), "Registré el caso #1 para Marta y se lo avisé.");
    })
    .await;
}

#[tokio::test]
async fn autocomplete_shows_only_permitted_values() {
    scenario_on_both(async |desk, discord| {
        let ana = technician(desk, discord, "Ana").await;
        let marta = discord.member(601, "Marta", "en-GB");
        let carlos = desk.invite(Some(Role::Technician), &["soporte", "tecnologia"]).await;
        let there = discord.member(602, "Carlos", "es-419");
        discord.uses(desk, there.at(CHANNEL), "start", &[("text", json!(carlos))]).await;
        let printing = desk.invite(Some(Role::Technician), &["impresion"]).await;
        let printer = discord.member(603, "Paula", "es-419");
        discord.uses(desk, printer.at(CHANNEL), "start", &[("text", json!(printing))]).await;
        let opened = discord.opens_for(desk, ana, marta.id).await;
        discord.submits(desk, ana, opened, &filled(&MAIL)).await;
        discord.presses(desk, ana, "Registrar").await;
        discord.presses(desk, ana, "Aceptar").await;

        let all = discord.suggested(ana, &Typing::new("new", "category", "")).await;
        assert_eq!(all.len(), uspec().categories.len());
        let some = discord.suggested(ana, &Typing::new("new", "category", "IMPRESION")).await;
        assert_eq!(some, ["Impresión y copiado = impresion"]);
        let one = [("ticket", json!(1))];
        let groups =
            discord.suggested(ana, &Typing::new("escalate", "group", "").after(&one)).await;
        assert_eq!(
            groups,
            [
                "Impresión y copiado = impresion",
                "Oficina de Tecnología = tecnologia",
                "Carlos = Carlos",
                "Paula = Paula",
            ]
        );
        let groups = discord.suggested(ana, &Typing::new("escalate", "group", "")).await;
        assert_eq!(groups.len(), 5, "before a ticket is named every group is offered");
        let people =
            discord.suggested(ana, &Typing::new("assign", "technician", "").after(&one)).await;
        assert_eq!(
            people,
            ["Carlos = Carlos"],
            "Ana has the ticket, and Paula is of another group"
        );
        let people =
            discord.suggested(printer, &Typing::new("assign", "technician", "").after(&one)).await;
        assert_eq!(people, ["Paula = Paula"], "as for an unknown ticket number");
        let people = discord.suggested(ana, &Typing::new("register", "person", "mart")).await;
        assert_eq!(people, ["Marta = Marta"]);
        let people = discord.suggested(ana, &Typing::new("register", "person", "")).await;
        assert_eq!(people, [""; 0], "no person is listed before a name is typed");
        let people = discord.suggested(marta, &Typing::new("register", "person", "ana")).await;
        assert_eq!(people, [""; 0], "the command is not for requesters");
        // Autocomplete offers nothing for a command the person may not use, and offers the rest in
        // the person's language.
        for (command, option) in
            [("escalate", "group"), ("assign", "technician"), ("assign", "ticket")]
        {
            assert_eq!(
                discord.suggested(marta, &Typing::new(command, option, "")).await,
                [""; 0],
                "{command} {option}"
            );
        }
        let stranger = discord.member(604, "Luz", "en-GB");
        let some = discord.suggested(stranger, &Typing::new("new", "category", "print")).await;
        assert_eq!(some, ["Printing and copying = impresion"]);
        assert_eq!(
            discord.suggested(stranger, &Typing::new("ticket", "ticket", "")).await,
            [""; 0]
        );
    })
    .await;
}

#[tokio::test]
async fn suggested_namesakes_are_distinguished() {
    scenario_on_both(async |desk, discord| {
        let ana = technician(desk, discord, "Ana").await;
        for (id, groups) in [(602, &["soporte"][..]), (603, &["soporte", "tecnologia"])] {
            let code = desk.invite(Some(Role::Technician), groups).await;
            let carlos = discord.member(id, "Carlos", "es-419");
            discord.uses(desk, carlos.at(CHANNEL), "start", &[("text", json!(code))]).await;
        }
        for id in [610, 611] {
            let marta = discord.member(id, "Marta", "es-419");
            discord.dms(desk, marta, "/ayuda").await;
        }
        let people = discord.suggested(ana, &Typing::new("assign", "technician", "")).await;
        let both = people.iter().filter(|one| one.starts_with("Carlos")).cloned();
        let both: Vec<String> = both.collect();
        assert_snapshot!(both.join("\n"), @"
        Carlos · Mesa de ayuda = @2
        Carlos · Mesa de ayuda, Oficina de Tecnología = @3
        ");
        let people = discord.suggested(ana, &Typing::new("escalate", "group", "carlos")).await;
        assert_eq!(people, both);
        let martas = discord.suggested(ana, &Typing::new("register", "person", "mart")).await;
        assert_snapshot!(martas.join("\n"), @"
        Marta · Discord …610 = @4
        Marta · Discord …611 = @5
        ");

        let picked = martas[1].rsplit(" = ").next().unwrap().to_owned();
        let given = [("person", json!(picked))];
        let opened = discord.uses(desk, ana.at(CHANNEL), "register", &given).await;
        discord.submits(desk, ana, opened, &[("source", json!("phone"))]).await;
        let asked = last_alone(discord, ana);
        assert!(!asked.contains("¿A cuál se refiere?"), "{asked}");
        assert_snapshot!(asked, @"
        ¿Qué le pasa a Marta o qué necesita? Escríbalo con sus palabras.
        [Caso para Marta] [Atrás] [Cancelar]
        ");
        discord.presses(desk, ana, "Cancelar").await;
        let opened = discord.opens_for(desk, ana, 610).await;
        discord.submits(desk, ana, opened, &filled(&MAIL)).await;
        discord.presses(desk, ana, "Registrar").await;
        let second = both[1].rsplit(" = ").next().unwrap();
        let given = [("ticket", json!(1)), ("technician", json!(second))];
        discord.uses(desk, ana.at(CHANNEL), "assign", &given).await;
        assert_eq!(
            last_alone(discord, ana),
            "El caso #1 queda a cargo de Carlos · Mesa de ayuda, Oficina de Tecnología."
        );
    })
    .await;
}

#[tokio::test]
async fn arguments_of_a_command_are_not_asked_again() {
    scenario_on_both(async |desk, discord| {
        let ana = technician(desk, discord, "Ana").await;
        let marta = discord.member(601, "Marta", "es-419");
        let given = [("text", json!("No imprime")), ("category", json!("impresion"))];
        let opened = discord.uses(desk, marta.at(CHANNEL), "new", &given).await;
        assert_snapshot!(discord.form(marta), @"
        Escribir
        Detalles (¿Cuál impresora o fotocopiadora es y dónde está?)
        ¿Dónde está usted?
        ¿A quién afecta? Solo a mí | A mi área | A toda la entidad
        ¿Puede trabajar mientras tanto? Sí, sin problema | Con dificultad | No puedo trabajar
        Archivos 📎
        ");
        let rest = [("place", "Piso 2"), ("impact", "low"), ("urgency", "low")];
        discord.submits(desk, marta, opened, &filled(&rest)).await;
        assert_snapshot!(last_alone(discord, marta), @"
        **Así quedaría su caso:**
        Descripción: No imprime
        Categoría: Impresión y copiado
        Lugar: Piso 2
        Afecta: Solo a mí
        ¿Puede trabajar?: Sí, sin problema
        Prioridad: Baja

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ");
        discord.presses(desk, marta, "Registrar").await;
        assert_eq!(desk.newest().await.category, "impresion");
        let opened = discord.uses(desk, marta.at(CHANNEL), "new", &given[1..]).await;
        assert!(discord.form(marta).starts_with("Escribir\n¿Qué pasa o qué necesita?\n¿Dónde"));
        let words = [
            ("description", "No copia"),
            ("place", "Piso 2"),
            ("impact", "low"),
            ("urgency", "low"),
        ];
        discord.submits(desk, marta, opened, &filled(&words)).await;
        assert!(
            last_alone(discord, marta).contains("¿Cuál impresora o fotocopiadora es y dónde está?")
        );
        discord.presses(desk, marta, "Cancelar").await;

        let opened = discord.opens_for(desk, ana, marta.id).await;
        discord.submits(desk, ana, opened, &filled(&MAIL)).await;
        discord.presses(desk, ana, "Registrar").await;
        let to = [("group", json!("tecnologia")), ("ticket", json!(2))];
        let asked = discord.uses(desk, ana.at(CHANNEL), "escalate", &to).await;
        assert_snapshot!(discord.form(ana), @"
        Escribir
        ¿Por qué lo escala?
        ");
        discord.submits(desk, ana, asked, &[("text", json!("Es del servidor"))]).await;
        let messages = last_alone(discord, ana);
        assert!(
            messages.starts_with("El caso #2 pasó al equipo de Oficina de Tecnología."),
            "{messages}"
        );
        assert_eq!(desk.newest().await.group_key, "tecnologia");
    })
    .await;
}

#[tokio::test]
async fn a_form_takes_files_where_it_has_room() {
    scenario_on_both(async |desk, discord| {
        let ana = technician(desk, discord, "Ana").await;
        let marta = discord.member(601, "Marta", "es-419");
        let given = [("category", json!("ofimatica"))];
        let opened = discord.uses(desk, marta.at(CHANNEL), "new", &given).await;
        assert_snapshot!(discord.form(marta), @"
        Escribir
        ¿Qué pasa o qué necesita?
        ¿Dónde está usted?
        ¿A quién afecta? Solo a mí | A mi área | A toda la entidad
        ¿Puede trabajar mientras tanto? Sí, sin problema | Con dificultad | No puedo trabajar
        Archivos 📎
        ");
        let mut fields = filled(&MAIL);
        fields.remove(1);
        fields.push(("file", json!(["error.png", "correo.pdf"])));
        discord.submits(desk, marta, opened, &fields).await;
        assert_snapshot!(last_alone(discord, marta), @"
        **Así quedaría su caso:**
        Descripción: No abre el correo
        Categoría: Correo y ofimática
        Lugar: Piso 2
        Afecta: Solo a mí
        ¿Puede trabajar?: No puedo trabajar
        Prioridad: Media
        Recibí 2 archivos. Irán con el caso, a la vista de quien lo atienda.

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ");
        discord.presses(desk, marta, "Registrar").await;
        discord.presses(desk, ana, "Aceptar").await;
        let number = desk.newest().await.number;

        let pressed = discord.presses(desk, ana, "Responder").await;
        assert_snapshot!(discord.form(ana), @"
        Escribir
        Mensaje
        Archivos 📎
        ");
        let answer = [("text", json!("Siga estos pasos")), ("file", json!(["pasos.pdf"]))];
        discord.submits(desk, ana, pressed, &answer).await;
        assert_snapshot!(last_alone(discord, ana), @"Envié su mensaje sobre el caso #1. Guardo también el archivo.");
        let read = discord.reads(marta);
        assert!(read.contains("Siga estos pasos\n[Responder]"));
        assert!(read.ends_with("📎 pasos.pdf\nCaso #1: Ana envió este archivo."), "{read}");
        let pressed = discord.presses(desk, marta, "Responder").await;
        let answer = [("text", json!("No sirvió")), ("file", json!(["otro.png"]))];
        discord.submits(desk, marta, pressed, &answer).await;
        let read = discord.reads(ana);
        assert!(read.ends_with("📎 otro.png\nCaso #1: Marta envió este archivo."), "{read}");
        let pressed = discord.presses(desk, ana, "Solucionar").await;
        discord.submits(desk, ana, pressed, &[("text", json!("Reinicié el servicio"))]).await;
        assert_eq!(
            desk.history(number).await,
            [
                "opened",
                "attachment_referenced",
                "attachment_referenced",
                "accepted",
                "replied",
                "attachment_referenced",
                "replied",
                "attachment_referenced",
                "solved"
            ]
        );
        assert!(discord.reads(marta).contains("¿Quedó solucionado?"));
    })
    .await;
}
