//! The outline of the gate, read as a worker reads it (`www/gate/shims/inside/outline.js`).

use consent_gate::gate::Address;

/// The answer's digit for an address, by the lines of an outline.
pub(crate) fn read(outline: &str, address: &Address<'_>) -> char {
    let lines = |kind: char| {
        outline.lines().filter_map(move |line| {
            let mut chars = line.strip_prefix(kind)?.chars();
            let answer = chars.next().expect("an answer");
            Some((answer, chars.as_str().trim_start_matches(' ')))
        })
    };
    let ruled = |kind| {
        let mut best: Option<((usize, usize, bool), char)> = None;
        for (answer, rest) in lines(kind) {
            let fields: [&str; 3] = rest
                .splitn(3, ' ')
                .collect::<Vec<_>>()
                .try_into()
                .expect("three fields");
            let [host, ports, pattern] = fields;
            let fits = fits_host(host, address.host)
                && (ports == "*" || ports.split(',').any(|port| port == address.port))
                && fits_path(pattern, address.path);
            let length = if host.ends_with('*') {
                999
            } else {
                host.trim_start_matches('=').len()
            };
            let weight = (length, pattern.trim_end_matches('^').len(), ports != "*");
            if fits && best.is_none_or(|(so_far, _)| weight > so_far) {
                best = Some((weight, answer));
            }
        }
        best.map(|(_, answer)| answer)
    };
    let listed = || {
        let named = lines('h').flat_map(|(answer, hosts)| {
            let hosts = hosts.split(' ').filter(|host| !host.is_empty());
            hosts.map(move |host| (host, answer))
        });
        let under = named.filter(|(host, _)| fits_host(host, address.host));
        under
            .max_by_key(|(host, _)| host.len())
            .map(|(_, answer)| answer)
    };
    let answer = ['n', 'o', 'w', 'p']
        .into_iter()
        .find_map(ruled)
        .or_else(listed);
    match answer {
        Some('3') | None => {
            let fitting = lines('s').filter(|(_, pattern)| fits_path(pattern, address.path));
            let otherwise = lines('d').next().expect("a last line").0;
            let passes = if answer.is_some() { '0' } else { otherwise };
            let signature = fitting.max_by_key(|(_, pattern)| pattern.len());
            signature.map_or(passes, |(answer, _)| answer)
        }
        Some(answer) => answer,
    }
}

fn fits_host(pattern: &str, host: &str) -> bool {
    if let Some(front) = pattern.strip_suffix('*') {
        return host.starts_with(front);
    }
    match pattern.strip_prefix('=') {
        Some(exact) => exact == host,
        None => host == pattern || host.ends_with(&[".", pattern].concat()),
    }
}

/// `*` is any run, `^` the end or a `/` or `?`; the rest is a beginning.
fn fits_path(pattern: &str, path: &str) -> bool {
    let Some(first) = pattern.chars().next() else {
        return true;
    };
    let rest = &pattern[1..];
    match first {
        '*' => (0..=path.len()).any(|at| fits_path(rest, &path[at..])),
        '^' => path.is_empty() || path.starts_with(['/', '?']),
        _ => path
            .strip_prefix(first)
            .is_some_and(|path| fits_path(rest, path)),
    }
}
