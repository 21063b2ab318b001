#!/usr/bin/env python3
"""Scans the six real SBOMs of ../shared/scan-sbom and compares with what Amazon's ScanSbom answered; writes bench/results/scan-sbom.md.

The recall is taken over those ids alone for which a record on the shelf (../shared/advisories) names the package, or its source, in that release. Which those are is read here from the files
themselves, by other code than ours. What is ours alone is put into classes, one worked example each. Amazon answered on 2024-05-22; the shelf is of 2026.

    python3 bench/scan-sbom/bench.py [--vidimus artifacts/bin/Vidimus.Cli/debug/vidimus] [--shared ../shared]
"""
import argparse, collections, glob, io, json, os, subprocess, tempfile, urllib.parse, zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ANSWERED = "2024-05-22"
OSV_TYPES = {"npm": "npm", "pypi": "PyPI", "gem": "RubyGems", "golang": "Go", "cargo": "crates.io", "maven": "Maven", "nuget": "NuGet", "composer": "Packagist"}
CODENAMES = {"11": "bullseye", "12": "bookworm", "13": "trixie"}
FAMILIES = {"debian": "Debian", "ubuntu": "Ubuntu", "alpine": "Alpine"}


def shelf(folder):
    """(ecosystem, name) -> {id: [where it stands]} of every OSV record, Debian's derived tracker and Alpine's secdb; and which ids are aliases of which."""
    named = collections.defaultdict(lambda: collections.defaultdict(list))
    for path in glob.glob(os.path.join(folder, "osv", "*", "all.zip")):
        with zipfile.ZipFile(path) as archive:
            for entry in archive.namelist():
                if not entry.endswith(".json"):
                    continue
                record = json.loads(archive.read(entry))
                if record.get("withdrawn"):
                    continue
                ids = {record["id"], *(record.get("aliases") or []), *(record.get("upstream") or []), *(record.get("related") or [])}
                for affected in record.get("affected") or []:
                    package = affected.get("package")
                    if package:
                        for one in ids:
                            named[package["ecosystem"], package["name"]][one].append((f"osv {record['id']}", affected))
    for path in glob.glob(os.path.join(folder, "debian", "derived*.zip")):
        with zipfile.ZipFile(path) as archive:
            for source, cves in json.loads(archive.read("data/json")).items():
                for cve, told in cves.items():
                    for codename, state in told["releases"].items():
                        release = next((number for number, name in CODENAMES.items() if name == codename), None)
                        if release:
                            named[f"Debian:{release}", source][cve].append((f"debian {cve}", state))
    for path in glob.glob(os.path.join(folder, "alpine-secdb", "*.zip")):
        with zipfile.ZipFile(path) as archive:
            for entry in archive.namelist():
                if not entry.endswith(".json"):
                    continue
                document = json.loads(archive.read(entry))
                for item in document.get("packages", []):
                    for version, ids in item["pkg"].get("secfixes", {}).items():
                        for text in ids:
                            for one in text.split():
                                named[f"Alpine:{document.get('distroversion')}", item["pkg"]["name"]][one].append((f"alpine-secdb {document.get('distroversion')}", {"fixed_version": version}))
    return named


def component(item):
    """The purl's type and name, its version, and the source package where the SBOM names one."""
    purl = item.get("purl", "")
    if not purl.startswith("pkg:"):
        return None
    head, _, query = purl[4:].partition("?")
    path, _, version = head.rpartition("@")
    kind, _, rest = path.partition("/")
    name = urllib.parse.unquote(rest if kind in ("npm", "golang", "composer") else rest.rpartition("/")[2])
    qualifiers = dict(part.partition("=")[::2] for part in query.split("&") if part)
    source = urllib.parse.unquote(qualifiers.get("upstream", qualifiers.get("source", ""))).partition("@")[0]
    return kind, name, urllib.parse.unquote(version), source


def run(vidimus, data, *arguments):
    return subprocess.run([vidimus, *arguments], env={**os.environ, "VIDIMUS_DATA": data}, check=False, capture_output=True, text=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vidimus", default=os.path.join(ROOT, "artifacts/bin/Vidimus.Cli/debug/vidimus"))
    parser.add_argument("--shared", default=os.path.join(ROOT, "..", "shared"))
    parser.add_argument("--output", default=os.path.join(ROOT, "bench/results/scan-sbom.md"))
    given = parser.parse_args()
    advisories = os.path.join(given.shared, "advisories")
    named = shelf(advisories)
    rows, misses, lists = [], [], collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as data:
        updated = run(given.vidimus, data, "advisories", "update", "--all", "-q", "--feeds", advisories)
        if updated.returncode not in (0, 3):
            raise SystemExit(updated.stderr)
        for path in sorted(glob.glob(os.path.join(given.shared, "scan-sbom", "*.sbom.json"))):
            image = os.path.basename(path)[: -len(".sbom.json")]
            output = os.path.join(data, "report.json")
            scanned = run(given.vidimus, data, "scan", f"sbom:{path}", "--offline", "-q", "--all", "--feeds", advisories, "-f", f"json={output}")
            if scanned.returncode != 0:
                raise SystemExit(f"{path}: {scanned.stderr}")
            with open(output) as stream:
                report = json.load(stream)
            with open(path.replace(".sbom.json", ".answer.json")) as stream:
                answer = json.load(stream)["sbom"]
            rows.append(compare(image, report, answer, named, misses, lists))
    write(given.output, rows, misses, lists)


def compare(image, report, answer, named, misses, lists):
    system = report["target"]["os"]
    release = {"debian": "Debian:" + system["version"].split(".")[0], "ubuntu": f"Ubuntu:{system['version']}:LTS", "alpine": "Alpine:v" + ".".join(system["version"].split(".")[:2])}.get(system["id"], system["id"])
    components = {c["bom-ref"]: component(c) for c in answer["components"]}
    sources = {(p["type"], p["name"]): p["source"]["name"] for p in report["packages"] if p["source"]}
    ours = collections.defaultdict(list)  # id or alias -> findings
    for finding in report["findings"]:
        for one in [finding["id"], *finding["aliases"]]:
            ours[one].append(finding)
    packages = {p["id"]: p for p in report["packages"]}
    theirs, judged, found = set(), set(), set()
    for vulnerability in answer.get("vulnerabilities", []):
        ids = {vulnerability["id"], *(r["id"] for r in vulnerability.get("references", []) if "id" in r)}
        theirs |= ids
        for affects in vulnerability["affects"]:
            if not (about := components.get(affects["ref"])):
                continue
            kind, name, version, source = about
            names = {name, source, sources.get((kind, name))} - {None, ""}
            ecosystem = OSV_TYPES.get(kind, release)
            records = [record for one in ids for who in names for eco in (ecosystem, ecosystem.split(":")[0]) for record in named.get((eco, who), {}).get(one, [])]
            if not records:
                continue
            pair = (vulnerability["id"], name)
            judged.add(pair)
            if any(names & called(packages[f["packageId"]]) for one in ids for f in ours.get(one, []) if f["packageId"]):
                found.add(pair)
            else:
                misses.append((image, vulnerability["id"], name, version, records[0]))
    extra = [f for f in report["findings"] if f["kind"] == "vulnerability" and not ({f["id"], *f["aliases"]} & theirs)]
    for finding in extra:
        lists[cause(finding)].append((image, finding))
    ids = {one for one, _ in judged}
    return image, system["name"] + " " + (system["version"] or ""), len({v["id"] for v in answer.get("vulnerabilities", [])}), len(ids), len(ids - ({one for one, _ in judged - found})), len(judged), len(found), len(report["findings"]), len(extra)


def called(package):
    """The names of a package: Amazon's are Debian's source packages."""
    return {package["name"], package["name"].rpartition("/")[2], (package["source"] or {}).get("name")} - {None}


def cause(finding):
    if finding["hidden"]:
        return f"hidden by us ({finding['hidden']['by']})"
    if (finding["published"] or "") > ANSWERED:
        return "published after Amazon's answer"
    if not finding["published"] and finding["id"].split("-")[1:2] > ["2024"]:
        return "a CVE of a later year than Amazon's answer, whose day the shelf does not tell"
    if finding["status"] in ("deferred", "will-not-fix", "end-of-life", "under-investigation"):
        return f"the vendor's state is {finding['status']}"
    if finding["purl"].startswith(("pkg:deb", "pkg:apk", "pkg:rpm")):
        return "the distribution's record holds, Amazon's answer lacks it"
    return "a language package's record holds, Amazon's answer lacks it"


def write(path, rows, misses, lists):
    out = io.StringIO()
    out.write("# The six real SBOMs, against Amazon's answers\n\nMade by `python3 bench/scan-sbom/bench.py`, which says how; Amazon answered on 2024-05-22, the shelf is of 2026.\n\n"
              "Only ids count for which a record on the shelf names the package or its source in that release: of most ids of 2024 the shelf has no source, and no percentage is taken over those.\n\n"
              "| SBOM | system | ids of Amazon's | of them with a record here | found by us | package pairs | found | ours in all | ours that Amazon lacks |\n|---|---|--:|--:|--:|--:|--:|--:|--:|\n")
    for row in rows:
        out.write("| " + " | ".join(str(value) for value in row) + " |\n")
    ids, hit = sum(r[3] for r in rows), sum(r[4] for r in rows)
    pairs, caught = sum(r[5] for r in rows), sum(r[6] for r in rows)
    out.write(f"\n**Recall: {hit} of {ids} ids ({hit / max(1, ids):.3f}), {caught} of {pairs} pairs of id and package ({caught / max(1, pairs):.3f}).**\n\n## Each miss, with the record\n\n")
    out.write("".join(f"* {image}: {vulnerability} in {name} {version}: {where} says `{shorten(record)}`\n" for image, vulnerability, name, version, (where, record) in misses) or "None.\n")
    out.write("\n## Ours that Amazon did not report, by class\n\n")
    for name, found in sorted(lists.items(), key=lambda item: -len(item[1])):
        image, finding = found[0]
        decided = finding["evidence"][0]
        out.write(f"* **{name}**: {len(found)}. For example {image}: {finding['id']} in {finding['package']} {finding['version']}; {decided['source']} {decided['advisory']} says `{decided['range']}` of {decided['matched']}"
                  f" (rule {finding['rule']['name']}), published {(finding['published'] or 'on no day that is told')[:10]}, status {finding['status']}.\n")
    if not lists:
        out.write("None.\n")
    with open(path, "w") as stream:
        stream.write(out.getvalue())


def shorten(record):
    if "ranges" in record:
        record = {"events": [event for part in record["ranges"] or [] for event in part.get("events", [])], "versions": len(record.get("versions") or [])}
    return json.dumps(record)[:200]


if __name__ == "__main__":
    main()
