using Vidimus.Files.FileTree;
using Vidimus.Files.FileTree.Git;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.FileTree.Git;

/// <summary>Repositories made by git, whose own <c>git archive</c> is the judge.</summary>
public sealed class GitTreeTests : IDisposable
{
    private readonly TemporaryFolder folder = Places.Temporary();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("sha1", "true")]
    [InlineData("sha1", "git gc -q --aggressive")]
    [InlineData("sha1", "git repack -q -a -d -f --depth=50; git -c pack.indexVersion=1 index-pack --index-version=1 .git/objects/pack/*.pack > /dev/null")]
    [InlineData("sha1", "git -c repack.useDeltaBaseOffset=false repack -q -a -d -f; git pack-refs --all")]
    [InlineData("sha1", "git repack -q -d; more; git repack -q -d; git multi-pack-index write 2> /dev/null; more")]
    [InlineData("sha256", "true")]
    [InlineData("sha256", "git gc -q")]
    public void ACommitIsWhatGitArchiveGives(string format, string then)
    {
        Repository(format, then);
        foreach (var commit in RealTool.Bash("cd repo; git rev-list --all --max-count=4; git rev-parse --short=9 HEAD~2; echo HEAD; echo v1; echo topic/x; echo refs/heads/topic/x", folder.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            RealTool.Bash($"rm -rf out; mkdir out; git -C repo archive {commit} | tar -C out -x", folder.Path);
            using var tree = new GitTree(folder["repo"], commit);
            Assert.Equal(RealTool.Bash($"git -C repo rev-parse {commit}^0", folder.Path).Trim(), tree.Commit);
            var read = Recorder.Of(tree);
            Assert.DoesNotContain(read.Notes, n => n.Partial);
            Assert.Equal(Essence(folder["out"]), read.Entries.Values.Where(e => e.Kind is not Model.Files.FileKind.Folder).Select(e => $"{e.Path} {e.Kind} {e.IsExecutable && e.Kind is Model.Files.FileKind.File} {e.LinkTarget}{read.Digests.GetValueOrDefault(e.Path)}").Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void WhatLeadsElsewhereIsRefused()
    {
        Repository("sha1", "git clone -q --shared . ../shared; git worktree add -q ../tree; git clone -q --bare . ../bare.git");
        Assert.Contains("alternates", Assert.Throws<TargetException>(() => new GitTree(folder["shared"], "HEAD")).Message, StringComparison.Ordinal);
        Assert.Throws<TargetException>(() => new GitTree(folder["tree"], "HEAD"));
        foreach (var name in new[] { "nothing", "../../etc/passwd", "refs/../../x", "abcd", new string('0', 40) }) Assert.Throws<TargetException>(() => new GitTree(folder["repo"], name));
        using var bare = Targets.OpenTree(TargetKind.Git, folder["bare.git"] + "@topic/x");
        Assert.NotEmpty(Recorder.Of(bare).Entries);
        Assert.Equal(TargetKind.Git, Targets.Recognise(folder["repo"] + "@HEAD"));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("git gc -q --aggressive")]
    public void DamageIsNotedOrRefused(string then)
    {
        Repository("sha1", then);
        var files = Directory.GetFiles(folder["repo/.git/objects"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        var random = new Random(3);
        for (var seed = 0; seed < 600; seed++)
        {
            var path = files[random.Next(files.Length)];
            var original = File.ReadAllBytes(path);
            RealTool.Run("chmod", ["644", path]);
            File.WriteAllBytes(path, Mutations.Of(original, seed, 1).Single());
            try
            {
                using var tree = new GitTree(folder["repo"], "HEAD");
                Recorder.Of(tree);
            }
            catch (TargetException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }

            File.WriteAllBytes(path, original);
        }
    }

    [Fact]
    public void SubmodulesAndMissingObjectsAreTold()
    {
        Repository("sha1", "git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),module; git commit -qm module; rm -f .git/objects/$(git rev-parse HEAD:large | sed 's|..|&/|')");
        using var tree = new GitTree(folder["repo"], "HEAD");
        var read = Recorder.Of(tree);
        Assert.Contains(read.Notes, n => n is { Kind: Notes.Information, Path: "module" });
        Assert.Contains(read.Notes, n => n is { Kind: Notes.Unreadable, Path: "large" });
    }

    private void Repository(string format, string then)
    {
        RealTool.Require("git");
        RealTool.Bash($$"""
            export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com
            git init -q -b main --object-format={{format}} repo; cd repo
            more() { for n in 1 2 3; do seq $((RANDOM)) >> large; echo $RANDOM > a/b/small; git add -A; git commit -qm more; done; }
            mkdir -p a/b a.c; seq 20000 > large; : > a/nothing; echo x > "$(printf 'not\xff-utf8')"; echo x > 'a blank'; ln -s a/b link; echo p > a.c/program; chmod +x a.c/program; for n in $(seq 200); do seq $n > a/f$n; done
            git add -A; git commit -qm first; git tag v0; git tag -a -m tag v1; git tag -a -m tagged v2 v1; git branch topic/x; more
            {{then}}
            """, folder.Path);
    }

    /// <summary>Path, kind, whether it is a program, target or digest of all that is no folder.</summary>
    private static IEnumerable<string> Essence(string path) => Judge.Find(path, withOwner: false, withTime: false).Select(l => l.Split(" | ")).Where(p => !p[1].StartsWith("Folder", StringComparison.Ordinal)).Select(p =>
    {
        var fields = p[1].Split(' '); // kind, size, mode, owner, time, target, digest
        var isLink = fields[0] is "SymbolicLink";
        return $"{p[0]} {fields[0]} {!isLink && (Convert.ToUInt32(fields[2], 8) & 0b001_001_001) != 0} {(isLink ? fields[5] : fields[6])}";
    }).Order(StringComparer.Ordinal);
}
