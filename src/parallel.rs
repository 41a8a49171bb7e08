//! Work on several threads whose results come in order.

use std::{
    collections::HashMap,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};

/// Does `work` for each number below `count` on `jobs` threads, and hands the results to `done` in order, each as
/// soon as it and all before it are there. `done` returns whether to go on.
pub fn in_order<T: Send>(
    count: usize,
    jobs: usize,
    work: impl Fn(usize) -> T + Sync,
    mut done: impl FnMut(usize, T) -> bool,
) {
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, count.max(1)) {
            let (send, next, work) = (send.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    // A receiver that is gone wants no more.
                    if at >= count || send.send((at, work(at))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let mut waiting = HashMap::new();
        let mut at = 0;
        for (place, result) in receive {
            waiting.insert(place, result);
            while let Some(result) = waiting.remove(&at) {
                if !done(at, result) {
                    next.store(count, Ordering::Relaxed);
                    return;
                }
                at += 1;
            }
        }
    });
}

/// How many threads to use where nobody says.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_come_in_order_and_stop_when_told() {
        let mut seen = Vec::new();
        super::in_order(
            100,
            4,
            |at| at * 2,
            |at, twice| {
                assert_eq!(at * 2, twice);
                seen.push(at);
                at < 50
            },
        );
        assert_eq!(seen, (0..=50).collect::<Vec<_>>());
    }
}
