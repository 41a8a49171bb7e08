//! Where a session writes: results to one place, complaints to the same or to another.

use std::io::{self, Write};

/// Where a session writes. Writing to it writes results.
pub struct Output<'w> {
    results: &'w mut dyn Write,
    complaints: Option<&'w mut dyn Write>,
}

impl<'w> Output<'w> {
    /// One place for everything, as on a terminal.
    pub fn one(results: &'w mut dyn Write) -> Output<'w> {
        Output { results, complaints: None }
    }

    /// Results here, complaints there, as in a script.
    pub fn two(results: &'w mut dyn Write, complaints: &'w mut dyn Write) -> Output<'w> {
        Output { results, complaints: Some(complaints) }
    }

    /// Where complaints go. Results written so far come first.
    ///
    /// # Errors
    /// What stands before cannot be written.
    pub fn complaints(&mut self) -> io::Result<&mut dyn Write> {
        match &mut self.complaints {
            Some(complaints) => {
                self.results.flush()?;
                Ok(*complaints)
            }
            None => Ok(self.results),
        }
    }
}

impl Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.results.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.results.flush()
    }
}
