using System.IO.Compression;
using Vidimus.Ecosystems.Python;
using Vidimus.Ecosystems.Tests.Reading;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Python;

public sealed class PythonArchiveTests
{
    [Fact]
    public void ReadsWhatPipAndSetuptoolsPack()
    {
        RealTool.Require("/usr/bin/python3");
        using var folder = Places.Temporary();
        File.WriteAllText(folder["setup.py"], """from setuptools import setup; setup(name="Fixture_Pkg.Name", version="1.2.3", license="MIT", py_modules=[])""");
        RealTool.Run("/usr/bin/python3", ["setup.py", "-q", "bdist_wheel", "bdist_egg"], folder: folder.Path);

        var packages = CollectorRun.Over(folder["dist"], new PythonArchive());
        Assert.Equal(2, packages.Count);
        Assert.All(packages, p => Assert.Equal("fixture-pkg-name@1.2.3", PythonEcosystem.Ecosystem.NormalizeName(p.Name) + "@" + p.Version));
        Assert.Equal(["EGG-INFO/PKG-INFO", "Fixture_Pkg.Name-1.2.3.dist-info/METADATA"], packages.Select(p => p.Entry!.Replace("Fixture-Pkg.Name", "Fixture_Pkg.Name", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void NotesAWheelWithoutMetadataAndSurvivesDamage()
    {
        var empty = new TestFile("a.whl", Zip(("a/x.py", "")));
        Assert.Empty(empty.Packages(new PythonArchive()));
        Assert.Equal(Notes.Malformed, Assert.Single(empty.Notes).Kind);

        var whole = Zip(("a-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: a\nVersion: 1\n"), ("a/vendor/b-2.dist-info/METADATA", "Name: b\nVersion: 2\n"));
        Assert.Equal(["a@1"], CollectorRun.Names(new TestFile("a.whl", whole).Packages(new PythonArchive())));
        for (var length = 0; length < whole.Length; length++) new TestFile("a.whl", whole[..length]).Collect(new PythonArchive());
        foreach (var damaged in Mutations.Of(whole, 3, 3000)) new TestFile("a.whl", damaged).Collect(new PythonArchive());
    }

    private static byte[] Zip(params (string Name, string Text)[] entries)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in entries)
            {
                using var content = new StreamWriter(zip.CreateEntry(name).Open());
                content.Write(text);
            }
        }

        return stream.ToArray();
    }
}
