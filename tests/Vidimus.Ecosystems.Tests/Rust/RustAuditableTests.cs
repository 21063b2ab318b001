using System.IO.Compression;
using System.Text;
using Vidimus.Ecosystems.Rust;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Rust;

/// <summary>The section is made by objcopy on programs that real linkers made; its content follows cargo-auditable's published JSON schema.</summary>
public sealed class RustAuditableTests : IDisposable
{
    private const string Dependencies = """
        {"packages":[
          {"name":"adler","version":"0.2.3","source":"registry","kind":"runtime"},
          {"name":"autocfg","version":"1.0.1","source":"crates.io","kind":"build"},
          {"name":"program","version":"0.5.0","source":"local","dependencies":[0,1,3],"root":true},
          {"name":"serde","version":"1.0.100+meta","source":"crates.io"}],
         "format":0,"added-later":{"x":[1]}}
        """;

    private static readonly string[] Expected = ["adler@0.2.3", "program@0.5.0", "serde@1.0.100+meta"];

    private readonly TemporaryFolder folder = Places.Temporary();

    public void Dispose() => folder.Dispose();

    private static byte[] Packed(string json)
    {
        using var bytes = new MemoryStream();
        using (var zlib = new ZLibStream(bytes, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(Encoding.UTF8.GetBytes(json));
        return bytes.ToArray();
    }

    /// <summary>A copy of a program with the section added.</summary>
    private TestFile With(string program, byte[] section)
    {
        RealTool.Require("objcopy");
        File.WriteAllBytes(folder["section"], section);
        RealTool.Run("objcopy", ["--add-section", ".dep-v0=" + folder["section"], program, folder["audited"]]);
        return TestFile.Of(folder["audited"], "usr/bin/program");
    }

    private static string[] Found(TestFile file) => [.. file.Packages(new RustAuditable()).Select(p => $"{p.Name}@{p.Version}")];

    [Fact]
    public void ListsWhatRunsAndTheProgramItself()
    {
        var file = With("/usr/bin/true", Packed(Dependencies));
        Assert.Equal(Expected, Found(file));
        Assert.Empty(file.Notes);
        RealTool.Run("strip", [folder["audited"]]);
        Assert.Equal(Expected, Found(TestFile.Of(folder["audited"], "usr/bin/program")));
    }

    [Fact]
    public void ReadsWindowsPrograms() => Assert.Equal(Expected, Found(With(GoProgram.Of("windows", "amd64"), Packed(Dependencies))));

    /// <summary>binutils writes no Mach-O: the section is renamed in place from one that a real linker made, its bytes replaced.</summary>
    [Fact]
    public void ReadsMacPrograms()
    {
        var bytes = File.ReadAllBytes(GoProgram.Of("darwin", "arm64"));
        var table = bytes.AsSpan().IndexOf("__gopclntab\0"u8);
        ".dep-v0\0\0\0\0"u8.CopyTo(bytes.AsSpan(table));
        var offset = BitConverter.ToInt32(bytes, table + 48);
        Packed(Dependencies).CopyTo(bytes, offset);
        Assert.Equal(Expected, Found(new TestFile("program", bytes)));
        Assert.Equal(Expected, Found(new TestFile("program", GoProgram.Fat(wide: true, bytes, bytes))));
    }

    [Fact]
    public void SaysNothingOfOtherPrograms() => Assert.Empty(TestFile.Of("/usr/bin/true", "usr/bin/true").Collect(new RustAuditable()));

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"packages":{}}""")]
    [InlineData("""{"packages":[{"version":"1"}]}""")]
    [InlineData("""{"packages":[{"name":"\ud800"}]}""")]
    [InlineData("""{"packages":[""")]
    public void NotesWhatIsNoDependencyList(string json)
    {
        var file = With("/usr/bin/true", Packed(json));
        Assert.Empty(Found(file));
        Assert.Single(file.Notes);
    }

    [Fact]
    public void KeepsItsBounds()
    {
        foreach (var json in new[] { new string('[', 65_535), new string(' ', 20 << 20) + Dependencies })
        {
            var file = With("/usr/bin/true", Packed(json));
            Assert.Empty(Found(file));
            Assert.Single(file.Notes);
        }
    }

    [Fact]
    public void SurvivesTruncationAndMutation()
    {
        var packed = Packed(Dependencies);
        With("/usr/bin/true", packed);
        var bytes = File.ReadAllBytes(folder["audited"]);
        var at = bytes.AsSpan().IndexOf(packed);
        for (var length = 0; length < bytes.Length; length += 37) new TestFile("x", bytes[..length]).Collect(new RustAuditable());

        var random = new Random(20261124);
        for (var round = 0; round < 3000; round++)
        {
            var mutated = bytes.ToArray();
            mutated[random.Next(2) == 0 ? at + random.Next(packed.Length) : random.Next(64)] = (byte)random.Next(256);
            new TestFile("x", mutated).Collect(new RustAuditable());
        }
    }
}
