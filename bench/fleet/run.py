#!/usr/bin/env python3
"""Loads the fleet into both stores and asks all queries of queries.json; prints what they cost. Run again after a kill: what is loaded stays.

python3 bench/fleet/run.py [--findings 10000000] [--folder /var/tmp/vidimus-fleet] [--postgres 'Host=127.0.0.1;Username=postgres;Database=fleet'] [--minutes 12]

Without --postgres a private PostgreSQL is started in the folder. Each store is given so many minutes and is then stopped; what it printed stands.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--findings", default="10000000")
parser.add_argument("--folder", default="/var/tmp/vidimus-fleet")
parser.add_argument("--postgres")
parser.add_argument("--minutes", type=float, default=12)
parser.add_argument("--stores", default="sqlite,postgres")
arguments = parser.parse_args()

here = pathlib.Path(__file__).resolve().parent
folder = pathlib.Path(arguments.folder)
folder.mkdir(parents=True, exist_ok=True)
subprocess.run(["dotnet", "build", here, "-c", "Release", "-v", "q", "--nologo"], check=True)
program = here.parent.parent / "artifacts/bin/Vidimus.Bench.Fleet/release/Vidimus.Bench.Fleet"


def bench(target):
    print(f"== {target.split(':')[0]}", flush=True)
    child = subprocess.Popen([program, "all", target, arguments.findings, here / "queries.json"])
    try:
        child.wait(arguments.minutes * 60)
    except subprocess.TimeoutExpired:
        child.terminate()
        child.wait()
        print("stopped: its time was over")


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
if "sqlite" in arguments.stores:
    bench(f"sqlite:{folder / 'fleet.db'}")
if "postgres" in arguments.stores:
    connection, stop = (arguments.postgres, lambda: None) if arguments.postgres else postgres()
    try:
        bench(f"postgres:{connection}")
    finally:
        stop()
sys.exit(0)
