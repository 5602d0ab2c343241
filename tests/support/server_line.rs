//! The line between a desk and its PostgreSQL server: it counts what the desk asks, and can be cut at
//! any question, fall silent, or be refused. It reads as much of the protocol as that takes.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

/// Where a question is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The server never hears it.
    Question,
    /// The server does what it was asked, and its answer is lost.
    Answer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Open,
    /// Nothing is carried any more, and nobody is told: a machine that was switched off. Whatever
    /// was connected stays silent afterwards.
    Silent,
    /// Nobody is let in.
    Refused,
}

struct State {
    server: String,
    asked: AtomicU64,
    order: Mutex<Option<(u64, Cut)>>,
    last_words: Mutex<Option<&'static str>>,
    cuts: watch::Sender<u64>,
    mode: watch::Sender<Mode>,
}

/// A line. It ends with this value.
pub struct ServerLine {
    url: String,
    state: Arc<State>,
    serving: JoinHandle<()>,
}

impl Drop for ServerLine {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl ServerLine {
    /// A line to the database at `url`.
    pub async fn to(url: &str) -> Self {
        let (before, rest) = url.split_once('@').expect("the address names a user");
        let (server, database) = rest.split_once('/').expect("the address names a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let here = listener.local_addr().expect("a bound listener has an address");
        let state = Arc::new(State {
            server: server.to_owned(),
            asked: AtomicU64::new(0),
            order: Mutex::default(),
            last_words: Mutex::default(),
            cuts: watch::Sender::new(0),
            mode: watch::Sender::new(Mode::Open),
        });
        // What is encrypted cannot be counted.
        let url = format!("{before}@{here}/{database}?sslmode=disable");
        let serving = tokio::spawn(serve(listener, Arc::clone(&state)));
        Self { url, state, serving }
    }

    /// What a desk opens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Every connection will be cut at the n-th question from now on.
    pub fn cut_at(&self, question: u64, cut: Cut) {
        self.state.asked.store(0, Ordering::SeqCst);
        *self.state.order() = Some((question, cut));
    }

    /// Takes the order back. Gives whether it was carried out.
    pub fn was_cut(&self) -> bool {
        self.state.order().take().is_none()
    }

    /// From now on nothing is carried and nobody is told.
    pub fn falls_silent(&self) {
        self.state.mode.send_replace(Mode::Silent);
    }

    /// From the first message that contains `words` nothing is carried and nobody is told.
    pub fn falls_silent_at(&self, words: &'static str) {
        *self.state.last_words.lock().unwrap_or_else(PoisonError::into_inner) = Some(words);
    }

    /// Waits until it has fallen silent.
    pub async fn is_silent(&self) {
        let silent = |mode: &Mode| *mode == Mode::Silent;
        self.state.mode.subscribe().wait_for(silent).await.expect("this value holds the sender");
    }

    /// Every connection is cut and none is let in.
    pub fn is_refused(&self) {
        self.state.mode.send_replace(Mode::Refused);
        self.state.cut();
    }

    /// Who connects from now on is carried.
    pub fn heals(&self) {
        self.state.mode.send_replace(Mode::Open);
    }
}

impl State {
    fn order(&self) -> std::sync::MutexGuard<'_, Option<(u64, Cut)>> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Falls silent when it is time to.
    fn hears(&self, message: &[u8]) {
        let mut last = self.last_words.lock().unwrap_or_else(PoisonError::into_inner);
        let said =
            |words: &mut &str| message.windows(words.len()).any(|part| part == words.as_bytes());
        if last.take_if(said).is_some() {
            self.mode.send_replace(Mode::Silent);
        }
    }

    /// Counts a question. Gives whether it is the one to be cut off.
    fn counts(&self) -> Option<Cut> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        self.order().take_if(|(question, _)| *question == asked).map(|(_, cut)| cut)
    }
}

async fn serve(listener: TcpListener, state: Arc<State>) {
    // They end with this task.
    let mut lines = JoinSet::new();
    loop {
        let Ok((client, _)) = listener.accept().await else { return };
        if *state.mode.borrow() != Mode::Refused {
            let state = Arc::clone(&state);
            lines.spawn(async move { carry(client, &state).await });
        }
    }
}

async fn carry(mut client: TcpStream, state: &State) {
    let (mut cuts, mut mode) = (state.cuts.subscribe(), state.mode.subscribe());
    let Ok(mut server) = TcpStream::connect(&state.server).await else { return };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let withheld = &AtomicBool::new(false);
    let forth = async move {
        // The first message has no letter.
        let mut message = read(&mut from_client, false).await?;
        loop {
            state.hears(&message);
            let is_question = matches!(message.first(), Some(b'S' | b'Q')) && message.len() >= 5;
            match is_question.then(|| state.counts()).flatten() {
                Some(Cut::Question) => {
                    state.cut();
                    return std::future::pending().await;
                }
                Some(Cut::Answer) => withheld.store(true, Ordering::SeqCst),
                None => {}
            }
            to_server.write_all(&message).await?;
            message = read(&mut from_client, true).await?;
        }
    };
    let back = async move {
        loop {
            let message = read(&mut from_server, true).await?;
            if !withheld.load(Ordering::SeqCst) {
                to_client.write_all(&message).await?;
            } else if message[0] == b'Z' {
                // It is done, and ready for more.
                state.cut();
                return std::future::pending().await;
            }
        }
    };
    let silence = async {
        // The mode's owner outlives its lines.
        let _ = mode.wait_for(|mode| *mode == Mode::Silent).await;
    };
    let _: io::Result<()> = tokio::select! {
        biased;
        () = silence => std::future::pending().await,
        _ = cuts.changed() => Ok(()),
        ended = forth => ended,
        ended = back => ended,
    };
}

/// Reads a message whole: a letter, unless it is the first, and its length.
async fn read(from: &mut (impl AsyncRead + Unpin), has_letter: bool) -> io::Result<Vec<u8>> {
    let mut message = vec![0; if has_letter { 5 } else { 4 }];
    from.read_exact(&mut message).await?;
    let length = message[message.len() - 4..].try_into().expect("four bytes");
    let rest = u32::from_be_bytes(length).saturating_sub(4);
    let whole = message.len() + usize::try_from(rest).expect("it fits into memory");
    let head = message.len();
    message.resize(whole, 0);
    from.read_exact(&mut message[head..]).await?;
    Ok(message)
}
