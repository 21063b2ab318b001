using Vidimus.Ecosystems.Python;
using Vidimus.Ecosystems.Tests.Reading;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Python;

public sealed class PythonMetadataTests
{
    /// <summary>Lists the distributions of every folder below one that holds any, by Python's own reader.</summary>
    private const string Judge = """
        import sys, os, importlib.metadata as m
        for folder, folders, files in os.walk(sys.argv[1]):
            for d in m.distributions(path=[folder]): print(f"{d.metadata['Name']}@{d.version}")
        """;

    [Fact]
    public void ReadsTheSystemsDistributionsAsPythonDoes()
    {
        const string System = "/usr/lib/python3/dist-packages";
        RealTool.Require("/usr/bin/python3");
        if (!Directory.Exists(System)) RealTool.Missing($"{System} is absent");
        var found = CollectorRun.Names(CollectorRun.Over(System, new PythonMetadata())).ToList();
        Assert.NotEmpty(found);
        Assert.Equal(Listed(System), found);
    }

    [Fact]
    public void ReadsWhatPipAndSetuptoolsInstall()
    {
        RealTool.Require("/usr/bin/python3");
        using var folder = Places.Temporary();
        File.WriteAllText(Directory.CreateDirectory(folder["src"]).FullName + "/setup.py", """
            from setuptools import setup
            setup(name="Fixture_Pkg.Name", version="1.2.3", py_modules=[], license="MIT", classifiers=["License :: OSI Approved :: Apache Software License"],
                  long_description="Name: wrong\n\nVersion: 9")
            """);
        RealTool.Bash($"""
            cd '{folder.Path}'
            /usr/bin/python3 -m pip install -q --no-index --no-deps --no-build-isolation --target wheel ./src 2>&1
            cd src
            /usr/bin/python3 setup.py -q install --single-version-externally-managed --root ../legacy 2>&1
            /usr/bin/python3 setup.py -q bdist_egg -d .. 2>&1
            cd ..
            mkdir egg && cd egg && /usr/bin/python3 -m zipfile -e ../*.egg x.egg
            """);

        foreach (var kind in new[] { "wheel", "legacy", "egg" })
        {
            var package = Assert.Single(CollectorRun.Over(folder[kind], new PythonMetadata()));
            Assert.Equal("fixture-pkg-name@1.2.3", PythonEcosystem.Ecosystem.NormalizeName(package.Name) + "@" + package.Version);
            Assert.Equal(["MIT"], package.Licenses);
            if (kind != "egg") Assert.Equal(Listed(folder[kind]), [CollectorRun.Name(package)]);
        }
    }

    [Theory]
    [InlineData("Name: a\nVersion: 1\nLicense-Expression: MIT OR Apache-2.0\nLicense: other\n", "MIT OR Apache-2.0")]
    [InlineData("Name: a\nVersion: 1\nLicense: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License\nClassifier: License :: OSI Approved\n", "MIT License")]
    [InlineData("Name: a\r\nVersion: 1\r\nLicense: Permission is hereby granted\r\n        to all\r\nClassifier: License :: Public Domain\r\n", "Public Domain")]
    public void TellsTheLicence(string headers, string license) =>
        Assert.Equal([license], Assert.Single(new TestFile("a-1.dist-info/METADATA", headers).Packages(new PythonMetadata())).Licenses);

    [Fact]
    public void StopsAtTheDescription()
    {
        var file = new TestFile("a-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: a\n\nVersion: 9\n");
        Assert.Empty(file.Packages(new PythonMetadata()));
        Assert.Single(file.Notes);
    }

    [Theory]
    [InlineData("Friendly-Bard", "friendly-bard")]
    [InlineData("FRIENDLY._-bard", "friendly-bard")]
    [InlineData("zope.interface", "zope-interface")]
    public void TakesSpellingsForTheSameByPep503(string name, string normal) => Assert.Equal(normal, PythonEcosystem.Ecosystem.NormalizeName(name));

    [Fact]
    public void NormalizesNamesAsPackagingDoes()
    {
        RealTool.Require("/usr/bin/python3");
        var random = new Random(11);
        var names = Enumerable.Range(0, 2000).Select(_ => new string([.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => "aBcZ019-_."[random.Next(10)])])).ToList();
        var judged = RealTool.Run("/usr/bin/python3", ["-c", "import sys\nfrom packaging.utils import canonicalize_name\nfor l in sys.stdin: print(canonicalize_name(l.rstrip('\\n')))"], string.Join('\n', names));
        Assert.Equal(judged.TrimEnd('\n').Split('\n'), names.Select(PythonEcosystem.Ecosystem.NormalizeName));
    }

    private static IEnumerable<string> Listed(string folder) =>
        RealTool.Run("/usr/bin/python3", ["-c", Judge, folder]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal);
}
