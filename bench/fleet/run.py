#!/usr/bin/env python3
"""Loads the fleet into both stores and asks all queries of queries.json; prints what they cost. Run again after a kill: what is loaded stays.

python3 bench/fleet/run.py [--write] [--findings 10000000] [--folder /var/tmp/vidimus-fleet] [--postgres 'Host=127.0.0.1;Username=postgres;Database=fleet'] [--minutes 25]

Without --postgres a private PostgreSQL is started in the folder. Each store is given so many minutes and is then stopped; what it printed stands. --write makes bench/results/fleet.md of it.
"""
import argparse
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--findings", default="10000000")
parser.add_argument("--folder", default="/var/tmp/vidimus-fleet")
parser.add_argument("--postgres")
parser.add_argument("--minutes", type=float, default=25)
parser.add_argument("--stores", default="sqlite,postgres")
parser.add_argument("--write", action="store_true")
arguments = parser.parse_args()

here = pathlib.Path(__file__).resolve().parent
folder = pathlib.Path(arguments.folder)
folder.mkdir(parents=True, exist_ok=True)
subprocess.run(["dotnet", "build", here, "-c", "Release", "-v", "q", "--nologo"], check=True)
program = here.parent.parent / "artifacts/bin/Vidimus.Bench.Fleet/release/Vidimus.Bench.Fleet"


# Milliseconds at the 99th percentile, by class.
BARS = {"one field": 20, "one sort": 20, "depth": 20, "client": 20, "combination": 250, "aggregation, all accounts": 100, "aggregation, one account": 100}


def bench(target):
    """What one store costs, as lines for people, which are printed as they come."""
    print(f"== {target.split(':')[0]}", flush=True)
    before, lines, end = os.getloadavg(), [], time.monotonic() + arguments.minutes * 60
    log = folder / "bench.log"
    with open(log, "w") as out:
        child = subprocess.Popen([program, "all", target, arguments.findings, here / "queries.json"], stdout=out)
    while child.poll() is None and time.monotonic() < end:
        time.sleep(0.2)
    if child.poll() is None:
        child.terminate()
        lines.append("stopped: its time was over")
    child.wait()
    lines = log.read_text().splitlines() + lines
    print("\n".join(lines), flush=True)
    return {"lines": lines, "load": (before, os.getloadavg())}


def sizes(rows):
    count = int(arguments.findings)
    return ", ".join(f"{table} {size / count:.0f}" for table, size in sorted(rows, key=lambda r: -r[1]) if size >= count)


def sqlite_sizes(path):
    """Bytes by table with its indexes; empty where this Python's SQLite can't tell."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute("select m.tbl_name, sum(d.pgsize) from dbstat d join sqlite_master m on m.name = d.name where d.aggregate group by 1").fetchall()
    except sqlite3.OperationalError:
        return []
    finally:
        connection.close()


def postgres_sizes(connection):
    parts = dict(part.split("=", 1) for part in connection.split(";"))
    query = "select relname, pg_total_relation_size(oid) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
    found = subprocess.run(["psql", "-h", parts["Host"], "-p", parts.get("Port", "5432"), "-U", parts["Username"], "-At", "-F", " ", "-c", query, parts["Database"]], capture_output=True, text=True)
    return [(name, int(size)) for name, size in (line.split() for line in found.stdout.splitlines())]


def measured(lines):
    """(name, p50, p99) of queries, and of classes."""
    found = [[], []]
    for line in lines:
        if line == "class":
            found = [found[0] + found[1], []]
        elif m := re.match(r"  (.{56,}?) p50 +([\d.]+) ms  p99 +([\d.]+) ms", line):
            found[1].append((m[1].strip(), float(m[2]), float(m[3])))
    return found if "class" in lines else [found[1], []]


def write(results):
    def git(*command): return subprocess.run(["git", *command], cwd=here, capture_output=True, text=True).stdout.strip()
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    memory = int(re.search(r"MemTotal: +(\d+)", open("/proc/meminfo").read())[1]) >> 20
    text = ["# The fleet's lists and counts, measured", "",
            f"Made by `bench/fleet/run.py --write --findings {arguments.findings}` on {time.strftime('%Y-%m-%d %H:%M')} UTC at commit {git('rev-parse', '--short', 'HEAD')}: {os.cpu_count()} cores of {model}, {memory} GiB.",
            "Each query of `bench/fleet/queries.json` is asked 20 times after one that is not counted, from the parsed request to the findings on the wire; a class is all measurements of its queries.",
            "Everything is in the page cache. A query over 2 s is asked once; what takes 5 s is cut. The load average says how much else ran: 2 cores are busy at 2.", ""]
    for store, result in results.items():
        queries, classes = measured(result["lines"])
        loads = [" / ".join(f"{v:.1f}" for v in load) for load in result["load"]]
        text += [f"## {store}", "", f"Load average (1 / 5 / 15 minutes) {loads[0]} before, {loads[1]} after. {next((l for l in result['lines'] if ' findings; ' in l), '')}.",
                 f"Bytes a finding by table with its indexes: {result['sizes'] or 'not known'}.", "", "| class | p50 ms | p99 ms | bar | |", "| --- | --- | --- | --- | --- |"]
        text += [f"| {name} | {p50:g} | {p99:g} | {BARS.get(name, '')} | {'met' if p99 <= BARS.get(name, 1e9) else 'MISSED'} |" for name, p50, p99 in classes] or ["| no class was finished in its time | | | | MISSED |"]
        text += ["", "The slowest queries (p50 / p99 ms): " + "; ".join(f"{name} {p50:g} / {p99:g}" for name, p50, p99 in sorted(queries, key=lambda q: -q[1])[:15]) + ".", ""]
    (here.parent / "results" / "fleet.md").write_text("\n".join(text))


def postgres():
    """A private server, tuned as a small dedicated one; gives its connection string and what stops it."""
    binaries = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    data, user = folder / "postgres", ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        folder.chmod(0o755)
    run = lambda *command: subprocess.run([*user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/")
    if not data.exists():
        run(binaries / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "--encoding", "UTF8", "--locale", "C.UTF-8")
    port = "54329"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c shared_buffers=2GB -c work_mem=64MB -c maintenance_work_mem=1GB -c max_wal_size=8GB"
    run(binaries / "pg_ctl", "-D", data, "-s", "-w", "-l", folder / "postgres.log", "-o", options, "start")
    subprocess.run([*user, binaries / "createdb", "-h", "127.0.0.1", "-p", port, "-U", "postgres", "fleet"], stderr=subprocess.DEVNULL, cwd="/")
    return f"Host=127.0.0.1;Port={port};Username=postgres;Database=fleet", lambda: run(binaries / "pg_ctl", "-D", data, "-s", "-m", "fast", "stop")


print(f"{arguments.findings} findings, {time.strftime('%Y-%m-%d')}, load {os.getloadavg()}", flush=True)
results = {}
if "sqlite" in arguments.stores:
    results["SQLite"] = bench(f"sqlite:{folder / 'fleet.db'}")
    results["SQLite"]["sizes"] = sizes(sqlite_sizes(folder / "fleet.db"))
if "postgres" in arguments.stores:
    connection, stop = (arguments.postgres, lambda: None) if arguments.postgres else postgres()
    try:
        results["PostgreSQL"] = bench(f"postgres:{connection}")
        results["PostgreSQL"]["sizes"] = sizes(postgres_sizes(connection))
    finally:
        stop()
if arguments.write:
    write(results)
sys.exit(0)
