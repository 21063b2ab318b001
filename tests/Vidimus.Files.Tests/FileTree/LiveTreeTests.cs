using System.Runtime.InteropServices;
using Vidimus.Files.FileTree;
using Vidimus.Files.FileTree.Live;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.FileTree;

public sealed class LiveTreeTests
{
    [Fact]
    public void FindsInADebianRootWhatFindFinds()
    {
        var root = DebianRoot.Of("bookworm");
        using var tree = new LiveTree(root);
        var recorder = Recorder.Of(tree);

        Assert.Equal(Judge.Find(root), recorder.Lines());
        Assert.Empty(recorder.Notes);
    }

    [Fact]
    public void FindsHostileNamesAsFindDoes()
    {
        using var folder = Places.Temporary();
        Samples.Hostile(folder.Path);
        using var tree = new LiveTree(folder.Path);
        var recorder = Recorder.Of(tree);

        Assert.Equal(Judge.Find(folder.Path), recorder.Lines());
        Assert.Empty(recorder.Notes);
    }

    [Fact]
    public void StatsAndOpensOnlyWhatIsWanted()
    {
        using var folder = Places.Temporary();
        Samples.Hostile(folder.Path);
        using var tree = new LiveTree(folder.Path);
        var recorder = Recorder.Of(tree, (path, _) => path switch
        {
            "plain/hello" => Interest.Entry,
            "plain/deep/random" => Interest.Content,
            _ => path.StartsWith("plain/", StringComparison.Ordinal) ? Interest.ContentIfExecutable : Interest.None,
        });

        Assert.Equal(["plain/deep/random", "plain/hello", "plain/hello-again"], recorder.Entries.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["plain/deep/random", "plain/hello-again"], recorder.Digests.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void DoesNotEnterWhatTheVisitorRefuses()
    {
        using var folder = Places.Temporary();
        Samples.Hostile(folder.Path);
        using var tree = new LiveTree(folder.Path);
        var recorder = new Recorder(enters: path => path is not "plain");
        tree.Walk(recorder, TestContext.Current.CancellationToken);

        Assert.Contains("plain", recorder.Entries.Keys);
        Assert.DoesNotContain(recorder.Entries.Keys, path => path.StartsWith("plain/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("link", "hello")]
    [InlineData("to-folder/hello", "hello")]
    [InlineData("absolute", "hello")]
    [InlineData("up-and-up", "hello")]
    [InlineData("a/../a/./b//deep", "deep")]
    [InlineData("../../a/b/deep", "deep")]
    [InlineData("outside", null)]
    [InlineData("loop", null)]
    [InlineData("loop/x", null)]
    [InlineData("a", null)]
    [InlineData("pipe", null)]
    [InlineData("nothing", null)]
    [InlineData("a/hello/x", null)]
    [InlineData("chain40", "hello")]
    [InlineData("chain41", null)]
    [InlineData("f{0x80}lder/in", "in")]
    public void OpensThroughLinksInsideTheRootOnly(string path, string? content)
    {
        using var folder = Places.Temporary();
        RealTool.Bash("""
            printf secret > secret; mkdir -p root/a/b; cd root
            printf hello > a/hello; printf deep > a/b/deep; mkfifo pipe
            mkdir "$(printf 'f\x80lder')"; printf in > "$(printf 'f\x80lder')/in"
            ln -s a/hello link; ln -s a to-folder; ln -s /a/hello absolute; ln -s ../../../a/hello up-and-up
            ln -s ../secret outside; ln -s loop loop
            ln -s a/hello chain1; for i in $(seq 2 41); do ln -s chain$((i-1)) chain$i; done
            """, folder.Path);
        using var tree = new LiveTree(folder["root"]);

        var opened = tree.Open(path.Replace("{0x80}", "\uDC80", StringComparison.Ordinal)); // attributes are kept as UTF-8 and would lose it
        using var stream = opened?.Content;
        Assert.Equal(content, stream is null ? null : new StreamReader(stream).ReadToEnd());
    }

    [Fact]
    public void TellsWhereAnOpenedFileReallyLies()
    {
        using var tree = new LiveTree(DebianRoot.Of("bookworm"));
        var opened = tree.Open("etc/os-release");
        using var stream = opened!.Value.Content;

        Assert.Equal("usr/lib/os-release", opened.Value.Entry.Path);
        Assert.Contains("VERSION_CODENAME=bookworm", new StreamReader(stream).ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderSwappedForALinkDuringTheWalkLeadsNowhere()
    {
        using var folder = Places.Temporary();
        RealTool.Bash("mkdir -p outside root/a root/b; printf secret > outside/secret; printf 1 > root/first; printf x > root/a/x; printf x > root/b/x", folder.Path);
        using var tree = new LiveTree(folder["root"]);
        var recorder = new Recorder
        {
            Visiting = entry =>
            {
                if (entry.Path is not "first") return;
                RealTool.Bash("rm -r root/a root/b; ln -s ../outside root/a; ln -s ../outside root/b", folder.Path);
            },
        };
        tree.Walk(recorder, TestContext.Current.CancellationToken);

        Assert.DoesNotContain(recorder.Entries.Keys, path => path.EndsWith("secret", StringComparison.Ordinal));
        Assert.Equal(["a", "b"], recorder.Notes.Where(note => note.Kind is Notes.Unreadable).Select(note => note.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AFileSwappedForAPipeIsNotWaitedFor()
    {
        using var folder = Places.Temporary();
        RealTool.Bash("printf x > a; printf x > b", folder.Path);
        using var tree = new LiveTree(folder.Path);
        var swapped = "";
        var recorder = new Recorder
        {
            Visiting = entry =>
            {
                if (swapped.Length > 0) return;
                swapped = entry.Path is "a" ? "b" : "a";
                RealTool.Bash($"rm {swapped}; mkfifo {swapped}", folder.Path);
            },
        };
        tree.Walk(recorder, TestContext.Current.CancellationToken);

        Assert.DoesNotContain(swapped, recorder.Digests.Keys);
        Assert.Equal(swapped, Assert.Single(recorder.Notes).Path);
    }

    [Fact]
    public void AFileThatShrinksJustEnds()
    {
        using var folder = Places.Temporary();
        File.WriteAllText(folder["a"], new string('x', 10_000));
        using var tree = new LiveTree(folder.Path);
        var recorder = new Recorder { Visiting = _ => File.WriteAllText(folder["a"], "xx") };
        tree.Walk(recorder, TestContext.Current.CancellationToken);

        // sha256 of "xx" by sha256sum.
        Assert.Equal(RealTool.Bash("printf xx | sha256sum")[..64], recorder.Digests["a"]);
    }

    [Fact]
    public void WalksDeepFoldersWithFewDescriptorsAndStopsAtTheBound()
    {
        RealTool.Require("python3");
        using var folder = Places.Temporary();
        RealTool.Run("python3", ["-c", """
            import os
            for i in range(1200):
                os.mkdir("d"); os.mkdir("side"); open("file", "w").close(); open("side/file", "w").close()
                os.chdir("d")
            """], folder: folder.Path);

        using var tree = new LiveTree(folder.Path);
        var most = 0;
        var recorder = new Recorder { Visiting = _ => most = Math.Max(most, Descriptors()) };
        var before = Descriptors();
        tree.Walk(recorder, TestContext.Current.CancellationToken);

        // 1,024 folders on the way, the root among them, and those beside them; all are found, the way back up through closed folders included.
        Assert.Equal(1024 + 1023, recorder.Digests.Count);
        Assert.All(recorder.Notes, note => Assert.Equal(Notes.Limit, note.Kind));
        Assert.Equal(2, recorder.Notes.Count);
        Assert.InRange(most, 0, before + 200);

        static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
    }

    [Fact]
    public void WhatMayNotBeReadIsANote()
    {
        using var folder = Places.Temporary();
        RealTool.Bash("mkdir open closed; printf x > open/file; printf x > open/secret; printf x > closed/file; chmod 000 closed open/secret; chmod 755 . open", folder.Path);
        using var tree = new LiveTree(folder.Path);
        var recorder = new Recorder();

        // As root: the file system takes this thread for nobody while it walks.
        _ = SetFileSystemUser(65534);
        try
        {
            tree.Walk(recorder, TestContext.Current.CancellationToken);
        }
        finally
        {
            _ = SetFileSystemUser(0);
            RealTool.Bash("chmod 755 closed", folder.Path);
        }

        Assert.Equal(["closed", "open/secret"], recorder.Notes.Select(note => note.Path).Order(StringComparer.Ordinal));
        Assert.All(recorder.Notes, note => Assert.Equal((Notes.Unreadable, "could not be read: Permission denied"), (note.Kind, note.Message)));
        Assert.Contains("open/file", recorder.Digests.Keys);
        Assert.Contains("closed", recorder.Entries.Keys);
    }

    [Fact]
    public void DoesNotEnterTheKernelsOwnFileSystems()
    {
        using var tree = new LiveTree("/");
        var seen = new List<string>();
        var recorder = new Recorder(
            (path, kind) =>
            {
                seen.Add(path);
                return Interest.None;
            },
            folder => folder is "proc" or "sys" or "dev");
        tree.Walk(recorder, TestContext.Current.CancellationToken);

        Assert.Contains("proc", seen);
        Assert.DoesNotContain(seen, path => path.StartsWith("proc/", StringComparison.Ordinal) || path.StartsWith("sys/", StringComparison.Ordinal) || path.StartsWith("dev/", StringComparison.Ordinal));
        Assert.Empty(recorder.Notes);
    }

    [Fact]
    public void AMissingFolderIsATargetException()
    {
        Assert.Contains("/nowhere", Assert.Throws<TargetException>(() => new LiveTree("/nowhere")).Message, StringComparison.Ordinal);
        Assert.Throws<TargetException>(() => new LiveTree("/etc/passwd"));
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int SetFileSystemUser(uint user);
}
