using System.Text;
using Vidimus.Ecosystems.Go;
using Vidimus.Ecosystems.Tests.Reading;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Go;

public sealed class GoModTests
{
    private static readonly string[] Modules = ["example.com/a", "example.com/b/v2", "example.com/Upper/c", "example.org/x.y/d-e", "gopkg.in/f.v1", "short", "example.com/g", "example.com/h", "example.com/i"];

    [Fact]
    public void FindsTheModulesThatGoLists()
    {
        RealTool.Require("go");
        using var folder = Places.Temporary();
        MakeProxy(folder["proxy"]);
        Directory.CreateDirectory(folder["local"]);
        File.WriteAllText(folder["local/go.mod"], "module example.com/local\n");
        Directory.CreateDirectory(folder["home"]);

        var random = new Random(20261124);
        for (var round = 0; round < 60; round++)
        {
            var app = Directory.CreateDirectory(folder[$"app{round}"]).FullName;
            var text = Document(random);
            File.WriteAllText(Path.Combine(app, "go.mod"), text);
            var file = TestFile.Of(Path.Combine(app, "go.mod"), "go.mod");
            var listed = RealTool.Run("go", ["list", "-m", "-f", "{{if not .Main}}{{with .Replace}}{{if .Version}}{{.Path}}@{{.Version}}{{end}}{{else}}{{.Path}}@{{.Version}}{{end}}{{end}}", "all"], folder: app,
                environment: new Dictionary<string, string>
                {
                    ["HOME"] = folder["home"],
                    ["GOPROXY"] = "file://" + folder["proxy"],
                    ["GOSUMDB"] = "off",
                    ["GOFLAGS"] = "-mod=mod -modcacherw",
                    ["GOMODCACHE"] = folder["cache"],
                    ["GO111MODULE"] = "on",
                });

            var expected = listed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal).ToList();
            var found = CollectorRun.Names(file.Packages(new GoMod())).ToList();
            Assert.True(expected.SequenceEqual(found), $"round {round}: go {string.Join(' ', expected)}, ours {string.Join(' ', found)}:\n{text}");
            Assert.Empty(file.Notes);
        }
    }

    [Theory]
    [InlineData("module m\ngo 1.21\n", "")]
    [InlineData("module m\ngo 1.21\ntoolchain go1.21.5\n", "stdlib@1.21.5")]
    [InlineData("module m\ntoolchain go1.22rc1 // c\n", "stdlib@1.22.0-rc.1")]
    [InlineData("module m\ntoolchain default\n", "")]
    public void ListsTheStandardLibraryWhereTheToolchainIsNamed(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', CollectorRun.Names(new TestFile("go.mod", text).Packages(new GoMod()))));

    [Theory]
    [InlineData("home/go/pkg/mod/example.com/a@v1.0.0/go.mod")]
    [InlineData("src/testdata/mod/go.mod")]
    public void PassesOverTheModuleCacheAndTestData(string path) => Assert.Empty(new TestFile(path, "module m\nrequire example.com/a v1.0.0\n").Packages(new GoMod()));

    [Fact]
    public void ReadsAModuleInAFolderWithAnAtSign() => Assert.Single(new TestFile("home/me@work/go.mod", "module m\nrequire example.com/a v1.0.0\n").Packages(new GoMod()));

    [Fact]
    public void NotesWhatItDoesNotUnderstandAndGoesOn()
    {
        var file = new TestFile("go.mod", "module m\nrequire example.com/a\nrequire example.com/b v1.0.0\nreplace x y z\nretract [v1.0.0, v1.1.0]\ntool example.com/t\n");
        Assert.Equal(["example.com/b@v1.0.0"], CollectorRun.Names(file.Packages(new GoMod())));
        Assert.Equal(2, file.Notes.Count);
    }

    [Theory]
    [InlineData("v1.2.3", "1.2.3")]
    [InlineData("v2.0.0+incompatible", "2.0.0+incompatible")]
    [InlineData("v1.2.3-rc.1", "1.2.3-rc.1")]
    [InlineData("v0.0.0-20200101000000-0123456789ab", "0.0.0-20200101000000-0123456789ab")]
    [InlineData("1.26.0-rc.1", "1.26.0-rc.1")]
    [InlineData("go1.20", "1.20.0")]
    [InlineData("go1.20.3 X:boringcrypto", "1.20.3")]
    [InlineData("go1.21rc2", "1.21.0-rc.2")]
    [InlineData("go1.22.1-fips", "1.22.1")]
    [InlineData("(devel)", null)]
    [InlineData("devel +0123abc", null)]
    [InlineData("", null)]
    public void ComparesVersionsAsAdvisoriesWriteThem(string version, string? expected) => Assert.Equal(expected, GoEcosystem.Ecosystem.NormalizeVersion(version));

    private static string Document(Random random)
    {
        var text = new StringBuilder("module example.com/app // it\n\ngo 1.19\n\n");
        var wanted = Modules.Where(m => m != "short" && random.Next(3) > 0).ToList();
        var block = random.Next(2) == 0;
        if (block) text.Append("require (\n");
        foreach (var module in wanted) text.Append(block ? "\t" : "require ").Append(Quoted(module, random)).Append(' ').Append(Version(module, random.Next(2))).Append(random.Next(3) == 0 ? " // indirect\n" : "\n");
        if (block) text.Append(")\n");

        foreach (var module in wanted)
        {
            var by = Modules[random.Next(Modules.Length)];
            text.Append(random.Next(8) switch
            {
                0 => $"replace {module} => ../local\n",
                1 => $"replace {module} {Version(module, 0)} => ../local\n",
                2 when by != "short" => $"replace {Quoted(module, random)} {Version(module, 1)} => {Quoted(by, random)} {Version(by, random.Next(2))}\n",
                3 when by != "short" => $"replace (\n\t{module} => {by} {Version(by, 1)} // why\n)\n",
                4 => $"exclude {module} {Version(module, 0)}\n",
                5 => "retract [v0.1.0, v0.2.0] // broken\n",
                _ => "\n",
            });
        }

        return text.ToString();
    }

    private static string Quoted(string module, Random random) => random.Next(5) == 0 ? $"\"{module}\"" : module;

    private static string Version(string module, int number) =>
        module.EndsWith("/v2", StringComparison.Ordinal) ? $"v2.{number}.0" : module == "example.com/h" ? $"v3.{number}.0+incompatible" : module == "example.com/i" ? $"v0.0.0-2020010{number + 1}000000-0123456789ab" : $"v1.{number}.0";

    /// <summary>A module proxy as a folder (go.dev/ref/mod, GOPROXY protocol): for each version what it is and its own go.mod, which requires nothing.</summary>
    private static void MakeProxy(string folder)
    {
        foreach (var module in Modules.Where(m => m != "short"))
        {
            var versions = Directory.CreateDirectory(Path.Combine(folder, string.Concat(module.Select(c => char.IsAsciiLetterUpper(c) ? "!" + char.ToLowerInvariant(c) : c.ToString())), "@v")).FullName;
            var names = new[] { Version(module, 0), Version(module, 1) };
            File.WriteAllLines(Path.Combine(versions, "list"), names);
            for (var i = 0; i < 2; i++)
            {
                File.WriteAllText(Path.Combine(versions, names[i] + ".mod"), $"module {module}\n");
                File.WriteAllText(Path.Combine(versions, names[i] + ".info"), $$"""{"Version":"{{names[i]}}","Time":"2020-01-0{{i + 1}}T00:00:00Z"}""");
            }
        }
    }
}
