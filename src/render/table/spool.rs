//! Bytes that are kept until all of them are known: in memory while they are few, then in a file that has no
//! name. Knows nothing of rows.

use std::{
    fs::File,
    io::{self, Read, Seek, Write},
};

/// From how many bytes on they leave memory.
const CHUNK: usize = 512 << 10;

/// Opens the file that takes what does not fit into memory.
pub type Spill = fn() -> io::Result<File>;

/// Bytes, in pieces that are never torn apart.
#[derive(Debug)]
pub(super) struct Spool {
    last: Vec<u8>,
    /// The lengths of the chunks in the file.
    chunks: Vec<usize>,
    file: Option<File>,
    open: Option<Spill>,
}

impl Spool {
    /// A spool that leaves memory through `open`, if there is one.
    pub(super) fn new(open: Option<Spill>) -> Spool {
        Spool { last: Vec::new(), chunks: Vec::new(), file: None, open }
    }

    /// Where the next piece is appended.
    pub(super) fn tail(&mut self) -> &mut Vec<u8> {
        &mut self.last
    }

    /// Says that a piece is whole.
    ///
    /// # Errors
    /// A file that cannot be written to its end, as on a full disk.
    pub(super) fn piece(&mut self) -> io::Result<()> {
        if self.last.len() < CHUNK {
            return Ok(());
        }
        if let Some(open) = self.open.take() {
            // Where no file can be had, memory must do.
            self.file = open().ok();
        }
        if let Some(file) = &mut self.file {
            file.write_all(&self.last)?;
            self.chunks.push(self.last.len());
            self.last.clear();
        }
        Ok(())
    }

    /// Gives back all pieces, in order, some whole ones at a time.
    ///
    /// # Errors
    /// A file that cannot be read, or what `read` says.
    pub(super) fn read(mut self, mut read: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            file.rewind()?;
            let mut chunk = Vec::new();
            for length in &self.chunks {
                chunk.resize(*length, 0);
                file.read_exact(&mut chunk)?;
                read(&chunk)?;
            }
        }
        read(&self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_back_whole_whether_or_not_there_is_a_file() {
        for open in [None, Some(tempfile::tempfile as Spill), Some((|| Err(io::Error::other("no"))) as Spill)]
        {
            let mut spool = Spool::new(open);
            let mut want = Vec::new();
            for n in 0..300_000u32 {
                spool.tail().extend_from_slice(&n.to_le_bytes());
                want.extend_from_slice(&n.to_le_bytes());
                spool.piece().unwrap();
            }
            let mut got = Vec::new();
            spool
                .read(|bytes| {
                    assert_eq!(bytes.len() % 4, 0);
                    got.extend_from_slice(bytes);
                    Ok(())
                })
                .unwrap();
            assert!(got == want);
        }
    }
}
