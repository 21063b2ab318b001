"""Reads the files of vendors' feeds by itself, in other ways than our readers, and prints a line for each state of a package.

vendor-judge.py FEED FILE...      a line: ecosystem, name, id, status, module, architectures, version events
"""
import bz2
import collections
import gzip
import io
import json
import re
import sys
import tarfile
import xml.etree.ElementTree as ET
import zipfile

feed, files = sys.argv[1], sys.argv[2:]
out = []
CVE = re.compile(r"CVE-\d{4}-\d{4,19}")


def say(ecosystem, name, ident, status, module="", arches=(), *events):
    out.append("\t".join([ecosystem, name, ident, status, module or "", ",".join(sorted(set(arches))), *events]))


def before(version):
    return ("introduced=0", f"fixed={version}")


def everything():
    return ("introduced=0",)


def members(path):
    """Every (name, bytes) of a zip, a tar or a single file, unpacked."""
    if path.endswith(".zip"):
        archive = zipfile.ZipFile(path)
        for name in archive.namelist():
            if not name.endswith("/"):
                yield name, archive.read(name)
    elif ".tar" in path:
        with tarfile.open(path) as archive:
            for member in archive:
                if member.isfile():
                    yield member.name, archive.extractfile(member).read()
    else:
        body = open(path, "rb").read()
        if body[:2] == b"\x1f\x8b":
            body = gzip.decompress(body)
        elif body[:3] == b"BZh":
            body = bz2.decompress(body)
        yield path, body


def plain(tag):
    return tag.rsplit("}", 1)[-1]


def children(element, *names):
    found = [element]
    for name in names:
        found = [c for f in found for c in f if plain(c.tag) == name]
    return found


def text(element, *names):
    found = children(element, *names)
    return (found[0].text or "").strip() if found else None


def azurelinux(name, body):
    if not name.endswith(".xml"):
        return
    release = re.search(r"(\d)\.\d-oval", name).group(1)
    root = ET.fromstring(body)
    evr = {}
    for state in root.iter():
        if plain(state.tag) == "rpminfo_state":
            evr[state.get("id")] = (children(state, "evr")[0].text, children(state, "evr")[0].get("operation"))
    states = {}
    for test in root.iter():
        if plain(test.tag) == "rpminfo_test":
            states[test.get("id")] = children(test, "state")[0].get("state_ref")
    for definition in root.iter():
        if plain(definition.tag) != "definition":
            continue
        criterion = [c for c in definition.iter() if plain(c.tag) == "criterion"][0]
        package = re.match(r"Package (\S+) ", criterion.get("comment")).group(1)
        version, operation = evr[states[criterion.get("test_ref")]]
        ident = text(definition, "metadata", "title").split(" ")[0]
        if text(definition, "metadata", "patchable") == "Not Applicable":
            say(f"Azure Linux:{release}", package, ident, "NotAffected")
        else:
            end = "fixed" if operation == "less than" else "last_affected"
            say(f"Azure Linux:{release}", package, ident, "Affected", "", (), "introduced=0", f"{end}={version}")


RELEASES = dict(lucid="10.04:LTS", precise="12.04:LTS", quantal="12.10", raring="13.04", saucy="13.10", trusty="14.04:LTS", utopic="14.10", vivid="15.04", wily="15.10", xenial="16.04:LTS", yakkety="16.10", zesty="17.04",
                artful="17.10", bionic="18.04:LTS", cosmic="18.10", disco="19.04", eoan="19.10", focal="20.04:LTS", groovy="20.10", hirsute="21.04", impish="21.10", jammy="22.04:LTS")


def ubuntu(name, body):
    if not re.search(r"(^|/)CVE-\d{4}-[\dN]+$", name):
        return
    lines = body.decode("utf-8", "replace").splitlines()
    ident = [line.split(":", 1)[1].strip() for line in lines if line.startswith("Candidate:")][0]
    for line in lines:
        parts = re.match(r"^([a-z][a-z/-]*?)_([^:\s]+):\s*(\S.*?)\s*$", line)
        if not parts or line.startswith("Patches"):
            continue
        release, source, state = parts.groups()
        if release.endswith("/esm"):
            ecosystem = "Ubuntu:Pro:" + RELEASES[release[:-4]] if release[:-4] in RELEASES else None
        elif release.startswith("esm-"):
            ecosystem = "Ubuntu:Pro:" + RELEASES[release.split("/")[1]]
        else:
            ecosystem = "Ubuntu:" + RELEASES[release] if release in RELEASES else None
        if ecosystem is None:
            continue
        word = re.match(r"[A-Za-z-]+", state).group(0)
        note = state[len(word):].strip()
        note = note[1:] if note[:1] in ("(", "[") else ""
        if word == "released" and note[:1].isdigit():
            version = re.split(r"[ ,)\]]", note)[0]
            say(ecosystem, source, ident, "Affected", "", (), *before(version))
        elif word in ("needed", "pending", "active"):
            say(ecosystem, source, ident, "Affected", "", (), *everything())
        elif word == "needs-triage":
            say(ecosystem, source, ident, "UnderInvestigation", "", (), *everything())
        elif word == "deferred":
            say(ecosystem, source, ident, "Deferred", "", (), *everything())
        elif word == "ignored":
            gone = any(w in note.lower() for w in ("end of life", "end-of-life", "end of standard support", "end of support", "out of standard support", "out of support", "eol", "end-of life"))
            say(ecosystem, source, ident, "EndOfLife" if gone else "WillNotFix", "", (), *everything())
        elif word == "not-affected":
            say(ecosystem, source, ident, "NotAffected")


def retirejs(name, body):
    if not name.endswith(("npmrepository.json", "jsrepository-v6.json")):
        return
    for library, entry in json.loads(body).items():
        if library == "retire-example":
            continue
        npm = library if name.endswith("npmrepository.json") else entry.get("npmname")
        for hole in entry["vulnerabilities"]:
            told = hole.get("identifiers", {})
            cves = [c for c in told.get("CVE", []) if c.startswith("CVE-")]
            start, end = hole.get("atOrAbove"), hole["below"]
            ident = told.get("githubID") or (cves[0] if len(cves) == 1 else f"RETIRE-{library}-{start or '0'}-{end}")
            bounds = [start or "0"] + [v for v in sorted(hole.get("excludes", [])) for _ in (0, 1)] + [end]
            if hole.get("excludes"):
                continue  # what is left out of a range is judged by npm's own semver elsewhere
            say("npm" if npm else "retire.js", npm or library, ident, "Affected", "", (), f"introduced={bounds[0]}", f"fixed={end}")


def dotnet(name, body):
    if not name.endswith("/cve.json"):
        return
    month = json.loads(body)
    known = {d["id"] for d in month["disclosures"]}
    for kind, ecosystem in (("packages", "NuGet"), ("products", ".NET")):
        for p in month[kind]:
            if p["cve_id"] in known:
                say(ecosystem, p["name"], p["cve_id"], "Affected", "", (), f"introduced={p['min_vulnerable']}", f"fixed={p['fixed']}" if p["fixed"] else f"last_affected={p['max_vulnerable']}")


def sap(name, body):
    if not name.endswith("statement.yaml"):
        return
    lines = body.decode().splitlines()
    ident = [line.split(":", 1)[1].strip() for line in lines if line.startswith("vulnerability_id:")][0]
    artifacts = body.decode().split("\nartifacts:", 1)
    for item in re.split(r"\n\s*- ", artifacts[1]) if len(artifacts) == 2 else []:
        found = re.search(r"id: [\"']?pkg:maven/([^/]+)/([^@\s]+)@([^\s\"']+)", item)
        if found and re.search(r"affected: true\b", item):
            say("Maven", f"{found.group(1)}:{found.group(2)}", ident, "Affected", "", (), f"version={found.group(3)}")


def overrides(name, body):
    if not name.endswith(".json"):
        return
    entry = json.loads(body)
    ident = entry["_annotation"]["cve_id"]
    for configuration in entry["cve"].get("configurations", []):
        for node in configuration["nodes"]:
            for match in node["cpeMatch"]:
                if not match["vulnerable"] or node.get("negate") or configuration.get("negate"):
                    continue
                part, vendor, product, version, update = (re.sub(r"\\(.)", r"\1", x) for x in re.split(r"(?<!\\):", match["criteria"])[2:7])
                product = f"{part}:{vendor}:{product}"
                if version not in "*-":
                    say("CPE", product, ident, "Affected", "", (), "version=" + (version if update in "*-" else f"{version}-{update}"))
                    continue
                first = f"introduced={match['versionStartIncluding']}" if "versionStartIncluding" in match else f"introducedafter={match['versionStartExcluding']}" if "versionStartExcluding" in match else "introduced=0"
                last = [f"fixed={match['versionEndExcluding']}"] if "versionEndExcluding" in match else [f"last_affected={match['versionEndIncluding']}"] if "versionEndIncluding" in match else []
                say("CPE", product, ident, "Affected", "", (), first, *last)


def updateinfo(name, body):
    for update in ET.fromstring(body).iter("update"):
        if update.get("type") != "security":
            continue
        fixes = collections.defaultdict(set)
        for collection in update.iter("collection"):
            short = collection.get("short")
            start = "0"
            if short.startswith("amazon-linux"):
                ecosystem = "Amazon Linux:" + ("1" if short == "amazon-linux-ami" else short.split("-")[2])
                line = re.search(r"---.*?([\d.]+)$", short)
                start = line.group(1) if line else "0"
            elif short.startswith("rocky"):
                ecosystem = "Rocky Linux:" + short.split("-")[2]
            elif short.startswith("alma"):
                ecosystem = "AlmaLinux:" + short.split("-")[1]
            else:
                ecosystem = "Fedora:" + update.find("release").text.split(" ")[1]
            module = collection.find("module")
            for p in collection.iter("package"):
                if p.get("arch") == "src":
                    continue
                package = p.get("src").rsplit("-", 2)[0] if ecosystem.startswith("Rocky") else p.get("name")
                version = ("" if p.get("epoch") in (None, "", "0") else p.get("epoch") + ":") + p.get("version") + "-" + p.get("release")
                stream = f"{module.get('name')}:{module.get('stream')}" if module is not None else ""
                fixes[ecosystem, package, version, stream, start].add(p.get("arch"))
        for (ecosystem, package, version, stream, start), arches in fixes.items():
            limited = () if ecosystem.startswith("Rocky") or "noarch" in arches else arches
            say(ecosystem, package, update.find("id").text, "Affected", stream, limited, f"introduced={start}", f"fixed={version}")


def oracle(name, body):
    root = ET.fromstring(body)
    for definition in root.iter():
        if plain(definition.tag) != "definition":
            continue
        ident = [r.get("ref_id") for r in children(definition, "metadata", "reference") if r.get("source") == "elsa"][0]
        fixes = collections.defaultdict(set)

        def walk(criteria, release, arch, module):
            for c in children(criteria, "criterion"):
                comment = c.get("comment")
                release = (re.match(r"Oracle Linux (\d+) is installed", comment) or [None, release])[1]
                arch = (re.match(r"Oracle Linux arch is (\S+)", comment) or [None, arch])[1]
                module = (re.match(r"Module (\S+) is enabled", comment) or [None, module])[1]
            for c in children(criteria, "criterion"):
                fix = re.match(r"(\S+) is earlier than (\S+)", c.get("comment"))
                if fix:
                    fixes[release, fix.group(1), fix.group(2), module].add(arch)
            for inner in children(criteria, "criteria"):
                walk(inner, release, arch, module)

        for criteria in children(definition, "criteria"):
            walk(criteria, None, None, "")
        for (release, package, version, module), arches in fixes.items():
            pocket = ":ksplice" if "ksplice" in version else ""
            say(f"Oracle Linux:{release}{pocket}", package, ident, "Affected", module, [] if None in arches else arches, *before(version))


def photon(name, body):
    release = re.search(r"photon([\d.]+)\.json", name)
    if not release:
        return
    for row in json.loads(body):
        if not row["cve_id"].startswith(("CVE-", "BDSA-")):
            continue
        ecosystem = f"Photon OS:{release.group(1)}"
        if row["status"] == "Not Affected":
            say(ecosystem, row["pkg"], row["cve_id"], "NotAffected")
        else:
            say(ecosystem, row["pkg"], row["cve_id"], "Affected", "", (), *(everything() if row["res_ver"] == "NA" else before(row["res_ver"])))


def arch(name, body):
    for group in json.loads(body):
        status = {"Not affected": "NotAffected", "Unknown": "UnderInvestigation"}.get(group["status"], "Affected")
        for package in group["packages"]:
            say("Arch Linux", package, group["name"], status, "", (), *(() if status == "NotAffected" else before(group["fixed"]) if group["fixed"] else everything()))


def csaf_products(document):
    helpers, links = {}, {}

    def walk(branch):
        product = branch.get("product")
        if product:
            helpers[product["product_id"]] = product.get("product_identification_helper", {})
        for inner in branch.get("branches", []):
            walk(inner)

    walk(document["product_tree"])
    for link in document["product_tree"].get("relationships", []):
        links[link["full_product_name"]["product_id"]] = (link["product_reference"], link["relates_to_product_reference"])
    return helpers, links


def redhat(name, body):
    """What is said without a fix, and of fixes each version alone: how they join to ranges is judged by cases."""
    if not name.endswith(".json"):
        return
    document = json.loads(body)
    helpers, links = csaf_products(document)
    for hole in document.get("vulnerabilities", []):
        plans = {}
        for remedy in hole.get("remediations", []):
            for product in remedy.get("product_ids", []):
                plans.setdefault(product, []).append((remedy["category"], remedy["details"]))
        rows = collections.defaultdict(set)
        for status in ("fixed", "known_affected", "under_investigation", "known_not_affected"):
            for product in hole["product_status"].get(status, []):
                if product not in links:
                    continue
                component, platform = links[product]
                middle = None
                if platform in links:
                    middle, platform = links[platform]
                cpe = helpers.get(platform, {}).get("cpe", "")
                stream = re.match(r"cpe:/[ao]:redhat:((enterprise_linux|rhel_eus|rhel_aus|rhel_e4s|rhel_tus|rhel_els)(:.*)?)$", cpe)
                purl = re.match(r"pkg:rpm/redhat/([^@?]+)(@[^?]*)?(?:\?(.*))?$", helpers.get(component, {}).get("purl", ""))
                if not stream or not purl:
                    continue
                extra = dict(pair.split("=", 1) for pair in (purl.group(3) or "").split("&") if pair)
                module = extra.get("rpmmod", "").replace("%3A", ":") or (re.sub(r"^pkg:rpmmod/redhat/([^@]+)@", r"\1:", helpers.get(middle, {}).get("purl", "")) if middle and "pkg:rpmmod" in helpers.get(middle, {}).get("purl", "") else "")
                module = ":".join(module.split(":")[:2])
                if status == "fixed":
                    if extra.get("arch") != "src":
                        rows[stream.group(1), purl.group(1).replace("%2B", "+"), "Affected", module, "fixed"].add(extra.get("arch"))
                    continue
                word = {"under_investigation": "UnderInvestigation", "known_not_affected": "NotAffected"}.get(status)
                if word is None:
                    word = "Affected"
                    for category, details in plans.get(product, []):
                        if category == "no_fix_planned":
                            word = "EndOfLife" if details == "Out of support scope" else "WillNotFix"
                            break
                        if category == "none_available" and details == "Fix deferred":
                            word = "Deferred"
                            break
                rows[stream.group(1), purl.group(1).replace("%2B", "+"), word, module, status].add(None)
        for (stream, package, word, module, status), arches in rows.items():
            limited = [] if status != "fixed" or None in arches or "noarch" in arches else arches
            say(f"Red Hat:{stream}", package, hole["cve"], word, module, limited, *(["fixed"] if status == "fixed" else [] if word == "NotAffected" else everything()))


def suse(name, body):
    if not name.endswith(".json"):
        return
    for hole in json.loads(body).get("vulnerabilities", []):
        rows = set()
        for status, products in hole.get("product_status", {}).items():
            for product in products:
                system, _, package = product.partition(":")
                ecosystem = system.replace("SUSE ", "SUSE:", 1) if system.startswith("SUSE Linux ") else system.replace("openSUSE ", "openSUSE:", 1) if system.startswith("openSUSE ") else None
                if not ecosystem or not package:
                    continue
                package = re.sub(r"\.(x86_64|aarch64|s390x|ppc64le|noarch|i586|i686|src)$", "", package)
                if status in ("recommended", "first_fixed", "fixed"):
                    if package.count("-") < 2:
                        continue
                    package, version, release = package.rsplit("-", 2)
                    rows.add((ecosystem, package, "Affected", *before(f"{version}-{release}")))
                elif status == "known_affected":
                    rows.add((ecosystem, package, "Affected", *everything()))
                elif status == "under_investigation":
                    rows.add((ecosystem, package, "UnderInvestigation", *everything()))
                elif status == "known_not_affected":
                    rows.add((ecosystem, package, "NotAffected"))
        for ecosystem, package, word, *events in rows:
            say(ecosystem, package, hole["cve"], word, "", (), *events)


def msrc(name, body):
    root = ET.fromstring(body)
    names = {}
    for product in root.iter():
        if plain(product.tag) == "FullProductName":
            names.setdefault(product.get("ProductID"), (product.text or "").strip())
    rows = set()
    for hole in children(root, "Vulnerability"):
        cve = text(hole, "CVE")
        if not CVE.fullmatch(cve or ""):
            continue
        for remedy in children(hole, "Remediations", "Remediation"):
            build = text(remedy, "FixedBuild")
            if remedy.get("Type") not in ("Vendor Fix", "2") or not build or not re.fullmatch(r"\d+(\.\d+)+", build):
                continue
            number = text(remedy, "Description") or ""
            for product in children(remedy, "ProductID"):
                if product.text.strip() in names:
                    rows.add((names[product.text.strip()], f"KB{number}" if number.isdigit() else cve, build))
    for product, ident, build in rows:
        say("Microsoft", product, ident, "Affected", "", (), *before(build))


readers = {"azurelinux": azurelinux, "ubuntu": ubuntu, "retirejs": retirejs, "dotnet": dotnet, "sap-project-kb": sap, "nvd-overrides": overrides, "amazon": updateinfo, "rocky": updateinfo, "almalinux": updateinfo, "fedora": updateinfo,
           "oracle": oracle, "photon": photon, "arch": arch, "redhat": redhat, "suse": suse, "msrc": msrc}
for path in files:
    for name, body in members(path):
        readers[feed](name, body)

sys.stdout.reconfigure(encoding="utf-8", newline="\n")
for line in sorted(set(out)):
    print(json.dumps(line))
