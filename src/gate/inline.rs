//! What an inline script takes from others.
//!
//! An inline script after a held external one often uses what that one would have defined
//! (`<script src=…/tracker.js></script><script>tracker.start()</script>`). It must wait with it: run
//! early it only throws. A vendor's stub, which makes its own queue, must run. So the names are looked
//! for that a script uses and does not bring itself; whoever asks knows which of them exist.
//!
//! It is no parser: scopes are not told apart, a name that is declared anywhere in the script counts as its
//! own everywhere. Every doubt is decided for running the script, since a site's own code that is held is
//! damage that nobody sees.
//!
//! ```
//! use consent_gate::gate::free_names;
//! assert_eq!(free_names("tracker.start({ key: 'x' })"), ["tracker"]);
//! assert!(free_names("window.q = window.q || []; q.push(1)").is_empty());
//! ```

/// The names that a script reads without defining them, guarding them by `typeof`, or reaching them as a
/// property of `window`. Sorted, each once.
#[must_use]
pub fn free_names(code: &str) -> Vec<&str> {
    let tokens = tokenize(code);
    let own = own_names(&tokens);
    let mut free: Vec<&str> = (0..tokens.len())
        .filter_map(|at| used_name(&tokens, at))
        .filter(|name| own.binary_search(name).is_err())
        .collect();
    free.sort_unstable();
    free.dedup();
    free
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Name(&'a str),
    /// The text between the quotes.
    Text(&'a str),
    Mark(u8),
    /// A number, a template, a regular expression: a value in which no name stands.
    Value,
}

fn at<'a>(tokens: &[Token<'a>], index: usize) -> Option<Token<'a>> {
    tokens.get(index).copied()
}

fn before<'a>(tokens: &[Token<'a>], index: usize) -> Option<Token<'a>> {
    tokens.get(index.checked_sub(1)?).copied()
}

/// Does a lone `=` stand at `index`? Not `==`, not `=>`.
fn assigns(tokens: &[Token<'_>], index: usize) -> bool {
    at(tokens, index) == Some(Token::Mark(b'='))
        && !matches!(at(tokens, index + 1), Some(Token::Mark(b'=' | b'>')))
}

fn used_name<'a>(tokens: &[Token<'a>], index: usize) -> Option<&'a str> {
    let Some(Token::Name(name)) = at(tokens, index) else {
        return None;
    };
    if KEYWORDS.binary_search(&name).is_ok() {
        return None;
    }
    let previous = before(tokens, index);
    // `a.name`; but in `...name` it is read.
    if previous == Some(Token::Mark(b'.')) && before(tokens, index - 1) != Some(Token::Mark(b'.')) {
        return None;
    }
    let key = matches!(
        previous,
        None | Some(Token::Mark(b'{' | b',' | b';' | b'}'))
    );
    // `{ name: … }`, or a label.
    (!(key && at(tokens, index + 1) == Some(Token::Mark(b':')))).then_some(name)
}

fn own_names<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    let mut own = Vec::new();
    // The depth of brackets in which a `var` list is open.
    let mut list = None;
    let mut depth = 0_usize;
    for index in 0..tokens.len() {
        match at(tokens, index) {
            Some(Token::Text(text)) => own.push(text),
            Some(Token::Mark(mark)) => {
                match mark {
                    b'(' | b'[' | b'{' => depth += 1,
                    b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if mark == b';' || list.is_some_and(|open| depth < open) {
                    list = None;
                }
                own_parameters(tokens, index, &mut own);
            }
            Some(Token::Name("var" | "let" | "const")) => {
                list = Some(depth);
                // `const { a, b: c } = …`
                if let Some(Token::Mark(b'{' | b'[')) = at(tokens, index + 1) {
                    own_until_closed(tokens, index + 1, &mut own);
                }
            }
            Some(Token::Name(name)) => {
                let declared = match before(tokens, index) {
                    Some(Token::Name(
                        "var" | "let" | "const" | "function" | "class" | "import" | "typeof",
                    )) => true,
                    // `function* name`; a product of unknowns is let run, too.
                    Some(Token::Mark(b'*')) => {
                        before(tokens, index - 1) == Some(Token::Name("function"))
                    }
                    Some(Token::Mark(b',')) if list == Some(depth) => true,
                    Some(Token::Mark(b'.')) => {
                        let holder = index.checked_sub(2).and_then(|two| at(tokens, two));
                        matches!(
                            holder,
                            Some(Token::Name("window" | "self" | "globalThis" | "top"))
                        )
                    }
                    _ => false,
                };
                // `name = …`, `a.name = …`: a snippet fills the window by any of its names for it.
                if declared || assigns(tokens, index + 1) {
                    own.push(name);
                }
            }
            Some(Token::Value) | None => {}
        }
    }
    own.sort_unstable();
    own
}

/// The parameters of a function, method, arrow or `catch` whose body begins here.
fn own_parameters<'a>(tokens: &[Token<'a>], index: usize, own: &mut Vec<&'a str>) {
    let body = at(tokens, index) == Some(Token::Mark(b'{'));
    let arrow = at(tokens, index) == Some(Token::Mark(b'='))
        && at(tokens, index + 1) == Some(Token::Mark(b'>'));
    if !body && !arrow {
        return;
    }
    match before(tokens, index) {
        Some(Token::Name(name)) if arrow => own.push(name),
        Some(Token::Mark(b')')) => {
            let mut open = 0_usize;
            let mut start = index - 1;
            loop {
                match at(tokens, start) {
                    Some(Token::Mark(b')')) => open += 1,
                    Some(Token::Mark(b'(')) => open -= 1,
                    _ => {}
                }
                if open == 0 || start == 0 {
                    break;
                }
                start -= 1;
            }
            let head = before(tokens, start);
            if matches!(
                head,
                Some(Token::Name("if" | "for" | "while" | "switch" | "with"))
            ) {
                return;
            }
            if let (true, Some(Token::Name(name))) = (body, head) {
                own.push(name);
            }
            own.extend(names(tokens.get(start..index).unwrap_or_default()));
        }
        _ => {}
    }
}

fn own_until_closed<'a>(tokens: &[Token<'a>], start: usize, own: &mut Vec<&'a str>) {
    let mut open = 0_usize;
    for token in tokens.get(start..).unwrap_or_default() {
        match token {
            Token::Mark(b'{' | b'[') => open += 1,
            Token::Mark(b'}' | b']') => open = open.saturating_sub(1),
            Token::Name(name) => own.push(name),
            Token::Mark(_) | Token::Text(_) | Token::Value => {}
        }
        if open == 0 {
            break;
        }
    }
}

fn names<'a, 't>(tokens: &'t [Token<'a>]) -> impl Iterator<Item = &'a str> + 't {
    tokens.iter().filter_map(|token| match token {
        Token::Name(name) => Some(*name),
        Token::Text(_) | Token::Mark(_) | Token::Value => None,
    })
}

fn tokenize(code: &str) -> Vec<Token<'_>> {
    let bytes = code.as_bytes();
    let byte = |index: usize| bytes.get(index).copied().unwrap_or(0);
    let mut tokens = Vec::new();
    let mut index = 0;
    while index < bytes.len() {
        let start = index;
        index = match byte(index) {
            b'/' if byte(index + 1) == b'/' => skip_line(bytes, index),
            b'/' if byte(index + 1) == b'*' => code
                .get(index + 2..)
                .and_then(|rest| rest.find("*/"))
                .map_or(bytes.len(), |end| index + 4 + end),
            // Old pages hide their scripts from browsers that are gone: `<!--` begins a comment.
            b'<' if bytes
                .get(index..)
                .is_some_and(|rest| rest.starts_with(b"<!--")) =>
            {
                skip_line(bytes, index)
            }
            b'/' if begins_value(&tokens) => {
                tokens.push(Token::Value);
                skip_pattern(bytes, index)
            }
            quote @ (b'"' | b'\'') => {
                let end = skip_quoted(bytes, index, quote);
                let inner = code.get(start + 1..end.saturating_sub(1)).unwrap_or("");
                tokens.push(Token::Text(inner));
                end
            }
            b'`' => {
                tokens.push(Token::Value);
                skip_quoted(bytes, index, b'`')
            }
            first if first.is_ascii_digit() => {
                tokens.push(Token::Value);
                skip_while(bytes, index, |byte| is_name(byte) || byte == b'.')
            }
            first if is_name(first) => {
                let end = skip_while(bytes, index, is_name);
                tokens.push(code.get(start..end).map_or(Token::Value, Token::Name));
                end
            }
            first if first.is_ascii_whitespace() => index + 1,
            mark => {
                tokens.push(Token::Mark(mark));
                index + 1
            }
        };
    }
    tokens
}

/// Letters of other scripts arrive as bytes above 127, and are letters of a name here.
const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 128
}

/// Is `/` here the beginning of a regular expression? After a value it divides.
fn begins_value(tokens: &[Token<'_>]) -> bool {
    match tokens.last() {
        None => true,
        Some(Token::Name(name)) => KEYWORDS.binary_search(name).is_ok() && *name != "this",
        Some(Token::Mark(mark)) => !matches!(mark, b')' | b']' | b'}'),
        Some(Token::Text(_) | Token::Value) => false,
    }
}

fn skip_while(bytes: &[u8], start: usize, keep: impl Fn(u8) -> bool) -> usize {
    bytes
        .get(start..)
        .and_then(|rest| rest.iter().position(|byte| !keep(*byte)))
        .map_or(bytes.len(), |length| start + length)
}

fn skip_line(bytes: &[u8], start: usize) -> usize {
    skip_while(bytes, start, |byte| byte != b'\n' && byte != b'\r')
}

/// Past the closing quote. What stands in a template's `${…}` is passed over as well.
fn skip_quoted(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut index = start + 1;
    while let Some(byte) = bytes.get(index) {
        match *byte {
            b'\\' => index += 1,
            // A line ends a string that was never closed.
            b'\n' if quote != b'`' => return index,
            byte if byte == quote => return index + 1,
            _ => {}
        }
        index += 1;
    }
    bytes.len()
}

fn skip_pattern(bytes: &[u8], start: usize) -> usize {
    let mut index = start + 1;
    let mut class = false;
    while let Some(byte) = bytes.get(index) {
        match *byte {
            b'\\' => index += 1,
            b'[' => class = true,
            b']' => class = false,
            b'\n' => return index,
            b'/' if !class => return skip_while(bytes, index + 1, is_name),
            _ => {}
        }
        index += 1;
    }
    bytes.len()
}

/// Sorted. Words that are never a global's name.
const KEYWORDS: [&str; 51] = [
    "Infinity",
    "NaN",
    "arguments",
    "as",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "from",
    "function",
    "get",
    "if",
    "import",
    "in",
    "instanceof",
    "let",
    "new",
    "null",
    "of",
    "return",
    "set",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "var",
    "void",
    "while",
    "window",
    "with",
    "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_sorted() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn a_script_that_starts_a_tracker_needs_it() {
        assert_eq!(free_names("tracker.start('k')"), ["tracker"]);
        assert_eq!(free_names("new Tracker({ id: 1 }).run();"), ["Tracker"]);
        assert_eq!(
            free_names("document.addEventListener('load', function (e) { lib.go(e) })"),
            ["document", "lib"]
        );
        assert_eq!(free_names("var x = y ? a : b"), ["a", "b", "y"]);
        assert_eq!(free_names("f(...rest)"), ["f", "rest"]);
        assert_eq!(free_names("x == y"), ["x", "y"]);
        assert_eq!(free_names("switch (1) { case one: break }"), ["one"]);
    }

    #[test]
    fn stubs_bring_their_own_queue() {
        let ga = "window.dataLayer = window.dataLayer || []; function gtag(){dataLayer.push(arguments);} \
            gtag('js', new Date()); gtag('config', 'G-1');";
        assert_eq!(free_names(ga), ["Date"]);
        let meta = "!function(f,b,e,v,n,t,s){if(f.fbq)return;n=f.fbq=function(){n.callMethod?\
            n.callMethod.apply(n,arguments):n.queue.push(arguments)};if(!f._fbq)f._fbq=n;n.push=n;\
            n.loaded=!0;n.version='2.0';n.queue=[];t=b.createElement(e);t.async=!0;t.src=v;\
            s=b.getElementsByTagName(e)[0];s.parentNode.insertBefore(t,s)}(window,document,'script',\
            'https://connect.facebook.net/en_US/fbevents.js');fbq('init','1');fbq('track','PageView');";
        assert_eq!(free_names(meta), ["document"]);
        let analytics = "(function(i,s,o,g,r,a,m){i['GoogleAnalyticsObject']=r;i[r]=i[r]||function(){\
            (i[r].q=i[r].q||[]).push(arguments)},i[r].l=1*new Date();a=s.createElement(o)})\
            (window,document,'script','https://www.google-analytics.com/analytics.js','ga');ga('send');";
        assert_eq!(free_names(analytics), ["Date", "document"]);
        let segment = "!function(){var analytics=window.analytics=window.analytics||[];\
            if(!analytics.initialize)analytics.load=function(key,e){var t=document.createElement('script')}}();\
            analytics.page();";
        assert_eq!(free_names(segment), ["document"]);
    }

    #[test]
    fn guarded_names_are_not_needed() {
        assert!(free_names("if (typeof hj !== 'undefined') { hj('event') }").is_empty());
        assert!(free_names("window.tracker && tracker.start()").is_empty());
    }

    #[test]
    fn what_is_no_code_is_no_name() {
        assert!(
            free_names("// tracker\n/* tracker */ 'a tracker'; `tracker`; /tracker[/]/g")
                .is_empty()
        );
        assert_eq!(free_names("a / b / c"), ["a", "b", "c"]);
        assert!(free_names("<!-- tracker\nvar a = { tracker: 1 }, b;").is_empty());
        assert!(free_names("a.tracker; ").iter().all(|name| *name == "a"));
    }

    #[test]
    fn declarations_of_every_kind_are_its_own() {
        assert!(free_names("let { a, b: c } = {}; const [d] = []; a + c + d").is_empty());
        assert!(free_names("(p, q = 1) => p + q; r => r; try {} catch (e) { e }").is_empty());
        assert!(free_names("class A { go(x) { return x } } new A()").is_empty());
        assert!(free_names("var a = 1, b = 2, c; a + b + c").is_empty());
    }

    #[test]
    fn garbage_is_survived() {
        for text in [
            "'", "\"\\", "`${", "/", "/[", "/*", ")", ") {", "}}}=>", "é=ß", "\\u{41}", "=", "(",
        ] {
            let _ = free_names(text);
        }
    }
}
