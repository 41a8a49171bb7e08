//! The watchdog: ends statements at their deadline, and when the learner presses Ctrl-C.
//!
//! A progress handler counts instructions, and one instruction may be slow; a thread that interrupts the
//! connection keeps time whatever runs. Time that a reader of the rows takes does not count.

use std::{
    io::{self, Write},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rusqlite::InterruptHandle;

/// Why a running statement was told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Nobody told it to.
    No = 0,
    Deadline = 1,
    User = 2,
    Steps = 3,
}

/// What the watchdog, the progress handler and the running statement share.
#[derive(Debug, Default)]
pub(super) struct Control {
    stop: AtomicU8,
    /// How many more times the progress handler may be called; negative: without bound.
    ticks_left: AtomicI64,
    /// Set while a reader of rows waits for its own reader.
    waiting: AtomicBool,
    /// Milliseconds that readers have waited since the statement started.
    waited_ms: AtomicU64,
    /// Set while a statement runs that nobody watches yet.
    unwatched: AtomicBool,
    /// When the statement started, how long it may run, and what watches over that.
    watch: Mutex<Watching>,
    /// Called when a statement begins to be watched.
    at_length: OnceLock<fn()>,
}

/// The deadline of the statement that runs.
#[derive(Debug, Default)]
struct Watching {
    due: Option<(Instant, Duration)>,
    armed: Option<Armed>,
}

/// Instructions between two calls of the progress handler.
pub(super) const TICK: i32 = 100;

impl Control {
    /// Makes ready for the next statement. `steps` is its budget of virtual-machine steps.
    pub(super) fn start(&self, steps: Option<u64>) {
        self.stop.store(Stop::No as u8, Ordering::Relaxed);
        let ticks = steps.map_or(-1, |steps| (steps / TICK as u64) as i64);
        self.ticks_left.store(ticks, Ordering::Relaxed);
        self.waited_ms.store(0, Ordering::Relaxed);
    }

    fn watching(&self) -> MutexGuard<'_, Watching> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Called by the progress handler: whether to stop now.
    fn tick(&self) -> bool {
        if self.stop.load(Ordering::Relaxed) != Stop::No as u8 {
            return true;
        }
        let left = self.ticks_left.load(Ordering::Relaxed);
        match left {
            0 => {
                self.stop.store(Stop::Steps as u8, Ordering::Relaxed);
                true
            }
            1.. => {
                self.ticks_left.store(left - 1, Ordering::Relaxed);
                false
            }
            _ => false,
        }
    }

    /// Why the last statement was stopped.
    pub(super) fn reason(&self) -> Stop {
        match self.stop.load(Ordering::Relaxed) {
            1 => Stop::Deadline,
            2 => Stop::User,
            3 => Stop::Steps,
            _ => Stop::No,
        }
    }
}

/// A writer whose waiting does not count against the deadline: a pager that is being read, a slow pipe.
pub struct Paused<W> {
    inner: W,
    control: Arc<Control>,
}

impl<W: Write> Paused<W> {
    fn wait<T>(&mut self, write: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        let since = Instant::now();
        self.control.waiting.store(true, Ordering::Relaxed);
        let result = write(&mut self.inner);
        self.control.waited_ms.fetch_add(since.elapsed().as_millis() as u64, Ordering::Relaxed);
        self.control.waiting.store(false, Ordering::Relaxed);
        result
    }
}

impl<W: Write> Write for Paused<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wait(|inner| inner.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.wait(W::flush)
    }
}

/// Stops whatever runs in one sandbox. May be kept and used from any thread.
#[derive(Clone)]
pub struct Interrupter {
    pub(super) control: Arc<Control>,
    pub(super) handle: Arc<InterruptHandle>,
}

impl Interrupter {
    /// Stops the running statement as Ctrl-C does; without effect where none runs.
    pub fn interrupt(&self) {
        self.stop(Stop::User);
    }

    /// Begins a statement. One that may be slow from its first step on is watched `at_once`; any other from the
    /// first call of the progress handler on, so that the many short ones never start a thread.
    pub(super) fn begin(&self, after: Option<Duration>, at_once: bool) -> Begun<'_> {
        self.control.watching().due = after.map(|after| (Instant::now(), after));
        if at_once {
            self.watch();
        } else {
            self.control.unwatched.store(true, Ordering::Relaxed);
        }
        Begun(&self.control)
    }

    /// Called by the progress handler: whether to stop now.
    pub(super) fn tick(&self) -> bool {
        // Looked at first: a swap is dear for something that happens once a statement.
        if self.control.unwatched.load(Ordering::Relaxed) {
            self.control.unwatched.store(false, Ordering::Relaxed);
            self.watch();
        }
        self.control.tick()
    }

    /// Calls `hook` once a statement is about to take its time.
    pub(super) fn at_length(&self, hook: fn()) {
        // A second hook is none: there is one console.
        let _ = self.control.at_length.set(hook);
    }

    fn watch(&self) {
        if let Some(hook) = self.control.at_length.get() {
            hook();
        }
        let mut watching = self.control.watching();
        watching.armed = watching.due.map(|(since, after)| arm_since(since, after, self));
    }

    /// Wraps a writer that shows rows while they come; wrap a buffer around it, since each write takes the time.
    pub fn paused<W: Write>(&self, inner: W) -> Paused<W> {
        Paused { inner, control: Arc::clone(&self.control) }
    }

    fn stop(&self, why: Stop) {
        self.control.stop.store(why as u8, Ordering::Relaxed);
        self.handle.interrupt();
    }
}

/// Ends the watch over a statement when dropped.
pub(super) struct Begun<'c>(&'c Control);

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        self.0.unwatched.store(false, Ordering::Relaxed);
        self.0.watching().armed = None;
    }
}

struct Watch {
    id: u64,
    since: Instant,
    after: Duration,
    /// When to look again.
    at: Instant,
    target: Interrupter,
}

#[derive(Default)]
struct Watchdog {
    watches: Mutex<(u64, Vec<Watch>)>,
    changed: Condvar,
}

/// Disarms its watch when dropped.
#[derive(Debug)]
pub(super) struct Armed(u64);

fn watchdog() -> &'static Watchdog {
    static WATCHDOG: OnceLock<&'static Watchdog> = OnceLock::new();
    WATCHDOG.get_or_init(|| {
        let dog: &'static Watchdog = Box::leak(Box::default());
        thread::Builder::new()
            .name("watchdog".into())
            .spawn(move || watch(dog))
            .expect("a thread can be started at the first statement");
        dog
    })
}

/// Arms the watchdog: `target` is stopped once `after` has passed, unless the guard is dropped before.
pub(super) fn arm(after: Duration, target: &Interrupter) -> Armed {
    arm_since(Instant::now(), after, target)
}

fn arm_since(since: Instant, after: Duration, target: &Interrupter) -> Armed {
    let dog = watchdog();
    let mut watches = dog.watches.lock().unwrap_or_else(PoisonError::into_inner);
    watches.0 += 1;
    let id = watches.0;
    watches.1.push(Watch { id, since, after, at: since + after, target: target.clone() });
    dog.changed.notify_one();
    Armed(id)
}

impl Drop for Armed {
    fn drop(&mut self) {
        let mut watches = watchdog().watches.lock().unwrap_or_else(PoisonError::into_inner);
        watches.1.retain(|watch| watch.id != self.0);
    }
}

/// How soon the watchdog looks again while a reader waits, and how soon a stop that came too early (before the
/// engine had started to run) is given again.
const AGAIN: Duration = Duration::from_millis(20);

fn watch(dog: &Watchdog) {
    let mut watches = dog.watches.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let now = Instant::now();
        for watch in &mut watches.1 {
            if watch.at <= now {
                watch.at = now + AGAIN;
                let control = &watch.target.control;
                let waited = Duration::from_millis(control.waited_ms.load(Ordering::Relaxed));
                let due = watch.since + watch.after + waited;
                if due > now {
                    watch.at = due;
                } else if !control.waiting.load(Ordering::Relaxed) {
                    watch.target.stop(Stop::Deadline);
                }
            }
        }
        watches = match watches.1.iter().map(|watch| watch.at).min() {
            None => dog.changed.wait(watches).unwrap_or_else(PoisonError::into_inner),
            Some(next) => {
                let pause = next.saturating_duration_since(now);
                dog.changed.wait_timeout(watches, pause).unwrap_or_else(PoisonError::into_inner).0
            }
        };
    }
}
