//! The console from outside: the real binary, a script on standard input, the transcript on
//! standard output.

mod careful;

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// The result of one run of the console.
struct Played {
    transcript: String,
    complaint: String,
    code: Option<i32>,
}

/// Runs `mesabot ARGS` in `directory` with `script` on standard input.
fn play(directory: &Path, args: &[&str], script: impl AsRef<[u8]>) -> Played {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mesabot"))
        .args(args)
        .current_dir(directory)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A console that ends early leaves the rest of its input unread, so this write may fail.
    let _ = child.stdin.take().unwrap().write_all(script.as_ref());
    let output = child.wait_with_output().unwrap();
    Played {
        transcript: String::from_utf8(output.stdout).unwrap(),
        complaint: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code(),
    }
}

impl Played {
    #[track_caller]
    fn whole(self) -> String {
        assert_eq!((self.code, self.complaint.as_str()), (Some(0), ""), "{}", self.transcript);
        self.transcript
    }

    #[track_caller]
    fn stopped_with(self, complaint: &str) -> String {
        assert_eq!((self.code, self.complaint.trim_end()), (Some(1), complaint));
        self.transcript
    }
}

/// Plays one of the shipped scripts on an empty demonstration database.
#[track_caller]
fn shipped(name: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts").join(name);
    let directory = tempfile::tempdir().unwrap();
    play(directory.path(), &[], fs::read(script).unwrap()).whole()
}

#[test]
fn the_life_of_a_ticket_in_spanish() {
    insta::assert_snapshot!(shipped("life.txt"));
}

#[test]
fn the_readme_shows_the_real_transcript() {
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (_, shown) = readme.split_once("<!-- life -->\n```text\n").unwrap();
    let (shown, _) = shown.split_once("\n```\n<!-- /life -->").unwrap();
    let played = shipped("life.en.txt");
    let mut rest = played.as_str();
    // The README marks what it leaves out; the pieces between the marks come in the played order.
    for piece in shown.split("\n…\n") {
        let (_, after) = rest.split_once(&format!("\n{piece}\n")).unwrap_or_else(|| {
            panic!("the README shows what the program does not print there:\n{piece}")
        });
        rest = after;
    }
}

#[test]
fn the_life_of_a_ticket_in_english() {
    insta::assert_snapshot!(shipped("life.en.txt"));
}

#[test]
fn silence_brings_a_reminder_and_then_closes_each_ticket() {
    let transcript = shipped("silence.txt");
    insta::assert_snapshot!(transcript);
    let clocks: Vec<&str> = transcript.lines().filter(|line| line.contains('⏱')).collect();
    assert_eq!(
        clocks,
        [
            "  ⏱ 2026-03-06 10:00",
            "  ⏱ 2026-03-06 14:00",
            "  ⏱ 2026-03-09 10:00",
            "  ⏱ 2026-03-10 10:00"
        ]
    );
}

#[test]
fn a_script_gives_the_same_transcript_every_time() {
    assert_eq!(shipped("life.txt"), shipped("life.txt"));
}

#[test]
fn the_demonstration_continues_where_it_stopped() {
    let directory = tempfile::tempdir().unwrap();
    let play = |args: &[&str], script: &str| play(directory.path(), args, script).whole();
    play(&[], "empleado> No abre el correo");
    // The button of an earlier process still works.
    let went_on = play(&["console"], "empleado> [Abrir caso]\nempleado> [Cancelar]");
    assert!(went_on.contains("[Correo y ofimática]"), "{went_on}");
    play(&[], "empleado> La silla cojea");
    let fresh = self::play(directory.path(), &["console", "--fresh"], "empleado> [Abrir caso]");
    fresh.stopped_with(
        "mesabot: line 1 could not be played: empleado> [Abrir caso]\n\
         there is no button [Abrir caso] in the chat of empleado; there is none at all",
    );
    let mut files: Vec<_> = fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm"))
        .collect();
    files.sort();
    assert_eq!(files, ["mesabot-demo.db"], "the real desk's database is not touched");
}

#[test]
fn the_console_refuses_a_real_desks_database() {
    let directory = tempfile::tempdir().unwrap();
    let invite = ["invite", "--role", "technician", "--group", "soporte"];
    play(directory.path(), &invite, "").code.filter(|code| *code == 0).unwrap();
    for args in
        [&["console", "--demo", "mesabot.db"][..], &["console", "--demo", "mesabot.db", "--fresh"]]
    {
        let said = play(directory.path(), args, "empleado> hola").stopped_with(
            "mesabot: mesabot.db holds a real desk, which the console never touches; \
             choose another file with --demo",
        );
        assert_eq!(said, "");
    }
    assert!(directory.path().join("mesabot.db").exists());
    let other = ["console", "--demo", "50% off?.db", "--fresh"];
    play(directory.path(), &other, "empleado> hola").whole();
    assert!(directory.path().join("50% off?.db").exists());
}

#[test]
fn an_invalid_script_line_is_named_with_a_remedy() {
    let directory = tempfile::tempdir().unwrap();
    let complains = |script: &[u8], complaint: &str| {
        play(directory.path(), &["console", "--fresh"], script).stopped_with(complaint)
    };
    let transcript = complains(
        b"# who is that?\n\njuan> hola\nempleado> nobody says this any more",
        "mesabot: line 3 could not be played: juan> hola\n\
         there is no person juan; there are empleado, colega, tecnico, especialista, \
         supervisor, admin",
    );
    assert_eq!(transcript, "# who is that?\njuan> hola\n");
    complains(
        "empleado> No imprime\nempleado> [Registrar]".as_bytes(),
        "mesabot: line 2 could not be played: empleado> [Registrar]\n\
         there is no button [Registrar] in the chat of empleado; there are [Abrir caso] [Cancelar]",
    );
    complains(
        b"@ 3d",
        "mesabot: line 1 could not be played: @ 3d\n\
         the clock moves by +15m, +2h or +3d, or to a time such as 2026-03-02 08:00",
    );
    complains(
        b"empleado>",
        "mesabot: line 1 could not be played: empleado>\n\
         there is nothing after `>` to say or to press",
    );
    complains(
        b"empleado> \xff",
        "mesabot: line 1 could not be played: empleado> \u{fffd}\n\
         a script is written in UTF-8, and this line is not",
    );
    complains(
        b"hola",
        "mesabot: line 1 could not be played: hola\n\
         a line has one of these forms:\n\
         \x20 empleado> El computador no enciende   says something\n\
         \x20 tecnico> /aceptar 1                   says a command\n\
         \x20 empleado> [S\u{ed}]                        presses the button with that label\n\
         \x20 @ +3d                                 moves the clock ahead: m, h or d\n\
         \x20 @ 2026-03-02 08:00                    moves the clock to a wall time\n\
         \x20 # anything                            is a comment",
    );
}

#[test]
fn windows_line_ends_byte_order_marks_and_accents_are_accepted() {
    let directory = tempfile::tempdir().unwrap();
    let script =
        "\u{feff}# hola\r\n\r\nTÉCNICO> /cola\r\nempleado> No imprime\r\nempleado> [CANCELAR]\r\n";
    let transcript = play(directory.path(), &[], script).whole();
    insta::assert_snapshot!(transcript, @"
    # hola
    TÉCNICO> /cola
      mesabot → tecnico
      │ No hay casos en la cola. Todo al día.

    empleado> No imprime
      mesabot → empleado
      │ «No imprime»
      │
      │ ¿Abro un caso con esto?
      │ [Abrir caso]
      │ [Cancelar]

    empleado> [CANCELAR]
      mesabot → empleado
      │ Listo, lo dejé así.
    ");
}

#[test]
fn standard_output_holds_only_the_transcript() {
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(play(directory.path(), &["console"], "").whole(), "");
    assert_eq!(play(directory.path(), &[], "\n  \n# a\n# b\n").whole(), "# a\n# b\n");
}
