//! How long one decision takes natively. The reach is 200 ns for a known and for an unknown host;
//! that nothing is allocated is proved in `tests/properties.rs`.

use std::hint::black_box;

use consent_gate::gate::{Address, Gate, Grants, Kind, Request, Rules, Target, Write};
use criterion::{Criterion, criterion_group, criterion_main};

const REQUESTS: [(&str, &str, &str); 7] = [
    ("known host", "static.hotjar.com", "/c/hotjar-1.js?sv=6"),
    ("unknown host", "images.some-shop.example", "/img/1.png"),
    ("path rule", "www.googletagmanager.com", "/gtag/js?id=AW-1"),
    ("any country", "www.google.de", "/ads/ga-audiences?v=1"),
    ("own site", "www.shop.test", "/assets/app.js?v=12"),
    (
        "library CDN",
        "cdn.jsdelivr.net",
        "/npm/vue@3/dist/vue.min.js",
    ),
    (
        "long unknown host",
        "a-rather-long-label-of-a-host.eu-central-1.compute.cloud-of-somebody.example",
        "/v1/some/long/path/to/a/file.json?with=a&rather=long&query=string",
    ),
];

fn decide(criterion: &mut Criterion) {
    let gate = Gate::new(Rules {
        page_host: "www.shop.test".to_owned(),
        ..Rules::default()
    });
    for (name, host, path) in REQUESTS {
        let request = Request {
            kind: Kind::Script,
            target: Target::Address(Address {
                host,
                port: "",
                path,
            }),
            mark: None,
        };
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| gate.decide(black_box(&request), black_box(&Grants::NONE)));
        });
    }
    let write = Write {
        kind: Kind::Cookie,
        name: "session_of_the_shop",
    };
    criterion.bench_function("unknown cookie", |bencher| {
        bencher.iter(|| gate.decide_write(black_box(&write), black_box(&Grants::NONE)));
    });
}

criterion_group!(benches, decide);
criterion_main!(benches);
