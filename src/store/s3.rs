//! A bucket, accessed through the HTTP client of the rest of this program: the store library's own
//! client would add a second TLS implementation. Deliberately absent: settings of our own;
//! operators of a bucket use the usual variables.

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

/// The time limit of one request, including the transfer of its file.
const REQUEST: Duration = Duration::from_secs(60);
/// For how long the store library retries by itself; after that the caller retries.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many times the store library retries.
const TRIES: usize = 2;

/// A bucket, configured by these variables.
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

/// Adapts the HTTP client to the store library.
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

/// Classifies an error for retries, without its address, which contains a signature.
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

    /// A minimal bucket that accepts only signed requests.
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
    async fn a_bucket_stores_files_under_its_prefix() {
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
