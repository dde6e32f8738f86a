//! The shell. (Being written.)

pub mod natives;
