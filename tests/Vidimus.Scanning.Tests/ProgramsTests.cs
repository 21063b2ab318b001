using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Scanning.Tests;

public sealed class ProgramsTests
{
    /// <summary>The first bytes as ELF, PE and Mach-O have them; a script is no program that a collector of binaries could read.</summary>
    [Theory]
    [InlineData("\u007fELF\u0002\u0001", 1)]
    [InlineData("MZ\u0090", 1)]
    [InlineData("#!/bin/sh\n", 0)]
    [InlineData("\u007f", 0)]
    public void HandsProgramsOverByTheirFirstBytes(string text, int packages)
    {
        var facts = new LayerScanner(new([new Programs()]), new()).ScanTree(new MemoryTree(MemoryTree.File("bin/x", text, mode: 0b111_101_101), MemoryTree.File("bin/y", text)), null, CancellationToken.None);
        Assert.Equal(packages, facts.Files.Count);
        Assert.All(facts.Files, f => Assert.Equal("bin/x", f.Entry.Path));
    }

    private sealed class Programs : ICollector
    {
        public string Name => "test/programs";

        public int Version => 1;

        public IReadOnlyList<FileGlob> Wants { get; } = [FileGlob.Executables];

        public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel) => [new Package { Type = "golang", Name = file.Name, Version = "1" }];
    }
}
