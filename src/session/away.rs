//! Work that takes its time, on a thread of its own and on data of its own: Ctrl-C brings the prompt back at once,
//! whatever the work is about.

use std::{
    panic::resume_unwind,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use super::Brake;
use crate::engine::{Interrupter, Sandbox};

/// Where the work hands in what stops it.
#[derive(Clone, Default)]
pub(super) struct Leash(Arc<Mutex<Vec<Interrupter>>>);

impl Leash {
    /// Lets Ctrl-C stop what runs in a sandbox.
    pub(super) fn hold(&self, sandbox: &Sandbox) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(sandbox.interrupter());
    }

    fn pull(&self) {
        for held in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            held.interrupt();
        }
    }
}

/// How soon Ctrl-C is noticed.
const LOOK: Duration = Duration::from_millis(10);

/// How many looks the work is given to end by itself. What makes data goes on beyond that, unseen: the data is kept.
const GRACE: u32 = 30;

/// Does some work; `None`: the brake was pulled.
pub(super) fn away<T: Send + 'static>(
    brake: &Brake,
    work: impl FnOnce(&Leash) -> T + Send + 'static,
) -> Option<T> {
    let leash = Leash::default();
    let (send, receive) = mpsc::channel();
    let pulls = brake.pulls();
    let own = leash.clone();
    let thread = thread::Builder::new().name("away".into()).spawn(move || {
        // Nobody listens any more where the brake was pulled.
        let _ = send.send(work(&own));
    });
    let thread = thread.expect("a thread can be started");
    let mut grace = GRACE;
    loop {
        match receive.recv_timeout(LOOK) {
            Ok(done) if brake.pulls() == pulls => return Some(done),
            Ok(_) => return None,
            Err(RecvTimeoutError::Disconnected) => match thread.join() {
                Err(panic) => resume_unwind(panic),
                Ok(()) => unreachable!("it sends before it ends"),
            },
            Err(RecvTimeoutError::Timeout) if brake.pulls() == pulls => {}
            Err(RecvTimeoutError::Timeout) => {
                // Between two statements a pull is without effect, so it is given until the work has ended.
                leash.pull();
                grace -= 1;
                if grace == 0 {
                    return None;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{FailureKind, Settings, Source};

    #[test]
    fn work_ends_by_itself_or_is_stopped() {
        let brake = Brake::default();
        assert_eq!(away(&brake, |_| 7), Some(7));
        let pulled = brake.clone();
        let (started, begun) = mpsc::channel();
        let (ended, kind) = mpsc::channel();
        let stopper = thread::spawn(move || {
            begun.recv().unwrap();
            pulled.pull();
        });
        let done = away(&brake, move |leash| {
            let settings = Settings::learner("2026-03-15".parse().unwrap(), None);
            let sandbox = Sandbox::open(Source::Empty, settings).unwrap();
            leash.hold(&sandbox);
            started.send(()).unwrap();
            let endless =
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
            let failure = sandbox.table(endless).unwrap_err();
            ended.send(failure.kind).unwrap();
        });
        stopper.join().unwrap();
        assert_eq!((done, kind.recv().unwrap()), (None, FailureKind::Interrupted));
        // The next work is not stopped by what was pulled before.
        assert_eq!(away(&brake, |_| 8), Some(8));
    }
}
