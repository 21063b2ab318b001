using System.IO.Compression;
using System.Text.Json;
using Vidimus.Ecosystems.Go;
using Vidimus.Ecosystems.Npm;
using Vidimus.Ecosystems.Php;
using Vidimus.Ecosystems.Python;
using Vidimus.Ecosystems.Ruby;
using Vidimus.Ecosystems.Rust;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Reading;

/// <summary>Every package that OSV has advisories of, written into a lock file, comes out under the key that the advisory is filed under.</summary>
public sealed class AdvisoryNameTests
{
    [Theory]
    [InlineData("npm")]
    [InlineData("PyPI")]
    [InlineData("RubyGems")]
    [InlineData("Packagist")]
    [InlineData("crates.io")]
    [InlineData("Go")]
    public void PackagesAreLookedUpUnderTheNamesOfOsv(string ecosystem)
    {
        var names = Names(ecosystem);
        var (collector, path, text) = Lock(ecosystem, names);
        var file = new TestFile(path, text);

        var keys = file.Packages(collector).Select(p => Assert.Single(EcosystemList.Keys.Of(p, null)).Key).ToHashSet();

        Assert.Empty(file.Notes);
        Assert.Equal(names.Select(n => EcosystemList.Keys.Of(ecosystem, n)).ToHashSet(), keys);
    }

    private static (ICollector Collector, string Path, string Text) Lock(string ecosystem, List<string> names) => ecosystem switch
    {
        "npm" => (new PackageLock(), "package-lock.json", "{\"packages\":{" + string.Join(',', names.Select(n => $$"""{{JsonSerializer.Serialize("node_modules/" + n)}}:{"version":"1.0.0"}""")) + "}}"),
        "PyPI" => (new Requirements(), "requirements.txt", string.Concat(names.Select(n => n + "==1.0\n"))),
        "RubyGems" => (new GemfileLock(), "Gemfile.lock", "GEM\n  specs:\n" + string.Concat(names.Select(n => $"    {n} (1.0)\n"))),
        "Packagist" => (new ComposerLock(), "composer.lock", "{\"packages\":[" + string.Join(',', names.Select(n => $$"""{"name":{{JsonSerializer.Serialize(n)}},"version":"v1.0"}""")) + "]}"),
        "crates.io" => (new CargoLock(), "Cargo.lock", string.Concat(names.Select(n => $"[[package]]\nname = \"{n}\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\n"))),
        _ => (new GoMod(), "go.mod", "module m\nrequire (\n" + string.Concat(names.Select(n => $"\t{n} v1.0.0\n")) + ")\n"),
    };

    private static List<string> Names(string ecosystem)
    {
        using var zip = ZipFile.OpenRead(Places.Shared($"advisories/osv/{ecosystem}/all.zip"));
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries.Where(e => e.Name.EndsWith(".json", StringComparison.Ordinal)))
        {
            using var content = entry.Open();
            using var document = JsonDocument.Parse(content);
            if (!document.RootElement.TryGetProperty("affected", out var affected)) continue;
            foreach (var one in affected.EnumerateArray())
            {
                if (one.TryGetProperty("package", out var package) && package.GetProperty("ecosystem").GetString() == ecosystem) names.Add(package.GetProperty("name").GetString()!);
            }
        }

        return [.. names];
    }
}
