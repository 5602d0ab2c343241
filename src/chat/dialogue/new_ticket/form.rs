//! A request as a form: the questions that one form asks, and how its answers are taken.
//! Deliberately absent: the order of the questions.

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
    /// The fields of one form: the first questions at the start, the details when they are asked.
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
                // What came with the command is not asked again.
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
        // A form without room for files leaves them to the chat, which takes files at any time.
        if fields.len() < FORM_FIELDS && fields.iter().all(|field| field.files == 0) {
            fields.push(file_field(voice));
        }
        fields
    }

    /// Takes a submitted form. Invalid answers stay open and are asked again.
    pub(super) fn fill(&mut self, fields: Vec<(String, String)>, voice: &Voice<'_>) {
        let degree = |text: &str| Degree::ALL.into_iter().find(|degree| degree.as_str() == text);
        for (key, text) in fields {
            let text = text.trim();
            let given = Some(text.to_owned()).filter(|text| !text.is_empty());
            match key.as_str() {
                DESCRIPTION => self.description = given,
                CATEGORY => self.category = voice.procedure.category(text).map(|c| c.key.clone()),
                // The label of the button, typed, stands for the button.
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
