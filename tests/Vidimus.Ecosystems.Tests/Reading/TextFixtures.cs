using Vidimus.Ecosystems.Go;
using Vidimus.Ecosystems.Npm;
using Vidimus.Ecosystems.Php;
using Vidimus.Ecosystems.Python;
using Vidimus.Ecosystems.Ruby;
using Vidimus.Ecosystems.Rust;

namespace Vidimus.Ecosystems.Tests.Reading;

/// <summary>The formats whose real files other tests have made by their own tools: one small file of each.</summary>
internal static class TextFixtures
{
    private const string Toml = "[[package]]\nname = \"a\"\nversion = \"1.0\"\nsource = \"registry+x\"\ngroups = [\"main\"]\n[package.other]\ntype = 'file'\n";

    public static IReadOnlyList<Fixture> All { get; } =
    [
        new(new NodeModules(), "node_modules/a/package.json", """{"name":"@s/a","version":"1.0.0","licenses":[{"type":"MIT"}],"x":{"y":[1,true,null,"\u00e9"]}}""", "@s/a@1.0.0"),
        new(new PackageLock(), "package-lock.json", """{"lockfileVersion":2,"packages":{"":{"name":"x"},"node_modules/a":{"version":"1.0.0","dev":true,"license":"MIT"},"b":{"link":true}},"dependencies":{"a":{"version":"1.0.0","dependencies":{"b":{"version":"npm:c@2.0.0"}}}}}""", "a@1.0.0:dev"),
        new(new PythonMetadata(), "a-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: a\nVersion: 1.0\nLicense: MIT\n  folded\nClassifier: License :: OSI Approved :: MIT License\n\ntext\n", "a@1.0"),
        new(new Requirements(), "requirements.txt", "a==1.0 # c\nb[x] === 2.0 ; m \\\n --hash=sha256:0\n-r other.txt\n", "a@1.0", "b@2.0"),
        new(new PipfileLock(), "Pipfile.lock", """{"_meta":{"hash":{}},"default":{"a":{"version":"==1.0"}},"develop":{"b":{"editable":true,"path":"."}}}""", "a@1.0"),
        new(new PoetryLock(), "poetry.lock", Toml.Replace("source =", "s =", StringComparison.Ordinal), "a@1.0"),
        new(new UvLock(), "uv.lock", Toml.Replace("\"registry+x\"", "{ registry = \"x\" }", StringComparison.Ordinal), "a@1.0"),
        new(new InstalledGems(), "specifications/a-1.0.gemspec", "# stub: a 1.0 ruby lib\nGem::Specification.new do |s|\n  s.name = \"a\".freeze\n  s.version = \"1.0\"\n  s.licenses = [\"MIT\".freeze]\nend\n", "a@1.0"),
        new(new GemfileLock(), "Gemfile.lock", "GEM\n  remote: x\n  specs:\n    a (1.0-java)\n      b (>= 1)\n\nDEPENDENCIES\n  a\n", "a@1.0"),
        new(new ComposerLock(), "composer.lock", """{"packages":[{"name":"a/b","version":"v1.0","license":["MIT"]}],"packages-dev":[{"name":"c","version":"dev-x"}]}""", "a/b@1.0", "c@dev-x:dev"),
        new(new ComposerInstalled(), "vendor/composer/installed.json", """{"packages":[{"name":"a/b","version":"v1.0"}],"dev":true,"dev-package-names":["a/b"]}""", "a/b@1.0:dev"),
        new(new CargoLock(), "Cargo.lock", Toml, "a@1.0"),
        new(new GoMod(), "go.mod", "module m\nrequire (\n\ta.b/c v1.0.0 // indirect\n)\nreplace a.b/c v1.0.0 => \"d.e/f\" v2.0.0\nexclude x v1\ntoolchain go1.21.0\n", "d.e/f@v2.0.0", "stdlib@1.21.0"),
    ];
}
