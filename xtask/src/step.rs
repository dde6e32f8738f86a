//! One external command: printed the way a person would type it, then run.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::place::Place;

/// A command about to be run.
///
/// ```text
/// Step::new("cargo").args(["fmt", "--all"]).run()?;     // prints: $ cargo fmt --all
/// ```
#[derive(Debug)]
pub(crate) struct Step {
    program: OsString,
    arguments: Vec<OsString>,
    environment: Vec<(String, OsString)>,
    folder: Option<PathBuf>,
}

impl Step {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().to_os_string(),
            arguments: Vec::new(),
            environment: Vec::new(),
            folder: None,
        }
    }

    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_os_string());
        self
    }

    pub(crate) fn args(self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.environment
            .push((name.to_owned(), value.as_ref().to_os_string()));
        self
    }

    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_path_buf());
        self
    }

    /// Prints the command, runs it, and fails if it fails.
    pub(crate) fn run(self) -> Result<()> {
        let line = self.line();
        println!("\n$ {line}");
        self.finish(self.command(), &line)
    }

    /// The same, with what it prints in a file.
    pub(crate) fn run_into(self, file: &Path) -> Result<()> {
        self.write_to(file, "")
    }

    /// The same, with all that it says in a file, so that it can run beside another step.
    pub(crate) fn run_aside(self, file: &Path) -> Result<()> {
        self.write_to(file, " 2>&1")
    }

    fn write_to(self, file: &Path, errors: &str) -> Result<()> {
        let line = format!("{} > {}{errors}", self.line(), quoted(file.as_os_str()));
        println!("\n$ {line}");
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("can't make {}", folder.display()))?;
        }
        let out = File::create(file).with_context(|| format!("can't write {}", file.display()))?;
        let mut command = self.command();
        if !errors.is_empty() {
            command.stderr(out.try_clone()?);
        }
        command.stdout(out);
        self.finish(command, &line)
    }

    fn finish(&self, mut command: Command, line: &str) -> Result<()> {
        let status = match command.stdin(Stdio::null()).status() {
            Ok(status) => status,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                bail!("`{}` is not installed", self.program.to_string_lossy())
            }
            Err(error) => return Err(error).with_context(|| format!("can't run `{line}`")),
        };
        if !status.success() {
            bail!("this failed ({status}):\n  {line}");
        }
        Ok(())
    }

    /// Runs without printing, and gives what it wrote, or `None` if it can't be run or fails.
    pub(crate) fn ask(self) -> Option<String> {
        let output = self
            .command()
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command
    }

    fn line(&self) -> String {
        let mut words = Vec::new();
        for (name, value) in &self.environment {
            words.push(match own_part_of_path(name, value) {
                Some(own) => format!("PATH={}:\"$PATH\"", quoted(&own)),
                None => format!("{name}={}", quoted(value)),
            });
        }
        words.push(quoted(&self.program));
        words.extend(self.arguments.iter().map(|argument| quoted(argument)));
        let line = words.join(" ");
        match &self.folder {
            Some(folder) => format!("(cd {} && {line})", quoted(folder.as_os_str())),
            None => line,
        }
    }
}

/// Puts the tools that were installed for this repository before the machine's own.
pub(crate) fn prefer_own_tools(place: &Place) -> Result<OsString> {
    let own = [place.tools().join("bin"), place.node_modules().join(".bin")];
    let machine = env::var_os("PATH").unwrap_or_default();
    let folders = own.into_iter().chain(env::split_paths(&machine));
    env::join_paths(folders).context("a folder of PATH or of the repository has a `:` in its name")
}

/// What stands before the machine's own `PATH`, which nobody wants to read.
fn own_part_of_path(name: &str, value: &OsStr) -> Option<OsString> {
    if name != "PATH" {
        return None;
    }
    let all: Vec<PathBuf> = env::split_paths(value).collect();
    let machine = env::split_paths(&env::var_os("PATH")?).count();
    let own = all.len().checked_sub(machine)?;
    env::join_paths(all.into_iter().take(own)).ok()
}

/// One word as a shell would need it.
fn quoted(word: &OsStr) -> String {
    let text = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,+@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.into_owned();
    }
    // Cargo's separator of encoded flags; `$'…'` is how a shell spells it.
    if text.contains('\u{1f}') {
        return format!(
            "$'{}'",
            text.replace('\'', "\\'").replace('\u{1f}', "\\x1f")
        );
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_printed_as_it_would_be_typed() {
        let step = Step::new("cargo")
            .args(["test", "a b", "it's"])
            .env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(
            step.line(),
            r"RUSTDOCFLAGS='-D warnings' cargo test 'a b' 'it'\''s'"
        );
        let step = Step::new("x").env("F", "-Ca\u{1f}-Cb");
        assert_eq!(step.line(), r"F=$'-Ca\x1f-Cb' x");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = Step::new("no-such-program-here").run().unwrap_err();
        assert!(error.to_string().contains("no-such-program-here"));
    }
}
