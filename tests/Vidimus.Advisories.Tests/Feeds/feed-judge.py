"""Reads the same archives as the feeds' readers, on its own, and prints a line for each thing a package's versions are judged by.

feed-judge.py osv FOLDER PART | secdb FOLDER RELEASE | debian FOLDER
"""
import json
import sys
import zipfile

kind, folder = sys.argv[1:3]
out = []


def say(*fields):
    out.append("\t".join(fields))


if kind == "osv":
    part = sys.argv[3]
    archive = zipfile.ZipFile(f"{folder}/osv/{part}/all.zip")
    for name in archive.namelist():
        entry = json.loads(archive.read(name))
        if entry["id"][:4] in ("ALBA", "ALEA"):
            continue
        packages = [a for a in entry["affected"] if a.get("package")]
        own = [a for a in packages if a["package"]["ecosystem"].split(":")[0] == part]
        for a in own or packages:
            head = (a["package"]["ecosystem"], a["package"]["name"], entry["id"])
            ranges = [r for r in a.get("ranges") or [] if r["type"] != "GIT" and r["events"]]
            for r in ranges:
                say(*head, *(f"{k}={v}" for e in r["events"] for k, v in e.items()))
            if not ranges:
                for version in a.get("versions") or []:
                    say(*head, f"version={version}")
elif kind == "secdb":
    release = sys.argv[3]
    archive = zipfile.ZipFile(f"{folder}/alpine-secdb/secdb.zip")
    for repository in ("community", "main"):
        for item in json.loads(archive.read(f"{release}/{repository}.json"))["packages"]:
            package = item["pkg"]
            for version, texts in (package["secfixes"] or {}).items():
                for text in texts:
                    ids = text.replace(",", " ").split()
                    for one in {i for i in ids if i.startswith("CVE-")} or set(ids):
                        tail = ("never",) if version == "0" else ("introduced=0", f"fixed={version}")
                        say(f"Alpine:{release}", package["name"], one, *tail)
elif kind == "debian":
    numbers = {"bullseye": 11, "bookworm": 12, "trixie": 13}
    tracker = json.loads(zipfile.ZipFile(f"{folder}/debian/derived-from-changelogs.zip").read("data/json"))
    for source, vulnerabilities in tracker.items():
        for one, vulnerability in vulnerabilities.items():
            for release, state in vulnerability["releases"].items():
                version = state["fixed_version"]
                tail = ("never",) if version == "0" else ("introduced=0", f"fixed={version}")
                say(f"Debian:{numbers[release]}", source, one, *tail)

sys.stdout.reconfigure(encoding="utf-8", newline="\n")
for line in sorted(out):
    print(json.dumps(line))
