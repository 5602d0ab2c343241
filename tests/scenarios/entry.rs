//! Access to the desk: strangers, invitations, languages, menus, and people who block the bot.

use insta::assert_snapshot;
use mesabot::domain::{
    channel::ChannelKind,
    person::{Access, Role},
};

use crate::support::pairing::{in_every_pairing, in_every_pairing_with};

#[test]
fn g16_a_stranger_gets_one_neutral_answer_until_a_valid_code() {
    in_every_pairing_with(Access::Invite, async |desk| {
        let marta = desk.stranger("Marta", "es");
        let mut messages = Vec::new();
        for text in ["hola", "/start", "/caso 1", "/cola", "/start nada-de-nada"] {
            marta.says(text).await;
            messages.push(marta.reads());
            // A person without access is answered once a minute.
            desk.passes(60_000).await;
        }
        assert_snapshot!(messages.join("\n"), @"
        Esta mesa de ayuda atiende a personas registradas. Pida un código a quien la administra y escríbame /start seguido del código.
        Esta mesa de ayuda atiende a personas registradas. Pida un código a quien la administra y escríbame /start seguido del código.
        Esta mesa de ayuda atiende a personas registradas. Pida un código a quien la administra y escríbame /start seguido del código.
        Esta mesa de ayuda atiende a personas registradas. Pida un código a quien la administra y escríbame /start seguido del código.
        Ese código no sirve: no existe, ya se usó o se venció. Pida uno nuevo a quien administra la mesa de ayuda.
        ");
        let code = desk.invite(Some(Role::Requester), &[]).await;
        marta.says(&format!("/start {code}")).await;
        assert_snapshot!(marta.reads(), @"Hola, Marta. Soy la mesa de ayuda. Escríbame qué pasa o qué necesita y abro un caso. Con /ayuda ve todo lo que puedo hacer.");
        let pedro = desk.stranger("Pedro", "en");
        pedro.says(&format!("/start {code}")).await;
        assert_snapshot!(pedro.reads(), @"That code does not work: it does not exist, was used or has expired. Ask whoever runs the help desk for a new one.");
    });
}

#[test]
fn an_invited_technician_gets_role_groups_and_menu() {
    in_every_pairing(async |desk| {
        let ana = desk.stranger("Ana", "es");
        let code = desk.invite(Some(Role::Technician), &["soporte", "impresion"]).await;
        ana.says(&format!("/start {code}")).await;
        assert_snapshot!(ana.reads(), @"Hola, Ana. Usted queda como técnico en Mesa de ayuda, Impresión y copiado. Con /ayuda ve sus comandos y con /cola los casos pendientes.");
        ana.says("/ayuda").await;
        let read = ana.reads();
        let (commands, in_groups) = read.rsplit_once("\n\n").unwrap();
        // On Discord commands are chosen from a list, and never as a reply to a message.
        let advice = match ana.network() {
            ChannelKind::Discord => {
                "En un canal, use los comandos con el número del caso; la respuesta la lee solo usted."
            }
            _ => "En un grupo, responda a la tarjeta de un caso con el comando, sin número.",
        };
        assert_eq!(in_groups, advice);
        assert_snapshot!(commands, @"
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
        /escalar N [grupo] texto — pasar un caso a otro grupo o a una persona
        /proveedor N texto — dejar un caso en manos de soporte externo
        /solucionar N texto — dar la solución de un caso
        /capacitacion N texto — registrar en qué se capacitó a quien pidió un caso
        /asignar N técnico — asignar un caso a alguien del grupo
        /prioridad N prioridad — cambiar la prioridad de un caso
        /categoria N [categoría] — cambiar la categoría de un caso
        /seguir N — seguir un caso ajeno, o dejar de seguirlo
        /registrar persona — registrar lo que alguien pidió por teléfono, correo o en persona, o lo que ya se atendió
        /idioma — cambiar de idioma
        /vincular — pedir un código para vincular su otra cuenta, o usarlo
        /desvincular — separar cuentas vinculadas
        /ayuda — ver esta ayuda
        /cancelar — dejar lo que se está preguntando
        /start — saludar, o entrar con un código
        ");
        if let Some(menu) = ana.menu() {
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
            escalar — pasar un caso a otro grupo o a una persona
            proveedor — dejar un caso en manos de soporte externo
            solucionar — dar la solución de un caso
            capacitacion — registrar en qué se capacitó a quien pidió un caso
            asignar — asignar un caso a alguien del grupo
            prioridad — cambiar la prioridad de un caso
            categoria — cambiar la categoría de un caso
            seguir — seguir un caso ajeno, o dejar de seguirlo
            registrar — registrar lo que alguien pidió por teléfono, correo o en persona, o lo que ya se atendió
            idioma — cambiar de idioma
            vincular — pedir un código para vincular su otra cuenta, o usarlo
            desvincular — separar cuentas vinculadas
            ayuda — ver esta ayuda
            cancelar — dejar lo que se está preguntando
            start — saludar, o entrar con un código
            ");
        }
        let code = desk.invite(None, &["soporte"]).await;
        ana.says(&format!("/start {code}")).await;
        assert_snapshot!(ana.reads(), @"Ese código no es para este chat. El de una persona se usa en privado, y el de un grupo se usa dentro del grupo.");
    });
}

#[test]
fn each_person_is_answered_in_their_language() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let john = desk.stranger("John", "en-GB");
        // A message on Discord does not carry the app's language; the first command does.
        john.says("/start").await;
        assert_snapshot!(john.reads(), @"Hello, John. I am the help desk. Tell me what is wrong or what you need and I will open a ticket. /help shows everything I can do.");
        john.says("My mail does not open").await;
        assert_snapshot!(john.reads(), @"
        “My mail does not open”

        Shall I open a ticket with this?
        [Open ticket] [Cancel]
        ");
        john.presses("Open ticket").await;
        let answers = [
            ("category", "E-mail and office software"),
            ("place", "Main office"),
            ("impact", "Only me"),
            ("urgency", "With difficulty"),
        ];
        john.fills(&answers).await;
        john.reads();
        john.presses("Register").await;
        assert_snapshot!(john.reads(), @"
        Ticket #1 · My mail does not open
        Status: New
        It is registered. The Help desk team will attend to it. We will answer by Monday 2 March at 8:15 a.m. We expect to resolve it by Monday 2 March at 8:30 a.m.
        [Reply]
        [Withdraw]
        ");
        ana.reads();
        ana.says("/accept 1").await;
        john.reads();
        ana.says("/suspend 1").await;
        ana.presses("Falta un repuesto").await;
        assert_snapshot!(john.reads(), @"
        Your ticket #1 is on hold: “A spare part is missing”. We will tell you when we go on.
        ---
        ✎ Ticket #1 · My mail does not open
        Status: On hold
        It is on hold: A spare part is missing
        [Reply]
        ");
        ana.says("/solve 1 Listo").await;
        ana.reads();
        assert_snapshot!(john.reads(), @"
        Ticket #1 · My mail does not open
        Ana gave this solution:
        “Listo”

        Is it solved? If we do not hear from you, the ticket closes Tuesday 3 March at 8:00 a.m.
        [Yes] [No]
        ---
        ✎ Ticket #1 · My mail does not open
        Status: Solved
        Ana gave a solution: Listo
        [Reply]
        ");
        john.says("/idioma").await;
        assert_snapshot!(john.reads(), @"
        Which language shall I speak?
        [Español] [English]
        ");
        john.presses("Español").await;
        assert_snapshot!(john.reads(), @"De acuerdo, seguimos en español.");
        assert!(john.menu().is_none_or(|menu| menu.starts_with("nuevo")));
        john.says("/help").await;
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
        /vincular — pedir un código para vincular su otra cuenta, o usarlo
        /desvincular — separar cuentas vinculadas
        /ayuda — ver esta ayuda
        /cancelar — dejar lo que se está preguntando
        /start — saludar, o entrar con un código
        ");
    });
}

#[test]
fn g5_the_technician_is_told_of_an_unreachable_requester() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let number = desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        ana.reads();
        ana.says("/aceptar 1").await;
        marta.reads();
        ana.reads();
        // Telegram tells the desk of a block at once; on Discord the desk finds out when it writes.
        marta.shuts_out().await;
        ana.says("/suspender 1 Falta el cable").await;
        let messages = ana.reads();
        let lost = "Marta ya no recibe nuestros mensajes, así que no le podemos avisar sobre el caso \
                    #1. Por favor, búsquele por otro medio.";
        assert_eq!(messages.matches(lost).count(), 1, "{messages}");
        ana.says("/nota 1 Voy a su puesto").await;
        assert_snapshot!(ana.reads(), @"Guardé la nota en el caso #1.");
        assert!(!marta.reads().contains("Su caso #1 queda en espera"));
        // A person who unblocks the bot and writes is notified again.
        marta.lets_in().await;
        marta.says("/miscasos").await;
        marta.reads();
        ana.says("/reanudar 1").await;
        ana.reads();
        assert!(marta.reads().starts_with("Seguimos con su caso #1."));
        // This time the desk finds out only when it writes, on either network.
        marta.disappears();
        ana.says("/suspender 1 Falta el cable").await;
        let messages = ana.reads();
        assert!(
            messages.starts_with("El caso #1 queda en espera: «Falta el cable»."),
            "{messages}"
        );
        assert_eq!(messages.matches(lost).count(), 1, "{messages}");
        // Whether the card was edited before as well depends on how fast the network refuses.
        let card = &messages[messages.rfind('✎').expect("its card is edited")..];
        assert_snapshot!(card, @"
        ✎ Caso #1 · No abre el correo
        Estado: En espera
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Marta · Piso 2
        No recibe mensajes nuestros: búsquele por otro medio.
        Origen: por chat
        Atiende: Ana
        En espera: Falta el cable
        «No abre el correo»
        [Solucionar]
        [Reanudar] [Escalar]
        [Responder] [Nota interna]
        ");
        marta.reads();
        let history = desk.history(number).await;
        assert_eq!(history.last().map(String::as_str), Some("unreachable"));
    });
}
