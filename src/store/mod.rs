//! The file store: a folder, or a bucket of any S3-compatible service. The key of a file is the
//! digest of its content. So equal files are stored once, storing a file twice has no further
//! effect, and the content that is read is verified. Deliberately absent: names, types and owners,
//! which are database rows; and deletion.

use std::{fmt, path::Path as Folder, sync::Arc};

use bytes::Bytes;
use object_store::{
    ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, memory::InMemory, path::Path,
};
use sha2::{Digest, Sha256};

mod s3;

/// A file store. Clones use the same place.
#[derive(Clone)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    /// The folder within the place.
    prefix: Path,
}

/// Shows only the kind of store: an address may hold secrets.
impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

/// Why the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder cannot be created or written.
    #[error("the folder {0} cannot be used: {1}")]
    Folder(String, std::io::Error),
    /// No HTTP client can be created on this machine.
    #[error("no HTTP client can be made on this machine: {0}")]
    Client(reqwest::Error),
    /// The storage backend failed.
    #[error(transparent)]
    Failed(#[from] object_store::Error),
    /// The stored content does not match its digest.
    #[error("the file {0} is damaged")]
    Damaged(String),
}

impl Store {
    /// A store in a folder, which is created when it is missing.
    ///
    /// # Errors
    /// When the folder cannot be created or written.
    pub fn folder(path: &Folder) -> Result<Self, StoreError> {
        let unusable = |error| StoreError::Folder(path.display().to_string(), error);
        std::fs::create_dir_all(path).map_err(unusable)?;
        let trial = path.join(".mesabot-trial");
        std::fs::write(&trial, b"")
            .and_then(|()| std::fs::remove_file(&trial))
            .map_err(unusable)?;
        // A file counts as stored once its row is committed, so it must survive a power cut as
        // well.
        let objects = LocalFileSystem::new_with_prefix(path)?.with_fsync(true);
        Ok(Self { objects: Arc::new(objects), prefix: Path::default() })
    }

    /// A store in a bucket, named as `s3://BUCKET/PREFIX`. The credentials, and the endpoint when
    /// it is not Amazon's, come from the usual variables: `AWS_ACCESS_KEY_ID`,
    /// `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT_URL`. No request is sent yet.
    ///
    /// # Errors
    /// When the address or a variable is malformed.
    pub fn bucket(url: &str) -> Result<Self, StoreError> {
        let readable = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        s3::bucket(url, std::env::vars_os().filter_map(readable))
    }

    /// A store that is lost with the process, for tests.
    pub fn in_memory() -> Self {
        Self { objects: Arc::new(InMemory::new()), prefix: Path::default() }
    }

    /// Stores a file and returns its digest, the key for reading it.
    ///
    /// # Errors
    /// When the store fails. The file may be stored or not.
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

    /// Reads the file with this digest; `None` when it is not stored.
    ///
    /// # Errors
    /// When the store fails, or the content does not match the digest.
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

    /// The key of a file. The two leading characters form a folder, so that no folder becomes too
    /// large to list.
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
    async fn equal_files_are_stored_once_and_read_back_whole() {
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
    async fn a_damaged_file_is_refused_and_repaired_by_storing_it_again() {
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
    fn an_unwritable_folder_is_refused_at_once() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("file");
        std::fs::write(&file, b"").unwrap();
        assert!(matches!(Store::folder(&file.join("below")), Err(StoreError::Folder(..))));
    }
}
