//! A TCP relay between the desk and its PostgreSQL server. The relay counts the desk's queries and
//! can cut the connection at a chosen query, fall silent, or refuse connections. It parses as much
//! of the protocol as this needs.

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

/// Which side of a query is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The query does not reach the server.
    Question,
    /// The server executes the query, and its response is lost.
    Answer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Open,
    /// The relay forwards nothing and closes nothing, like a machine that was switched off.
    /// Existing connections stay silent afterwards.
    Silent,
    /// The relay accepts no connection.
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

/// A running relay, which stops when this value is dropped.
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
    /// Starts a relay to the database at `url`.
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
        // The relay cannot count queries in an encrypted stream.
        let url = format!("{before}@{here}/{database}?sslmode=disable");
        let serving = tokio::spawn(serve(listener, Arc::clone(&state)));
        Self { url, state, serving }
    }

    /// The URL with which the desk opens the database through the relay.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Cuts every connection at the n-th query from now on.
    pub fn cut_at(&self, question: u64, cut: Cut) {
        self.state.asked.store(0, Ordering::SeqCst);
        *self.state.order() = Some((question, cut));
    }

    /// Cancels the cut. Returns whether it had happened.
    pub fn was_cut(&self) -> bool {
        self.state.order().take().is_none()
    }

    /// From now on forwards nothing and closes nothing.
    pub fn falls_silent(&self) {
        self.state.mode.send_replace(Mode::Silent);
    }

    /// Falls silent from the first message that contains `words`.
    pub fn falls_silent_at(&self, words: &'static str) {
        *self.state.last_words.lock().unwrap_or_else(PoisonError::into_inner) = Some(words);
    }

    /// Waits until the relay has fallen silent.
    pub async fn is_silent(&self) {
        let silent = |mode: &Mode| *mode == Mode::Silent;
        self.state.mode.subscribe().wait_for(silent).await.expect("this value holds the sender");
    }

    /// Cuts every connection and refuses new ones.
    pub fn is_refused(&self) {
        self.state.mode.send_replace(Mode::Refused);
        self.state.cut();
    }

    /// Forwards new connections again.
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

    /// Falls silent if the message contains the words that the test waits for.
    fn hears(&self, message: &[u8]) {
        let mut last = self.last_words.lock().unwrap_or_else(PoisonError::into_inner);
        let said =
            |words: &mut &str| message.windows(words.len()).any(|part| part == words.as_bytes());
        if last.take_if(said).is_some() {
            self.mode.send_replace(Mode::Silent);
        }
    }

    /// Counts a query. Returns how to cut it, if this is the query to cut.
    fn counts(&self) -> Option<Cut> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        self.order().take_if(|(question, _)| *question == asked).map(|(_, cut)| cut)
    }
}

async fn serve(listener: TcpListener, state: Arc<State>) {
    // The connections end with this task.
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
    let mut cuts = state.cuts.subscribe();
    let mut mode = state.mode.subscribe();
    let Ok(mut server) = TcpStream::connect(&state.server).await else { return };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let withheld = &AtomicBool::new(false);
    let forth = async move {
        // The startup message has no type byte.
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
                // The server has executed the query and is ready for the next.
                state.cut();
                return std::future::pending().await;
            }
        }
    };
    let silence = async {
        // The owner of the mode outlives the connections.
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

/// Reads a whole message: a type byte, unless it is the startup message, and its length.
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
