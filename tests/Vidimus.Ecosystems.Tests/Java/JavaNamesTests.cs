using System.IO.Compression;
using System.Security.Cryptography;
using System.Xml.Linq;
using Vidimus.Ecosystems.Java;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Java;

/// <summary>The table of known archives. The judges: the POMs of Debian's Maven repository, and the library by which Maven's shading plugin moves classes (ASM's ClassRemapper).</summary>
public sealed class JavaNamesTests : IDisposable
{
    private const string Repository = "/usr/share/maven-repo";
    private readonly TemporaryFolder folder = Places.Temporary();
    private JavaNames? opened;

    public void Dispose()
    {
        opened?.Dispose();
        folder.Dispose();
    }

    private static string Text(Package p) => $"{p.Namespace}:{p.Name}:{p.Version}";

    /// <summary>Each archive of Debian's repository once, with the coordinates of a POM beside it.</summary>
    private static List<(string Jar, string Pom)> Jars()
    {
        if (!Directory.Exists(Repository)) RealTool.Missing($"{Repository}: no package with Java libraries is installed; ./test installs them when run as root");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var jars = new List<(string, string)>();
        foreach (var pom in Directory.GetFiles(Repository, "*.pom", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var jar = Path.ChangeExtension(pom, ".jar");
            if (pom.Contains("/debian/", StringComparison.Ordinal) || !File.Exists(jar)) continue;
            jar = File.ResolveLinkTarget(jar, returnFinalTarget: true)?.FullName ?? jar;
            if (seen.Add(Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(jar))))) jars.Add((jar, pom));
        }

        Assert.True(jars.Count > 20, $"{jars.Count} archives");
        return jars;
    }

    private static (string Group, string Artifact, string Version) Truth(string pom)
    {
        var project = XDocument.Load(pom).Root!;
        string? Of(XElement? e, string name) => e?.Elements().FirstOrDefault(c => c.Name.LocalName == name)?.Value.Trim();
        var parent = project.Elements().FirstOrDefault(e => e.Name.LocalName == "parent");
        return ((Of(project, "groupId") ?? Of(parent, "groupId"))!, Of(project, "artifactId")!, (Of(project, "version") ?? Of(parent, "version"))!);
    }

    private JavaNames Table(IEnumerable<(string Jar, string Pom)> jars)
    {
        var builder = new JavaNamesBuilder();
        foreach (var (jar, pom) in jars)
        {
            using var stream = File.OpenRead(jar);
            builder.AddArchive(Path.GetFileName(jar), stream, File.ReadAllBytes(pom));
        }

        return Table(builder);
    }

    private JavaNames Table(JavaNamesBuilder builder)
    {
        var path = Path.Combine(folder.Path, "names");
        using (var output = File.Create(path)) builder.Write(output);
        return opened = JavaNames.Open(path);
    }

    private static Package[] Read(string name, byte[] bytes, JavaNames? names) => [.. new TestFile(name, bytes).Packages(new JavaArchive(names))];

    [Fact]
    public void KnowsAnArchiveByItsSha1WhateverItIsCalled()
    {
        var jars = Jars();
        var names = Table(jars);
        var wrong = new List<string>();
        foreach (var (jar, pom) in jars)
        {
            var (group, artifact, version) = Truth(pom);
            if (group.Contains('$', StringComparison.Ordinal) || version.Contains('$', StringComparison.Ordinal)) continue;
            var package = Read("x.jar", File.ReadAllBytes(jar), names).First(p => p.Entry is null);
            if (Text(package) != $"{group}:{artifact}:{version}" || package.IsByName) wrong.Add($"{jar}: {Text(package)}");
        }

        Assert.Empty(wrong);
        var nested = Zip(("BOOT-INF/lib/renamed.jar", File.ReadAllBytes(jars[0].Jar)));
        var (g, a, v) = Truth(jars[0].Pom);
        Assert.Contains(Read("app.jar", nested, names), p => Text(p) == $"{g}:{a}:{v}" && p.Entry == "BOOT-INF/lib/renamed.jar");
    }

    /// <summary>The list: SHA-1 by sha1sum's own algorithm, the purl as the purl specification writes one.</summary>
    [Fact]
    public void ReadsAListOfPublishedArchives()
    {
        var archive = Zip(("a.txt", [1, 2, 3]));
        var builder = new JavaNamesBuilder();
#pragma warning disable CA5350 // The name of a file in Maven's repositories.
        builder.AddList(new StringReader($"# comment\n{Convert.ToHexStringLower(SHA1.HashData(archive))}\tpkg:maven/org.example/thing@1.2.3\n"));
#pragma warning restore CA5350
        var package = Assert.Single(Read("whatever.jar", archive, Table(builder)));
        Assert.Equal("org.example:thing:1.2.3", Text(package));
        Assert.False(package.IsByName);
        Assert.True(Assert.Single(Read("whatever-9.jar", archive, null)).IsByName);

        foreach (var line in new[] { "x", "00\tpkg:maven/a/b@1", new string('0', 40) + "\tpkg:npm/b@1", new string('0', 40) + "\tpkg:maven/a/b", new string('z', 40) + "\tpkg:maven/a/b@1" })
            Assert.Throws<InvalidDataException>(() => new JavaNamesBuilder().AddList(new StringReader(line)));
    }

    /// <summary>Three libraries at a time, moved to other packages, without anything of Maven's, whole and with a third of the classes left out.</summary>
    [Fact]
    public void FindsLibrariesThatWereShadedIntoAnother()
    {
        RealTool.Require("java");
        const string Asm = "/usr/share/java/asm.jar", Commons = "/usr/share/java/asm-commons.jar";
        if (!File.Exists(Asm) || !File.Exists(Commons)) RealTool.Missing("libasm-java is not installed");
        var random = new Random(20261124);
        var all = Jars();
        var chosen = all.Where(j => new FileInfo(j.Jar).Length is > 20_000 and < 900_000 && Truth(j.Pom) is var t && !t.Group.Contains('$', StringComparison.Ordinal) && !t.Version.Contains('$', StringComparison.Ordinal) && Classes(j.Jar) >= 12).OrderBy(_ => random.Next()).Take(45).ToList();
        var names = Table(all);
        RealTool.Run("java", ["-cp", $"{Asm}:{Commons}:/usr/share/java/asm-tree.jar", Path.Combine(AppContext.BaseDirectory, "Java", "Relocate.java"), folder.Path, "com/shop/hidden/", .. chosen.Select(c => c.Jar)]);

        int expected = 0, found = 0, right = 0, versions = 0;
        var report = new List<string>();
        for (var leaveOut = 0; leaveOut < 2; leaveOut++)
        {
            foreach (var group in Enumerable.Range(0, chosen.Count).Chunk(3))
            {
                var truth = group.Select(i => Truth(chosen[i].Pom)).ToArray();
                var packages = Read("app.jar", Merged(group, leaveOut == 0 ? null : random), names).Where(p => p.Evidence is not null).ToArray();
                var known = packages.Select(p => (p.Namespace!, p.Name)).ToHashSet();
                expected += truth.Length;
                found += packages.Length;
                right += truth.Count(t => known.Contains((t.Group, t.Artifact)));
                versions += truth.Count(t => packages.Any(p => (p.Namespace, p.Name, p.Version) == (t.Group, t.Artifact, t.Version)));
                report.AddRange(truth.Where(t => !known.Contains((t.Group, t.Artifact))).Select(t => $"missed {t} of {leaveOut}"));
                report.AddRange(packages.Where(p => !truth.Any(t => (t.Group, t.Artifact) == (p.Namespace, p.Name))).Select(p => $"wrong {Text(p)} ({p.Evidence!.Text})"));
            }
        }

        var text = $"{expected} shaded, {found} found, {right} of them right, {versions} with the version: {string.Join("; ", report)}";
        TestContext.Current.SendDiagnosticMessage("{0}", text);
        Assert.True(right >= expected * 0.9, text);
        Assert.True(right >= found * 0.9, text);
    }

    [Fact]
    public void ATornTableIsRefusedAndATornClassIsNone()
    {
        var (jar, pom) = Jars().First(j => new FileInfo(j.Jar).Length is > 10_000 and < 100_000);
        var names = Table([(jar, pom)]);
        var whole = File.ReadAllBytes(Path.Combine(folder.Path, "names"));
        var torn = Path.Combine(folder.Path, "torn");
        for (var length = 0; length < whole.Length; length += 1 + (whole.Length / 97))
        {
            File.WriteAllBytes(torn, whole[..length]);
            Assert.Throws<InvalidDataException>(() => JavaNames.Open(torn).Dispose());
        }

        var archive = Zip([.. Entries(jar).Take(20)]);
        foreach (var mutated in Mutations.Of(archive, seed: 20261124, count: 1000)) new TestFile("own.jar", mutated).Collect(new JavaArchive(names));
        var uncompressed = Entries(jar).First(e => e.Content.Length > 500);
        foreach (var mutated in Mutations.Of(uncompressed.Content, seed: 7, count: 2000)) new TestFile("own.jar", Zip((uncompressed.Name, mutated))).Collect(new JavaArchive(names));
    }

    private static int Classes(string jar)
    {
        using var zip = ZipFile.OpenRead(jar);
        return zip.Entries.Count(e => e.FullName.EndsWith(".class", StringComparison.Ordinal));
    }

    private static IEnumerable<(string Name, byte[] Content)> Entries(string jar)
    {
        using var zip = ZipFile.OpenRead(jar);
        foreach (var entry in zip.Entries.Where(e => e.FullName.EndsWith(".class", StringComparison.Ordinal)))
        {
            using var stream = entry.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            yield return (entry.FullName, bytes.ToArray());
        }
    }

    private byte[] Merged(IEnumerable<int> relocated, Random? leavesOut) =>
        Zip([.. relocated.SelectMany(i => Entries(Path.Combine(folder.Path, $"{i}.jar"))).DistinctBy(e => e.Name).Where(_ => leavesOut is null || leavesOut.Next(3) > 0)]);

    private static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }
}
