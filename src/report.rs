//! What was seen on this page. (Being written.)
