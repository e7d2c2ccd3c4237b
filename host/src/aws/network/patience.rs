//! What a person at a terminal reads where the network takes its time.

use std::pin::pin;
use std::time::Duration;

use crate::report::Waiting;

/// How long nothing is said.
const QUIET: Duration = Duration::from_secs(1);

/// Waits for a service, and says so while it takes longer than a moment.
pub(super) async fn wait<F: Future>(service: &str, answer: F) -> F::Output {
    log::debug!("waiting for {service}");
    let mut answer = pin!(answer);
    let answer = if let Ok(answer) = tokio::time::timeout(QUIET, &mut answer).await {
        answer
    } else {
        let _line = Waiting::show(service);
        answer.await
    };
    log::debug!("waited for {service}");
    answer
}
