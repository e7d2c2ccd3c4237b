//! Text of cases: raw bytes, and what is repeated ten million times, in a few characters.

/// The bytes that a text stands for.
///
/// `\n`, `\r`, `\t`, `\0`, `\\`, `\xHH` for a byte and `\u{H}` for a character are as in Rust. `{{TEXT*N}}` is TEXT N times, in
/// which `\#` is the number of the repetition.
pub(crate) fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts(text) {
        match part {
            Part::Once(text) => unescape(text, 0, &mut bytes),
            Part::Repeated(text, times) if text.contains(r"\#") => {
                (0..times).for_each(|number| unescape(text, number, &mut bytes));
            }
            Part::Repeated(text, times) => {
                let mut repeated = Vec::new();
                unescape(text, 0, &mut repeated);
                bytes.extend(repeated.repeat(times));
            }
        }
    }
    bytes
}

/// Expected words, in which nothing is escaped but the same repetitions are.
pub(crate) fn words(text: &str) -> String {
    let part = |part| match part {
        Part::Once(text) => text.to_owned(),
        Part::Repeated(text, times) => text.repeat(times),
    };
    parts(text).into_iter().map(part).collect()
}

enum Part<'t> {
    Once(&'t str),
    Repeated(&'t str, usize),
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (repeated, after) = after.split_once("}}").unwrap_or_else(|| panic!("no }}}} after {before}"));
        let (repeated, times) = repeated.rsplit_once('*').unwrap_or_else(|| panic!("no * in {repeated}"));
        parts.push(Part::Once(before));
        parts.push(Part::Repeated(repeated, times.parse().unwrap_or_else(|_| panic!("{times} is no number"))));
        rest = after;
    }
    parts.push(Part::Once(rest));
    parts
}

fn unescape(text: &str, number: usize, bytes: &mut Vec<u8>) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        let (sign, after) = after.split_at(1);
        rest = after;
        match sign {
            "n" => bytes.push(b'\n'),
            "r" => bytes.push(b'\r'),
            "t" => bytes.push(b'\t'),
            "0" => bytes.push(0),
            "\\" => bytes.push(b'\\'),
            "#" => bytes.extend_from_slice(number.to_string().as_bytes()),
            "x" => {
                let (digits, after) = after.split_at(2);
                bytes.push(u8::from_str_radix(digits, 16).unwrap());
                rest = after;
            }
            "u" => {
                let (digits, after) = after.strip_prefix('{').and_then(|after| after.split_once('}')).unwrap();
                let character = char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap();
                bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = after;
            }
            other => panic!("\\{other} is no escape"),
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
}

/// Whether a character acts on a terminal, or cannot be seen, or changes how those around it are shown.
///
/// Written down here once more, after Unicode 16: `Cc`, `Zl`, `Zp`, `Bidi_Control`, and of `Cf` and
/// `Default_Ignorable_Code_Point` what is no sign of a script and no variation selector.
pub(crate) fn is_unseen(character: char) -> bool {
    let code = u32::from(character);
    let ranges: [(u32, u32); 17] = [
        (0x0, 0x1f),
        (0x7f, 0x9f),
        (0xad, 0xad),
        (0x34f, 0x34f),
        (0x61c, 0x61c),
        (0x115f, 0x1160),
        (0x17b4, 0x17b5),
        (0x180e, 0x180e),
        (0x200b, 0x200f),
        (0x2028, 0x202e),
        (0x2060, 0x206f),
        (0x3164, 0x3164),
        (0xfeff, 0xfeff),
        (0xffa0, 0xffa0),
        (0xfff9, 0xfffb),
        (0x1d173, 0x1d17a),
        (0xe0000, 0xe007f),
    ];
    ranges.iter().any(|(first, last)| (*first..=*last).contains(&code))
}
