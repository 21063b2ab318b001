using Vidimus.Ecosystems.CocoaPods;
using Vidimus.Ecosystems.Conan;
using Vidimus.Ecosystems.DotNet;
using Vidimus.Ecosystems.Hex;
using Vidimus.Ecosystems.Julia;
using Vidimus.Ecosystems.Nim;
using Vidimus.Ecosystems.Npm;
using Vidimus.Ecosystems.Php;
using Vidimus.Ecosystems.Python;
using Vidimus.Ecosystems.R;
using Vidimus.Ecosystems.Ruby;
using Vidimus.Ecosystems.Rust;
using Vidimus.Ecosystems.Vcpkg;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Reading;

/// <summary>Small files written by hand from the formats, where a needs b and no more; what else each shows stands beside it.</summary>
public sealed class DependencyEdgesTests
{
    private static readonly (ICollector Collector, string Path, string Text, string Edges)[] Files =
    [
        // Node.js looks upwards from the folder: the nested b hides the other.
        (new PackageLock(), "v3/package-lock.json", """
            {"lockfileVersion":3,"packages":{"":{"dependencies":{"a":"1"}},
             "node_modules/a":{"version":"1.0.0","dependencies":{"b":"2"},"peerDependencies":{"absent":"1"}},"node_modules/b":{"version":"1.0.0","optionalDependencies":{"@s/c":"1"}},
             "node_modules/a/node_modules/b":{"version":"2.0.0"},"node_modules/@s/c":{"version":"3.0.0"}}}
            """, "a@1.0.0 > b@2.0.0, b@1.0.0 > @s/c@3.0.0"),
        (new PackageLock(), "v1/package-lock.json", """
            {"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0","requires":{"b":"2","c":"1"},"dependencies":{"b":{"version":"2.0.0","requires":{"c":"1"}}}},"b":{"version":"1.0.0"},"c":{"version":"3.0.0"}}}
            """, "a@1.0.0 > b@2.0.0, a@1.0.0 > c@3.0.0, b@2.0.0 > c@3.0.0"),
        (new YarnLock(), "yarn.lock", """
            # yarn lockfile v1

            "a@^1.0", a@1:
              version "1.0.0"
              resolved "x"
              dependencies:
                "@s/b" "^2.0 || 3"
              optionalDependencies:
                c "1"

            "@s/b@2", "@s/b@^2.0 || 3":
              version "2.0.0"
              resolved "x"

            c@1:
              version "1.0.1"
              resolved "x"
              dependencies:
                a "1"
            """, "a@1.0.0 > @s/b@2.0.0, a@1.0.0 > c@1.0.1, c@1.0.1 > a@1.0.0"),
        (new YarnLock(), "berry/yarn.lock", """
            __metadata:
              version: 8

            "a@npm:^1.0":
              version: 1.0.0
              resolution: "a@npm:1.0.0"
              dependencies:
                b: "npm:^2.0"
                c: ^1

            "b@npm:^2.0, b@npm:2":
              version: 2.0.0
              resolution: "b@npm:2.0.0"

            "c@npm:^1":
              version: 1.0.1
              resolution: "c@npm:1.0.1"
            """, "a@1.0.0 > b@2.0.0, a@1.0.0 > c@1.0.1"),
        (new PnpmLock(), "9/pnpm-lock.yaml", "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a:\n        version: 1.0.0(b@2.0.0)\npackages:\n  a@1.0.0:\n    resolution: {integrity: x}\n  b@2.0.0:\n    resolution: {integrity: x}\nsnapshots:\n  a@1.0.0(b@2.0.0):\n    dependencies:\n      b: 2.0.0\n  b@2.0.0: {}\n", "a@1.0.0 > b@2.0.0"),
        (new PnpmLock(), "6/pnpm-lock.yaml", "lockfileVersion: '6.0'\npackages:\n  /a@1.0.0(b@2.0.0):\n    resolution: {integrity: x}\n    dependencies:\n      b: 2.0.0\n      alias: /c@3.0.0\n  /b@2.0.0:\n    resolution: {integrity: x}\n  /c@3.0.0:\n    resolution: {integrity: x}\n", "a@1.0.0 > b@2.0.0, a@1.0.0 > c@3.0.0"),
        (new PnpmLock(), "5/pnpm-lock.yaml", "lockfileVersion: 5.4\npackages:\n  /a/1.0.0_b@2.0.0:\n    resolution: {integrity: x}\n    dependencies:\n      b: 2.0.0\n      alias: /c/3.0.0\n  /b/2.0.0:\n    resolution: {integrity: x}\n  /c/3.0.0:\n    resolution: {integrity: x}\n", "a@1.0.0 > b@2.0.0, a@1.0.0 > c@3.0.0"),
        (new BunLock(), "bun.lock", """{"lockfileVersion":1,"workspaces":{"":{"dependencies":{"a":"1"}}},"packages":{"a":["a@1.0.0","",{"dependencies":{"b":"2"}},""],"b":["b@1.0.0","",{},""],"a/b":["b@2.0.0","",{},""]}}""", "a@1.0.0 > b@2.0.0"),
        (new DenoLock(), "deno.lock", """
            {"version":"5","specifiers":{"jsr:@s/b@1":"1.0.2","npm:c@3":"3.0.0"},"jsr":{"@s/a@1.0.0":{"dependencies":["jsr:@s/b@1","npm:c@3"]},"@s/b@1.0.2":{}},"npm":{"c@3.0.0":{"dependencies":["d","e@5.0.0_d@4.0.0"]},"d@4.0.0":{},"e@5.0.0_d@4.0.0":{}}}
            """, "@jsr/s__a@1.0.0 > @jsr/s__b@1.0.2, @jsr/s__a@1.0.0 > c@3.0.0, c@3.0.0 > d@4.0.0, c@3.0.0 > e@5.0.0"),
        (new DenoLock(), "3/deno.lock", """{"version":"3","packages":{"npm":{"a@1.0.0":{"dependencies":{"b":"b@2.0.0"}},"b@2.0.0":{"dependencies":{}}}}}""", "a@1.0.0 > b@2.0.0"),
        (new CargoLock(), "Cargo.lock", """
            [[package]]
            name = "app"
            version = "0.1.0"
            dependencies = ["a"]
            [[package]]
            name = "a"
            version = "1.0.0"
            source = "r"
            dependencies = ["b 2.0.0", "c", "b 1.0.0 (r)"]
            [[package]]
            name = "b"
            version = "1.0.0"
            source = "r"
            [[package]]
            name = "b"
            version = "2.0.0"
            source = "r"
            [[package]]
            name = "c"
            version = "3.0.0"
            source = "r"
            """, "a@1.0.0 > b@1.0.0, a@1.0.0 > b@2.0.0, a@1.0.0 > c@3.0.0"),
        (new PoetryLock(), "poetry.lock", "[[package]]\nname = \"a\"\nversion = \"1.0\"\n[package.dependencies]\nB_x = \">=2\"\n[[package]]\nname = \"b-x\"\nversion = \"2.0\"\n", "a@1.0 > b-x@2.0"),
        (new PdmLock(), "pdm.lock", "[[package]]\nname = \"a\"\nversion = \"1.0\"\ndependencies = [\"B.x[extra]>=2; os_name == 'nt'\"]\n[[package]]\nname = \"b-x\"\nversion = \"2.0\"\n", "a@1.0 > b-x@2.0"),
        (new PylockToml(), "pylock.toml", "[[packages]]\nname = \"a\"\nversion = \"1.0\"\ndependencies = [{ name = \"b\", version = \"2.0\" }]\n[[packages]]\nname = \"b\"\nversion = \"1.0\"\n[[packages]]\nname = \"b\"\nversion = \"2.0\"\n", "a@1.0 > b@2.0"),
        (new ComposerLock(), "composer.lock", """{"packages":[{"name":"v/a","version":"1.0","require":{"php":">=8","V/B":"^2"}}],"packages-dev":[{"name":"v/b","version":"2.0"}]}""", "v/a@1.0 > v/b@2.0"),
        (new ComposerInstalled(), "vendor/composer/installed.json", """{"packages":[{"name":"v/a","version":"1.0","require":{"v/b":"^2"}},{"name":"v/b","version":"2.0"}]}""", "v/a@1.0 > v/b@2.0"),
        (new GemfileLock(), "Gemfile.lock", "GEM\n  remote: x\n  specs:\n    a (1.0)\n      b (>= 1, < 3)\n      c\n    b (2.0)\n    c (3.0-java)\n\nDEPENDENCIES\n  a\n", "a@1.0 > b@2.0, a@1.0 > c@3.0"),
        (new MixLock(), "mix.lock", "%{\n  \"a\": {:hex, :a, \"1.0.0\", \"00\", [:mix], [{:b_app, \"~> 2.0\", [hex: :b, repo: \"hexpm\", optional: true]}], \"hexpm\", \"00\"},\n  \"b_app\": {:hex, :b, \"2.0.0\", \"00\", [:mix], [], \"hexpm\", \"00\"},\n}\n", "a@1.0.0 > b@2.0.0"),
        (new GleamManifest(), "manifest.toml", "packages = [\n  { name = \"a\", version = \"1.0.0\", requirements = [\"b\"], source = \"hex\" },\n  { name = \"b\", version = \"2.0.0\", requirements = [], source = \"hex\" },\n]\n", "a@1.0.0 > b@2.0.0"),
        (new PodfileLock(), "Podfile.lock", "PODS:\n  - A (1.0):\n    - A/Core (= 1.0)\n  - A/Core (1.0):\n    - B/Sub (~> 2)\n  - B/Sub (2.0)\n", "A@1.0 > B@2.0"),
        (new ConanLock(), "conan.lock", """{"graph_lock":{"nodes":{"0":{"path":"conanfile.txt","requires":["1"]},"1":{"ref":"a/1.0#00","requires":["2"]},"2":{"ref":"b/2.0#00"}}},"version":"0.4"}""", "a@1.0 > b@2.0"),
        (new VcpkgStatus(), "vcpkg_installed/vcpkg/status", "Package: a\nVersion: 1.0\nDepends: c, b:x64-linux\nArchitecture: x64-linux\nStatus: install ok installed\n\nPackage: b\nVersion: 2.0\nArchitecture: x64-linux\nStatus: install ok installed\n\nPackage: c\nVersion: 3.0\nArchitecture: x64-linux\nStatus: install ok installed\n", "a@1.0 > b@2.0, a@1.0 > c@3.0"),
        (new PackagesLock(), "packages.lock.json", """{"version":1,"dependencies":{"net8.0":{"A":{"type":"Direct","resolved":"1.0.0","dependencies":{"b":"2.0.0"}},"B":{"type":"Transitive","resolved":"2.0.0"}},"net9.0":{"B":{"type":"Direct","resolved":"3.0.0"}}}}""", "A@1.0.0 > B@2.0.0"),
        (new ProjectAssets(), "obj/project.assets.json", """{"version":3,"targets":{"net8.0":{"A/1.0.0":{"type":"package","dependencies":{"b":"1.0.0"}},"B/2.0.0":{"type":"package"}}},"libraries":{"A/1.0.0":{"type":"package"},"B/2.0.0":{"type":"package"}}}""", "A@1.0.0 > B@2.0.0"),
        (new DotNetDeps(), "app.deps.json", """{"runtimeTarget":{"name":"t"},"targets":{"t":{"A/1.0.0":{"dependencies":{"B":"2.0.0"},"runtime":{"A.dll":{}}},"B/2.0.0":{"runtime":{"B.dll":{}}}}},"libraries":{"A/1.0.0":{"type":"package"},"B/2.0.0":{"type":"package"}}}""", "A@1.0.0 > B@2.0.0"),
        (new JuliaManifest(), "Manifest.toml", "manifest_format = \"2.0\"\n[[deps.A]]\ndeps = [\"B\", \"Dates\"]\ngit-tree-sha1 = \"00\"\nuuid = \"0\"\nversion = \"1.0.0\"\n[[deps.B]]\ngit-tree-sha1 = \"00\"\nuuid = \"1\"\nversion = \"2.0.0\"\n", "A@1.0.0 > B@2.0.0"),
        (new RenvLock(), "renv.lock", """{"Packages":{"a":{"Package":"a","Version":"1.0","Source":"Repository","Requirements":["R","b"]},"b":{"Package":"b","Version":"2.0","Source":"Repository","Imports":["c (>= 1)"]},"c":{"Package":"c","Version":"3.0","Source":"Repository"}}}""", "a@1.0 > b@2.0, b@2.0 > c@3.0"),
        (new NimbleLock(), "nimble.lock", """{"version":2,"packages":{"b":{"version":"2.0.0","dependencies":[]},"a":{"version":"1.0.0","dependencies":["b","nim"]}}}""", "a@1.0.0 > b@2.0.0"),
    ];

    public static TheoryData<int, string> All => new(Files.Select((file, index) => (index, $"{file.Collector.Name} {file.Path}")));

    [Theory]
    [MemberData(nameof(All))]
    public void KeepsWhoNeedsWhom(int index, string name)
    {
        var (collector, path, text, edges) = Files[index];
        var file = new TestFile(path, text);
        Assert.Equal(edges, string.Join(", ", CollectorRun.Edges(file.Packages(collector))));
        Assert.True(file.Notes.Count == 0, $"{name}: {string.Join("; ", file.Notes)}");
    }

    /// <summary>uv does not tell it of a package: what the user's own package asks for does, extras where somebody asks for them.</summary>
    [Fact]
    public void UvsScopesFollowFromTheProject()
    {
        var file = new TestFile("uv.lock", """
            version = 1

            [[package]]
            name = "app"
            version = "0.1.0"
            source = { virtual = "." }
            dependencies = [{ name = "a", extra = ["x"] }, { name = "b", version = "2.0" }]

            [package.optional-dependencies]
            more = [{ name = "o" }]

            [package.dev-dependencies]
            dev = [{ name = "d" }]

            [[package]]
            name = "a"
            version = "1.0"
            source = { registry = "r" }

            [package.optional-dependencies]
            x = [{ name = "c" }]
            y = [{ name = "unasked" }]

            [[package]]
            name = "b"
            version = "1.0"
            source = { registry = "r" }

            [[package]]
            name = "b"
            version = "2.0"
            source = { registry = "r" }

            [[package]]
            name = "c"
            version = "3.0"
            source = { registry = "r" }

            [[package]]
            name = "d"
            version = "4.0"
            source = { registry = "r" }
            dependencies = [{ name = "b", version = "1.0" }, { name = "c" }]

            [[package]]
            name = "o"
            version = "5.0"
            source = { registry = "r" }
            """);
        var packages = file.Packages(new UvLock());
        Assert.Equal(["a@1.0", "b@1.0:dev", "b@2.0", "c@3.0", "d@4.0:dev", "o@5.0:optional"], packages.Select(Fixture.Shown));
        Assert.Equal(["a@1.0 > c@3.0", "d@4.0 > b@1.0", "d@4.0 > c@3.0"], CollectorRun.Edges(packages));
        Assert.Empty(file.Notes);
    }
}
