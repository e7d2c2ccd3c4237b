//! Archives that are the same bytes whoever makes them: sorted, with one time and no owner.

use std::fs;
use std::io::{self, Cursor, Write};
use std::path::Path;

use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use tar::{Builder, Header, HeaderMode};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::failure::Failure;

/// A file in an archive.
pub(super) struct Entry {
    /// Where it is, with `/` between folders.
    pub(super) path: String,
    /// What is in it.
    pub(super) bytes: Vec<u8>,
    /// Whether it can be run.
    pub(super) is_program: bool,
}

impl Entry {
    fn mode(&self) -> u32 {
        if self.is_program { 0o755 } else { 0o644 }
    }
}

/// Writes an archive, in the form that the ending of its name says.
///
/// # Errors
/// Where it cannot be written.
pub(super) fn write(path: &Path, entries: &[Entry], time: u64) -> Result<(), Failure> {
    let mut entries: Vec<_> = entries.iter().collect();
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let is_zip = path.extension() == Some("zip".as_ref());
    let made = if is_zip { zipped(&entries) } else { tarred(&entries, time) };
    made.and_then(|bytes| fs::write(path, bytes)).map_err(Failure::file("write", path))
}

/// A compressed tape archive.
fn tarred(entries: &[&Entry], time: u64) -> io::Result<Vec<u8>> {
    let mut archive = Builder::new(compressor());
    archive.mode(HeaderMode::Deterministic);
    for entry in entries {
        let mut header = Header::new_ustar();
        header.set_size(entry.bytes.len() as u64);
        header.set_mode(entry.mode());
        header.set_mtime(time);
        header.set_uid(0);
        header.set_gid(0);
        archive.append_data(&mut header, &entry.path, entry.bytes.as_slice())?;
    }
    archive.into_inner()?.finish()
}

/// What compresses as gzip does, without a name or a time.
fn compressor() -> GzEncoder<Vec<u8>> {
    GzBuilder::new().write(Vec::new(), Compression::best())
}

/// A file compressed for itself.
///
/// # Errors
/// None where memory does not end.
pub(super) fn compressed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressor = compressor();
    compressor.write_all(bytes)?;
    compressor.finish()
}

/// A zip file. Its times have no zone, and are read as local ones: all are the first that it can have.
fn zipped(entries: &[&Entry]) -> io::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in entries {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(entry.mode());
        archive.start_file(&*entry.path, options)?;
        archive.write_all(&entry.bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    fn entry(path: &str, text: &str, is_program: bool) -> Entry {
        Entry { path: path.to_owned(), bytes: text.into(), is_program }
    }

    fn written(name: &str, entries: &[Entry]) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        write(&path, entries, 1_700_000_000).unwrap();
        fs::read(path).unwrap()
    }

    #[test]
    fn a_tape_archive_has_its_files_in_order_with_one_time_and_no_owner() {
        let bytes = written("a.tar.gz", &[entry("top/share/x.1", "page", false), entry("top/bin/x", "program", true)]);
        let mut archive = tar::Archive::new(GzDecoder::new(&*bytes));
        let mut lines = Vec::new();
        for file in archive.entries().unwrap() {
            let mut file = file.unwrap();
            let header = file.header().clone();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            lines.push(format!(
                "{} {:o} {}/{} {} {text}",
                header.path().unwrap().display(),
                header.mode().unwrap(),
                header.uid().unwrap(),
                header.gid().unwrap(),
                header.mtime().unwrap()
            ));
        }
        assert_eq!(lines, ["top/bin/x 755 0/0 1700000000 program", "top/share/x.1 644 0/0 1700000000 page"]);
    }

    #[test]
    fn a_zip_file_has_its_files_in_order() {
        let bytes = written("a.zip", &[entry("top/share/x.1", "page", false), entry("top/bin/x.exe", "program", true)]);
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut lines = Vec::new();
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            let mode = file.unix_mode().unwrap() & 0o777;
            lines.push(format!("{} {mode:o} {} {text}", file.name(), file.last_modified().unwrap()));
        }
        assert_eq!(
            lines,
            ["top/bin/x.exe 755 1980-01-01 00:00:00 program", "top/share/x.1 644 1980-01-01 00:00:00 page"]
        );
    }

    #[test]
    fn a_file_is_compressed_without_a_name_and_a_time() {
        let bytes = compressed(b"page").unwrap();
        // The flags say that there is no name; then the time.
        assert_eq!(bytes[..8], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
        let mut text = String::new();
        GzDecoder::new(&*bytes).read_to_string(&mut text).unwrap();
        assert_eq!(text, "page");
    }

    #[test]
    fn the_order_in_which_files_were_found_does_not_change_an_archive() {
        for name in ["a.tar.gz", "a.zip"] {
            let there = written(name, &[entry("a", "1", false), entry("b", "2", true)]);
            let back = written(name, &[entry("b", "2", true), entry("a", "1", false)]);
            assert_eq!(there, back, "{name}");
        }
    }
}
