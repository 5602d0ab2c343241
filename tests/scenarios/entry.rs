//! Getting in: strangers, invitations, languages, menus, and people who shut the desk out.

use insta::assert_snapshot;
use mesabot::domain::person::{Access, Role};

use crate::support::desk::{scenario, scenario_with};

#[tokio::test]
async fn g16_a_stranger_gets_one_neutral_sentence_and_a_code_opens_the_door() {
    scenario_with(Access::Invite, async |desk| {
        let marta = desk.stranger("Marta", "es");
        let mut told = Vec::new();
        for text in ["hola", "/start", "/caso 1", "/cola", "/start nada-de-nada"] {
            desk.says(&marta, text).await;
            told.push(marta.reads());
        }
        assert_snapshot!(told.join("\n"), @"
        Esta mesa de ayuda atiende a personas registradas. Pida un código a quien la administra y escríbame /start seguido del código.
        Esta mesa de ayuda atiende a personas registradas. Pida un código a quien la administra y escríbame /start seguido del código.
        Esta mesa de ayuda atiende a personas registradas. Pida un código a quien la administra y escríbame /start seguido del código.
        Esta mesa de ayuda atiende a personas registradas. Pida un código a quien la administra y escríbame /start seguido del código.
        Ese código no sirve: no existe, ya se usó o se venció. Pida uno nuevo a quien administra la mesa de ayuda.
        ");
        desk.presses_code(&marta, (marta.id, 1), "t:a:1").await;
        assert_snapshot!(marta.reads(), @"~ Esta mesa de ayuda atiende a personas registradas. Pida un código a quien la administra y escríbame /start seguido del código.");
        let code = desk.invite(Some(Role::Requester), &[]).await;
        desk.says(&marta, &format!("/start {code}")).await;
        assert_snapshot!(marta.reads(), @"Hola, Marta. Soy la mesa de ayuda. Escríbame qué pasa o qué necesita y abro un caso. Con /ayuda ve todo lo que puedo hacer.");
        let pedro = desk.stranger("Pedro", "en");
        desk.says(&pedro, &format!("/start {code}")).await;
        assert_snapshot!(pedro.reads(), @"That code does not work: it does not exist, was used or has expired. Ask whoever runs the help desk for a new one.");
    })
    .await;
}

#[tokio::test]
async fn an_invited_technician_gets_role_groups_and_menu() {
    scenario(async |desk| {
        let ana = desk.stranger("Ana", "es");
        let code = desk.invite(Some(Role::Technician), &["soporte", "impresion"]).await;
        desk.says(&ana, &format!("/start {code}")).await;
        assert_snapshot!(ana.reads(), @"Hola, Ana. Usted queda como técnico en Mesa de ayuda, Impresión y copiado. Con /ayuda ve sus comandos y con /cola los casos pendientes.");
        desk.says(&ana, "/ayuda").await;
        assert_snapshot!(ana.reads(), @"
        Esto es lo que puedo hacer
        Escríbame con sus palabras qué pasa o qué necesita y abro un caso. También puede usar estos comandos:
        /nuevo [categoría] texto — reportar algo o pedir algo
        /miscasos — ver sus casos
        /caso N — ver un caso
        /responder N texto — escribir a la otra parte de un caso
        /retirar N — retirar un caso que nadie ha tomado
        /sla N — ver los tiempos de un caso, paso a paso
        /cola — ver los casos en la cola
        /aceptar N — aceptar un caso
        /nota N texto — guardar una nota interna
        /suspender N texto — dejar un caso en espera
        /reanudar N — seguir con un caso en espera
        /escalar N [grupo] texto — pasar un caso a otro grupo
        /solucionar N texto — dar la solución de un caso
        /asignar N técnico — asignar un caso a alguien del grupo
        /idioma — cambiar de idioma
        /vincular texto — pedir un código para vincular su otra cuenta, o usarlo
        /ayuda — ver esta ayuda
        /cancelar — dejar lo que se está preguntando
        /start — saludar, o entrar con un código

        En un grupo, responda a la tarjeta de un caso con el comando, sin número.
        ");
        let menu = desk.menu_of(&ana);
        assert_snapshot!(menu, @"
        nuevo — reportar algo o pedir algo
        miscasos — ver sus casos
        caso — ver un caso
        responder — escribir a la otra parte de un caso
        retirar — retirar un caso que nadie ha tomado
        sla — ver los tiempos de un caso, paso a paso
        cola — ver los casos en la cola
        aceptar — aceptar un caso
        nota — guardar una nota interna
        suspender — dejar un caso en espera
        reanudar — seguir con un caso en espera
        escalar — pasar un caso a otro grupo
        solucionar — dar la solución de un caso
        asignar — asignar un caso a alguien del grupo
        idioma — cambiar de idioma
        vincular — pedir un código para vincular su otra cuenta, o usarlo
        ayuda — ver esta ayuda
        cancelar — dejar lo que se está preguntando
        start — saludar, o entrar con un código
        ");
        let code = desk.invite(None, &["soporte"]).await;
        desk.says(&ana, &format!("/start {code}")).await;
        assert_snapshot!(ana.reads(), @"Ese código no es para este chat. El de una persona se usa en privado, y el de un grupo se usa dentro del grupo.");
    })
    .await;
}

#[tokio::test]
async fn everybody_is_spoken_to_in_their_own_language() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let john = desk.stranger("John", "en-GB");
        desk.says(&john, "My mail does not open").await;
        assert_snapshot!(john.reads(), @"
        “My mail does not open”

        Shall I open a ticket with this?
        [Open ticket]
        [Cancel]
        ");
        desk.presses(&john, "Open ticket").await;
        desk.presses(&john, "E-mail and office software").await;
        for label in ["Main office", "Only me", "With difficulty"] {
            desk.presses(&john, label).await;
        }
        john.reads();
        desk.presses(&john, "Register").await;
        assert_snapshot!(john.reads(), @"
        ✎ This is how your ticket would read:
        Description: My mail does not open
        Category: E-mail and office software
        Place: Main office
        Affects: Only me
        Can you work?: With difficulty
        Priority: Low

        Shall I register it?
        ---
        Ticket #1 · My mail does not open
        Status: New
        It is registered. The Help desk team will attend to it: we will answer no later than today at 8:15 a.m. and expect to solve it no later than today at 8:30 a.m.
        [Reply]
        [Withdraw]
        ");
        ana.reads();
        desk.says(&ana, "/accept 1").await;
        john.reads();
        desk.says(&ana, "/suspend 1").await;
        desk.presses(&ana, "Falta un repuesto").await;
        assert_snapshot!(john.reads(), @"
        Your ticket #1 is on hold: “A spare part is missing”. We will tell you when we go on.
        ---
        ✎ Ticket #1 · My mail does not open
        Status: On hold
        It is on hold: A spare part is missing
        [Reply]
        ");
        desk.says(&ana, "/solve 1 Listo").await;
        ana.reads();
        assert_snapshot!(john.reads(), @"
        Ticket #1 · My mail does not open
        Ana gave this solution:
        “Listo”

        Is it solved? If we do not hear from you, the ticket closes tomorrow at 8:00 a.m.
        [Yes] [No]
        ---
        ✎ Ticket #1 · My mail does not open
        Status: Solved
        Ana gave a solution: Listo
        [Reply]
        ");
        desk.says(&john, "/idioma").await;
        assert_snapshot!(john.reads(), @"
        Which language shall I speak?
        [Español] [English]
        ");
        desk.presses(&john, "Español").await;
        assert_snapshot!(john.reads(), @"De acuerdo, seguimos en español.");
        assert!(desk.menu_of(&john).starts_with("nuevo"));
        desk.says(&john, "/help").await;
        assert_snapshot!(john.reads(), @"
        Esto es lo que puedo hacer
        Escríbame con sus palabras qué pasa o qué necesita y abro un caso. También puede usar estos comandos:
        /nuevo [categoría] texto — reportar algo o pedir algo
        /miscasos — ver sus casos
        /caso N — ver un caso
        /responder N texto — escribir a la otra parte de un caso
        /retirar N — retirar un caso que nadie ha tomado
        /sla N — ver los tiempos de un caso, paso a paso
        /idioma — cambiar de idioma
        /vincular texto — pedir un código para vincular su otra cuenta, o usarlo
        /ayuda — ver esta ayuda
        /cancelar — dejar lo que se está preguntando
        /start — saludar, o entrar con un código
        ");
    })
    .await;
}

#[tokio::test]
async fn g5_who_shut_the_desk_out_is_unreachable_and_the_technician_is_told() {
    scenario(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let number = desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        ana.reads();
        desk.says(&ana, "/aceptar 1").await;
        marta.reads();
        ana.reads();
        desk.emulator.blocks(marta.id);
        desk.settle().await;
        assert_snapshot!(ana.reads(), @"Marta ya no recibe nuestros mensajes, así que no le podemos avisar sobre el caso #1. Por favor, búsquele por otro medio.");
        desk.says(&ana, "/nota 1 Voy a su puesto").await;
        ana.reads();
        assert_eq!(marta.reads(), "");
        desk.emulator.unblocks(marta.id);
        desk.settle().await;
        desk.says(&ana, "/suspender 1 Falta el cable").await;
        ana.reads();
        assert_snapshot!(marta.reads(), @"
        Su caso #1 queda en espera: «Falta el cable». Le avisaremos cuando sigamos.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En espera
        Está en espera: Falta el cable
        [Responder]
        ");
        // This time the desk finds out only when it writes.
        desk.emulator.deactivates(marta.id);
        desk.says(&ana, "/reanudar 1").await;
        assert_snapshot!(ana.reads(), @"
        El caso #1 sigue en curso.
        ---
        ✎ Caso #1 · No abre el correo
        Estado: En curso (asignada)
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        Atiende: Ana
        Solucionar a más tardar hoy a las 8:30 a. m.
        «No abre el correo»
        [Solucionar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        ---
        Marta ya no recibe nuestros mensajes, así que no le podemos avisar sobre el caso #1. Por favor, búsquele por otro medio.
        ");
        let history = desk.history(number).await;
        assert_eq!(history.last().map(String::as_str), Some("unreachable"));
    })
    .await;
}
