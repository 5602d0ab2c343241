//! The type of the work inside a write.
//!
//! An `async` closure would read better, but the compiler cannot yet prove that its future is
//! `Send` when it borrows (rust-lang/rust#110338), and every write runs in a task that needs
//! `Send`. So the work is a boxed future. The trait in this module lets that future borrow from its
//! surroundings as well as from the transaction, which a plain `BoxFuture` cannot.

use std::pin::Pin;

/// A future that borrows from the transaction for `'t` and from data that lives for `'env`.
///
/// The default of `Bound` tells the compiler that `'env` outlives `'t`; there is no other way to
/// say so about *every* `'t`.
pub trait ScopedFuture<'env, 't, Bound = &'t &'env ()>: Future {}

impl<'env, 't, Bound, F: Future + ?Sized> ScopedFuture<'env, 't, Bound> for F {}

/// What the closure given to [`Database::write`](super::Database::write) returns: `Box::pin(async
/// move { … })`.
pub type Work<'env, 't, R> = Pin<Box<dyn ScopedFuture<'env, 't, Output = R> + Send + 't>>;
