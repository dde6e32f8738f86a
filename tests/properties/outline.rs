//! The outline of the gate, read as a worker reads it (`www/shims/prelude.js`).

use consent_gate::gate::Address;

/// The answer's digit for an address, by the lines of an outline.
pub(crate) fn read(outline: &str, address: &Address<'_>) -> char {
    let lines = || {
        outline.lines().map(|line| {
            let mut chars = line.chars();
            let (kind, answer) = (chars.next(), chars.next().expect("an answer"));
            let rest = chars.as_str();
            (kind, answer, rest.strip_prefix(' ').unwrap_or(rest))
        })
    };
    let of_kind = |wanted| lines().filter(move |(kind, ..)| *kind == Some(wanted));
    let rule = of_kind('r').find(|(_, _, rest)| {
        let [host, ports, pattern] = rest.splitn(3, ' ').collect::<Vec<_>>()[..] else {
            panic!("three fields: {rest}");
        };
        fits_host(host, address.host)
            && (ports == "*" || ports.split(',').any(|port| port == address.port))
            && fits_path(pattern, address.path)
    });
    let listed = || {
        let named = of_kind('h')
            .flat_map(|(_, answer, hosts)| hosts.split(' ').map(move |host| (host, answer)));
        let under = named.filter(|(host, _)| !host.is_empty() && fits_host(host, address.host));
        under.max_by_key(|(host, _)| host.len())
    };
    let answer = match rule {
        Some((_, answer, _)) => Some(answer),
        None => listed().map(|(_, answer)| answer),
    };
    match answer {
        Some('3') | None => {
            let signature = of_kind('s').find(|(_, _, pattern)| fits_path(pattern, address.path));
            let otherwise = of_kind('d').next().expect("a last line").1;
            let passes = if answer.is_some() { '0' } else { otherwise };
            signature.map_or(passes, |(_, answer, _)| answer)
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
