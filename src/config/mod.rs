//! What the site asked for. (Being written.)
