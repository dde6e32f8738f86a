//! The state machine. (Being written.)
