"""Prints the (source, CVE, fixed version) triples of a Debian root, a line each, parted by tabs: what `vidimus scan` must find.

Usage: debian_triples.py ROOT CODENAME TRACKER.zip     The judges are dpkg-query and dpkg --compare-versions.
"""
import json, subprocess, sys, zipfile

root, codename, tracker = sys.argv[1:]
query = ["dpkg-query", f"--admindir={root}/var/lib/dpkg", "-W", "-f", "${db:Status-Status}\t${source:Package}\t${source:Version}\n"]
rows = [line.split("\t") for line in subprocess.run(query, check=True, capture_output=True, text=True).stdout.splitlines()]
there = {"installed", "unpacked", "half-configured", "triggers-awaited", "triggers-pending"}
installed = sorted({(source, version) for status, source, version in rows if status in there})
data = json.loads(zipfile.ZipFile(tracker).read("data/json"))

for source, version in installed:
    for cve, record in sorted(data.get(source, {}).items()):
        fixed = record.get("releases", {}).get(codename, {}).get("fixed_version", "0")
        if fixed != "0" and subprocess.run(["dpkg", "--compare-versions", version, "lt", fixed]).returncode == 0:
            print(source, cve, fixed, sep="\t")
