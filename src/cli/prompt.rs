//! Questions at the terminal: hidden for secrets, with an echo for confirmations.

use std::io::{self, Write};

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal;
use keshiin::crypto::SecretText;
use keshiin::workflows::{self, DeskRefusal};

/// Raw mode for as long as this lives: nothing that is typed is shown, Ctrl-C is a key like others.
struct Hidden;

impl Hidden {
    fn begin() -> io::Result<Self> {
        terminal::enable_raw_mode()?;
        Ok(Self)
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // The terminal may be gone; there is nothing left to restore then.
        let _ = terminal::disable_raw_mode();
        let _ = writeln!(io::stderr());
    }
}

/// Asks for a secret. Nothing of it is echoed, not even its length.
pub(crate) fn secret(question: &str) -> Result<SecretText, DeskRefusal> {
    // Hidden before the question stands there: whoever types at once is not seen either.
    let _hidden = Hidden::begin().map_err(|_| DeskRefusal::BrokenOff)?;
    ask(question);
    let mut entry = workflows::secret_text()?;
    loop {
        match event::read().map_err(|_| DeskRefusal::BrokenOff)? {
            Event::Key(key) if key.kind != KeyEventKind::Release => match pressed(key, &mut entry)? {
                Pressed::Enter => return Ok(entry),
                Pressed::Other => {}
            },
            _ => {}
        }
    }
}

/// Asks for a line that is echoed.
pub(crate) fn line(question: &str) -> Result<String, DeskRefusal> {
    ask(question);
    let mut entry = String::new();
    match io::stdin().read_line(&mut entry) {
        Ok(0) | Err(_) => Err(DeskRefusal::BrokenOff),
        Ok(_) => Ok(entry.trim_end_matches(['\r', '\n']).to_owned()),
    }
}

enum Pressed {
    Enter,
    Other,
}

fn pressed(key: KeyEvent, entry: &mut SecretText) -> Result<Pressed, DeskRefusal> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Enter => return Ok(Pressed::Enter),
        KeyCode::Char('j' | 'm') if control => return Ok(Pressed::Enter),
        KeyCode::Char('c' | 'd') if control => return Err(DeskRefusal::BrokenOff),
        KeyCode::Char('u') if control => entry.clear(),
        KeyCode::Backspace => entry.pop(),
        KeyCode::Char(sign) if !control => entry.push(sign).map_err(|_| DeskRefusal::TooLong)?,
        _ => {}
    }
    Ok(Pressed::Other)
}

fn ask(question: &str) {
    let mut err = io::stderr();
    let _ = write!(err, "{question} ");
    let _ = err.flush();
}
