//! A made-up procedure, a school's: two groups, one level, no survey. The test takes its text from
//! docs/procedures.md and writes it to a file as an operator would.

use std::fs;

use insta::assert_snapshot;
use mesabot::{
    chat::{
        commands::{self, CATALOGUE},
        outgoing::Audience,
        view::help::menu,
    },
    config::{Config, Sources, check, procedure},
    domain::{
        ending::Ending, id::TicketNumber, locale::Locale, person::Role, procedure::Procedure,
        status::Status,
    },
};

use super::history;
use crate::support::pairing::in_every_pairing_on;

/// The procedure as docs/procedures.md has it, loaded from a file by the operator's own setting.
fn school() -> Procedure {
    let paper = fs::read_to_string("docs/procedures.md").unwrap();
    let (_, rest) =
        paper.split_once("<!-- school -->\n```toml\n").expect("the page has the procedure");
    let (text, _) = rest.split_once("```\n<!-- /school -->").expect("the page ends the procedure");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("colegio.toml");
    fs::write(&path, text).unwrap();
    let named = [("MESABOT_PROCEDURE", path.to_str().unwrap())];
    let sources = || Sources::new(folder.path()).variables(named);
    let checked = check(sources()).to_string();
    let fine = "Configuration is fine: procedure colegio (2 categories, 2 groups), database sqlite://mesabot.db, telegram: off, discord: off";
    assert_eq!(checked, fine);
    Config::load(sources()).expect("the procedure is valid").procedure
}

#[test]
fn a_school_works_by_the_documented_file_alone() {
    in_every_pairing_on(&school(), async |desk| {
        let eva = desk.staff("Eva", Role::Technician, &["sistemas"]).await;
        let raul = desk.staff("Raúl", Role::Technician, &["mantenimiento"]).await;
        let marta = desk.requester("Marta");
        marta.says("Se dañó la chapa de la puerta").await;
        marta.presses("Abrir caso").await;
        let answers = [
            ("category", "Un arreglo en el salón"),
            ("salon", "999"),
            ("place", "Bloque B"),
            ("impact", "A mi área"),
            ("urgency", "Con dificultad"),
        ];
        let mut left = marta.fills_some(&answers).await;
        assert_snapshot!(marta.reads(), @"
        El número es muy grande: escriba 420 o menos.

        ¿En qué salón?
        [Atrás] [Cancelar]
        ");
        left.push(("salon", "204"));
        marta.fills(&left).await;
        marta.presses("Registrar").await;
        marta.reads();
        assert_eq!(eva.reads(), "", "the ticket belongs to mantenimiento");
        assert_snapshot!(raul.reads(), @"
        Caso #1 · Se dañó la chapa de la puerta
        Estado: Recibido
        Un arreglo en el salón · Requerimiento · Prioridad Media
        Solicita: Marta · Bloque B
        Origen: por chat
        Grupo: Mantenimiento
        Aceptar a más tardar el lunes 2 de marzo a las 9:00 a. m.
        Solucionar a más tardar el martes 3 de marzo a las 8:00 a. m.
        «Se dañó la chapa de la puerta»
        Salón: 204
        [Aceptar]
        [Responder] [Nota interna]
        ");
        raul.presses("Aceptar").await;
        // A step that the school does not use has no button.
        assert_snapshot!(raul.reads(), @"
        El caso #1 es suyo.
        ---
        ✎ Caso #1 · Se dañó la chapa de la puerta
        Estado: En arreglo
        Un arreglo en el salón · Requerimiento · Prioridad Media
        Solicita: Marta · Bloque B
        Origen: por chat
        Atiende: Raúl
        Solucionar a más tardar el martes 3 de marzo a las 8:00 a. m.
        «Se dañó la chapa de la puerta»
        Salón: 204
        [Solucionar]
        [Responder] [Nota interna]
        ");
        marta.reads();
        // The commands of unused steps are refused, with and without a number, before any question.
        for command in ["/escalar", "/suspender", "/proveedor", "/nogestionar"] {
            raul.says(&format!("{command} 1")).await;
            assert_snapshot!(raul.reads(), @"El procedimiento del caso #1 no tiene ese paso. Con /caso 1 ve qué se puede hacer.");
            raul.says(command).await;
            assert_snapshot!(raul.reads(), @"El procedimiento de esta mesa de ayuda no tiene ese paso. Con /caso y el número ve qué se puede hacer.");
        }
        // The ticket closes with its solution, and the requester gets no survey.
        raul.says("/solucionar 1 Cambié la chapa").await;
        assert_snapshot!(marta.reads(), @"
        Su caso #1 (Se dañó la chapa de la puerta) quedó solucionado y cerrado: en esta mesa de ayuda los casos se cierran al darles solución.
        Solución: Cambié la chapa
        Si no quedó bien, abra un caso relacionado.
        [Abrir caso relacionado]
        ---
        ✎ Caso #1 · Se dañó la chapa de la puerta
        Estado: Terminado
        Solución: Cambié la chapa
        [Abrir caso relacionado]
        ");
        raul.reads();
        let ticket = desk.newest().await;
        assert_eq!((ticket.status, ticket.ending), (Status::Closed, Some(Ending::NoSurvey)));
        assert_snapshot!(history(desk, TicketNumber(1)).await, @r#"
        03-02 08:00 Marta: opened {"kind":"opened","group":"mantenimiento","follow_up_of":null}
        03-02 08:00 Raúl: accepted {"kind":"accepted"}
        03-02 08:00 Raúl: solved {"kind":"solved","solution":"Cambié la chapa","close_at":null}
        03-02 08:00 Raúl: closed {"kind":"closed","ending":"no_survey"}
        "#);
    });
}

#[test]
fn help_and_menus_omit_commands_the_procedure_does_not_use() {
    let school = school();
    let absent = |procedure: &Procedure| -> Vec<&str> {
        let has: Vec<_> = commands::of(procedure).collect();
        let lacks = CATALOGUE.iter().filter(|command| !has.contains(command));
        lacks.map(|command| command.spanish).collect()
    };
    let named =
        |name| procedure::named(name, &Sources::new(".")).expect("the procedure is shipped");
    assert_eq!(
        absent(&school),
        [
            "suspender",
            "reanudar",
            "visita",
            "escalar",
            "proveedor",
            "subcaso",
            "equipo",
            "nogestionar"
        ]
    );
    assert_eq!(absent(&named("uspec")), ["visita", "subcaso", "equipo", "nogestionar"]);
    assert_eq!(absent(&named("victimas")), ["visita"]);
    assert_eq!(absent(&named("narino")), ["subcaso", "equipo", "nogestionar"]);
    assert_eq!(absent(&named("cvc")), ["suspender", "visita", "subcaso", "equipo"]);
    let menu = menu(commands::of(&school), Audience::Administrator, Locale::Es);
    assert!(menu.iter().all(|line| line.name != "visita"), "{menu:?}");
    assert!(menu.iter().any(|line| line.name == "aceptar"), "{menu:?}");
    in_every_pairing_on(&school, async |desk| {
        let eva = desk.staff("Eva", Role::Technician, &["sistemas"]).await;
        eva.says("/ayuda").await;
        let help = eva.reads();
        assert!(help.contains("/aceptar N"), "{help}");
        assert!(!help.contains("/visita") && !help.contains("/escalar"), "{help}");
    });
}
