//! A request as a form: what one form can ask at once, and what it brought. Deliberately absent:
//! which question comes next.

use super::{
    ASSET, CATEGORY, DESCRIPTION, DETAILS, Field, IMPACT, NewTicket, PLACE, SOLUTION, URGENCY,
    categories,
};
use crate::{
    chat::{
        attached::file_field,
        outgoing::{FORM_FIELDS, FormChoice, FormField},
        question::{Choice, Options},
        shorten::clip,
        wording::Voice,
    },
    domain::priority::Degree,
};

impl NewTicket {
    /// What one form can ask at once: everything at the start, the details when they are asked.
    pub(super) fn form(
        &self,
        field: Field,
        voice: &Voice<'_>,
        options: &Options,
    ) -> Vec<FormField> {
        let written = |key: &str, value: &Option<String>| FormField {
            key: key.to_owned(),
            label: match key {
                CATEGORY | DETAILS | IMPACT | SOLUTION | ASSET => {
                    voice.text(&format!("form-{key}"))
                }
                _ => self.say(voice, &format!("form-{key}")),
            },
            value: value.clone(),
            optional: false,
            choices: vec![],
            ..FormField::default()
        };
        let chosen = |key: &str, value: Option<&str>, choices: Vec<Choice>| {
            let choice = |Choice { label, value }| FormChoice { label, value };
            let choices = choices.into_iter().map(choice).collect();
            FormField { choices, ..written(key, &value.map(str::to_owned)) }
        };
        let mut fields = match field {
            Field::Description | Field::Category => {
                let mut fields = vec![written(DESCRIPTION, &self.description)];
                // What was given with the command is not asked again.
                if self.category.is_none() {
                    fields.push(chosen(CATEGORY, None, categories(voice)));
                }
                fields
            }
            Field::Details => {
                let hint = Some(self.details_question(voice).to_plain());
                vec![FormField { optional: true, hint, ..written(DETAILS, &self.details) }]
            }
            Field::Filled => self.record_form(field, voice),
            Field::Report => return self.record_form(field, voice),
            Field::Place => vec![],
            Field::Solution => vec![written(SOLUTION, &None)],
            Field::Asset => return vec![FormField { optional: true, ..written(ASSET, &None) }],
            Field::SelfHelp | Field::Impact | Field::Urgency | Field::Summary => return vec![],
        };
        if field == Field::Filled && fields.is_empty() {
            return fields;
        }
        if self.place.is_none() && fields.len() < FORM_FIELDS {
            fields.push(written(PLACE, &options.place));
        }
        for (key, known) in [(IMPACT, self.impact), (URGENCY, self.urgency)] {
            if known.is_none() && fields.len() < FORM_FIELDS {
                fields.push(chosen(key, None, self.degrees(voice, key)));
            }
        }
        if field == Field::Details && self.asks_solution() && fields.len() < FORM_FIELDS {
            fields.push(written(SOLUTION, &None));
        }
        // Where there is no room for files they come in the chat, as everywhere.
        if fields.len() < FORM_FIELDS && fields.iter().all(|field| field.files == 0) {
            fields.push(file_field(voice));
        }
        fields
    }

    /// Takes what a form brought; what is not as it should be stays unknown and is asked again.
    pub(super) fn fill(&mut self, fields: Vec<(String, String)>, voice: &Voice<'_>) {
        let degree = |text: &str| Degree::ALL.into_iter().find(|degree| degree.as_str() == text);
        for (key, text) in fields {
            let text = text.trim();
            let given = Some(text.to_owned()).filter(|text| !text.is_empty());
            match key.as_str() {
                DESCRIPTION => self.description = given,
                CATEGORY => self.category = voice.procedure.category(text).map(|c| c.key.clone()),
                // Whoever writes what the button says means the button.
                DETAILS if text.eq_ignore_ascii_case(&voice.text("button-no-details")) => {
                    self.details = Some(String::new());
                }
                DETAILS => self.details = Some(text.to_owned()),
                PLACE => self.place = given.map(|place| clip(&place, 120)),
                IMPACT => self.impact = degree(text),
                URGENCY => self.urgency = degree(text),
                SOLUTION => self.solution = given,
                ASSET => self.asset = Some(text.to_owned()),
                _ => {}
            }
        }
    }
}
