"""Draws labels out of vendors' own files and writes them as labels.tsv. It knows nothing of Vidimus: a label is what one field of one record says of one version.

derive-labels.py SHARED-ADVISORIES > labels.tsv

Where a record names the version that fixes it, that version is "clean" and, in distributions, the version with a tilde behind it (lower by the rules of dpkg and rpm) "affected"; where it says that a release never was affected or
has no fix, any version is. Drawn at random with a fixed seed; of records that contradict themselves (a version fixed in one range and inside another) none.
"""
import json
import random
import re
import sys
import xml.etree.ElementTree as ET
import zipfile

root = sys.argv[1]
pick = random.Random(20261124)
CVE = re.compile(r"CVE-\d{4}-\d{4,7}$")
rows = []


def label(family, system, kind, name, version, vulnerability, verdict, path, record, field, value, date):
    rows.append([family, system, kind, name, version, vulnerability, verdict, path, record, field, value.replace("\t", " ")[:120], date])


def sample(items, count):
    items = sorted(items)
    return items if len(items) <= count else pick.sample(items, count)


# Ubuntu's tracker: RELEASE_SOURCE: state (version)
UBUNTU = {"trusty": "14.04", "xenial": "16.04", "bionic": "18.04", "eoan": "19.10", "focal": "20.04"}
path = "ubuntu/ubuntu-cve-tracker-2020-06-18.zip"
archive = zipfile.ZipFile(f"{root}/{path}")
states = {"released": [], "not-affected": [], "needed": [], "deferred": []}
for name in archive.namelist():
    if CVE.search(name.split("/")[-1]):
        for line in archive.read(name).decode("utf-8", "replace").splitlines():
            found = re.match(r"^(\w+)_([a-z0-9.+-]+): (released|not-affected|needed|deferred)(?: \((.*)\))?\s*$", line)
            if found and found.group(1) in UBUNTU and (found.group(3) != "released" or re.fullmatch(r"\d[\w.+:~-]*", found.group(4) or "")):
                states[found.group(3)].append((name, found.group(1), found.group(2), found.group(4) or "", line))
for state, count in (("released", 50), ("not-affected", 25), ("needed", 20), ("deferred", 10)):
    for name, release, source, value, line in sample(states[state], count):
        ident, system = name.split("/")[-1], f"ubuntu {UBUNTU[release]}"
        field = line.split(":")[0]
        if state == "released":
            label("Ubuntu", system, "deb", source, value + "~", ident, "affected", path, name, field, line, "2020-06-18")
            label("Ubuntu", system, "deb", source, value, ident, "clean", path, name, field, line, "2020-06-18")
        else:
            label("Ubuntu", system, "deb", source, "1.0-1", ident, "clean" if state == "not-affected" else "affected", path, name, field, line, "2020-06-18")

# Azure Linux's OVAL
path = "azurelinux/oval.zip"
archive = zipfile.ZipFile(f"{root}/{path}")
space = {"o": "http://oval.mitre.org/XMLSchema/oval-definitions-5", "l": "http://oval.mitre.org/XMLSchema/oval-definitions-5#linux"}
for member, system in (("azurelinux-3.0-oval.xml", "azurelinux 3.0"), ("cbl-mariner-1.0-oval.xml", "mariner 1.0")):
    document = ET.fromstring(archive.read(member))
    evr = {s.get("id"): s.find("l:evr", space) for s in document.iter("{%s}rpminfo_state" % space["l"])}
    test = {t.get("id"): t.find("l:state", space).get("state_ref") for t in document.iter("{%s}rpminfo_test" % space["l"])}
    found = []
    for definition in document.iter("{%s}definition" % space["o"]):
        criterion = next(definition.iter("{%s}criterion" % space["o"]))
        state = evr[test[criterion.get("test_ref")]]
        found.append((definition.get("id"), definition.find("o:metadata/o:title", space).text, definition.find("o:metadata/o:patchable", space).text, criterion.get("comment"), state.text, state.get("operation")))
    # A package that several definitions name for one vulnerability is left out.
    once = {}
    for entry in found:
        once.setdefault((entry[1].split(" ")[0], entry[3].split(" ")[1]), []).append(entry)
    for entry in sample([e[0] for e in once.values() if len(e) == 1], 25):
        ident, title, patchable, comment, version, operation = entry
        cve, package = title.split(" ")[0], comment.split(" ")[1]
        if patchable == "Not Applicable":
            label("Azure Linux", system, "rpm", package, version + "~", cve, "clean", path, ident, "patchable", patchable, "2024-10-10")
        elif operation == "less than":
            label("Azure Linux", system, "rpm", package, version + "~", cve, "affected", path, ident, "evr less than", version, "2024-10-10")
            label("Azure Linux", system, "rpm", package, version, cve, "clean", path, ident, "evr less than", version, "2024-10-10")
        else:
            label("Azure Linux", system, "rpm", package, version, cve, "affected", path, ident, "evr less than or equal", version, "2024-10-10")

# Alpine's secdb
path = "alpine-secdb/secdb.zip"
archive = zipfile.ZipFile(f"{root}/{path}")
fixes = []
for release in ("edge", "v3.15", "v3.17", "v3.20"):
    for repository in ("main", "community"):
        for item in json.loads(archive.read(f"{release}/{repository}.json"))["packages"]:
            for version, texts in (item["pkg"]["secfixes"] or {}).items():
                for one in " ".join(texts).split():
                    if CVE.fullmatch(one):
                        fixes.append((release, repository, item["pkg"]["name"], one, version))
counts = {}
for release, repository, name, one, version in fixes:
    counts[release, name, one] = counts.get((release, name, one), 0) + 1
for release, repository, name, one, version in sample([f for f in fixes if counts[f[0], f[2], f[3]] == 1], 40):
    system = "alpine edge" if release == "edge" else f"alpine {release[1:]}.0"
    record = f"{release}/{repository}.json {name}"
    if version == "0":
        label("Alpine", system, "apk", name, "1.0-r0", one, "clean", path, record, "secfixes 0", one, "2026-08-22")
    else:
        label("Alpine", system, "apk", name, "0-r0", one, "affected", path, record, f"secfixes {version}", one, "2026-08-22")
        label("Alpine", system, "apk", name, version, one, "clean", path, record, f"secfixes {version}", one, "2026-08-22")


# OSV's ecosystems: the fixed event of a record with one plain range for the package, and versions that it lists
def osv(part, family, kind, system, count, rename=lambda ecosystem, name: name):
    path = f"osv/{part}/all.zip"
    archive = zipfile.ZipFile(f"{root}/{path}")
    found = []
    for name in archive.namelist():
        entry = json.loads(archive.read(name))
        if entry.get("withdrawn") or entry["id"][:4] in ("ALBA", "ALEA", "MAL-"):
            continue
        for index, a in enumerate(entry.get("affected", [])):
            ranges = [r for r in a.get("ranges", []) if r["type"] != "GIT"]
            if a.get("package", {}).get("ecosystem", "").split(":")[0] != part:
                continue
            if len(ranges) != 1 or len(ranges[0]["events"]) != 2 or sum(x.get("package") == a["package"] for x in entry["affected"]) != 1:
                continue
            events = {k: v for e in ranges[0]["events"] for k, v in e.items()}
            if "fixed" in events:
                found.append((entry["id"], index, a["package"]["ecosystem"], a["package"]["name"], events["introduced"], events["fixed"], tuple(a.get("versions", []))[:200], (entry.get("published") or entry["modified"])[:10]))
    for ident, index, ecosystem, name, start, fixed, versions, date in sample(found, count):
        where = system(ecosystem)
        if where is None:
            continue
        low = versions[0] if versions else fixed + "~" if kind == "rpm" else start if start != "0" else None
        if low is not None and low != fixed:
            field = "versions" if versions else "events introduced" if kind != "rpm" else "events fixed"
            label(family, where, kind, rename(ecosystem, name), low, ident, "affected", path, ident, f"affected[{index}].{field}", low if kind != "rpm" else fixed, date)
        label(family, where, kind, rename(ecosystem, name), fixed, ident, "clean", path, ident, f"affected[{index}].events fixed", fixed, date)


osv("PyPI", "PyPI", "pypi", lambda e: "", 40)
osv("Go", "Go", "golang", lambda e: "", 40)
osv("crates.io", "crates.io", "cargo", lambda e: "", 30)
osv("npm", "npm", "npm", lambda e: "", 20)
osv("Maven", "Maven", "maven", lambda e: "", 30)
osv("Packagist", "Packagist", "composer", lambda e: "", 20)
osv("RubyGems", "RubyGems", "gem", lambda e: "", 10)
osv("AlmaLinux", "AlmaLinux", "rpm", lambda e: f"almalinux {e.split(':')[1]}.0", 40)

# .NET's release notes: min_vulnerable, max_vulnerable and fixed of a NuGet package
path = "dotnet/cve-timeline.zip"
archive = zipfile.ZipFile(f"{root}/{path}")
found = []
for name in archive.namelist():
    if name.endswith("/cve.json"):
        month = json.loads(archive.read(name))
        for p in month["packages"]:
            found.append((name, p["cve_id"], p["name"], p["max_vulnerable"], p["fixed"], month["last_updated"]))
for name, cve, package, last, fixed, date in sample(found, 20):
    label("NuGet", "", "nuget", package, last, cve, "affected", path, name, f"packages {package} max_vulnerable", last, date)
    label("NuGet", "", "nuget", package, fixed, cve, "clean", path, name, f"packages {package} fixed", fixed, date)

print("# family\tsystem\ttype\tname\tversion\tvulnerability\tverdict\tfile below ../shared/advisories\trecord\tfield\tvalue\tdate of the record or of its file")
for row in rows:
    print("\t".join(row))
