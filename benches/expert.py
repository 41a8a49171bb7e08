#!/usr/bin/env python3
"""Our advice on indexes against the `.expert` of the sqlite3 shell, on the same data.

For each query of tests/advise/queries.sql both are asked for indexes on the same database file. What either proposes is
created on a copy, with ANALYZE, and the query is measured there in the counters of our own engine; a query's cost is
its steps + 25 for each page. A second table gives how long either takes to advise where the data is large.

    cargo build --release && benches/expert.py [--orders 100000] [--large 1000000]

It needs the sqlite3 shell, and python3 with its standard library.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
QUERIES = ROOT / "tests" / "advise" / "queries.sql"

# Queries like the one that asks for the best customers of a month: those that are timed on large data.
TIMED = ["01", "12", "15", "17", "19"]

# How many seconds a query may take that nobody helps.
PATIENCE = 5
TOO_MUCH = (10**12, 10**12)


def queries():
    """The queries with their numbers."""
    number, found = None, []
    for line in QUERIES.read_text().splitlines():
        said = re.match(r"-- (\d\d) ", line)
        if said:
            number = said[1]
        elif number and line.strip() and not line.startswith("--"):
            found.append((number, line.strip().rstrip(";")))
    return found


class Program:
    """The binary under test, with a cache of its own."""

    def __init__(self, binary, folder):
        self.binary = str(binary)
        self.environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "HOME": str(folder)}

    def run(self, *arguments):
        return subprocess.run(
            [self.binary, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )

    def json(self, *arguments):
        ran = self.run(*arguments, "--format", "json")
        if ran.returncode != 0:
            sys.exit(f"{' '.join(arguments)}: {ran.stderr}")
        return json.loads(ran.stdout)

    def export(self, orders, to):
        """The shop's data of one size as a database file."""
        cache = pathlib.Path(self.environment["XDG_CACHE_HOME"]) / "sqldojo"
        before = set(cache.glob("shop-*.db"))
        ran = self.run("run", "--deadline", "0", "--rows", str(orders), "-c", "SELECT count(*) FROM orders")
        if ran.returncode != 0:
            sys.exit(ran.stderr)
        (made,) = set(cache.glob("shop-*.db")) - before
        shutil.move(made, to)

    def cost(self, file, sql):
        """Steps and pages; a query that takes too long costs more than any that does not."""
        explained = self.json("explain", "--deadline", str(PATIENCE), "--db", str(file), "-c", sql)
        if explained["cost"] is None:
            return TOO_MUCH
        return explained["cost"]["steps"], explained["cost"]["pages"]

    def advice(self, file, sql):
        began = time.perf_counter()
        advice = self.json("advise", "--deadline", "60", "--db", str(file), "-c", sql)
        took = time.perf_counter() - began
        first = advice["advice"][0]["sql"] if advice["advice"] else ""
        return [part for part in first.split("; ") if part], took


def expert(file, sql):
    """What `.expert` proposes, and how long it takes."""
    began = time.perf_counter()
    ran = subprocess.run(
        ["sqlite3", "-readonly", str(file)],
        input=f".expert --sample 10\n{sql};\n",
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.perf_counter() - began
    if ran.returncode != 0 or ran.stderr:
        sys.exit(f".expert: {ran.stderr}")
    return re.findall(r"^CREATE INDEX .*?(?=;|$)", ran.stdout, re.MULTILINE), took


def milliseconds(file, sql):
    """The time of a query in the shell's own engine: the least of five runs."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as conn:
        times = []
        for _ in range(5):
            began = time.perf_counter()
            conn.set_progress_handler(lambda: time.perf_counter() - began > PATIENCE, 100_000)
            try:
                conn.execute(sql).fetchall()
            except sqlite3.OperationalError:
                return 1000 * PATIENCE
            times.append(time.perf_counter() - began)
    conn.close()
    return 1000 * min(times)


def create(file, statements):
    """Creates indexes and runs ANALYZE; gives what the indexes take, in MB."""
    with sqlite3.connect(file) as conn:
        pages = lambda: conn.execute("PRAGMA page_count").fetchone()[0]
        before = pages()
        conn.executescript("; ".join(statements))
        size = (pages() - before) * conn.execute("PRAGMA page_size").fetchone()[0] / 1e6
        conn.executescript("ANALYZE")
    conn.close()
    return size


def total(cost):
    return cost[0] + 25 * cost[1]


def figures(cost):
    if cost == TOO_MUCH:
        return f"over {PATIENCE} s"
    return f"{short(cost[0])} / {short(cost[1])}"


def short(n):
    return str(n) if n < 1000 else f"{n / 1000:.3g} k" if n < 999_500 else f"{n / 1e6:.3g} M"


def brief(statements):
    """Indexes in a few letters: `orders (user_id)`."""
    said = [re.sub(r'^CREATE INDEX \S+ ON "?(\w+)"?\s*\(', r"\1 (", statement) for statement in statements]
    return " + ".join(said).replace("|", "\\|") or "none"


def compare(program, data, folder):
    """The table of all queries; how many we win, and what harms."""
    print("| | now | `.expert` proposes | then | ms | MB | sqldojo proposes | then | ms | MB | |")
    print("|---|---:|---|---:|---:|---:|---|---:|---:|---:|---|")
    won, harmed = 0, []
    for number, sql in queries():
        now, now_ms = program.cost(data, sql), milliseconds(data, sql)
        after, took, sizes = [], [], []
        theirs, ours = expert(data, sql)[0], program.advice(data, sql)[0]
        for statements in (theirs, ours):
            if not statements:
                after.append(now)
                took.append(now_ms)
                sizes.append(0)
                continue
            copy = folder / "copy.db"
            shutil.copy(data, copy)
            sizes.append(create(copy, statements))
            after.append(program.cost(copy, sql))
            took.append(milliseconds(copy, sql))
        if total(after[1]) < total(after[0]):
            verdict, won = "better", won + 1
        elif total(after[1]) > total(after[0]):
            verdict = "**worse**"
        elif sizes[1] < sizes[0]:
            verdict, won = "as good, and smaller", won + 1
        else:
            verdict = "as good"
        if ours and (total(after[1]) > total(now) or took[1] > 1.1 * now_ms):
            harmed.append(number)
        print(
            f"| {number} | {figures(now)} | {brief(theirs)} | {figures(after[0])} | {took[0]:.1f} | {sizes[0]:.1f} "
            f"| {brief(ours)} | {figures(after[1])} | {took[1]:.1f} | {sizes[1]:.1f} | {verdict} |",
            flush=True,
        )
    print(f"\nBetter on {won} of {len(queries())}; harmful: {', '.join(harmed) or 'none'}.")


def race(program, data):
    """How long either takes to advise on large data: the least of three turns each, turn by turn."""
    print("\n| | `.expert --sample 10` | sqldojo advise | |")
    print("|---|---:|---:|---|")
    sums = [0.0, 0.0]
    for number, sql in queries():
        if number not in TIMED:
            continue
        turns = [(expert(data, sql)[1], program.advice(data, sql)[1]) for _ in range(3)]
        theirs, ours = (min(times) for times in zip(*turns))
        sums = [sums[0] + theirs, sums[1] + ours]
        print(f"| {number} | {theirs:.2f} s | {ours:.2f} s | {ours / theirs:.2f} × |", flush=True)
    print(f"| all | {sums[0]:.2f} s | {sums[1]:.2f} s | {sums[1] / sums[0]:.2f} × |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "target" / "release" / "sqldojo")
    parser.add_argument("--orders", type=int, default=100_000, help="how many orders the queries are compared on")
    parser.add_argument("--large", type=int, default=1_000_000, help="on how many orders the time is taken; 0: not")
    options = parser.parse_args()
    if not shutil.which("sqlite3"):
        sys.exit("the sqlite3 shell is not installed")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        program = Program(options.binary.resolve(), folder)
        print(subprocess.run(["sqlite3", "--version"], capture_output=True, text=True, check=True).stdout.split()[0])
        if options.orders:
            data = folder / "data.db"
            program.export(options.orders, data)
            print(f"{options.orders:,} orders\n")
            compare(program, data, folder)
        if options.large:
            data = folder / "large.db"
            program.export(options.large, data)
            print(f"\n{options.large:,} orders")
            race(program, data)


if __name__ == "__main__":
    main()
