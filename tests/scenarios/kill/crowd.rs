//! People who keep a desk busy: employees who report one thing after another, and technicians who
//! race to accept. They react to what they read, like people do, and click twice now and then.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::support::telegram::{Button, Emulator, Post};

/// How many employees there are.
const EMPLOYEES: i64 = 6;
/// How many technicians there are.
pub const TECHNICIANS: usize = 2;
/// What an employee presses, wherever one of these is on a message. The categories are missing:
/// one of them is chosen by chance.
const PRESSED: [&str; 7] =
    ["Abrir caso", "No lo sé", "Sede principal", "Solo a mí", "Con dificultad", "Registrar", "Sí"];
/// One of the categories, by which their question is known.
const A_CATEGORY: &str = "Correo y ofimática";
const LEAVING: [&str; 2] = ["Atrás", "Cancelar"];
/// What the acknowledgement of a new ticket says.
pub const ACKNOWLEDGED: &str = "Quedó registrado.";

/// Everybody who writes to the desk.
#[derive(Clone)]
pub struct Crowd(Arc<Mutex<State>>);

struct State {
    dice: StdRng,
    employees: HashMap<i64, Employee>,
    /// The tickets that each technician has already dealt with.
    accepted: HashSet<(i64, String)>,
    solved: HashSet<(i64, String)>,
    /// Whether anybody still reports something new.
    busy: bool,
    markers: Vec<(i64, String)>,
    nudges: usize,
}

#[derive(Default)]
struct Employee {
    /// What marks the ticket that they are at.
    current: Option<String>,
    reported: usize,
    /// Grows with everything they do.
    acts: usize,
}

/// An employee in the middle of reporting, as of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reporting {
    /// Who.
    pub employee: i64,
    /// What marks the ticket.
    pub marker: String,
    acts: usize,
}

impl Crowd {
    /// Lets people come; the technicians bring `code`.
    pub fn gather(emulator: &Emulator, seed: u64, code: &str) -> Self {
        let state = State {
            dice: StdRng::seed_from_u64(seed),
            employees: HashMap::new(),
            accepted: HashSet::new(),
            solved: HashSet::new(),
            busy: true,
            markers: Vec::new(),
            nudges: 0,
        };
        let crowd = Self(Arc::new(Mutex::new(state)));
        let watching = crowd.clone();
        emulator.on_send(move |emulator, post| watching.lock().read(emulator, post));
        for technician in technicians() {
            emulator.add_user(technician, &format!("Técnico {technician}"), "es");
            emulator.says(technician, technician, &format!("/start {code}"));
        }
        for employee in 1..=EMPLOYEES {
            emulator.add_user(employee, &format!("Empleado {employee}"), "es");
            let mut state = crowd.lock();
            state.employees.insert(employee, Employee::default());
            state.report(emulator, employee);
        }
        crowd
    }

    /// From now on nobody reports anything new; what was begun goes on.
    pub fn calm_down(&self) {
        self.lock().busy = false;
    }

    /// The employees who are in the middle of something.
    pub fn reporting(&self) -> Vec<Reporting> {
        let state = self.lock();
        let reporting = state.employees.iter().filter_map(|(id, employee)| {
            let marker = employee.current.clone()?;
            Some(Reporting { employee: *id, marker, acts: employee.acts })
        });
        reporting.collect()
    }

    /// Somebody who has waited in vain writes again, unless they acted since.
    pub fn nudge(&self, emulator: &Emulator, stuck: &Reporting) {
        let mut state = self.lock();
        if state.still(stuck) {
            state.nudges += 1;
            state.act(stuck.employee);
            emulator.says(stuck.employee, stuck.employee, "¿Hay alguien?");
        }
    }

    /// Somebody finds their ticket registered although the message that said so never came.
    pub fn move_on(&self, emulator: &Emulator, stuck: &Reporting) {
        let mut state = self.lock();
        if state.still(stuck) {
            state.report(emulator, stuck.employee);
        }
    }

    /// Everything that was ever reported, with who did.
    pub fn markers(&self) -> Vec<(i64, String)> {
        self.lock().markers.clone()
    }

    /// How often somebody had to write again.
    pub fn nudges(&self) -> usize {
        self.lock().nudges
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The technicians' accounts.
pub fn technicians() -> impl Iterator<Item = i64> {
    (100..).take(TECHNICIANS)
}

impl State {
    /// Somebody reads a message and does what it asks for.
    fn read(&mut self, emulator: &Emulator, post: &Post) {
        match self.employees.get(&post.chat).map(|employee| employee.current.clone()) {
            Some(Some(marker))
                if post.text.contains(ACKNOWLEDGED) && post.text.contains(&marker) =>
            {
                self.report(emulator, post.chat);
            }
            Some(_) => {
                if let Some(button) = self.wanted(post) {
                    self.press(emulator, post, &button);
                }
            }
            None => self.work(emulator, post),
        }
    }

    /// An employee reports the next thing, or is done.
    fn report(&mut self, emulator: &Emulator, employee: i64) {
        let busy = self.busy;
        let Some(state) = self.employees.get_mut(&employee) else { return };
        state.reported += 1;
        state.acts += 1;
        state.current = busy.then(|| format!("e{employee:02}n{:05}", state.reported));
        if let Some(marker) = state.current.clone() {
            emulator.says(employee, employee, &format!("No imprime {marker}"));
            self.markers.push((employee, marker));
        }
    }

    /// The button that an employee would press on this message.
    fn wanted(&mut self, post: &Post) -> Option<Button> {
        let buttons: Vec<&Button> = post.buttons.iter().flatten().collect();
        if buttons.iter().any(|button| button.label == A_CATEGORY) {
            let categories: Vec<&&Button> =
                buttons.iter().filter(|button| !LEAVING.contains(&button.label.as_str())).collect();
            let chosen = self.dice.random_range(0..categories.len());
            return Some((*categories[chosen]).clone());
        }
        let found = PRESSED.iter().find_map(|label| buttons.iter().find(|b| b.label == *label));
        found.map(|button| (*button).clone())
    }

    fn press(&mut self, emulator: &Emulator, post: &Post, button: &Button) {
        self.act(post.chat);
        let clicks = if self.dice.random_ratio(1, 8) { 2 } else { 1 };
        for _ in 0..clicks {
            emulator.presses(post.chat, post.chat, post.message_id, &button.code);
        }
    }

    /// A technician accepts whatever may be accepted and solves what is theirs, each once.
    fn work(&mut self, emulator: &Emulator, post: &Post) {
        let technician = post.chat;
        let Some(number) = number(&post.text) else { return };
        let key = (technician, number.clone());
        let button = |label: &str| {
            post.buttons.iter().flatten().find(|button| button.label == label).cloned()
        };
        if let Some(accept) = button("Aceptar") {
            if self.accepted.insert(key) {
                self.press(emulator, post, &accept);
            }
        } else if button("Solucionar").is_some() && self.solved.insert(key) {
            let text = format!("/solucionar {number} Cambié el tóner");
            emulator.says(technician, technician, &text);
        }
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

/// The number in the heading of a card.
pub fn number(text: &str) -> Option<String> {
    let digits = text.strip_prefix("Caso #")?;
    Some(digits.chars().take_while(char::is_ascii_digit).collect())
}
