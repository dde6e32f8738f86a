//! The local server that answers for every host. (Being written.)
