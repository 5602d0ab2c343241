//! Where the bytes of kept files lie: a folder, or a bucket of any S3-compatible store. A file lies
//! under the digest of its content, so the same file lies there once, keeping it twice is keeping it
//! once, and what comes back is what was kept. Deliberately absent: names, types and whose it is, which
//! are rows; and taking anything out.

use std::{fmt, path::Path as Folder, sync::Arc};

use bytes::Bytes;
use object_store::{
    ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, memory::InMemory, path::Path,
};
use sha2::{Digest, Sha256};

mod s3;

/// A place for files. Clones are the same place.
#[derive(Clone)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    /// The folder within it.
    prefix: Path,
}

/// Nothing is shown but what it is: an address may hold more than is meant for a log.
impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder cannot be made or written.
    #[error("the folder {0} cannot be used: {1}")]
    Folder(String, std::io::Error),
    /// No HTTP client can be made on this machine.
    #[error("no HTTP client can be made on this machine: {0}")]
    Client(reqwest::Error),
    /// The store failed.
    #[error(transparent)]
    Failed(#[from] object_store::Error),
    /// What lies there is not what was kept.
    #[error("the file {0} is damaged")]
    Damaged(String),
}

impl Store {
    /// A folder, made when it is not there.
    ///
    /// # Errors
    /// When it cannot be made or written.
    pub fn folder(path: &Folder) -> Result<Self, StoreError> {
        let unusable = |error| StoreError::Folder(path.display().to_string(), error);
        std::fs::create_dir_all(path).map_err(unusable)?;
        let trial = path.join(".mesabot-trial");
        std::fs::write(&trial, b"")
            .and_then(|()| std::fs::remove_file(&trial))
            .map_err(unusable)?;
        // A file is told to be kept once its row is committed, so it must survive a power cut as well.
        let objects = LocalFileSystem::new_with_prefix(path)?.with_fsync(true);
        Ok(Self { objects: Arc::new(objects), prefix: Path::default() })
    }

    /// A bucket, named as `s3://BUCKET/PREFIX`. Who may use it, and where it is when it is not Amazon's,
    /// is told by the usual variables: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`,
    /// `AWS_ENDPOINT_URL`. Nothing is asked of it yet.
    ///
    /// # Errors
    /// When that cannot be understood.
    pub fn bucket(url: &str) -> Result<Self, StoreError> {
        let readable = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        s3::bucket(url, std::env::vars_os().filter_map(readable))
    }

    /// A place that is forgotten with the process.
    pub fn in_memory() -> Self {
        Self { objects: Arc::new(InMemory::new()), prefix: Path::default() }
    }

    /// Keeps a file and gives its digest, under which it is found again.
    ///
    /// # Errors
    /// When the store fails; then it may be kept or not.
    pub async fn put(&self, bytes: &Bytes) -> Result<String, StoreError> {
        let digest = digest(bytes);
        let place = self.place(&digest);
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if self.objects.head(&place).await.is_ok_and(|known| known.size == size) {
            return Ok(digest);
        }
        self.objects.put(&place, PutPayload::from_bytes(bytes.clone())).await?;
        Ok(digest)
    }

    /// The file with this digest, if it is there.
    ///
    /// # Errors
    /// When the store fails, or what lies there is something else.
    pub async fn get(&self, digest: &str) -> Result<Option<Bytes>, StoreError> {
        let bytes = match self.objects.get(&self.place(digest)).await {
            Ok(found) => found.bytes().await?,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if self::digest(&bytes) == digest {
            Ok(Some(bytes))
        } else {
            Err(StoreError::Damaged(digest.to_owned()))
        }
    }

    /// Spread over folders, so that none grows too large to be looked into.
    fn place(&self, digest: &str) -> Path {
        let folder = digest.get(..2).unwrap_or("00");
        self.prefix.clone().join(folder).join(digest)
    }
}

/// The SHA-256 of a file's content, in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_folder_keeps_the_same_file_once_and_gives_it_back_whole() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("files");
        let store = Store::folder(&folder).unwrap();
        let photo = Bytes::from_static(b"a photo");
        let first = store.put(&photo).await.unwrap();
        assert_eq!(store.put(&photo).await.unwrap(), first);
        let lies = folder.join(&first[..2]).join(&first);
        assert_eq!(std::fs::read_dir(lies.parent().unwrap()).unwrap().count(), 1);
        let again = Store::folder(&folder).unwrap();
        assert_eq!(again.get(&first).await.unwrap(), Some(photo));
        assert_eq!(again.get(&digest(b"another")).await.unwrap(), None);
    }

    #[tokio::test]
    async fn what_is_damaged_is_not_given_back_and_is_mended_by_keeping_it_again() {
        let place = tempfile::tempdir().unwrap();
        let store = Store::folder(place.path()).unwrap();
        let photo = Bytes::from_static(b"a photo");
        let key = store.put(&photo).await.unwrap();
        std::fs::write(place.path().join(&key[..2]).join(&key), b"half").unwrap();
        assert!(matches!(store.get(&key).await, Err(StoreError::Damaged(_))));
        store.put(&photo).await.unwrap();
        assert_eq!(store.get(&key).await.unwrap(), Some(photo));
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told_at_once() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("file");
        std::fs::write(&file, b"").unwrap();
        assert!(matches!(Store::folder(&file.join("below")), Err(StoreError::Folder(..))));
    }
}
