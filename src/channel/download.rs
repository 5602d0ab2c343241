//! Downloads a file within limits: at most so many bytes, in at most so much time, and from the requested
//! address alone. A declared size is not trusted; it only ends a download early.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::{RequestBuilder, Response, header::RETRY_AFTER};

use super::{FILE_TIME, FetchError};

/// The wait after a 429 that does not say how long.
const DEFAULT_WAIT: Duration = Duration::from_secs(5);

/// Sends the request and reads at most `largest` bytes of the body.
pub(super) async fn download(request: RequestBuilder, largest: u64) -> Result<Bytes, FetchError> {
    let response = request.timeout(FILE_TIME).send().await.map_err(|error| failed(&error))?;
    match response.status().as_u16() {
        200 => read(response, largest).await,
        413 => Err(FetchError::TooLarge),
        429 => {
            let header = response.headers().get(RETRY_AFTER).and_then(|wait| wait.to_str().ok());
            let seconds = header.and_then(|wait| wait.parse::<f64>().ok());
            let wait = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
            Err(FetchError::RetryAfter(wait.unwrap_or(DEFAULT_WAIT)))
        }
        // A redirect may lead to another host, so it is not followed.
        status @ 300..=499 => Err(FetchError::Gone(format!("the platform answered {status}"))),
        status => Err(FetchError::Transient(format!("the platform answered {status}"))),
    }
}

async fn read(mut response: Response, largest: u64) -> Result<Bytes, FetchError> {
    if response.content_length().is_some_and(|length| length > largest) {
        return Err(FetchError::TooLarge);
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
        let size = u64::try_from(body.len() + chunk.len()).unwrap_or(u64::MAX);
        if size > largest {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Why the network failed, without the address, which may hold a token.
fn failed(error: &reqwest::Error) -> FetchError {
    let kind = if error.is_timeout() {
        "timed out"
    } else if error.is_connect() {
        "cannot connect"
    } else {
        "the download broke off"
    };
    FetchError::Transient(kind.to_owned())
}
