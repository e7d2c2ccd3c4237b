//! The bytes of requests and answers: counted, and broken off where a fault says so.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The end of a connection, wanted by one who has no hold on it. Where it comes there is no more: no last chunk, no end of TLS.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scissors(Arc<AtomicBool>);

/// How a body ends before its end.
#[derive(Debug)]
pub(crate) enum Broken {
    /// The connection is cut.
    Cut(Scissors),
    /// Nothing more comes.
    Silence,
}

/// How many bytes have passed, as seen from elsewhere.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meter(Arc<AtomicU64>);

impl Meter {
    /// The bytes so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A body that is counted, and may be broken off.
pub(crate) struct Metered<B> {
    body: B,
    meter: Meter,
    /// How many bytes may still pass, and what comes then.
    limit: Option<(u64, Broken)>,
}

impl<B> Metered<B> {
    pub(crate) fn new(body: B, meter: Meter) -> Self {
        Self { body, meter, limit: None }
    }

    /// Lets only so many bytes pass.
    pub(crate) fn broken(mut self, after: u64, how: Broken) -> Self {
        self.limit = Some((after, how));
        self
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Metered<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.get_mut();
        if let Some((0, how)) = &this.limit {
            // Nobody is to be woken for more: hyper goes on to send what it has, and comes to the scissors there.
            if let Broken::Cut(scissors) = how {
                scissors.0.store(true, Ordering::Relaxed);
            }
            return Poll::Pending;
        }
        let Some(frame) = ready!(Pin::new(&mut this.body).poll_frame(context)) else { return Poll::Ready(None) };
        let frame = frame.map(|frame| {
            frame.map_data(|mut data| {
                if let Some((left, _)) = &mut this.limit {
                    data.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
                    *left -= data.len() as u64;
                }
                this.meter.0.fetch_add(data.len() as u64, Ordering::Relaxed);
                data
            })
        });
        Poll::Ready(Some(frame))
    }

    fn is_end_stream(&self) -> bool {
        self.limit.is_none() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        // The whole, also where less will come: it is what the answer promises.
        self.body.size_hint()
    }
}

/// A connection that can be cut.
pub(crate) struct Cuttable<S> {
    stream: S,
    scissors: Scissors,
}

impl<S> Cuttable<S> {
    pub(crate) fn new(stream: S) -> (Self, Scissors) {
        let scissors = Scissors::default();
        (Self { stream, scissors: scissors.clone() }, scissors)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Cuttable<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Cuttable<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    /// Cuts only here, once all that was sent before is on its way.
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.stream).poll_flush(context))?;
        if this.scissors.0.load(Ordering::Relaxed) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::{BodyExt, Full};

    use super::*;

    fn body(meter: &Meter) -> Metered<Full<Bytes>> {
        Metered::new(Full::from("0123456789"), meter.clone())
    }

    /// The data of the next frame; none where it does not come.
    async fn next(body: &mut Metered<Full<Bytes>>) -> Option<Bytes> {
        tokio::select! {
            biased;
            frame = body.frame() => frame.map(|frame| frame.unwrap().into_data().unwrap()),
            () = std::future::ready(()) => None,
        }
    }

    #[tokio::test]
    async fn a_body_is_counted_and_passes_whole() {
        let meter = Meter::default();
        let collected = body(&meter).collect().await.unwrap().to_bytes();
        assert_eq!((&collected[..], meter.bytes()), (&b"0123456789"[..], 10));
    }

    #[tokio::test]
    async fn a_body_is_broken_off_at_the_byte() {
        for (after, expected) in [(0, None), (4, Some(&b"0123"[..])), (10, Some(b"0123456789"))] {
            let meter = Meter::default();
            let scissors = Scissors::default();
            let mut body = body(&meter).broken(after, Broken::Cut(scissors.clone()));
            assert_eq!(next(&mut body).await.as_deref(), expected);
            // Not ended, not even where all of it has come.
            assert_eq!((next(&mut body).await, body.is_end_stream()), (None, false));
            assert_eq!((meter.bytes(), scissors.0.load(Ordering::Relaxed)), (after, true));
        }
    }

    #[tokio::test]
    async fn a_connection_is_cut_once_what_was_sent_is_on_its_way() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (near, mut far) = tokio::io::duplex(64);
        let (mut near, scissors) = Cuttable::new(near);
        near.write_all(b"sent").await.unwrap();
        near.flush().await.unwrap();
        scissors.0.store(true, Ordering::Relaxed);
        near.write_all(b" and cut").await.unwrap();
        assert_eq!(near.flush().await.unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
        drop(near);
        let mut heard = String::new();
        far.read_to_string(&mut heard).await.unwrap();
        assert_eq!(heard, "sent and cut");
    }
}
