//! Where things are: the repository, cargo's target folder, and what is made inside of them.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

/// The folders that commands work in.
#[derive(Debug)]
pub(crate) struct Place {
    /// The repository.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, which `CARGO_TARGET_DIR` may move.
    pub(crate) target: PathBuf,
}

impl Place {
    /// Finds the repository from where this crate was compiled, and makes it the current folder,
    /// so that printed commands can be repeated from there.
    pub(crate) fn find() -> Result<Self> {
        // Cargo sets this when it runs us; the folder of compilation may have moved since.
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .context("run this as `cargo xtask …`, which says where the repository is")?;
        let root = PathBuf::from(manifest)
            .parent()
            .context("xtask/ has no folder above it")?
            .to_path_buf();
        let started_in = env::current_dir().context("the current folder can't be read")?;
        env::set_current_dir(&root).with_context(|| format!("can't work in {}", root.display()))?;
        let target = env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |folder| started_in.join(folder));
        Ok(Self { root, target })
    }

    /// What is released.
    pub(crate) fn pkg(&self) -> PathBuf {
        self.root.join("pkg")
    }

    /// Tools that the machine lacks are installed here, not into the user's own folders.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The folder of the shipped wasm: other flags than everyday builds have, so a folder of its own.
    pub(crate) fn ship(&self) -> PathBuf {
        self.target.join("ship")
    }

    /// What npm installed.
    pub(crate) fn node_modules(&self) -> PathBuf {
        self.root.join("xtask").join("node_modules")
    }
}
