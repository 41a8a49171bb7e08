#!/usr/bin/env python3
"""Races the release binary against the sqlite3 shell, both in one run, turn by turn.

    cargo build --release && benches/race.py [NAME ...]

Needs python3 and sqlite3, and nothing beyond their standard library. Of every race it tells the least time that
either took (wall clock and processor), their ratio, the most memory ours took, and the goal. NAMEs choose races.
"""

import os
import pty
import select
import shutil
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OURS = os.environ.get("SQLDOJO", os.path.join(ROOT, "target", "release", "sqldojo"))
THEIRS = os.environ.get("SQLITE3", "/usr/bin/sqlite3")
HOME = tempfile.mkdtemp(prefix="race-")
ENVIRONMENT = {"HOME": HOME, "PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8"}

TOP_SPENDERS = """
SELECT u.id, u.name, sum(i.quantity * i.unit_price_cents) AS spend
FROM orders AS o
JOIN users AS u ON u.id = o.user_id
JOIN order_items AS i ON i.order_id = o.id
WHERE o.status IN ('paid', 'shipped') AND o.created_at >= '2026-02-01' AND o.created_at < '2026-03-01'
GROUP BY u.id ORDER BY spend DESC, u.id LIMIT 5"""
INDEXES = "CREATE INDEX by_day ON orders (created_at); CREATE INDEX by_order ON order_items (order_id);"
BOX = """
SELECT value AS id, value * 7919 % 1000 AS user_id, 'shipped' AS status, value * 37 % 100000 AS cents,
       'user' || value || '@mail.example' AS email, NULL AS gap
FROM generate_series(1, 100000)"""


class Run:
    """What one run took: seconds on the wall, seconds of processor."""

    def __init__(self, wall, usage):
        self.wall, self.cpu = wall, usage.ru_utime + usage.ru_stime


def peak(child):
    """The most kilobytes a running program has held; 0 once it has ended, or where the system does not tell.
    (What wait4 tells includes the memory of whoever started it.)"""
    try:
        with open(f"/proc/{child}/status") as status:
            return next((int(line.split()[1]) for line in status if line.startswith("VmHWM")), 0)
    except OSError:
        return 0


def memory_of(command):
    """The most kilobytes that a command holds, looked at all the while it runs."""
    child = os.posix_spawn(
        command[0], command, ENVIRONMENT, file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    )
    most = 0
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        most = max(most, peak(child))
        time.sleep(0.0002)
    return most


def once(command):
    """Runs a command with its output thrown away."""
    since = time.perf_counter()
    child = os.posix_spawn(
        command[0], command, ENVIRONMENT, file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    )
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        sys.exit(f"{command} ended with {status}")
    return Run(time.perf_counter() - since, usage)


def at_prompt(command, prompt, answer):
    """Starts a shell on a terminal, types a statement at its prompt, and waits for the result."""
    since = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.execve(command[0], command, ENVIRONMENT)
    seen = b""

    def wait_for(what):
        nonlocal seen
        while what not in seen:
            if not select.select([terminal], [], [], 10)[0]:
                sys.exit(f"{command} does not show {what}: {seen}")
            seen += os.read(terminal, 65536)

    wait_for(prompt)
    seen = b""
    os.write(terminal, b"select 6*7;\r")
    wait_for(answer)
    wall = time.perf_counter() - since
    global prompt_memory
    if command[0] == OURS:
        prompt_memory = max(prompt_memory, peak(child))
    os.write(terminal, b".quit\r")
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        pass  # The terminal went with its program.
    _, _, usage = os.wait4(child, 0)
    os.close(terminal)
    return Run(wall, usage)


prompt_memory = 0


def told(name, ours, theirs, goal, held, memory):
    """One line about a race; whether it was won."""
    least = lambda runs, what: min(getattr(run, what) for run in runs)
    wall = least(ours, "wall") / least(theirs, "wall")
    cpu = least(ours, "cpu") / least(theirs, "cpu")
    line = (
        f"{name:<28} ours {least(ours, 'wall') * 1e3:8.2f} ms   sqlite3 {least(theirs, 'wall') * 1e3:8.2f} ms   "
        f"× {wall:.2f} (processor × {cpu:.2f})   goal ≤ {goal:.2f}   {held / 1024:.1f} MB"
    )
    if memory is not None:
        line += f", goal ≤ {memory} MB"
    print(line, flush=True)


def race(name, ours, theirs, goal, memory=None, turns=50, run=once):
    """Both commands, turn by turn, so that whatever else the machine does hits both."""
    pairs = [(run(*ours), run(*theirs)) for _ in range(turns)]
    held = prompt_memory if run is at_prompt else max(memory_of(*ours) for _ in range(3))
    told(name, [pair[0] for pair in pairs], [pair[1] for pair in pairs], goal, held, memory)


def million():
    """The file with a million orders, made if need be; tells how fast that was."""
    folder = os.path.join(HOME, ".cache", "sqldojo")
    # The learner's data is made first, so that only one file is new afterwards.
    once([OURS, "run", "-c", "SELECT count(*) FROM orders"])
    before = set(os.listdir(folder))
    made = once([OURS, "run", "--rows", "1000000", "-c", "SELECT count(*) FROM orders"])
    new = [name for name in os.listdir(folder) if name not in before and name.endswith(".db")]
    path = os.path.join(folder, new[0])
    counts = os.popen(
        f"'{THEIRS}' '{path}' 'SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM products)"
        f" + (SELECT count(*) FROM orders) + (SELECT count(*) FROM order_items) + (SELECT count(*) FROM payments)'"
    ).read()
    rows = int(counts) / 1e6
    print(
        f"{'a million orders made':<28} {rows:.1f} M rows in {made.cpu:.2f} s of processor: "
        f"{rows / made.cpu:.2f} M rows a second   goal ≥ 2.10",
        flush=True,
    )
    return path


def main():
    wanted = sys.argv[1:]
    on = lambda name: not wanted or name in wanted
    if on("prompt"):
        once([OURS, "run", "-c", "SELECT count(*) FROM orders"])
        race(
            "prompt to first result",
            ([OURS, "play"], b"shop> ", b"42"),
            ([THEIRS], b"sqlite> ", b"42"),
            1.2,
            8,
            run=at_prompt,
        )
    if on("select"):
        race("run -c 'select 1'", ([OURS, "run", "-c", "select 1"],), ([THEIRS, ":memory:", "select 1"],), 1.2, turns=200)
    if on("box"):
        ours = [OURS, "run", "--format", "box", "-c", BOX]
        race("box of 100,000 × 6", (ours,), ([THEIRS, "-box", ":memory:", BOX],), 0.55, 10, turns=20)
    if on("million"):
        path = million()
        ours = [OURS, "run", "--rows", "1000000", "--deadline", "60", "-c"]
        race("top spenders of 1 M orders", (ours + [TOP_SPENDERS],), ([THEIRS, path, TOP_SPENDERS],), 1.05, turns=10)
        # Made by the shell, so that both read one file.
        copy = os.path.join(HOME, "indexed.db")
        os.system(f"cp '{path}' '{copy}' && '{THEIRS}' '{copy}' '{INDEXES} ANALYZE'")
        race(
            "the same with indexes",
            ([OURS, "run", "--db", copy, "-c", TOP_SPENDERS],),
            ([THEIRS, copy, TOP_SPENDERS],),
            1.05,
            turns=20,
        )


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(HOME, ignore_errors=True)
