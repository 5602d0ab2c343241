//! A file that a user sends: its name, its declared type and its content.

use bytes::Bytes;

/// How the user sends a file. The platforms tell these apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A picture, which has no name on Telegram.
    Photo,
    /// A file of any type.
    Document,
    Voice,
}

/// A file that a user can send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub shape: Shape,
    pub name: String,
    /// The media type that the user's client declares.
    pub declared: String,
    pub bytes: Bytes,
}

impl Upload {
    /// A picture of one pixel.
    pub fn photo() -> Self {
        let bytes = Bytes::from_static(PNG);
        Self { shape: Shape::Photo, name: "foto.png".into(), declared: "image/png".into(), bytes }
    }

    /// A document with this name that contains these words.
    pub fn document(name: &str, words: &str) -> Self {
        let bytes = Bytes::from(format!("%PDF-1.7\n{words}\n%%EOF\n"));
        let declared = "application/pdf".to_owned();
        Self { shape: Shape::Document, name: name.to_owned(), declared, bytes }
    }

    pub fn voice() -> Self {
        let bytes = Bytes::from_static(b"OggS\0\x02\0\0\0\0\0\0\0\0OpusHead");
        Self { shape: Shape::Voice, name: "audio.ogg".into(), declared: "audio/ogg".into(), bytes }
    }

    /// The same file with another content.
    pub fn holding(self, bytes: impl Into<Bytes>) -> Self {
        Self { bytes: bytes.into(), ..self }
    }
}

const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 13, b'I', b'D', b'A', b'T',
    0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0xf0, 0x1f, 0, 5, 0, 1, 0xff, 0x89, 0x99, 0x3d, 0x1d, 0, 0,
    0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];
