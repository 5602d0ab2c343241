//! Every sentence in which a shipped procedure claims to speak for its norm, with the words of the
//! published text that support it. All other texts are the desk's own choice. Deliberately absent:
//! names of statuses and groups, which `coverage` ties to the rules.

use std::fs;

/// A sentence of a procedure file that names the norm.
struct Quote {
    procedure: &'static str,
    /// Part of the Spanish sentence.
    said: &'static str,
    /// The words of the published text.
    text: &'static str,
}

const QUOTES: [Quote; 4] = [
    Quote {
        procedure: "uspec",
        said: "el procedimiento A3-PR-01 da máximo 1 día para evaluar el servicio, que esta mesa",
        text: "Tiempo de Validación. Tiempo en el cual el usuario deberá evaluar el servicio \
               brindado. Será máximo de 1 día.",
    },
    Quote {
        procedure: "uspec",
        said: "en esta categoría el procedimiento A3-PR-01 no pide encuesta de satisfacción",
        text: "¿La solicitud se generó por inconvenientes con plataforma tecnológica u ofimática? \
               […] No: Continúa con la actividad 15.",
    },
    Quote {
        procedure: "uspec",
        said: "Por el procedimiento A3-PR-01, en la página solo actualizamos contenidos y secciones",
        text: "solo se atenderán aquellos relacionados con actualización de contenidos […] y de \
               secciones, mas no los relacionados con diseño y corrección de estilo.",
    },
    Quote {
        procedure: "victimas",
        said: "el procedimiento da tres días hábiles para responder la encuesta de satisfacción",
        text: "han pasado tres (3) días hábiles y el usuario no la diligenció",
    },
];

/// The norms' numbers, and the phrase by which a sentence claims to speak for one.
const CLAIMS: [&str; 3] = ["A3-PR-", "PT.0720", "el procedimiento"];

/// The Spanish sentences of a file that speak for the norm.
fn claims(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let spanish = lines.filter_map(|line| {
        let key = line.split(" = ").next()?;
        let is_spanish = key == "es" || key.ends_with(".es") || line.contains("es = \"");
        is_spanish.then_some(line)
    });
    spanish.filter(|line| CLAIMS.iter().any(|claim| line.contains(claim))).collect()
}

#[test]
fn every_sentence_that_names_a_norm_has_its_quote() {
    for procedure in ["uspec", "victimas", "narino", "cvc"] {
        let text = fs::read_to_string(format!("config/procedures/{procedure}.toml")).unwrap();
        let mut quotes: Vec<&Quote> = QUOTES.iter().filter(|q| q.procedure == procedure).collect();
        for line in claims(&text) {
            let supported = quotes.iter().position(|quote| line.contains(quote.said));
            let supported =
                supported.unwrap_or_else(|| panic!("{procedure}: no quote supports {line}"));
            assert!(!quotes.swap_remove(supported).text.is_empty());
        }
        let missing: Vec<&str> = quotes.iter().map(|quote| quote.said).collect();
        assert!(missing.is_empty(), "{procedure} no longer says {missing:?}");
    }
}

#[test]
fn claims_are_found_in_every_form_of_a_line() {
    let text = "es = \"Por el procedimiento A3-PR-01\"\nrule.es = \"así, PT.0720.19\"\n\
                # es = \"el procedimiento\"\nname = { es = \"el procedimiento\", en = \"x\" }\n\
                rule.en = \"el procedimiento\"";
    assert_eq!(claims(text).len(), 3);
}
