//! The demo's server as a program: `cargo run --package stage -- 8080`.

use std::env;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let port = env::args().nth(1).unwrap_or_else(|| "8080".to_owned());
    let Ok(port) = port.parse() else {
        eprintln!("{port:?} is no port");
        return ExitCode::FAILURE;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    match stage::demo::run(&root, port) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!(
                "the demo can't be served: {fault}\nAnother port: cargo xtask serve --port 8090"
            );
            ExitCode::FAILURE
        }
    }
}
