//! The shell. (Being written.)

pub mod banner;
pub mod natives;
