using System.Text.Json;
using Vidimus.Ecosystems.Php;
using Vidimus.Ecosystems.Tests.Reading;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Php;

public sealed class ComposerCollectorTests
{
    [Fact]
    public void FindsWhatComposerShows()
    {
        RealTool.Require("php", "composer");
        using var folder = Places.Temporary();
        Write(folder, "lib/composer.json", """{"name":"acme/lib","version":"v1.2.3","license":"MIT"}""");
        Write(folder, "branch/composer.json", """{"name":"acme/branch","version":"dev-main","license":["MIT","GPL-2.0-only"]}""");
        Write(folder, "dev/composer.json", """{"name":"Acme/Dev","version":"2.0.0"}""");
        Write(folder, "app/composer.json", """
            {"repositories":[{"packagist.org":false},{"type":"path","url":"../lib"},{"type":"path","url":"../branch"},{"type":"path","url":"../dev"}],
             "require":{"acme/lib":"*","acme/branch":"@dev"},"require-dev":{"acme/dev":"*"}}
            """);
        Composer(folder, "install", "-n");

        var all = Shown(folder);
        var running = Shown(folder, "--no-dev");
        Assert.Equal(3, all.Count);
        foreach (var collector in new ICollector[] { new ComposerLock(), new ComposerInstalled() })
        {
            var packages = CollectorRun.Over(folder["app"], collector);
            Assert.Equal(all, CollectorRun.Names(packages));
            Assert.Equal(running, CollectorRun.Names(packages.Where(p => p.Scope is null)));
            Assert.Equal("dev", Assert.Single(packages, p => p.Name == "Dev").Scope);
            Assert.Equal(["MIT", "GPL-2.0-only"], Assert.Single(packages, p => p.Name == "branch").Licenses);
        }
    }

    [Fact]
    public void ReadsWhatComposer1Installed() =>
        Assert.Equal(["a/b@1.0.0"], CollectorRun.Names(new TestFile("vendor/composer/installed.json", """[{"name":"a/b","version":"1.0.0","require":{}},7]""").Packages(new ComposerInstalled())));

    [Fact]
    public void KeepsWhatCameBeforeATear()
    {
        var file = new TestFile("vendor/composer/installed.json", """{"packages":[{"name":"a/b","version":"1.0.0"},{"name":"c/""");
        Assert.Equal(["a/b@1.0.0"], CollectorRun.Names(file.Packages(new ComposerInstalled())));
        Assert.Single(file.Notes);
    }

    [Theory]
    [InlineData("v1.2.3", "1.2.3")]
    [InlineData("1.0.0-beta1", "1.0.0-beta1")]
    [InlineData("dev-main", null)]
    [InlineData("2.x-dev", null)]
    [InlineData("", null)]
    public void ComparesReleasesAndNoBranches(string version, string? expected) => Assert.Equal(expected, PhpEcosystem.Ecosystem.NormalizeVersion(version));

    private static List<string> Shown(TemporaryFolder folder, params string[] options)
    {
        using var shown = JsonDocument.Parse(Composer(folder, ["show", "-f", "json", .. options]));
        return [.. shown.RootElement.GetProperty("installed").EnumerateArray()
            .Select(p => $"{p.GetProperty("name").GetString()}@{p.GetProperty("version").GetString()!.Replace("v1", "1", StringComparison.Ordinal)}").Order(StringComparer.Ordinal)];
    }

    private static string Composer(TemporaryFolder folder, params string[] arguments) =>
        RealTool.Run("composer", arguments, folder: folder["app"], environment: new Dictionary<string, string> { ["HOME"] = folder.Path, ["COMPOSER_ALLOW_SUPERUSER"] = "1" });

    private static void Write(TemporaryFolder folder, string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[path])!);
        File.WriteAllText(folder[path], text);
    }
}
