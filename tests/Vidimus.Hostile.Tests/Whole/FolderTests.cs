using System.Diagnostics;
using Vidimus.Testing;

namespace Vidimus.Hostile.Tests.Whole;

/// <summary>Folders that hold what cannot be read, or that change while they are walked.</summary>
public sealed class FolderTests : IDisposable
{
    private readonly BoundedTool tool = new();

    public void Dispose() => tool.Dispose();

    [Theory]
    [InlineData("app/package-lock.json")]
    [InlineData("var/lib/dpkg/status")]
    [InlineData("etc/os-release")]
    [InlineData("var/lib/rpm/rpmdb.sqlite")]
    [InlineData("app/a.jar")]
    public void PipesSocketsAndDevicesAreNotOpened(string path)
    {
        tool.Make($$"""
            mkdir -p "tree/$(dirname {{path}})" other fifo/"$(dirname {{path}})"
            mkfifo "fifo/{{path}}"; cp -a fifo/. tree/
            """);
        Assert.Equal(0, tool.Scan("root:tree", seconds: 10).Exit);
        tool.Make($"rm tree/{path}; /usr/bin/python3 -c 'import socket, os; os.chdir(\"tree\"); socket.socket(socket.AF_UNIX).bind(\"{path}\")'");
        Assert.Equal(0, tool.Scan("root:tree", seconds: 10).Exit);
        tool.Make($"rm tree/{path}; mknod tree/{path} c 1 5 || ln -s /dev/zero tree/{path}");
        Assert.Equal(0, tool.Scan("root:tree", seconds: 10).Exit);
    }

    [Theory]
    [InlineData("mkfifo target")]
    [InlineData("ln -s target target")]
    [InlineData("ln -s /dev/zero target")]
    [InlineData("ln -s /dev/null target")]
    [InlineData(": > target")]
    public void ATargetThatIsNoFileIsRefused(string make)
    {
        tool.Make(make);
        foreach (var prefix in new[] { "tar", "oci", "docker-archive", "sbom" }) Assert.Equal(3, tool.Scan($"{prefix}:target", seconds: 10).Exit);
    }

    /// <summary>/proc/self/mem gives an error at its beginning whoever reads it; bind mounts are not at hand in every sandbox, so the tree is the process's own folder.</summary>
    [Fact]
    public void FilesThatCannotBeReadAreNotes() => Assert.Equal(0, tool.Scan("dir:/proc/self/task", seconds: 20).Exit);

    [Fact]
    public void AFolderSwappedForALinkDuringTheWalkLeadsNowhere()
    {
        tool.Make("""
            mkdir -p outside/node_modules/secret && echo '{"name":"outside-the-tree","version":"6.6.6"}' > outside/node_modules/secret/package.json
            for n in $(seq 40); do mkdir -p tree/$n/app/node_modules/inside && echo '{"name":"inside","version":"1.0.0"}' > tree/$n/app/node_modules/inside/package.json; ln -s "$PWD/outside" tree/$n/link; done
            """);

        // Swaps each folder with the link beside it (renameat2 with RENAME_EXCHANGE), round and round, until it is killed.
        using var swapper = Process.Start("/usr/bin/python3", ["-c", """
            import ctypes, sys
            libc = ctypes.CDLL(None, use_errno=True)
            names = [(b"%s/%d/app" % (sys.argv[1].encode(), n), b"%s/%d/link" % (sys.argv[1].encode(), n)) for n in range(1, 41)]
            while True:
                for a, b in names: libc.renameat2(-100, a, -100, b, 2)
            """, tool["tree"]]);
        try
        {
            for (var i = 0; i < 20; i++)
            {
                var answer = tool.Scan("dir:tree", more: ["-f", "json"]);
                Assert.Equal(0, answer.Exit);
                Assert.DoesNotContain("outside-the-tree", answer.Output);
            }

            Assert.False(swapper.HasExited, "the swapping program ended by itself");
        }
        finally
        {
            swapper.Kill();
            swapper.WaitForExit();
        }
    }

    [Fact]
    public void FoldersAreWalkedToTheirEndOrToANote()
    {
        tool.Make("""
            /usr/bin/python3 - <<'END'
            import os
            os.mkdir("tree"); os.chdir("tree")
            for n in range(3000): os.mkdir("d" * 100); os.chdir("d" * 100)
            END
            """);
        Assert.Equal(0, tool.Scan("dir:tree").Exit);
        RealTool.Bash("rm -rf tree", tool[""]);
    }
}
