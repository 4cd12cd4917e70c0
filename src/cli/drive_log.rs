//! Opens the drive logs that a command line names.

use std::fs::File;
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};

use crate::drive::Drive;

/// Reads the drive log in a file; the drive's name is the file's without folder and ending.
///
/// # Errors
///
/// The file cannot be opened, or is no drive log.
pub fn read(path: &Path) -> anyhow::Result<Drive> {
    let file = path.display().to_string();
    let opened = File::open(path).with_context(|| format!("cannot open drive log `{file}`"))?;
    let kind = opened.metadata()?.file_type();
    // A device may have no end.
    if !kind.is_file() && !kind.is_fifo() {
        bail!("drive log `{file}` is no file");
    }
    Drive::parse(&file, opened).map_err(|error| match error.hint() {
        Some(hint) => anyhow!("{:#}\n\nhint: {hint}", anyhow::Error::new(error)),
        None => error.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drive_is_named_after_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("morning.csv");
        std::fs::write(
            &path,
            "time_s,bssid,ssid,channel,signal_dbm\n0,02:00:00:00:00:01,a,6,-50\n",
        )
        .unwrap();
        assert_eq!(read(&path).unwrap().name, "morning");
        let missing = read(&folder.path().join("evening.csv")).unwrap_err();
        assert!(missing.to_string().contains("evening.csv"), "{missing}");
        let endless = read(Path::new("/dev/zero")).unwrap_err();
        assert_eq!(endless.to_string(), "drive log `/dev/zero` is no file");
    }
}
