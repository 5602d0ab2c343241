//! People who keep a desk busy: employees who report one incident after another, and technicians
//! who race to accept. They react to the messages they read, and sometimes click twice.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::support::settings;

use super::{
    files::Enclosed,
    network::{Form, Message, Network, Pressable, Visible},
};

/// How many employees there are, unless `MESABOT_TEST_PEOPLE` sets another number.
pub const EMPLOYEES: u64 = 6;
/// How many technicians there are.
pub const TECHNICIANS: usize = 2;
/// One report in four has a file, and one file in six is of a type that the desk refuses.
const WITH_A_FILE: u32 = 4;
const UNWELCOME: u32 = 6;
/// The labels that an employee presses on any message. The categories are missing: one of them is
/// chosen at random.
const PRESSED: [&str; 8] = [
    "Abrir caso",
    "No lo sé",
    "Sede principal",
    "Solo a mí",
    "Con dificultad",
    "Registrar",
    "Sí",
    "Escribir",
];
/// A category, by which the question for the category is recognised.
const A_CATEGORY: &str = "Correo y ofimática";
const NO_CATEGORY: [&str; 3] = ["Escribir", "Atrás", "Cancelar"];
/// The categories with a form of their own, by label and key: the crowd does not choose them,
/// because it does not fill in their forms.
const WITH_A_FORM: [&str; 4] =
    ["Cuentas y entrega de equipos", "Publicación en la página web", "cuentas", "web"];
/// Part of the acknowledgement of a new ticket.
pub const ACKNOWLEDGED: &str = "Quedó registrado.";
/// The prefix of a message that is sent again because its outcome is unknown.
pub const REPEATED: &str = "(Repetido) ";

/// The solution that technicians write.
const SOLUTION: &str = "Cambié el tóner";
/// What people write who wait in vain, followed by the marker of their ticket.
const CALLING: &str = "¿Hay alguien?";

/// All the people who write to the desk.
#[derive(Clone)]
pub struct Crowd(Arc<Mutex<State>>);

struct State {
    network: Arc<dyn Network>,
    dice: StdRng,
    employees: HashMap<i64, Employee>,
    /// The tickets that each technician has already handled.
    accepted: HashSet<(i64, String)>,
    solved: HashSet<(i64, String)>,
    /// Whether employees still report new incidents.
    busy: bool,
    markers: Vec<(i64, String)>,
    enclosed: Vec<Enclosed>,
    nudges: usize,
}

#[derive(Default)]
struct Employee {
    /// The marker of the ticket that the employee is reporting.
    current: Option<String>,
    reported: usize,
    /// Grows with everything the employee does.
    acts: usize,
}

/// An employee in the middle of reporting, as of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reporting {
    pub employee: i64,
    /// The marker of the ticket.
    pub marker: String,
    acts: usize,
}

impl Crowd {
    /// Creates the people; the technicians use the invitation `code`.
    pub fn gather(network: &Arc<dyn Network>, seed: u64, code: &str) -> Self {
        let state = State {
            network: Arc::clone(network),
            dice: StdRng::seed_from_u64(seed),
            employees: HashMap::new(),
            accepted: HashSet::new(),
            solved: HashSet::new(),
            busy: true,
            markers: Vec::new(),
            enclosed: Vec::new(),
            nudges: 0,
        };
        let crowd = Self(Arc::new(Mutex::new(state)));
        let watching = crowd.clone();
        network.is_watched_by(Arc::new(move |visible| watching.lock().see(visible)));
        for technician in technicians() {
            network.adds(technician, &format!("Técnico {technician}"));
            network.writes(technician, &format!("/start {code}"));
        }
        for employee in 1..=i64::try_from(employees()).expect("few people") {
            network.adds(employee, &format!("Empleado {employee}"));
            let mut state = crowd.lock();
            state.employees.insert(employee, Employee::default());
            state.report(employee);
        }
        crowd
    }

    /// Stops new reports; what was begun goes on.
    pub fn stop_reporting(&self) {
        self.lock().busy = false;
    }

    /// The employees in the middle of a dialogue.
    pub fn reporting(&self) -> Vec<Reporting> {
        let state = self.lock();
        let reporting = state.employees.iter().filter_map(|(id, employee)| {
            let marker = employee.current.clone()?;
            Some(Reporting { employee: *id, marker, acts: employee.acts })
        });
        reporting.collect()
    }

    /// An employee who has waited in vain writes again, or repeats what their app shows as failed,
    /// unless they acted since.
    pub fn nudge(&self, stuck: &Reporting) {
        let mut state = self.lock();
        if state.still(stuck) {
            state.nudges += 1;
            state.act(stuck.employee);
            let network = Arc::clone(&state.network);
            if !network.tries_again(stuck.employee) {
                network.writes(stuck.employee, &format!("{CALLING} {}", stuck.marker));
            }
        }
    }

    /// A technician repeats what their app shows as failed.
    pub fn nudge_technician(&self, technician: i64) {
        let mut state = self.lock();
        if state.network.tries_again(technician) {
            state.nudges += 1;
        }
    }

    /// An employee finds their ticket registered although the confirmation never came.
    pub fn move_on(&self, stuck: &Reporting) {
        let mut state = self.lock();
        if state.still(stuck) {
            state.report(stuck.employee);
        }
    }

    /// Every report so far, with its reporter.
    pub fn markers(&self) -> Vec<(i64, String)> {
        self.lock().markers.clone()
    }

    /// Every file sent so far.
    pub fn enclosed(&self) -> Vec<Enclosed> {
        self.lock().enclosed.clone()
    }

    /// How often a person had to write again.
    pub fn nudges(&self) -> usize {
        self.lock().nudges
    }

    /// Whether a person's reaction panicked. A panic inside the emulator only cuts a connection, so
    /// the story asks at its end.
    pub fn broke_off(&self) -> bool {
        self.0.is_poisoned()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many employees there are.
pub fn employees() -> u64 {
    settings::number(settings::PEOPLE).unwrap_or(EMPLOYEES)
}

/// The technicians' accounts.
pub fn technicians() -> impl Iterator<Item = i64> {
    (10_000..).take(TECHNICIANS)
}

impl State {
    /// A person sees a message or a form and reacts.
    fn see(&mut self, visible: &Visible) {
        match visible {
            Visible::Message(message) => self.read(message),
            Visible::Form(form) => self.fill(form),
        }
    }

    /// A person reads a message.
    fn read(&mut self, post: &Message) {
        match self.employees.get(&post.reader).map(|employee| employee.current.clone()) {
            Some(Some(marker))
                if post.text.contains(ACKNOWLEDGED) && post.text.contains(&marker) =>
            {
                self.report(post.reader);
            }
            Some(_) => {
                if let Some(button) = self.wanted(post) {
                    self.press(post, &button);
                }
            }
            None => self.work(post),
        }
    }

    /// An employee reports the next incident, or is done.
    fn report(&mut self, employee: i64) {
        let busy = self.busy;
        let Some(state) = self.employees.get_mut(&employee) else { return };
        state.reported += 1;
        state.acts += 1;
        state.current = busy.then(|| format!("e{employee:02}n{:05}", state.reported));
        if let Some(marker) = state.current.clone() {
            let chance = self.dice.random();
            let words = reported(&marker);
            if self.dice.random_ratio(1, WITH_A_FILE) {
                let enclosed = Enclosed::of(&marker, !self.dice.random_ratio(1, UNWELCOME));
                self.network.encloses(employee, &words, &enclosed.upload);
                self.enclosed.push(enclosed);
            } else {
                self.network.reports(employee, &words, chance);
            }
            self.markers.push((employee, marker));
        }
    }

    /// The button that an employee presses on this message.
    fn wanted(&mut self, post: &Message) -> Option<Pressable> {
        let buttons = &post.buttons;
        if buttons.iter().any(|button| button.label == A_CATEGORY) {
            let categories: Vec<&Pressable> = buttons
                .iter()
                .filter(|button| !NO_CATEGORY.contains(&button.label.as_str()))
                .filter(|button| !WITH_A_FORM.contains(&button.label.as_str()))
                .collect();
            let chosen = self.dice.random_range(0..categories.len());
            return Some(categories[chosen].clone());
        }
        let found = PRESSED.iter().find_map(|label| buttons.iter().find(|b| b.label == *label));
        found.cloned()
    }

    fn press(&mut self, post: &Message, button: &Pressable) {
        self.act(post.reader);
        let clicks = if self.dice.random_ratio(1, 8) { 2 } else { 1 };
        for _ in 0..clicks {
            self.network.presses(post, button);
        }
    }

    /// A technician accepts every ticket they can and solves their own, each once.
    fn work(&mut self, post: &Message) {
        let technician = post.reader;
        let Some(number) = number(&post.text) else { return };
        let key = (technician, number.clone());
        let button = |label: &str| post.buttons.iter().find(|b| b.label == label).cloned();
        if let Some(accept) = button("Aceptar") {
            if self.accepted.insert(key) {
                self.press(post, &accept);
            }
        } else if let Some(solve) = button("Solucionar")
            && self.solved.insert(key)
        {
            if self.network.has_forms() && self.dice.random() {
                self.press(post, &solve);
            } else {
                self.network.writes(technician, &format!("/solucionar {number} {SOLUTION}"));
            }
        }
    }

    /// A person fills in the open form and submits it.
    fn fill(&mut self, form: &Form) {
        let marker = self.employees.get(&form.reader).and_then(|one| one.current.clone());
        let mut filled = Vec::new();
        for field in &form.fields {
            let chosen = |choice: &&String| !WITH_A_FORM.contains(&choice.as_str());
            let choices: Vec<&String> = field.choices.iter().filter(chosen).collect();
            let value = if !choices.is_empty() {
                choices[self.dice.random_range(0..choices.len())].clone()
            } else if let Some(value) = &field.value {
                value.clone()
            } else {
                match (field.key.as_str(), &marker) {
                    ("description", Some(marker)) => reported(marker),
                    ("place", _) => "Sede principal".to_owned(),
                    _ => SOLUTION.to_owned(),
                }
            };
            filled.push((field.key.clone(), value));
        }
        self.act(form.reader);
        self.network.hands_in(form, &filled);
    }

    fn act(&mut self, employee: i64) {
        if let Some(employee) = self.employees.get_mut(&employee) {
            employee.acts += 1;
        }
    }

    fn still(&self, stuck: &Reporting) -> bool {
        self.employees.get(&stuck.employee).is_some_and(|employee| employee.acts == stuck.acts)
    }
}

/// The text of a report.
fn reported(marker: &str) -> String {
    format!("No imprime {marker}")
}

/// The number in the heading of a card.
pub fn number(text: &str) -> Option<String> {
    let text = text.strip_prefix(REPEATED).unwrap_or(text);
    let digits = text.trim_start_matches('*').strip_prefix("Caso #")?;
    Some(digits.chars().take_while(char::is_ascii_digit).collect())
}
