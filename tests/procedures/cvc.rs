//! PT.0720.19 of the CVC, rules C1 to C9, told from outside: what is reported and what is found,
//! guidance, other procedures, levels, training, and the answer that closes a case.

use insta::assert_snapshot;
use mesabot::{
    config,
    domain::{
        channel::ChannelKind,
        event::{Ending, Event},
        person::Role,
        priority::Priority,
        procedure::Procedure,
        status::Status,
        time::{HOUR, MINUTE},
    },
    service::ticket::find,
};

use crate::support::pairing::{PairedDesk, Person, in_every_pairing_on};

/// What is asked behind the category, on a network that asks one thing after the other.
const BEHIND: [(&str, &str); 3] =
    [("place", "Piso 2"), ("impact", "Solo a mí"), ("urgency", "Con dificultad")];

fn cvc() -> Procedure {
    config::procedure::named("cvc", &config::Sources::new(".")).expect("it is sound")
}

/// Somebody writes, and says what it is about; a form takes the rest with it.
async fn reports(person: &Person<'_>, words: &str, category: &str) {
    person.says(words).await;
    person.presses("Abrir caso").await;
    let mut answers = vec![("category", category)];
    if person.network() == ChannelKind::Discord {
        answers.extend(BEHIND);
    }
    person.fills(&answers).await;
}

/// They answer what comes behind the category, where a form did not take it already, and register.
async fn goes_on(person: &Person<'_>) {
    if person.network() != ChannelKind::Discord {
        person.fills(&BEHIND).await;
    }
    let summary = person.reads();
    assert!(summary.contains("¿Lo registro?"), "{summary}");
    person.presses("Registrar").await;
}

/// Somebody reports something in a category without guidance.
async fn opens(person: &Person<'_>, words: &str) {
    reports(person, words, "Instalar o mover un equipo").await;
    goes_on(person).await;
}

async fn history(desk: &PairedDesk) -> Vec<Event> {
    let ticket = desk.newest().await;
    let entries = find::history(desk.house.database.reader(), ticket.id).await.unwrap();
    entries.into_iter().map(|entry| entry.event).collect()
}

#[test]
fn c1_c4_c5_c6_c7_c8_c9_a_case_goes_from_reception_to_its_answer() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let luis = desk.staff("Luis", Role::Technician, &["nivel2"]).await;
        let marta = desk.requester("Marta");
        reports(&marta, "La impresora saca hojas en blanco", "Impresora o escáner").await;
        assert_snapshot!(marta.reads(), @"");
        marta.fills(&[("self-help", "No, sigamos"), ("self-help", "No, sigamos")]).await;
        assert_snapshot!(marta.reads(), @"");
        marta.presses("Pasar a un técnico").await;
        goes_on(&marta).await;
        assert_snapshot!(marta.reads(), @"");
        assert_snapshot!(ana.reads(), @"");
        ana.presses("Aceptar").await;
        assert_eq!(desk.newest().await.status, Status::InProgress);
        marta.reads();
        ana.reads();
        ana.says("/escalar 1 [nivel2] El rodillo no calienta").await;
        assert_snapshot!(marta.reads(), @"");
        assert_snapshot!(luis.reads(), @"");
        luis.presses("Aceptar").await;
        luis.says("/capacitacion 1 Cómo limpiar el rodillo").await;
        assert_snapshot!(luis.reads(), @"");
        luis.says("/solucionar 1 Cambié el fusor").await;
        luis.reads();
        ana.reads();
        assert_snapshot!(marta.reads(), @"");
        marta.presses("No").await;
        marta.gives("reject", "Sale una raya negra").await;
        assert_eq!(desk.newest().await.status, Status::Reopened, "C8");
        luis.says("/solucionar 1 Cambié también el tóner").await;
        luis.reads();
        marta.reads();
        marta.presses("Sí").await;
        marta.presses("5").await;
        marta.skips().await;
        assert_snapshot!(marta.reads(), @"");
        luis.reads();
        ana.reads();
        let ticket = desk.newest().await;
        assert_eq!(ticket.ending, Some(Ending::Authorised), "C8");
        assert_eq!(ticket.solution.as_deref(), Some("Cambié también el tóner"), "C9");
        assert_eq!((ticket.level, ticket.promise_level), (2, Some(1)), "C6");
    });
}

#[test]
fn c1_what_is_reported_and_what_the_desk_finds_are_both_registered_and_told_apart() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let luz = desk.staff("Luz", Role::Supervisor, &[]).await;
        let marta = desk.requester("Marta");
        opens(&marta, "Necesito mover mi computador").await;
        assert_snapshot!(ana.reads(), @"");
        marta.reads();
        ana.says("/registrar").await;
        ana.fills(&[("source", "Lo encontró la mesa")]).await;
        if ana.network() == ChannelKind::Telegram {
            ana.presses("Para nadie en particular").await;
        }
        // C5: the desk needs no guidance for what it found.
        ana.fills(&[
            ("description", "El disco de la sala 3 está por llenarse"),
            ("category", "Computador o portátil"),
            ("details", "No lo sé"),
            ("place", "Sala 3"),
            ("impact", "A mi área"),
            ("urgency", "Sí, sin problema"),
        ])
        .await;
        assert_snapshot!(ana.reads(), @"");
        ana.presses("Registrar").await;
        assert_snapshot!(ana.reads(), @"");
        luz.says("/informe").await;
        assert_snapshot!(luz.reads(), @"");
    });
}

#[test]
fn c2_what_belongs_to_another_procedure_is_sent_there_at_once() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let luz = desk.staff("Luz", Role::Supervisor, &[]).await;
        let marta = desk.requester("Marta");
        reports(&marta, "No me deja entrar al sistema de nómina", "Sistemas de información").await;
        assert_snapshot!(marta.reads(), @"");
        let ticket = desk.newest().await;
        assert_eq!((ticket.status, ticket.ending), (Status::NotManaged, Some(Ending::Routed)));
        assert_eq!((ticket.queue_rank, ticket.warn_at), (None, None), "nobody has to take it");
        assert_eq!(ana.reads(), "", "no group is told");
        ana.says("/caso 1").await;
        if marta.network() == ChannelKind::Telegram {
            assert_snapshot!(ana.reads(), @"");
        } else {
            assert_snapshot!(ana.reads(), @"");
        }
        luz.says("/informe").await;
        assert_snapshot!(luz.reads(), @"");
        marta.says("/miscasos").await;
        assert_snapshot!(marta.reads(), @"");
    });
}

#[test]
fn c2_what_a_command_says_whole_is_sent_on_without_a_question() {
    in_every_pairing_on(&cvc(), async |desk| {
        let marta = desk.requester("Marta");
        marta.says("/nuevo [redes] No tengo red en el piso 4").await;
        assert_snapshot!(marta.reads(), @"");
        assert_eq!(desk.newest().await.ending, Some(Ending::Routed));
    });
}

#[test]
fn c2_a_technician_sends_on_what_came_in_wrong_and_the_requester_learns_where_to_go() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        opens(&marta, "No hay internet en mi puesto").await;
        ana.presses("Aceptar").await;
        marta.reads();
        ana.reads();
        ana.says("/nogestionar 1").await;
        assert_snapshot!(ana.reads(), @"");
        ana.presses("Es de otro procedimiento…").await;
        assert_snapshot!(ana.reads(), @"");
        ana.presses("Atrás").await;
        ana.presses("Es de otro procedimiento…").await;
        ana.presses("Redes y telecomunicaciones").await;
        assert_snapshot!(ana.reads(), @"");
        assert_snapshot!(marta.reads(), @"");
        let ticket = desk.newest().await;
        assert_eq!((ticket.status, ticket.ending), (Status::NotManaged, Some(Ending::Routed)));
        assert!(history(desk).await.contains(&Event::Routed {
            route: "redes".into(),
            status: Status::NotManaged
        }));
    });
}

#[test]
fn c2_a_supervisor_sends_on_and_whoever_had_it_is_told() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let luz = desk.staff("Luz", Role::Supervisor, &["soporte"]).await;
        let marta = desk.requester("Marta");
        opens(&marta, "El sistema de nómina no abre").await;
        ana.presses("Aceptar").await;
        for person in [&ana, &luz, &marta] {
            person.reads();
        }
        luz.says("/caso 1").await;
        luz.presses("Remitir a otro procedimiento").await;
        luz.presses("Sistemas de información").await;
        luz.reads();
        let told = ana.reads();
        assert!(told.starts_with("El caso #1 (El sistema de nómina no abre) quedó remitido a «Soporte"), "{told}");
        assert!(marta.reads().contains("A dónde ir: escriba al grupo de Sistemas"));
    });
}

#[test]
fn c3_what_is_not_viable_ends_with_an_answer_that_says_why() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        opens(&marta, "Quiero que revisen mi computador personal").await;
        ana.reads();
        marta.reads();
        ana.says("/nogestionar 1").await;
        assert_snapshot!(ana.reads(), @"");
        ana.presses("No es equipo de la entidad").await;
        assert_snapshot!(ana.reads(), @"");
        assert_snapshot!(marta.reads(), @"");
        let ticket = desk.newest().await;
        assert_eq!((ticket.status, ticket.ending), (Status::NotManaged, Some(Ending::NotManaged)));
    });
}

#[test]
fn c4_a_case_is_opened_with_a_priority_and_promised_by_it() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let urgent = [("place", "Piso 2"), ("impact", "A toda la entidad"), ("urgency", "No puedo trabajar")];
        marta.says("Nadie puede imprimir nada").await;
        marta.presses("Abrir caso").await;
        let mut answers = vec![("category", "Instalar o mover un equipo")];
        answers.extend(urgent);
        marta.fills(&answers).await;
        assert!(marta.reads().contains("Prioridad: Crítica"));
        marta.presses("Registrar").await;
        let ticket = desk.newest().await;
        assert_eq!(ticket.priority, Priority::Critical);
        let own = ticket.own_due_at.since(ticket.created_at);
        assert_eq!((own, ticket.resolve_due_at.unwrap().since(ticket.created_at)), (15 * MINUTE, 2 * HOUR));
        assert!(ana.reads().contains("Prioridad Crítica"));
        marta.reads();
        opens(&marta, "Necesito mover mi escritorio").await;
        let ticket = desk.newest().await;
        assert_eq!(ticket.priority, Priority::Medium);
        let own = ticket.own_due_at.since(ticket.created_at);
        assert_eq!(own, HOUR);
        assert!(ana.reads().contains("Prioridad Media"));
        marta.reads();
    });
}

#[test]
fn c5_what_guidance_solves_is_registered_and_closed_at_once() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let luz = desk.staff("Luz", Role::Supervisor, &[]).await;
        let marta = desk.requester("Marta");
        reports(&marta, "Mi pantalla no enciende", "Pantalla, teclado o mouse").await;
        assert_snapshot!(marta.reads(), @"");
        marta.presses("Sí").await;
        assert_snapshot!(marta.reads(), @"");
        let ticket = desk.newest().await;
        assert_eq!((ticket.status, ticket.ending), (Status::Closed, Some(Ending::SelfHelp)));
        let step = "Desconecte el cable, conéctelo en otro puerto y espere unos segundos.";
        assert_eq!(ticket.solution.as_deref(), Some(step));
        let helped = Event::SelfHelped { step: 1, text: step.into() };
        assert!(history(desk).await.contains(&helped));
        assert_eq!(ana.reads(), "", "nobody need take it");
        desk.passes(72 * HOUR).await;
        assert_eq!((ana.reads(), marta.reads()), (String::new(), String::new()));
        luz.says("/informe").await;
        assert_snapshot!(luz.reads(), @"");
        marta.says("/sla 1").await;
        assert_snapshot!(marta.reads(), @"");
    });
}

#[test]
fn c5_guidance_goes_back_is_answered_in_words_and_survives_an_interruption() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        reports(&marta, "El correo no abre", "Correo y ofimática").await;
        marta.reads();
        marta.says("todavía no").await;
        assert_snapshot!(marta.reads(), @"");
        marta.says("/idioma").await;
        marta.presses("Español").await;
        marta.presses("Atrás").await;
        let back = marta.reads();
        assert!(back.contains("(paso 1 de 2)"), "{back}");
        marta.says("Dice que no hay conexión").await;
        assert_snapshot!(marta.reads(), @"");
        marta.presses("Atrás").await;
        let back = marta.reads();
        assert!(back.starts_with("¿De qué se trata?") || back.is_empty(), "{back}");
        reports_again(&marta, "Correo y ofimática").await;
        marta.presses("No, sigamos").await;
        marta.presses("Pasar a un técnico").await;
        goes_on(&marta).await;
        marta.reads();
        let ticket = desk.newest().await;
        assert_eq!(ticket.description, "El correo no abre\nDice que no hay conexión");
        assert!(history(desk).await.contains(&Event::SelfHelpTried { steps: 1 }));
        let card = ana.reads();
        assert!(card.contains("Ya intentó:\n1. Cierre todas las ventanas"), "{card}");
        assert!(!card.contains("2. Si es el correo"), "what was left out was not tried: {card}");
    });
}

/// They say again what it is about.
async fn reports_again(person: &Person<'_>, category: &str) {
    person.fills(&[("category", category)]).await;
}

#[test]
fn c5_what_is_registered_for_somebody_else_needs_no_guidance() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta Gómez");
        marta.says("hola").await;
        marta.reads();
        ana.says("/registrar").await;
        ana.fills(&[("source", "Por teléfono"), ("person", "marta")]).await;
        let label = ana.reads();
        let label = label.split('[').nth(1).and_then(|rest| rest.split(']').next()).unwrap().to_owned();
        ana.presses(&label).await;
        ana.fills(&[
            ("description", "El mouse no responde"),
            ("category", "Pantalla, teclado o mouse"),
            ("place", "Piso 2"),
            ("impact", "Solo a esa persona"),
            ("urgency", "Con dificultad"),
        ])
        .await;
        ana.presses("Registrar").await;
        let told = ana.reads();
        assert!(told.contains("Origen: correctivo, por teléfono · Registró: Ana"), "{told}");
        marta.reads();
        let ticket = desk.newest().await;
        assert_eq!((ticket.status, ticket.ending), (Status::New, None));
        assert_eq!(history(desk).await.len(), 1, "nothing was tried");
    });
}

#[test]
fn c5_c2_people_are_guided_and_sent_on_in_their_own_language() {
    in_every_pairing_on(&cvc(), async |desk| {
        let marta = desk.stranger("Mary", "en");
        marta.says("My screen is black").await;
        marta.presses("Open ticket").await;
        let mut answers = vec![("category", "Screen, keyboard or mouse")];
        if marta.network() == ChannelKind::Discord {
            answers.extend([("place", "Floor 2"), ("impact", "Only me"), ("urgency", "With difficulty")]);
        }
        marta.fills(&answers).await;
        assert_snapshot!(marta.reads(), @"");
        marta.says("yes").await;
        assert_snapshot!(marta.reads(), @"");
        marta.says("/new [redes] No network").await;
        assert_snapshot!(marta.reads(), @"");
    });
}

#[test]
fn c6_corrective_maintenance_is_its_own_procedure_and_the_requester_is_told_so() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        opens(&marta, "El portátil se apaga").await;
        ana.presses("Aceptar").await;
        marta.reads();
        let card = ana.reads();
        assert!(card.contains("[Pasar a Mantenimiento correctivo]"), "{card}");
        ana.presses("Pasar a Mantenimiento correctivo").await;
        ana.gives("vendor-procedure", "Cambiar la batería").await;
        assert_snapshot!(ana.reads(), @"");
        assert_snapshot!(marta.reads(), @"");
        assert_eq!(desk.newest().await.status, Status::WithVendor);
        ana.says("/reanudar 1").await;
        assert_eq!(desk.newest().await.status, Status::InProgress);
        ana.reads();
        marta.reads();
    });
}

#[test]
fn c6_the_next_level_is_told_when_the_first_does_not_solve_it_in_time() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let luis = desk.staff("Luis", Role::Technician, &["nivel2"]).await;
        let marta = desk.requester("Marta");
        opens(&marta, "El portátil se apaga").await;
        ana.presses("Aceptar").await;
        desk.passes(8 * HOUR).await;
        assert_eq!(luis.reads(), "");
        desk.passes(24 * HOUR).await;
        let told = luis.reads();
        assert!(told.starts_with("El caso #1 (El portátil se apaga), que tiene Ana, sigue sin solución"), "{told}");
        ana.reads();
        marta.reads();
    });
}

#[test]
fn c7_training_is_recorded_while_working_and_after_solving_and_not_before_or_after() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        opens(&marta, "No sé combinar correspondencia").await;
        marta.reads();
        ana.reads();
        ana.says("/capacitacion 1 Combinar correspondencia").await;
        assert_snapshot!(ana.reads(), @"");
        ana.presses("Aceptar").await;
        ana.reads();
        marta.reads();
        ana.says("/capacitacion 1").await;
        ana.gives("training", "Combinar correspondencia").await;
        assert_snapshot!(ana.reads(), @"");
        assert_snapshot!(marta.reads(), @"");
        ana.says("/solucionar 1 Quedó enseñado").await;
        ana.says("/capacitacion 1 Y a imprimir sobres").await;
        ana.reads();
        marta.reads();
        let trained: Vec<Event> = history(desk)
            .await
            .into_iter()
            .filter(|event| matches!(event, Event::TrainingRecorded { .. }))
            .collect();
        let text = |text: &str| Event::TrainingRecorded { text: text.into() };
        assert_eq!(trained, [text("Combinar correspondencia"), text("Y a imprimir sobres")]);
        marta.presses("Sí").await;
        marta.presses("5").await;
        marta.skips().await;
        marta.says("/caso 1").await;
        let card = marta.reads();
        assert!(card.contains("Capacitación: Combinar correspondencia\nCapacitación: Y a imprimir sobres"), "{card}");
        ana.reads();
        ana.says("/capacitacion 1 Tarde").await;
        let refused = ana.reads();
        assert!(refused.starts_with("El caso #1 ya terminó."), "{refused}");
        marta.says("/capacitacion 1 Yo mismo").await;
        let refused = marta.reads();
        assert!(refused.starts_with("El comando /capacitacion es para el personal"), "{refused}");
    });
}

#[test]
fn c8_c9_who_is_not_satisfied_goes_back_to_support_and_the_answer_is_kept_and_received() {
    in_every_pairing_on(&cvc(), async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        opens(&marta, "Mover el computador a la oficina 12").await;
        ana.presses("Aceptar").await;
        ana.says("/solucionar 1 Quedó instalado en la oficina 12").await;
        marta.reads();
        ana.reads();
        marta.presses("No").await;
        marta.gives("reject", "Falta el teléfono").await;
        assert_eq!(desk.newest().await.status, Status::Reopened);
        let told = ana.reads();
        assert!(told.contains("vuelve a usted. Falta: Falta el teléfono"), "{told}");
        ana.says("/solucionar 1 Quedó el computador y el teléfono").await;
        ana.reads();
        let survey = marta.reads();
        assert!(survey.contains("«Quedó el computador y el teléfono»"), "{survey}");
        // Silence is taken as consent; the answer stays on the case and in their chat.
        desk.passes(8 * 24 * HOUR).await;
        let closed = marta.reads();
        assert!(closed.contains("el procedimiento PT.0720.19 da el caso por aceptado"), "{closed}");
        let ticket = desk.newest().await;
        assert_eq!(ticket.ending, Some(Ending::Silence));
        assert_eq!(ticket.solution.as_deref(), Some("Quedó el computador y el teléfono"));
        marta.says("/caso 1").await;
        assert!(marta.reads().contains("Solución: Quedó el computador y el teléfono"));
        ana.reads();
    });
}
