//! The QR code of a slip as a drawing (ISO/IEC 18004:2015, level M).
//!
//! Touches text alone. `docs/spec/slip.md` §5 says what stands in the code.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

use super::RenderError;

/// Most characters of a code: version 22, 105 modules, 0.38 mm each at 40 mm.
const MOST_CHARACTERS: usize = 1100;

/// `code` as an SVG with one path in black. A module is one unit; the white margin of four modules that
/// the standard wants around it is for the page to leave.
///
/// # Errors
/// [`RenderError::QrTooLong`], [`RenderError::QrCharacter`].
pub(super) fn svg(code: &str) -> Result<String, RenderError> {
    if code.len() > MOST_CHARACTERS {
        return Err(RenderError::QrTooLong {
            characters: code.len(),
            bound: MOST_CHARACTERS,
        });
    }
    if !code.bytes().all(is_alphanumeric) {
        return Err(RenderError::QrCharacter);
    }
    // What is left to refuse is length, and that bound is far below the standard's.
    let code = QrCode::with_error_correction_level(code, EcLevel::M).map_err(|_| RenderError::QrTooLong {
        characters: code.len(),
        bound: MOST_CHARACTERS,
    })?;
    let side = code.width();
    let path = path(&code.to_colors(), side);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\"><path d=\"{path}\"/></svg>\n"
    ))
}

/// The alphabet of the alphanumeric mode, two characters in 11 bits; any other would need bytes.
fn is_alphanumeric(sign: u8) -> bool {
    matches!(sign, b'0'..=b'9' | b'A'..=b'Z') || b" $%*+-./:".contains(&sign)
}

/// A rectangle for every run of dark modules in a row. All of them are one path, so that what shows it
/// leaves no hairline between rows.
fn path(modules: &[Color], side: usize) -> String {
    let mut path = String::new();
    for (y, row) in modules.chunks(side).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, other| one == other) {
            if run[0] == Color::Dark {
                // Writing to a String cannot fail.
                let _ = write!(path, "M{x} {y}h{0}v1H{x}z", run.len());
            }
            x += run.len();
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modules that the drawing darkens, rows from the top.
    fn drawn(svg: &str) -> Vec<Vec<bool>> {
        let field = |from: &str, to: &str| {
            let rest = &svg[svg.find(from).unwrap() + from.len()..];
            rest[..rest.find(to).unwrap()].to_owned()
        };
        let side: usize = field("viewBox=\"0 0 ", " ").parse().unwrap();
        let mut modules = vec![vec![false; side]; side];
        for run in field("d=\"", "\"").split_terminator('z') {
            let (start, rest) = run.trim_start_matches('M').split_once('h').unwrap();
            let (x, y) = start.split_once(' ').unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            let (length, back) = rest.split_once("v1H").unwrap();
            assert_eq!(back, x.to_string());
            modules[y][x..x + length.parse::<usize>().unwrap()].fill(true);
        }
        modules
    }

    #[test]
    fn the_drawing_is_the_code() {
        let text = "KESHIIN1:".to_owned() + &"%69 VD92EX0".repeat(40);
        let svg = svg(&text).unwrap();
        assert_eq!(svg.matches("<path").count(), 1);
        let modules = drawn(&svg);
        let mut image =
            rqrr::PreparedImage::prepare_from_bitmap(modules.len() + 8, modules.len() + 8, |x, y| {
                let inside = |at: usize| at.checked_sub(4).filter(|at| *at < modules.len());
                inside(x).zip(inside(y)).is_some_and(|(x, y)| modules[y][x])
            });
        let (about, read) = image.detect_grids()[0].decode().unwrap();
        assert_eq!(read, text);
        // M is 00 among the two bits of the level.
        assert_eq!((about.ecc_level, about.version.0), (0, 13));
    }

    #[test]
    fn the_longest_code_is_version_22() {
        let longest = "A".repeat(MOST_CHARACTERS);
        assert_eq!(drawn(&svg(&longest).unwrap()).len(), 105);
        let refused = svg(&(longest + "A"));
        let expected = RenderError::QrTooLong {
            characters: 1101,
            bound: 1100,
        };
        assert_eq!(refused, Err(expected));
    }

    #[test]
    fn what_would_need_more_room_is_refused() {
        for text in ["keshiin", "KESHIIN1:é", "A\"B", "A\nB", "A<B", "A_B"] {
            assert_eq!(svg(text), Err(RenderError::QrCharacter), "{text}");
        }
    }
}
