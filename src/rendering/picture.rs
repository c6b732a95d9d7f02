//! The QR codes on a picture of paper: a scan, a photograph, a page printed to a file.
//!
//! Touches the bytes that it is handed. They are anybody's: size, number of pixels and memory are bounded
//! before anything is decoded, and the work on one picture is bounded by counts, not by a clock. QR codes
//! are ISO/IEC 18004; what stands in ours is `docs/spec/slip.md` §5.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{DynamicImage, GrayImage, ImageDecoder, ImageReader, Limits, Luma, imageops};
use rxing::common::{BitMatrix, DetectorRXingResult, HybridBinarizer};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR};
use rxing::{Binarizer, Luma8LuminanceSource};

use super::RenderError;

/// What the text of every code of ours begins with.
const PREFIX: &str = "KESHIIN1:";
/// Largest picture file in bytes.
const MOST_BYTES: usize = 64 << 20;
/// Longest side in pixels; the decoder counts runs of pixels in 16 bits.
const LONGEST_SIDE: u32 = 32_000;
/// Most pixels: a page of A4 at 1,000 dots to the inch.
const MOST_PIXELS: u64 = 100_000_000;
/// Most bytes that a picture may have once it is unpacked.
const MOST_UNPACKED: u64 = 512 << 20;
/// A picture of more pixels than this is halved before the first look: a page at 400 dots to the inch.
const MOST_AT_ONCE: usize = 16_000_000;
/// A picture of fewer pixels is also looked at twice as large: a page at 200 dots to the inch.
const MOST_DOUBLED: usize = 4_500_000;
/// A picture of more pixels is also looked at half as large.
const LEAST_HALVED: usize = 1_000_000;
/// Least size of a module in pixels; smaller ones are for the look at twice the size. It also bounds how
/// many corner marks a picture has room for, which are compared with one another.
const LEAST_MODULE: u32 = 2;
/// More corner marks than this are no paper of ours: a page of labels has some thirty. Each of them can
/// stand in a hundred threes, all of which are in memory at once.
const MOST_MARKS: usize = 3000;
/// Most threes of corner marks that are tried in one look.
const MOST_TRIES: usize = 400;

/// The texts of keshiin's codes on a PNG, JPEG, TIFF, WebP, BMP or GIF, each once, in alphabetical order.
///
/// # Errors
/// [`RenderError::TooLarge`], [`RenderError::Picture`]; [`RenderError::NoCode`] where there is no code that
/// can be read, [`RenderError::ForeignCode`] where there are only others than keshiin's.
pub fn codes_in_picture(bytes: &[u8]) -> Result<Vec<String>, RenderError> {
    let mut texts = read(unpack(bytes)?);
    if texts.is_empty() {
        return Err(RenderError::NoCode);
    }
    texts.retain(|text| text.starts_with(PREFIX));
    if texts.is_empty() {
        return Err(RenderError::ForeignCode);
    }
    texts.sort();
    texts.dedup();
    Ok(texts)
}

/// The picture in shades of grey.
fn unpack(bytes: &[u8]) -> Result<GrayImage, RenderError> {
    if bytes.len() > MOST_BYTES {
        return Err(RenderError::TooLarge);
    }
    // What is caught here would be a fault of the library that unpacks; it must not end the program.
    catch_unwind(|| unpack_within_bounds(bytes)).unwrap_or_else(|_| Err(unreadable("damaged")))
}

fn unpack_within_bounds(bytes: &[u8]) -> Result<GrayImage, RenderError> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(unreadable)?;
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(LONGEST_SIDE), Some(LONGEST_SIDE));
    limits.max_alloc = Some(MOST_UNPACKED);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_UNPACKED {
        return Err(unreadable(format!("{width} × {height} pixels are too many")));
    }
    let picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    Ok(if picture.color().has_alpha() {
        on_white(&picture)
    } else {
        picture.into_luma8()
    })
}

fn unreadable(reason: impl ToString) -> RenderError {
    RenderError::Picture {
        reason: reason.to_string(),
    }
}

/// A picture that is transparent in places, as it looks on white paper.
fn on_white(picture: &DynamicImage) -> GrayImage {
    let picture = picture.to_luma_alpha8();
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [shade, opacity] = picture.get_pixel(x, y).0.map(u16::from);
        let shade = (shade * opacity + 255 * (255 - opacity)) / 255;
        Luma([u8::try_from(shade).unwrap_or(u8::MAX)])
    })
}

/// The texts of all QR codes that any of several looks shows: as it is; smoothed, against noise; smaller,
/// against more noise; and where all that shows nothing, larger, for modules of two pixels.
fn read(mut picture: GrayImage) -> Vec<String> {
    while picture.len() > MOST_AT_ONCE {
        picture = halved(&picture);
    }
    let large = (picture.len() <= MOST_DOUBLED).then(|| picture.clone());
    let mut texts = looks(&picture);
    while picture.len() > LEAST_HALVED {
        picture = halved(&picture);
        texts.extend(looks(&picture));
    }
    match large {
        Some(picture) if texts.is_empty() => looks(&smoothed(&doubled(&picture))),
        _ => texts,
    }
}

/// The texts of a picture as it is, and smoothed.
fn looks(picture: &GrayImage) -> Vec<String> {
    [look(picture), look(&smoothed(picture))].concat()
}

fn halved(picture: &GrayImage) -> GrayImage {
    imageops::thumbnail(picture, picture.width().div_ceil(2), picture.height().div_ceil(2))
}

fn doubled(picture: &GrayImage) -> GrayImage {
    let (width, height) = picture.dimensions();
    GrayImage::from_fn(width * 2, height * 2, |x, y| *picture.get_pixel(x / 2, y / 2))
}

/// Every pixel and its neighbours, in the weights 1 2 1 across and down.
fn smoothed(picture: &GrayImage) -> GrayImage {
    let (width, height) = picture.dimensions();
    let (row, pixels) = (width as usize, picture.as_raw());
    let across: Vec<u16> = pixels.chunks(row.max(1)).flat_map(weighted).collect();
    let mut smooth = Vec::with_capacity(pixels.len());
    for y in 0..height as usize {
        let line = |y: usize| &across[y * row..(y + 1) * row];
        let (above, own, below) = (
            line(y.saturating_sub(1)),
            line(y),
            line((y + 1).min(height as usize - 1)),
        );
        smooth.extend(
            above
                .iter()
                .zip(own)
                .zip(below)
                .map(|((a, b), c)| ((a + 2 * b + c) / 16) as u8),
        );
    }
    GrayImage::from_raw(width, height, smooth).unwrap_or_default()
}

fn weighted(line: &[u8]) -> impl Iterator<Item = u16> {
    let at = |x: usize| u16::from(line[x.min(line.len() - 1)]);
    (0..line.len()).map(move |x| at(x.saturating_sub(1)) + 2 * at(x) + at(x + 1))
}

/// The texts of the QR codes that are found in one picture as it is.
fn look(picture: &GrayImage) -> Vec<String> {
    let (width, height) = picture.dimensions();
    // The decoder is handed nothing that is no picture; what it might still trip over must not end the
    // program.
    catch_unwind(AssertUnwindSafe(|| {
        let source = Luma8LuminanceSource::new(picture.as_raw().clone(), width, height).ok()?;
        let binary = HybridBinarizer::new(source);
        Some(decode(binary.get_black_matrix().ok()?))
    }))
    .ok()
    .flatten()
    .unwrap_or_default()
}

/// Corner marks are found and put together in threes, the most plausible first; then it is read what lies
/// between three.
fn decode(binary: &BitMatrix) -> Vec<String> {
    let mut marks = FindFinderPatterns(binary, true, LEAST_MODULE);
    let (mut used, mut texts) = (Vec::new(), Vec::new());
    if marks.len() > MOST_MARKS {
        return texts;
    }
    for three in GenerateFinderPatternSets(&mut marks).iter().take(MOST_TRIES) {
        let corners = [three.bl, three.tl, three.tr];
        if corners.iter().any(|corner| used.contains(corner)) {
            continue;
        }
        let code = SampleQR(binary, three).and_then(|sample| Decode(sample.getBits()));
        if let Ok(code) = code
            && code.isValid()
        {
            used.extend(corners);
            texts.push(code.text());
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use image::ImageFormat;
    use qrcode::{Color, EcLevel, QrCode};

    use super::*;

    const FORMATS: [ImageFormat; 6] = [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Tiff,
        ImageFormat::WebP,
        ImageFormat::Bmp,
        ImageFormat::Gif,
    ];

    fn text(length: usize, first: usize) -> String {
        let signs = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
        let signs = (0..length).map(|place| char::from(signs[(place * place * 7 + first) % 45]));
        PREFIX.to_owned() + &signs.collect::<String>()
    }

    /// A code with a white margin of 4 modules, `size` pixels to the module, turned by `turn` radians.
    fn drawn(text: &str, size: f64, turn: f64) -> GrayImage {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let modules = code.width() as f64;
        let (sine, cosine) = turn.sin_cos();
        let side = (modules + 8.0) * size * (sine.abs() + cosine.abs());
        let shade = |x: f64, y: f64| {
            let (x, y) = (x - side / 2.0, y - side / 2.0);
            let (x, y) = (x * cosine + y * sine, y * cosine - x * sine);
            let (x, y) = (x / size + modules / 2.0, y / size + modules / 2.0);
            let inside = (0.0..modules).contains(&x) && (0.0..modules).contains(&y);
            u16::from(!inside || code[(x as usize, y as usize)] == Color::Light)
        };
        // Nine points of every pixel, as a camera sees it.
        GrayImage::from_fn(side as u32, side as u32, |x, y| {
            let points = (0..9).map(|n| (f64::from(n % 3) / 3.0 + 0.17, f64::from(n / 3) / 3.0 + 0.17));
            let light: u16 = points
                .map(|(dx, dy)| shade(f64::from(x) + dx, f64::from(y) + dy))
                .sum();
            Luma([(light * 255 / 9) as u8])
        })
    }

    fn written(picture: &GrayImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        // Not every format has grey pictures.
        let picture = DynamicImage::ImageLuma8(picture.clone()).into_rgb8();
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn codes(picture: &GrayImage) -> Result<Vec<String>, RenderError> {
        codes_in_picture(&written(picture, ImageFormat::Bmp))
    }

    /// Numbers that look drawn at random and are the same in every run.
    fn numbers() -> impl FnMut() -> u32 {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u32
        }
    }

    #[test]
    fn every_format_is_read() {
        let code = text(200, 0);
        let picture = drawn(&code, 4.0, 0.0);
        for format in FORMATS {
            assert_eq!(
                codes_in_picture(&written(&picture, format)),
                Ok(vec![code.clone()]),
                "{format:?}"
            );
        }
    }

    #[test]
    fn the_longest_code_is_read_at_150_dots_to_the_inch() {
        let code = text(1091, 3);
        // 40 mm are 236 pixels, of which 105 modules have 2.25 each.
        for degrees in [0.0_f64, 7.0, 90.0, 187.0, 200.0] {
            let picture = drawn(&code, 2.25, degrees.to_radians());
            assert_eq!(codes(&picture), Ok(vec![code.clone()]), "{degrees}");
        }
        // Less than two pixels to the module: only the look at twice the size reads it.
        let small = drawn(&text(470, 3), 1.8, 0.0);
        assert!(looks(&small).is_empty());
        assert_eq!(codes(&small), Ok(vec![text(470, 3)]));
    }

    #[test]
    fn uneven_light_noise_and_jpeg_are_borne() {
        let code = text(470, 5);
        let mut picture = drawn(&code, 4.5, 0.2);
        let mut number = numbers();
        let side = f64::from(picture.width());
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            let light = 0.35 + 0.3 * f64::from(x) / side + 0.2 * f64::from(y) / side;
            let noise: f64 = (0..4).map(|_| f64::from(number() % 64) - 31.5).sum::<f64>() / 2.0;
            pixel.0[0] = (light * (30.0 + 0.8 * f64::from(pixel.0[0])) + noise).clamp(0.0, 255.0) as u8;
        }
        assert_eq!(
            codes_in_picture(&written(&picture, ImageFormat::Jpeg)),
            Ok(vec![code])
        );
    }

    #[test]
    fn several_codes_on_one_picture() {
        let texts: Vec<String> = (0..6).map(|n| text(300, n)).collect();
        let mut page = GrayImage::from_pixel(1400, 1000, Luma([255]));
        for (n, text) in (0..).zip(&texts) {
            imageops::replace(&mut page, &drawn(text, 5.0, 0.0), n % 3 * 450, n / 3 * 450);
        }
        let foreign = drawn("https://example.jp/", 3.0, 0.0);
        imageops::replace(&mut page, &foreign, 1250, 880);
        let mut expected = texts;
        expected.sort();
        assert_eq!(codes(&page), Ok(expected));
    }

    #[test]
    fn no_code_and_the_code_of_others_are_told_apart() {
        let white = GrayImage::from_pixel(300, 300, Luma([255]));
        assert_eq!(codes(&white), Err(RenderError::NoCode));
        assert_eq!(
            codes(&drawn("https://example.jp/", 4.0, 0.0)),
            Err(RenderError::ForeignCode)
        );
        let other = drawn(&text(100, 0).replace("IN1", "IN2"), 4.0, 0.0);
        assert_eq!(codes(&other), Err(RenderError::ForeignCode));
    }

    #[test]
    fn what_is_transparent_is_white() {
        let code = text(100, 0);
        let black = drawn(&code, 4.0, 0.0);
        let picture = image::RgbaImage::from_fn(black.width(), black.height(), |x, y| {
            image::Rgba([0, 0, 0, 255 - black.get_pixel(x, y).0[0]])
        });
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        assert_eq!(codes_in_picture(&bytes.into_inner()), Ok(vec![code]));
    }

    #[test]
    fn size_is_bounded_before_anything_is_unpacked() {
        let too_large = vec![0; MOST_BYTES + 1];
        assert_eq!(codes_in_picture(&too_large), Err(RenderError::TooLarge));
        let mut bytes = written(&GrayImage::new(1, 1), ImageFormat::Bmp);
        for (width, height) in [(20_000_i32, 20_000_i32), (40_000, 1), (1, i32::MAX)] {
            bytes[18..22].copy_from_slice(&width.to_le_bytes());
            bytes[22..26].copy_from_slice(&height.to_le_bytes());
            let refused = codes_in_picture(&bytes);
            assert!(matches!(refused, Err(RenderError::Picture { .. })), "{refused:?}");
        }
    }

    #[test]
    fn damaged_pictures_are_refused_or_read() {
        let code = text(40, 0);
        let picture = drawn(&code, 3.0, 0.0);
        let mut number = numbers();
        for bytes in [&b""[..], b"%PDF-1.7", b"GIF89a", &[0xff; 100]] {
            assert!(matches!(
                codes_in_picture(bytes),
                Err(RenderError::Picture { .. })
            ));
        }
        for format in FORMATS {
            let bytes = written(&picture, format);
            let judge = |broken: &[u8]| {
                if let Ok(read) = codes_in_picture(broken) {
                    assert_eq!(read, std::slice::from_ref(&code), "{format:?}");
                }
            };
            for part in 0..20 {
                judge(&bytes[..bytes.len() * part / 20]);
            }
            for _ in 0..40 {
                let mut broken = bytes.clone();
                let place = number() as usize % bytes.len().min(200 << (number() % 8));
                broken[place] ^= (number() % 255 + 1) as u8;
                judge(&broken);
            }
        }
    }

    #[test]
    fn a_field_of_corner_marks_hides_no_larger_code() {
        // 19 pixels apart, 2 to the module: more than any page has, and gone where the picture is smaller.
        let mut picture = GrayImage::from_fn(1083, 1483, |x, y| {
            let (x, y) = (x % 19 / 2, if y < 1083 { y % 19 / 2 } else { 9 });
            let ring = |low, high| (low..=high).contains(&x) && (low..=high).contains(&y);
            Luma([if ring(0, 6) && !ring(1, 5) || ring(2, 4) {
                0
            } else {
                255
            }])
        });
        let code = text(100, 0);
        imageops::replace(&mut picture, &drawn(&code, 6.0, 0.0), 0, 1090);
        assert!(look(&picture).is_empty());
        assert_eq!(codes(&picture), Ok(vec![code]));
    }
}
