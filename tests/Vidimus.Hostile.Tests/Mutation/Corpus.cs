using System.Text;
using Vidimus.Testing;

namespace Vidimus.Hostile.Tests.Mutation;

/// <summary>Small files of every kind that a collector reads, as one root file system, and archives of it: made by the real programs where one is at hand, else written from the format's specification.</summary>
public sealed class Corpus : IDisposable
{
    private const string NestedPackages = """{"lockfileVersion":3,"packages":{"":{"name":"app"},"node_modules/a":{"version":"1.0.0"},"node_modules/a/node_modules/@s/b":{"version":"2.0.0","dev":true,"license":"MIT"}},"dependencies":{"a":{"version":"1.0.0","dependencies":{"b":{"version":"2.0.0"}}}}}""";

    private readonly TemporaryFolder folder = Places.Temporary();

    public Corpus()
    {
        RealTool.Require("tar", "zip", "rpmbuild", "rpm", "db5.3_load", "python3", "zstd", "skopeo", "umoci", "gcc", "objcopy", "go");
        foreach (var (path, text) in Texts) Write(path, Encoding.UTF8.GetBytes(text));
        Write("usr/bin/go-program", File.ReadAllBytes(GoProgram.Of("linux", "amd64")), executable: true);
        RealTool.Bash(Make, folder.Path);
        Files = [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Root, f)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The root file system's folder.</summary>
    public string Root => folder["root"];

    /// <summary>Its files.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The same root as a tar archive.</summary>
    public string Tar => folder["root.tar"];

    /// <summary>A smaller root (without the executables) as plain, gzip and zstd tar, as an OCI layout in a tar and as an archive of docker save.</summary>
    public IReadOnlyList<(string Prefix, string Path)> Archives => [("tar", folder["small.tar"]), ("tar", folder["small.tar.gz"]), ("tar", folder["small.tar.zst"]), ("oci", folder["oci.tar"]), ("docker-archive", folder["docker.tar"])];

    /// <summary>An OCI layout in a folder.</summary>
    public string Layout => folder["oci"];

    /// <summary>A bill of materials.</summary>
    public static string Sbom => """
        {"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"metadata":{"component":{"type":"container","name":"x"}},"components":[
        {"type":"operating-system","name":"debian","version":"12"},{"type":"library","bom-ref":"a","name":"lodash","version":"4.17.20","purl":"pkg:npm/lodash@4.17.20","licenses":[{"license":{"id":"MIT"}}],"properties":[{"name":"syft:location:0:path","value":"/app/package-lock.json"}],
        "components":[{"type":"library","name":"openssl","version":"3.0.11-1~deb12u1","purl":"pkg:deb/debian/openssl@3.0.11-1~deb12u1?arch=amd64&distro=debian-12"}]}],"dependencies":[{"ref":"a","dependsOn":[]}]}
        """;

    public void Dispose() => folder.Dispose();

    private static IEnumerable<(string Path, string Text)> Texts =>
    [
        ("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"),
        ("var/lib/dpkg/status", "Package: libssl3\nStatus: install ok installed\nMaintainer: Debian OpenSSL Team <pkg-openssl-devel@lists.alioth.debian.org>\nArchitecture: amd64\nSource: openssl (3.0.11-1)\nVersion: 3.0.11-1~deb12u1\nConffiles:\n /etc/a 0123456789abcdef0123456789abcdef\nDescription: text\n more\n .\n\nPackage: base-files\nStatus: deinstall ok config-files\nVersion: 1:12.4\nArchitecture: amd64\n\n"),
        ("var/lib/dpkg/status.d/tzdata", "Package: tzdata\nVersion: 2024a-0+deb12u1\nArchitecture: all\n"),
        ("var/lib/dpkg/status.d/tzdata.md5sums", "0123456789abcdef0123456789abcdef  usr/share/zoneinfo/UTC\n"),
        ("var/lib/dpkg/info/libssl3:amd64.md5sums", "d49b6fdb7add51e5218269437a48d6d0  usr/lib/python3/dist-packages/jinja2-3.1.dist-info/METADATA\n"),
        ("lib/apk/db/installed", "C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=\nP:musl\nV:1.2.5-r0\nA:x86_64\nS:383152\nI:622592\nT:libc\nU:https://musl.libc.org/\nL:MIT\no:musl\nm:A <a@b.c>\nt:1711389371\nF:lib\nR:ld-musl-x86_64.so.1\na:0:0:755\nZ:Q12adwqQOjo9dFj+VJD2Ecd901vhE=\n\n"),
        ("app/package-lock.json", NestedPackages),
        ("app/npm-shrinkwrap.json", """{"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0","requires":{"b":"^1"},"dependencies":{"b":{"version":"2.0.0","dev":true}}}}}"""),
        ("app/node_modules/@s/b/package.json", """{"name":"@s/b","version":"2.0.0","license":{"type":"MIT"}}"""),
        ("app/poetry.lock", "[[package]]\nname = \"requests\"\nversion = \"2.31.0\"\noptional = false\nfiles = [\n    {file = \"a.whl\", hash = \"sha256:00\"},\n]\n\n[package.dependencies]\nurllib3 = {version = \">=1.21.1,<3\", optional = true}\n\n[metadata]\nlock-version = \"2.0\"\n"),
        ("app/uv.lock", "version = 1\n\n[[package]]\nname = \"anyio\"\nversion = \"4.3.0\"\nsource = { registry = \"https://pypi.org/simple\" }\ndependencies = [\n    { name = \"idna\" },\n]\n"),
        ("app/Pipfile.lock", """{"_meta":{"pipfile-spec":6},"default":{"flask":{"hashes":[],"version":"==2.0.1"}},"develop":{"pytest":{"version":"==7.0"}}}"""),
        ("app/requirements.txt", "-r other.txt\nflask[async]==2.0.1 ; python_version > \"3\" \\\n  --hash=sha256:00\ndjango>=3\n"),
        ("usr/lib/python3/dist-packages/jinja2-3.1.dist-info/METADATA", "Metadata-Version: 2.1\nName: Jinja2\nVersion: 3.1\nLicense: BSD\nClassifier: a\n  b\n\ntext\n"),
        ("usr/lib/python3/dist-packages/six.egg-info/PKG-INFO", "Metadata-Version: 1.1\nName: six\nVersion: 1.16.0\n"),
        ("app/go.mod", "module example.com/m\n\ngo 1.21\n\nrequire (\n\tgolang.org/x/text v0.3.7 // indirect\n\tgithub.com/a/b/v2 v2.0.0+incompatible\n)\n\nreplace golang.org/x/text => ../text\n"),
        ("app/Cargo.lock", "version = 3\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.1\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\ndependencies = [\n \"a 1.0.0\",\n]\n"),
        ("app/app.deps.json", """{"runtimeTarget":{"name":".NETCoreApp,Version=v8.0"},"targets":{".NETCoreApp,Version=v8.0":{"Newtonsoft.Json/13.0.1":{"runtime":{"lib/a.dll":{}}}}},"libraries":{"app/1.0.0":{"type":"project","serviceable":false,"sha512":""},"Newtonsoft.Json/13.0.1":{"type":"package","serviceable":true,"sha512":"x"}}}"""),
        ("app/packages.lock.json", """{"version":1,"dependencies":{"net8.0":{"Newtonsoft.Json":{"type":"Direct","requested":"[13.0.1, )","resolved":"13.0.1","contentHash":"x","dependencies":{"A":"1"}}}}}"""),
        ("app/Gemfile.lock", "GEM\n  remote: https://rubygems.org/\n  specs:\n    nokogiri (1.15.4-x86_64-linux)\n      racc (~> 1.4)\n    racc (1.7.1)\n\nPLATFORMS\n  x86_64-linux\n\nDEPENDENCIES\n  nokogiri\n\nBUNDLED WITH\n   2.4.10\n"),
        ("usr/lib/ruby/specifications/rack-2.2.3.gemspec", "# -*- encoding: utf-8 -*-\n# stub: rack 2.2.3 ruby lib\n\nGem::Specification.new do |s|\n  s.name = \"rack\".freeze\n  s.version = \"2.2.3\"\n  s.licenses = [\"MIT\".freeze]\nend\n"),
        ("app/composer.lock", """{"packages":[{"name":"monolog/monolog","version":"2.9.1","license":["MIT"],"dist":{"type":"zip"}}],"packages-dev":[{"name":"phpunit/phpunit","version":"9.6.0"}]}"""),
        ("app/vendor/composer/installed.json", """{"packages":[{"name":"monolog/monolog","version":"2.9.1","version_normalized":"2.9.1.0"}],"dev":true,"dev-package-names":[]}"""),
    ];

    /// <summary>Databases of rpm of all three kinds (NDB, which Debian's rpm does not write, by the layout of rpmpkg.c), jars within a jar, an executable with cargo-auditable's section, archives and images.</summary>
    private const string Make = """
        mkdir rpm && cd rpm
        printf '%s\n' 'Name: small' 'Version: 1.2' 'Release: 3.el9' 'Summary: s' 'License: MIT' 'BuildArch: noarch' '%description' d '%install' 'mkdir -p %buildroot/usr/share/small; echo a > %buildroot/usr/share/small/a' '%files' /usr/share/small/a > small.spec
        rpmbuild -bb --quiet --define "_topdir $PWD/top" small.spec
        rpm --define "_db_backend sqlite" --dbpath "$PWD/sqlite" --initdb
        rpm --define "_db_backend sqlite" --dbpath "$PWD/sqlite" -i --justdb --nodeps --noscripts top/RPMS/noarch/*.rpm
        mkdir -p ../root/var/lib/rpm ../root/usr/lib/sysimage/rpm
        /usr/bin/python3 -c 'import shutil, sqlite3
        database = sqlite3.connect("sqlite/rpmdb.sqlite")
        database.execute("pragma journal_mode = wal")
        database.execute("insert into Packages(hnum, blob) select 2, blob from Packages")
        database.commit()
        for name in "rpmdb.sqlite", "rpmdb.sqlite-wal": shutil.copy("sqlite/" + name, "../root/var/lib/rpm/")'
        /usr/bin/python3 -c 'import sqlite3
        print("VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=4096\nHEADER=END")
        for number, blob in sqlite3.connect("sqlite/rpmdb.sqlite").execute("select hnum, blob from Packages"): print(" " + number.to_bytes(4, "little").hex() + "\n " + blob.hex())
        print("DATA=END")' | db5.3_load ../root/var/lib/rpm/Packages
        /usr/bin/python3 -c 'import sqlite3, struct, zlib
        number, blob = next(sqlite3.connect("sqlite/rpmdb.sqlite").execute("select hnum, blob from Packages"))
        blocks = (16 + len(blob) + 12 + 15) // 16
        body = (b"BlbS" + struct.pack("<III", number, 7, len(blob)) + blob).ljust(blocks * 16 - 12, b"\0")
        head = b"RpmP" + struct.pack("<IIII", 0, 7, 1, number + 1)
        slots = b"Slot" + struct.pack("<III", number, 256, blocks)
        slots += b"".join(b"Slot" + bytes(12) for _ in range((4096 - 32) // 16 - 1))
        open("../root/usr/lib/sysimage/rpm/Packages.db", "wb").write(head.ljust(32, b"\0") + slots + body + struct.pack("<II", zlib.adler32(body), len(blob)) + b"BlbE")'
        cd ..

        mkdir -p jar/META-INF/maven/org.example/inner && cd jar
        printf 'version=1.2.3\ngroupId=org.example\nartifactId=inner\n' > META-INF/maven/org.example/inner/pom.properties
        printf 'Manifest-Version: 1.0\r\nImplementation-Title: inner\r\nImplementation-Version: 1.2.3\r\nBundle-SymbolicName: org.exam\r\n ple\r\n\r\n' > META-INF/MANIFEST.MF
        zip -qr ../inner-1.2.3.jar META-INF
        mkdir -p WEB-INF/lib && cp ../inner-1.2.3.jar WEB-INF/lib/
        zip -qr ../root/app/outer.war META-INF && zip -q0r ../root/app/outer.war WEB-INF
        cd ..

        echo 'int main(void) { return 0; }' > a.c && gcc -o program a.c
        /usr/bin/python3 -c 'import zlib, sys; open("dep", "wb").write(zlib.compress(sys.argv[1].encode()))' '{"packages":[{"name":"a","version":"0.1.0","source":"local","dependencies":[1],"root":true},{"name":"serde","version":"1.0.1","source":"crates.io"}]}'
        objcopy --add-section .dep-v0=dep program root/usr/bin/rust-program && chmod 755 root/usr/bin/rust-program

        tar -cf root.tar -C root .
        cp -a root small && rm -rf small/usr/bin small/usr/lib/sysimage small/var/lib/rpm
        ln -s ../var/lib small/etc/state && ln small/app/go.mod small/app/other.mod && ln -s app/requirements.txt small/requirements.txt
        tar --format=pax -cf small.tar -C small . && gzip -9 < small.tar > small.tar.gz && zstd -q19 small.tar -o small.tar.zst
        umoci init --layout oci && umoci new --image oci:a && umoci insert --image oci:a small/etc /etc && umoci insert --image oci:a small/app /app && umoci gc --layout oci
        tar -cf oci.tar -C oci .
        skopeo copy -q oci:oci:a docker-archive:docker.tar:a:a
        """;

    private void Write(string path, byte[] bytes, bool executable = false)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
        if (executable && !OperatingSystem.IsWindows()) File.SetUnixFileMode(full, (UnixFileMode)0b111_101_101);
    }
}
