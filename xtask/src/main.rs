//! Set-up, build, serve, test. (Being written.)

fn main() {}
