//! The shell. (Being written.)
