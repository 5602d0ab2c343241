//! A bucket, reached through the HTTP client that everything else here uses: the store's own would
//! bring a second one, with a second cryptography. Deliberately absent: settings of our own; whoever
//! runs a bucket has the usual variables.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use object_store::{
    ClientOptions, RetryConfig,
    aws::AmazonS3Builder,
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
    },
    path::Path,
};

use super::{Store, StoreError};

/// How long one request may take, a file under way included.
const REQUEST: Duration = Duration::from_secs(60);
/// How long the store tries again by itself; beyond it, whoever asked does.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often.
const TRIES: usize = 2;

/// A bucket, with whatever these variables say of it.
pub(super) fn bucket(
    url: &str,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Store, StoreError> {
    let client = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(5))
        .timeout(REQUEST)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(StoreError::Client)?;
    let retry = RetryConfig { max_retries: TRIES, retry_timeout: PATIENCE, ..Default::default() };
    let mut builder = AmazonS3Builder::new();
    for (name, value) in variables {
        let key = name.starts_with("AWS_").then(|| name.to_ascii_lowercase().parse().ok());
        if let Some(key) = key.flatten() {
            builder = builder.with_config(key, value);
        }
    }
    let objects =
        builder.with_url(url).with_retry(retry).with_http_connector(Wire(client)).build()?;
    let path = url.strip_prefix("s3://").and_then(|rest| rest.split_once('/'));
    let prefix = Path::parse(path.map_or("", |(_, path)| path.trim_matches('/')))
        .map_err(object_store::Error::from)?;
    Ok(Store { objects: Arc::new(objects), prefix })
}

/// The HTTP client, as the store wants it.
#[derive(Debug, Clone)]
struct Wire(reqwest::Client);

impl HttpConnector for Wire {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Wire {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let request = self
            .0
            .request(parts.method, parts.uri.to_string())
            .headers(parts.headers)
            .body(reqwest::Body::wrap(body));
        let answer = request.send().await.map_err(failed)?;
        let status = answer.status();
        let headers = answer.headers().clone();
        let bytes = answer.bytes().await.map_err(failed)?;
        let mut response = HttpResponse::new(bytes.into());
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// Whether it may be tried again, without the address, which is signed.
fn failed(error: reqwest::Error) -> HttpError {
    let kind = if error.is_timeout() {
        HttpErrorKind::Timeout
    } else if error.is_connect() {
        HttpErrorKind::Connect
    } else if error.is_request() {
        HttpErrorKind::Request
    } else {
        HttpErrorKind::Interrupted
    };
    HttpError::new(kind, error.without_url())
}

#[cfg(test)]
mod tests {
    use std::{
        collections::HashMap,
        sync::{Mutex, PoisonError},
    };

    use axum::{
        Router,
        body::Bytes,
        extract::State,
        http::{HeaderMap, Method, StatusCode, Uri},
    };

    use super::*;

    type Objects = Arc<Mutex<HashMap<String, Bytes>>>;

    /// As much of a bucket as a store of this kind asks for: it takes what is signed, and nothing else.
    async fn serve(
        State(objects): State<Objects>,
        method: Method,
        uri: Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> (StatusCode, [(&'static str, &'static str); 2], Bytes) {
        let about = [("etag", "\"1\""), ("last-modified", "Mon, 02 Mar 2026 13:00:00 GMT")];
        let signed = headers.get("authorization").and_then(|value| value.to_str().ok());
        if !signed.is_some_and(|signed| signed.contains("Credential=someone/")) {
            return (StatusCode::FORBIDDEN, about, Bytes::new());
        }
        let mut objects = objects.lock().unwrap_or_else(PoisonError::into_inner);
        let key = uri.path().to_owned();
        match (method, objects.get(&key)) {
            (Method::PUT, _) => {
                objects.insert(key, body);
                (StatusCode::OK, about, Bytes::new())
            }
            (_, Some(found)) => (StatusCode::OK, about, found.clone()),
            (_, None) => (StatusCode::NOT_FOUND, about, Bytes::new()),
        }
    }

    #[tokio::test]
    async fn a_bucket_keeps_files_under_its_prefix() {
        let objects = Objects::default();
        let app = Router::new().fallback(serve).with_state(Arc::clone(&objects));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let settings = |key: &str| {
            let pairs = [
                ("AWS_ACCESS_KEY_ID", key),
                ("AWS_SECRET_ACCESS_KEY", "secret"),
                ("AWS_REGION", "us-east-1"),
                ("AWS_ENDPOINT_URL", &address),
                ("HOME", "/nowhere"),
            ];
            pairs.map(|(name, value)| (name.to_owned(), value.to_owned()))
        };
        let store = bucket("s3://desk/files/2026", settings("someone")).unwrap();
        let photo = Bytes::from(vec![7; 300_000]);
        let key = store.put(&photo).await.unwrap();
        assert_eq!(store.put(&photo).await.unwrap(), key);
        assert_eq!(store.get(&key).await.unwrap(), Some(photo));
        assert_eq!(store.get(&super::super::digest(b"another")).await.unwrap(), None);
        let kept: Vec<String> =
            objects.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect();
        assert_eq!(kept, [format!("/desk/files/2026/{}/{key}", &key[..2])]);
        let stranger = bucket("s3://desk/files/2026", settings("stranger")).unwrap();
        assert!(matches!(stranger.get(&key).await, Err(StoreError::Failed(_))));
    }
}
