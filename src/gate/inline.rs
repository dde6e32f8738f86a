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

/// The names that a script reads without defining them or asking whether they are there (`typeof name`, `window.name &&`), unless
/// it does nothing at all without that one. Sorted, each once.
#[must_use]
pub fn free_names(code: &str) -> Vec<&str> {
    let tokens = Tokens(tokenize(code));
    let own = own_names(&tokens);
    let mut free: Vec<&str> = tokens.guard().into_iter().collect();
    for index in 0..tokens.0.len() {
        if tokens.uses(index) {
            let name = tokens.at(index).text;
            if own.binary_search(&name).is_err() {
                free.push(name);
            }
        }
    }
    free.sort_unstable();
    free.dedup();
    free
}

/// One token: its kind, and for names and strings the text.
#[derive(Clone, Copy)]
struct Token<'a> {
    /// [`NAME`], [`TEXT`], [`VALUE`], [`NONE`]; anything else is a mark, which is its own kind.
    kind: u8,
    text: &'a str,
}

/// Nothing is there.
const NONE: u8 = 0;
const NAME: u8 = b'a';
/// A string; its text is what stands between the quotes.
const TEXT: u8 = b'"';
/// The names of the window.
const WINDOW: &str = "window self globalThis top";
/// A number, a template, a regular expression: a value in which no name stands.
const VALUE: u8 = b'0';

impl<'a> Token<'a> {
    /// Is it one of these names?
    fn is_one_of(self, names: &str) -> bool {
        self.kind == NAME && names.split(' ').any(|name| name == self.text)
    }

    fn is_keyword(self) -> bool {
        KEYWORDS.binary_search(&self.text).is_ok()
    }
}

struct Tokens<'a>(Vec<Token<'a>>);

impl<'a> Tokens<'a> {
    /// The token at `index`; what stands before the first has an index that wrapped around.
    #[inline(never)]
    fn at(&self, index: usize) -> Token<'a> {
        let none = Token {
            kind: NONE,
            text: "",
        };
        self.0.get(index).copied().unwrap_or(none)
    }

    fn kind(&self, index: usize) -> u8 {
        self.at(index).kind
    }

    /// Is what stands at `index` a name that is read?
    fn uses(&self, index: usize) -> bool {
        let token = self.at(index);
        if token.kind != NAME || token.is_keyword() {
            return false;
        }
        match self.kind(index.wrapping_sub(1)) {
            // `a.name`; but in `...name` it is read, and in `window.name.go()` without a question.
            b'.' => self.kind(index.wrapping_sub(2)) == b'.' || self.is_of_window(index, true),
            // `{ name: … }`, or a label.
            NONE | b'{' | b',' | b';' | b'}' => self.kind(index + 1) != b':',
            _ => true,
        }
    }

    /// Is the name at `index` a property of the window, by a name that no script gives to another thing? `used`: and one that must be
    /// there, since something is done with it.
    fn is_of_window(&self, index: usize, used: bool) -> bool {
        self.at(index.wrapping_sub(2)).text == "window"
            && self.kind(index.wrapping_sub(3)) != b'.'
            && (!used || matches!(self.kind(index + 1), b'.' | b'(' | b'['))
    }

    /// The name without which the script does nothing: `window.name && …`, `if (window.name) …`, `if (typeof name !== …) …`, and no
    /// more than that.
    fn guard(&self) -> Option<&'a str> {
        let asks = self.at(0).is_one_of("if");
        let by_type = asks && self.at(2).is_one_of("typeof");
        // Where the name stands, and what behind it makes the question.
        let (index, next) = match (asks, by_type) {
            (false, _) => (2, b'&'),
            (true, false) => (4, b')'),
            (true, true) => (3, b'!'),
        };
        let token = self.at(index);
        let found = token.kind == NAME
            && (by_type || self.is_of_window(index, false))
            && self.kind(index + 1) == next
            && self.is_one_statement(asks);
        found.then_some(token.text)
    }

    /// Is the whole one statement without another way to go? `asks`: it begins with a condition in brackets.
    fn is_one_statement(&self, asks: bool) -> bool {
        let mut depth = 0_usize;
        // The bracket that ends the condition.
        let mut end = None;
        let last = self.0.len().saturating_sub(1);
        for index in 0..last {
            let token = self.at(index);
            match token.kind {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 && token.kind == b'}' {
                        return false;
                    }
                    if depth == 0 && asks && end.is_none() {
                        end = Some(index);
                    }
                }
                b';' | b'|' | b':' if depth == 0 => return false,
                // A line that ended without a mark.
                NAME if depth == 0
                    && index > 0
                    && end != Some(index - 1)
                    && !begins_value(self.0.get(index - 1)) =>
                {
                    return false;
                }
                _ => {}
            }
        }
        true
    }

    /// Does a lone `=` stand at `index`? Not `==`, not `=>`.
    fn assigns(&self, index: usize) -> bool {
        self.kind(index) == b'=' && !matches!(self.kind(index + 1), b'=' | b'>')
    }

    /// Is the name at `index` made there?
    fn declares(&self, index: usize, in_list: bool) -> bool {
        let previous = self.at(index.wrapping_sub(1));
        let second = self.at(index.wrapping_sub(2));
        let declared = match previous.kind {
            NAME => previous.is_one_of("var let const function class import typeof"),
            // `function* name`; a product of unknowns is let run, too.
            b'*' => second.is_one_of("function"),
            b',' => in_list,
            b'.' => second.is_one_of(WINDOW) && !self.is_of_window(index, true),
            _ => false,
        };
        // `name = …`, `a.name = …`: a snippet fills the window by any of its names for it.
        declared || self.assigns(index + 1)
    }
}

fn own_names<'a>(tokens: &Tokens<'a>) -> Vec<&'a str> {
    let mut own = Vec::new();
    // The depth of brackets in which a `var` list is open.
    let mut list = None;
    let mut depth = 0_usize;
    for index in 0..tokens.0.len() {
        let token = tokens.at(index);
        match token.kind {
            TEXT => own.push(token.text),
            NAME if token.is_one_of("var let const") => {
                list = Some(depth);
                // `const { a, b: c } = …`
                if let b'{' | b'[' = tokens.kind(index + 1) {
                    own_until_closed(tokens, index + 1, &mut own);
                }
            }
            NAME => {
                if tokens.declares(index, list == Some(depth)) {
                    own.push(token.text);
                }
            }
            mark => {
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
        }
    }
    own.sort_unstable();
    own
}

/// The parameters of a function, method, arrow or `catch` whose body begins here.
fn own_parameters<'a>(tokens: &Tokens<'a>, index: usize, own: &mut Vec<&'a str>) {
    let body = tokens.kind(index) == b'{';
    let arrow = tokens.kind(index) == b'=' && tokens.kind(index + 1) == b'>';
    if !body && !arrow {
        return;
    }
    let previous = tokens.at(index.wrapping_sub(1));
    if arrow && previous.kind == NAME {
        own.push(previous.text);
    }
    if previous.kind != b')' {
        return;
    }
    let mut open = 0_usize;
    let mut start = index - 1;
    loop {
        match tokens.kind(start) {
            b')' => open += 1,
            b'(' => open -= 1,
            _ => {}
        }
        if open == 0 || start == 0 {
            break;
        }
        start -= 1;
    }
    let head = tokens.at(start.wrapping_sub(1));
    if head.is_one_of("if for while switch with") {
        return;
    }
    if body && head.kind == NAME {
        own.push(head.text);
    }
    for at in start..index {
        push_name(tokens.at(at), own);
    }
}

fn own_until_closed<'a>(tokens: &Tokens<'a>, start: usize, own: &mut Vec<&'a str>) {
    let mut open = 0_usize;
    for index in start..tokens.0.len() {
        let token = tokens.at(index);
        match token.kind {
            b'{' | b'[' => open += 1,
            b'}' | b']' => open = open.saturating_sub(1),
            _ => push_name(token, own),
        }
        if open == 0 {
            break;
        }
    }
}

fn push_name<'a>(token: Token<'a>, own: &mut Vec<&'a str>) {
    if token.kind == NAME {
        own.push(token.text);
    }
}

fn tokenize(code: &str) -> Vec<Token<'_>> {
    let bytes = code.as_bytes();
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut start = 0;
    while let Some(&first) = bytes.get(start) {
        let next = bytes.get(start + 1).copied().unwrap_or(NONE);
        // Old pages hide their scripts from browsers that are gone: `<!--` begins a comment.
        let hidden = first == b'<' && code.get(start..start + 4) == Some("<!--");
        let (kind, end) = match first {
            b'/' if next == b'*' => (NONE, skip_comment(bytes, start + 2)),
            _ if hidden || (first == b'/' && next == b'/') => (NONE, skip_line(bytes, start)),
            b'/' if begins_value(tokens.last()) => (VALUE, skip_pattern(bytes, start)),
            b'"' | b'\'' => (TEXT, skip_quoted(bytes, start, first)),
            b'`' => (VALUE, skip_quoted(bytes, start, first)),
            b'0'..=b'9' => (
                VALUE,
                skip_while(bytes, start, |byte| is_name(byte) || byte == b'.'),
            ),
            _ if is_name(first) => (NAME, skip_while(bytes, start, is_name)),
            _ if first.is_ascii_whitespace() => (NONE, start + 1),
            mark => (mark, start + 1),
        };
        let text = match kind {
            NAME => code.get(start..end),
            TEXT => code.get(start + 1..end.saturating_sub(1)),
            _ => None,
        };
        if kind != NONE {
            tokens.push(Token {
                kind,
                text: text.unwrap_or_default(),
            });
        }
        start = end;
    }
    tokens
}

/// Letters of other scripts arrive as bytes above 127, and are letters of a name here.
const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 128
}

/// Is `/` after `last` the beginning of a regular expression? After a value it divides.
fn begins_value(last: Option<&Token<'_>>) -> bool {
    let Some(token) = last else {
        return true;
    };
    match token.kind {
        NAME => token.is_keyword() && token.text != "this",
        TEXT | VALUE | b')' | b']' | b'}' => false,
        _ => true,
    }
}

fn skip_while(bytes: &[u8], start: usize, keep: fn(u8) -> bool) -> usize {
    let mut index = start;
    while let Some(byte) = bytes.get(index) {
        if !keep(*byte) {
            break;
        }
        index += 1;
    }
    index
}

/// Past `*/`.
fn skip_comment(bytes: &[u8], start: usize) -> usize {
    let mut index = start;
    while let Some(rest) = bytes.get(index..) {
        if rest.starts_with(b"*/") {
            return index + 2;
        }
        index += 1;
    }
    bytes.len()
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
        assert!(free_names("if (typeof hj !== 'undefined') { hj('event') } own = 1").is_empty());
        assert!(free_names("own = 1; if (typeof hj !== 'undefined') { hj('event') }").is_empty());
        assert!(free_names("window.tracker && tracker.start(); own = 1").is_empty());
    }

    #[test]
    fn what_is_used_of_the_window_is_needed() {
        assert_eq!(free_names("window.amplitude.init('k')"), ["amplitude"]);
        assert_eq!(free_names("window.start(); window.q[0]"), ["q", "start"]);
        assert!(
            free_names("a.window.lib.go()")
                .iter()
                .all(|name| *name == "a")
        );
        assert!(free_names("var self = this; self.items.push(1)").is_empty());
        assert!(free_names("window.q = window.q || []; window.q.push(1)").is_empty());
        assert!(free_names("if (window.ga) window.ga('send'); go = 1").is_empty());
    }

    #[test]
    fn a_script_that_does_nothing_else_needs_what_it_asks_for() {
        assert_eq!(
            free_names("window.LogRocket && window.LogRocket.init('a', { b: 1 });"),
            ["LogRocket"]
        );
        assert_eq!(
            free_names("if (window.lib) { lib.go({ a: 1 }); lib.end() }"),
            ["lib"]
        );
        assert_eq!(
            free_names("if (typeof lib != 'undefined') new lib.A()"),
            ["lib"]
        );
        assert!(
            free_names("if (typeof lib === 'undefined') load()")
                .iter()
                .all(|name| *name == "load")
        );
        assert!(free_names("window.lib && lib.go()\nown = 1").is_empty());
        assert!(free_names("window.lib && lib.go(); own = 1").is_empty());
        assert!(free_names("if (window.lib) { lib.go() } own = 1").is_empty());
        assert!(free_names("if (window.lib) { lib.go() } else { own = 1 }").is_empty());
        assert!(free_names("window.lib || (own = 1)").is_empty());
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
    fn comments_end_where_they_end() {
        assert_eq!(free_names("/*/ a */ b"), ["b"]);
        assert_eq!(free_names("/**/ a /* b"), ["a"]);
        assert_eq!(free_names("/* é */ ü; 'é"), ["ü"]);
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
