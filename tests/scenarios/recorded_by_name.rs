//! People known to the desk only by name (N1): recorded by the technician who registers for them,
//! and identified with an account only by a technician who knows them.

use insta::assert_snapshot;
use mesabot::{
    chat::Moment,
    domain::{channel::ChannelKind, source::Source},
    service::{Error, Result},
};

use super::register::OF_ANOTHER;
use crate::support::pairing::in_every_pairing;

#[test]
fn n1_an_unknown_requester_is_recorded_by_name() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        ana.says("/registrar Pedro").await;
        ana.fills(&[("source", "Por correo")]).await;
        assert_snapshot!(ana.reads(), @"
        No conozco a nadie que se llame Pedro. ¿Anoto el nombre? Si lo prefiere, escríbalo de otra forma.
        [Anotar a Pedro] [Atrás] [Cancelar]
        ");
        ana.presses("Atrás").await;
        ana.fills(&[("person", "Pedro Ruiz")]).await;
        assert_snapshot!(ana.reads(), @"
        No conozco a nadie que se llame Pedro Ruiz. ¿Anoto el nombre? Si lo prefiere, escríbalo de otra forma.
        [Anotar a Pedro Ruiz] [Atrás] [Cancelar]
        ");
        ana.presses("Anotar a Pedro Ruiz").await;
        // Before the first answer there is a way back; on Discord a form is open instead.
        if ana.network() == ChannelKind::Telegram {
            ana.presses("Atrás").await;
            ana.presses("Anotar a Pedro Ruiz").await;
        }
        ana.fills(&OF_ANOTHER).await;
        ana.presses("Registrar").await;
        assert_snapshot!(ana.reads(), @"
        Registré el caso #1 para Pedro Ruiz. No tengo cómo escribirle: por favor, cuénteselo usted.
        ---
        Así quedaría el caso de Pedro Ruiz:
        Descripción: El computador no enciende
        Categoría: Equipo, red o sistema
        Detalles: Placa 1234
        Lugar: Piso 2
        Afecta: Solo a esa persona
        ¿Puede trabajar?: Con dificultad
        Prioridad: Baja
        Origen: por correo

        ¿Lo registro?
        [Registrar] [Atrás] [Cancelar]
        ---
        Caso #1 · El computador no enciende
        Estado: Nueva
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Pedro Ruiz · Piso 2
        Origen: por correo · Registró: Ana
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 8:15 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «El computador no enciende»
        Detalles: Placa 1234
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Pasar al proveedor]
        ");
        // The second time Pedro is a known person.
        ana.says("/registrar ruiz pedro").await;
        ana.fills(&[("source", "En persona")]).await;
        assert_snapshot!(ana.reads(), @"
        ¿A cuál se refiere? Si no es ninguna de estas personas, anoto el nombre.
        [Pedro Ruiz · Piso 2] [Anotar a ruiz pedro] [Atrás] [Cancelar]
        ");
        ana.presses("Pedro Ruiz · Piso 2").await;
        ana.fills(&OF_ANOTHER).await;
        ana.presses("Registrar").await;
        let messages = ana.reads();
        assert!(messages.contains("Origen: en persona · Registró: Ana"), "{messages}");
        let ticket = desk.newest().await;
        assert_eq!((ticket.number.0, ticket.source), (2, Source::InPerson));
    });
}

#[test]
fn n1_a_person_recorded_by_name_is_told_after_identification() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        ana.says("/registrar Pedro Ruiz").await;
        ana.fills(&[("source", "Por teléfono")]).await;
        ana.presses("Anotar a Pedro Ruiz").await;
        ana.fills(&OF_ANOTHER).await;
        ana.presses("Registrar").await;
        ana.reads();
        let pedro = desk.requester("Pedro Ruíz");
        pedro.says("hola").await;
        pedro.reads();
        pedro.says("/miscasos").await;
        assert_snapshot!(pedro.reads(), @"Usted no ha abierto casos. Escríbame qué necesita y abro uno.");
        let asked = ana.reads();
        let network = if pedro.network() == ChannelKind::Discord { "Discord" } else { "Telegram" };
        assert_snapshot!(asked.replace(&format!("por {network}"), "por su red"), @"
        Pedro Ruíz acaba de escribirme por primera vez, por su red. ¿Es la misma persona para quien usted registró el caso #1 (El computador no enciende)? Diga que sí solo si lo sabe: podrá ver sus casos.
        [Sí, es la misma] [No es la misma]
        ");
        // Any person can have this name, but only the registering technician may confirm.
        let luis = desk.technician("Luis").await;
        let pressed = &luis.pressing(&ana.holds("Sí, es la misma"));
        let moment = Moment { now: mesabot::clock::Clock::now(&*desk.clock), disk_low: false };
        let handled: Result<()> = desk
            .app
            .database
            .write(|tx| {
                Box::pin(async move {
                    mesabot::chat::handle(tx, &desk.app.desk, pressed, moment).await?;
                    Ok::<_, Error>(())
                })
            })
            .await;
        handled.unwrap();
        desk.settle().await;
        assert_snapshot!(luis.reads(), @"Eso lo confirma quien registró el caso.");
        assert_eq!(pedro.reads(), "", "no accounts were merged");
        ana.presses("Sí, es la misma").await;
        assert_snapshot!(ana.reads(), @"
        Listo: los casos de Pedro Ruíz quedaron en su cuenta y se lo conté.
        ---
        ✎ Caso #1 · El computador no enciende
        Estado: Nueva
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Pedro Ruíz · Piso 2
        Origen: por teléfono · Registró: Ana
        Grupo: Mesa de ayuda
        Aceptar a más tardar el lunes 2 de marzo a las 8:15 a. m.
        Solucionar a más tardar el lunes 2 de marzo a las 8:30 a. m.
        «El computador no enciende»
        Detalles: Placa 1234
        [Aceptar]
        [Suspender] [Escalar]
        [Responder] [Nota interna]
        [Pasar al proveedor]
        ");
        assert_snapshot!(pedro.reads(), @"
        Antes de que usted me escribiera, la mesa de ayuda registró un caso a su nombre. Con /miscasos lo puede consultar.
        ---
        Caso #1 · El computador no enciende
        Estado: Nueva
        Quedó registrado. Lo atenderá el equipo de Mesa de ayuda. Le contestamos a más tardar el lunes 2 de marzo a las 8:15 a. m. Esperamos solucionarlo a más tardar el lunes 2 de marzo a las 8:30 a. m.
        [Responder]
        [Retirar]
        ");
        ana.presses("Sí, es la misma").await;
        assert_snapshot!(ana.reads(), @"Esa pregunta ya pasó. Siga con la más reciente, o escriba /ayuda.");
        // A later account with the same name starts without tickets.
        let namesake = desk.requester("Pedro Ruiz");
        namesake.says("/miscasos").await;
        assert_snapshot!(namesake.reads(), @"Usted no ha abierto casos. Escríbame qué necesita y abro uno.");
        assert_eq!(ana.reads(), "");
    });
}

#[test]
fn n1_a_namesake_stays_a_separate_person() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        ana.says("/registrar Pedro Ruiz").await;
        ana.fills(&[("source", "Ya lo atendí")]).await;
        ana.presses("Anotar a Pedro Ruiz").await;
        let mut answers = OF_ANOTHER.to_vec();
        answers.push(("solution", "Cambié el cable de poder"));
        ana.fills(&answers).await;
        ana.presses("Registrar").await;
        assert_snapshot!(ana.reads_beside_the_question(), @"
        Registré el caso #1 para Pedro Ruiz con lo que usted hizo. No tengo cómo escribirle: por favor, cuénteselo usted.
        ---
        Caso #1 · El computador no enciende
        Estado: Resuelta
        Equipo, red o sistema · Incidente · Prioridad Baja
        Solicita: Pedro Ruiz · Piso 2
        Origen: ya atendido · Registró: Ana
        Atiende: Ana
        «El computador no enciende»
        Detalles: Placa 1234
        Solución: Cambié el cable de poder
        [Responder] [Nota interna]
        ");
        let namesake = desk.requester("Pedro Ruiz");
        namesake.says("/miscasos").await;
        namesake.reads();
        ana.presses("No es la misma").await;
        ana.reads();
        namesake.says("/miscasos").await;
        assert_snapshot!(namesake.reads(), @"Usted no ha abierto casos. Escríbame qué necesita y abro uno.");
        // The identified person is asked for a verdict, like every requester with a solution.
        ana.presses("Sí, es la misma").await;
        ana.reads();
        assert_snapshot!(namesake.reads(), @"
        Antes de que usted me escribiera, la mesa de ayuda registró un caso a su nombre. Con /miscasos lo puede consultar.
        ---
        Caso #1 · El computador no enciende
        Ana dio esta solución:
        «Cambié el cable de poder»

        ¿Quedó solucionado? Si no nos cuenta, el caso se cierra el martes 3 de marzo a las 8:00 a. m.
        [Sí] [No]
        ");
    });
}
