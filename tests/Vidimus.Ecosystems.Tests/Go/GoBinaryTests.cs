using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Vidimus.Ecosystems.Go;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Go;

/// <summary>The judge is <c>go version -m</c>; the programs are built by Go's own toolchain.</summary>
public sealed class GoBinaryTests : IDisposable
{
    private static readonly byte[] Magic = [0xFF, .. " Go buildinf:"u8];

    private readonly TemporaryFolder folder = Places.Temporary();

    public void Dispose() => folder.Dispose();

    /// <summary>What <c>go version -m</c> tells of a program, as packages: <c>name@version</c>, ordered.</summary>
    private static string[] Judge(string path)
    {
        var (exit, output, _) = RealTool.Try("go", ["version", "-m", path]);
        if (exit != 0 || output.Length == 0) return [];

        var lines = output.TrimEnd('\n').Split('\n');
        var go = lines[0][(path.Length + 2)..].Split(' ')[0];
        var release = go.StartsWith("go1", StringComparison.Ordinal) ? go[2..].Split('-')[0] : "";
        List<string> packages = [$"stdlib@{(release.Count(c => c == '.') == 1 ? release + ".0" : release)}"];
        foreach (var line in lines.Skip(1))
        {
            switch (line.Split('\t'))
            {
                case ["", "mod" or "dep", var name, var version, ..]:
                    packages.Add($"{name}@{(version is "(devel)" ? "" : version)}");
                    break;
                case ["", "=>", var name, var version, ..]:
                    packages[^1] = version is "(devel)" ? packages[^1].Split('@')[0] + "@" : $"{name}@{version}";
                    break;
            }
        }

        return [.. packages.Order(StringComparer.Ordinal)];
    }

    private static string[] Found(IEnumerable<Fact> facts) => [.. facts.OfType<Package>().Select(p => $"{(p.Namespace is null ? "" : p.Namespace + "/")}{p.Name}@{p.Version}").Order(StringComparer.Ordinal)];

    private static string[] Found(string path) => Found(TestFile.Of(path, "usr/bin/program").Collect(new GoBinary()));

    /// <summary>A module proxy of plain files with three modules, and a program that uses two of them, one replaced by the third and one by a folder.</summary>
    private string MakeModule()
    {
        RealTool.Require("go");
        foreach (var (module, version) in new[] { ("example.com/one", "v1.2.3"), ("example.com/two/v2", "v2.0.1-rc.1"), ("example.com/instead", "v0.0.0-20240102030405-abcdefabcdef"), ("example.com/four", "v4.0.0+incompatible") })
        {
            var at = Directory.CreateDirectory(folder[$"proxy/{module}/@v"]).FullName;
            var mod = $"module {module}\n";
            File.WriteAllText(Path.Combine(at, "list"), version + "\n");
            File.WriteAllText(Path.Combine(at, version + ".info"), $$"""{"Version":"{{version}}","Time":"2024-01-02T03:04:05Z"}""");
            File.WriteAllText(Path.Combine(at, version + ".mod"), mod);
            using var zip = ZipFile.Open(Path.Combine(at, version + ".zip"), ZipArchiveMode.Create);
            foreach (var (name, text) in new[] { ("go.mod", mod), ("a.go", "package p\n\nfunc F() string { return \"f\" }\n") })
            {
                if (name is "go.mod" && version.EndsWith("+incompatible", StringComparison.Ordinal)) continue;
                using var writer = new StreamWriter(zip.CreateEntry($"{module}@{version}/{name}").Open());
                writer.Write(text);
            }
        }

        var program = Directory.CreateDirectory(folder["program"]).FullName;
        Directory.CreateDirectory(Path.Combine(program, "local"));
        File.WriteAllText(Path.Combine(program, "local/go.mod"), "module example.com/three\n");
        File.WriteAllText(Path.Combine(program, "local/a.go"), "package p\n\nfunc F() string { return \"f\" }\n");
        File.WriteAllText(Path.Combine(program, "go.mod"), """
            module example.com/program

            go 1.19

            require (
                example.com/one v1.2.3
                example.com/two/v2 v2.0.1-rc.1
                example.com/three v1.0.0
                example.com/four v4.0.0+incompatible
                example.com/replaced v1.0.0
            )

            replace example.com/three => ./local

            replace example.com/replaced => example.com/instead v0.0.0-20240102030405-abcdefabcdef
            """);
        File.WriteAllText(Path.Combine(program, "main.go"), """
            package main

            import (
                four "example.com/four"
                one "example.com/one"
                replaced "example.com/replaced"
                three "example.com/three"
                two "example.com/two/v2"
            )

            var version = "none"

            func main() { println(version, one.F(), two.F(), three.F(), four.F(), replaced.F()) }
            """);
        return program;
    }

    private string Build(string program, string name, string[] arguments, params (string, string)[] environment)
    {
        var output = folder[name];
        var variables = new Dictionary<string, string>
        {
            ["GOPROXY"] = "file://" + folder["proxy"], ["GOSUMDB"] = "off", ["GOFLAGS"] = "-mod=mod -modcacherw", ["GO111MODULE"] = "on", ["GOMODCACHE"] = folder["modules"], ["CGO_ENABLED"] = "0",
        };
        foreach (var (key, value) in environment) variables[key] = value;
        RealTool.Run("go", ["build", "-o", output, .. arguments, "."], folder: program, environment: variables);
        return output;
    }

    [Fact]
    public void FindsTheModulesThatGoFinds()
    {
        RealTool.Require("strip", "objcopy");
        var program = MakeModule();
        var plain = Build(program, "plain", []);
        Assert.Equal(
            ["example.com/four@v4.0.0+incompatible", "example.com/instead@v0.0.0-20240102030405-abcdefabcdef", "example.com/one@v1.2.3", "example.com/program@", "example.com/three@", "example.com/two/v2@v2.0.1-rc.1"],
            Found(plain).Where(p => !p.StartsWith("stdlib@", StringComparison.Ordinal)));

        RealTool.Bash("strip -o stripped plain; objcopy --remove-section .go.buildinfo plain removed; objcopy --rename-section .go.buildinfo=.other plain renamed; cp plain headless; printf '\\0\\0\\0\\0\\0\\0\\0\\0' | dd of=headless bs=1 seek=40 conv=notrunc status=none", folder.Path);
        string[] paths =
        [
            plain, folder["stripped"], folder["removed"], folder["renamed"],
            Build(program, "small", ["-trimpath", "-ldflags", "-s -w"]),
            Build(program, "pie", ["-buildmode=pie"]),
            Build(program, "i386", [], ("GOARCH", "386")),
            Build(program, "s390x", [], ("GOARCH", "s390x")),
            Build(program, "windows.exe", [], ("GOOS", "windows")),
            Build(program, "darwin", ["-ldflags", "-s -w"], ("GOOS", "darwin"), ("GOARCH", "arm64")),
            Build(program, "darwin-pie", ["-buildmode=pie"], ("GOOS", "darwin"), ("GOARCH", "amd64")),
        ];
        foreach (var path in paths) Assert.Equal(Judge(path), Found(path));
        Assert.All(paths.Where(p => !p.EndsWith("removed", StringComparison.Ordinal)), path => Assert.Equal(7, Found(path).Length));

        // Without section headers, as packers leave them, Go's reader and ours search the data segment.
        Assert.Equal(Found(plain), Found(folder["headless"]));
    }

    [Fact]
    public void NotesAGoProgramWithoutBuildInformation()
    {
        RealTool.Require("objcopy");
        var program = GoProgram.Of("linux", "amd64");
        RealTool.Run("objcopy", ["--remove-section", ".go.buildinfo", program, folder["removed"]]);
        var file = TestFile.Of(folder["removed"], "usr/bin/program");
        Assert.Empty(file.Collect(new GoBinary()));
        Assert.Equal(Notes.Unsupported, Assert.Single(file.Notes).Kind);
    }

    [Theory]
    [InlineData("-X main.version=v1.2.3", "v1.2.3")]
    [InlineData("-s -w -X main.Version=1.2.3-rc.1+build -X main.date=2024", "v1.2.3-rc.1+build")]
    [InlineData("-X 'example.com/program/internal.version=1.2.3' -X example.com/one/version.gitVersion=v9.9.9", "v1.2.3")]
    [InlineData("-X main.version=1.2.3 -X main.gitVersion=v1.2.4", "")]
    [InlineData("-X main.version=main", "")]
    [InlineData("-X main.version=1.2", "")]
    [InlineData("-X main.apiVersion=1.2.3", "")]
    public void TakesTheProgramsVersionFromTheLinkerOnlyWhenItIsOne(string flags, string version)
    {
        var found = Found(Build(MakeModule(), "stamped", ["-ldflags", flags]));
        Assert.Contains($"example.com/program@{version}", found);
    }

    [Fact]
    public void KnowsOnlyTheStandardLibraryOfAProgramWithoutModules()
    {
        RealTool.Require("go");
        File.WriteAllText(folder["main.go"], "package main\n\nfunc main() {}\n");
        var path = Build(folder.Path, "gopath", [], ("GO111MODULE", "off"), ("GOFLAGS", ""));
        Assert.Single(Judge(path));
        var file = TestFile.Of(path, "usr/bin/program");
        Assert.Equal(Judge(path), Found(file.Collect(new GoBinary())));
        Assert.Equal(Notes.Information, Assert.Single(file.Notes).Kind);
    }

    [Fact]
    public void ReadsEveryImageOfAFatFileOnce()
    {
        var program = GoProgram.Of("darwin", "arm64");
        var fat = GoProgram.Fat(wide: false, File.ReadAllBytes(program), File.ReadAllBytes(GoProgram.Of("darwin", "amd64")));
        Assert.Equal(Judge(program), Found(new TestFile("program", fat).Collect(new GoBinary())));
    }

    /// <summary>Programs of Go 1.13 to 1.17 hold pointers to Go strings. No such toolchain is at hand: the file is made by hand from debug/buildinfo's description, and Go's reader judges it.</summary>
    [Theory]
    [InlineData(8, false)]
    [InlineData(4, false)]
    [InlineData(8, true)]
    [InlineData(4, true)]
    public void ReadsThePointersOfOldPrograms(int pointer, bool bigEndian)
    {
        RealTool.Require("go");
        var file = OldProgram(pointer, bigEndian, "go1.17.3", "path\texample.com/x\nmod\texample.com/x\t(devel)\t\ndep\texample.com/one\tv1.2.3\th1:x=\n");
        File.WriteAllBytes(folder["old"], file);
        RealTool.Run("chmod", ["755", folder["old"]]); // go looks at nothing else
        Assert.Equal(["example.com/one@v1.2.3", "example.com/x@", "stdlib@1.17.3"], Judge(folder["old"]));
        Assert.Equal(Judge(folder["old"]), Found(folder["old"]));
    }

    [Theory]
    [InlineData("go1.21.0", "1.21.0")]
    [InlineData("go1.20", "1.20.0")]
    [InlineData("go1.21rc2", "1.21.0-rc.2")]
    [InlineData("go1.18beta1", "1.18.0-beta.1")]
    [InlineData("go1.22.5-fips", "1.22.5")]
    [InlineData("go1.19.4 X:boringcrypto", "1.19.4")]
    [InlineData("go1.24.1 (Red Hat 1.24.1-2.el9)", "1.24.1")]
    [InlineData("devel go1.20-abcdef Thu Jul 7 2022", "")]
    [InlineData("gopher", "")]
    public void GivesTheStandardLibraryTheToolchainsVersion(string toolchain, string version) =>
        Assert.Equal([$"stdlib@{version}"], Found(new TestFile("x", OldProgram(8, false, toolchain, "")).Collect(new GoBinary())));

    [Fact]
    public void AgreesWithGoOnThisMachine()
    {
        RealTool.Require("go");
        var programs = 0;
        long bytes = 0, files = 0;
        foreach (var path in Directory.GetFiles("/usr/bin").Concat(Directory.GetFiles("/usr/sbin")).Where(p => new FileInfo(p) is { LinkTarget: null }))
        {
            var file = new HostFile(path);
            if (!file.Entry.IsExecutable) continue;
            var found = Found(new GoBinary().Collect(file, CancellationToken.None));
            if (found.Length > 0)
            {
                programs++;
                Assert.Equal(Judge(path), found);
            }
            else
            {
                files++;
                bytes += file.BytesRead;
                if (files % 40 == 0) Assert.Empty(Judge(path));
            }
        }

        Assert.True(programs > 0);
        Assert.InRange(bytes / files, 0, 32 << 10); // headers, whatever the size of the file
    }

    [Fact]
    public void SurvivesTruncationAndMutation()
    {
        var old = OldProgram(8, false, "go1.17.3", "mod\texample.com/x\t(devel)\t\n");
        for (var length = 0; length < old.Length; length++) new TestFile("x", old[..length]).Collect(new GoBinary());

        var bytes = File.ReadAllBytes(GoProgram.Of("linux", "amd64"));
        var info = bytes.AsSpan().IndexOf(Magic);
        for (var length = 1; length < bytes.Length; length += 4999) new TestFile("x", bytes[..length]).Collect(new GoBinary());

        var random = new Random(20261124);
        for (var round = 0; round < 3000; round++)
        {
            var at = new[] { random.Next(1024), info + 12 + random.Next(100), bytes.Length - 1 - random.Next(4096) }[random.Next(3)];
            var mutated = (round % 2 == 0 ? bytes : old).ToArray();
            mutated[at % mutated.Length] = (byte)random.Next(256);
            new TestFile("x", mutated).Collect(new GoBinary());
        }
    }

    /// <summary>An ELF file of one data segment with the build info's section in it.</summary>
    private static byte[] OldProgram(int pointer, bool big, string version, string modules)
    {
        const int Data = 0x200, Base = 0x10000;
        var wide = pointer == 8;
        var framed = modules.Length == 0 ? [] : (byte[])[.. new byte[16], .. Encoding.UTF8.GetBytes(modules), .. new byte[16]];
        var data = new byte[0x100 + version.Length + framed.Length];
        Magic.CopyTo(data, 0);
        data[14] = (byte)pointer;
        data[15] = (byte)(big ? 1 : 0);
        Word(data, 16, Base + 0x40);
        Word(data, 16 + pointer, Base + 0x60);
        Word(data, 0x40, Base + 0x100);
        Word(data, 0x40 + pointer, version.Length);
        Word(data, 0x60, Base + 0x100 + version.Length);
        Word(data, 0x60 + pointer, framed.Length);
        Encoding.UTF8.GetBytes(version).CopyTo(data, 0x100);
        framed.CopyTo(data, 0x100 + version.Length);

        var names = "\0.go.buildinfo\0.shstrtab\0"u8.ToArray();
        var sectionSize = wide ? 64 : 40;
        var namesAt = Data + data.Length;
        var sectionsAt = (namesAt + names.Length + 7) & ~7;
        var file = new byte[sectionsAt + (3 * sectionSize)];
        byte[] ident = [0x7F, (byte)'E', (byte)'L', (byte)'F', (byte)(wide ? 2 : 1), (byte)(big ? 2 : 1), 1];
        ident.CopyTo(file, 0);
        data.CopyTo(file, Data);
        names.CopyTo(file, namesAt);
        Half(16, 2); // an executable
        Half(18, wide ? big ? 21 : 62 : big ? 20 : 3); // ppc64, x86-64, ppc, 386
        Four(20, 1);
        var header = wide ? 64 : 52;
        Word(file, wide ? 32 : 28, header);
        Word(file, wide ? 40 : 32, sectionsAt);
        var counts = wide ? 52 : 40;
        foreach (var (i, value) in new[] { header, wide ? 56 : 32, 1, sectionSize, 3, 2 }.Index()) Half(counts + (2 * i), value);

        Four(header, 1); // PT_LOAD, readable and writable
        Four(header + (wide ? 4 : 24), 6);
        Word(file, header + (wide ? 8 : 4), Data);
        Word(file, header + (wide ? 16 : 8), Base);
        Word(file, header + (wide ? 32 : 16), data.Length);
        Word(file, header + (wide ? 40 : 20), data.Length);
        Section(1, 1, 1, Base, Data, data.Length);
        Section(2, 15, 3, 0, namesAt, names.Length);
        return file;

        void Section(int index, int name, int type, long address, long offset, long size)
        {
            var at = sectionsAt + (index * sectionSize);
            Four(at, name);
            Four(at + 4, type);
            Word(file, at + 8, 3); // writable, in memory
            Word(file, at + (wide ? 16 : 12), address);
            Word(file, at + (wide ? 24 : 16), offset);
            Word(file, at + (wide ? 32 : 20), size);
        }

        void Half(int at, int value) => Write(file.AsSpan(at, 2), value);

        void Four(int at, int value) => Write(file.AsSpan(at, 4), value);

        void Word(byte[] bytes, int at, long value) => Write(bytes.AsSpan(at, pointer), value);

        void Write(Span<byte> bytes, long value)
        {
            Span<byte> eight = stackalloc byte[8];
            if (big) BinaryPrimitives.WriteInt64BigEndian(eight, value << (64 - (8 * bytes.Length)));
            else BinaryPrimitives.WriteInt64LittleEndian(eight, value);
            eight[..bytes.Length].CopyTo(bytes);
        }
    }
}
