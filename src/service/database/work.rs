//! The type of what runs inside a write.
//!
//! An `async` closure would read better, but the compiler cannot yet prove
//! that the future of one is `Send` when it borrows (rust-lang/rust#110338), and
//! every write happens in a task that is. So the work is a boxed future, and the
//! trait in here lets it borrow from its surroundings as well as from the
//! transaction, which a plain `BoxFuture` does not.

use std::pin::Pin;

/// A future that borrows from the transaction for `'t` and from anything that lives for `'env`.
///
/// The default of `Bound` tells the compiler that `'env` outlives `'t`; there
/// is no other way to say so about *every* `'t`.
pub trait ScopedFuture<'env, 't, Bound = &'t &'env ()>: Future {}

impl<'env, 't, Bound, F: Future + ?Sized> ScopedFuture<'env, 't, Bound> for F {}

/// What the closure given to [`Database::write`](super::Database::write) returns:
/// `Box::pin(async move { … })`.
pub type Work<'env, 't, R> = Pin<Box<dyn ScopedFuture<'env, 't, Output = R> + Send + 't>>;
