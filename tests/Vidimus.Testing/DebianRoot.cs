namespace Vidimus.Testing;

/// <summary>Minimal Debian systems made by debootstrap, once, in the cache outside the tree.</summary>
public static class DebianRoot
{
    /// <summary>The folder of a suite's root (<c>bullseye</c>, <c>bookworm</c>, <c>trixie</c>), made when it is not there yet. Read only: tests that change one copy it first.</summary>
    public static string Of(string suite)
    {
        RealTool.Require("debootstrap");
        var root = Path.Combine(Places.Cache("roots"), suite);
        using var turn = Turn(root + ".lock");
        if (File.Exists(root + ".made")) return root;

        RealTool.Bash($"""
            mirror=$(sed -n 's/^URIs: //p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -1)
            rm -rf '{root}'
            debootstrap --variant=minbase {suite} '{root}' $mirror >&2
            """);
        File.WriteAllText(root + ".made", "");
        return root;
    }

    /// <summary>A copy of a suite's root with further packages, made once. Tests may write below its <c>tmp</c>.</summary>
    /// <param name="name">The copy's own.</param>
    public static string With(string name, string suite, params IReadOnlyList<string> packages)
    {
        var original = Of(suite);
        var root = Path.Combine(Places.Cache("roots"), name);
        using var turn = Turn(root + ".lock");
        if (File.Exists(root + ".made")) return root;

        RealTool.Bash($"""
            rm -rf '{root}'
            cp -a '{original}' '{root}'
            chroot '{root}' sh -c 'apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends {string.Join(' ', packages)}' >&2
            """);
        File.WriteAllText(root + ".made", "");
        return root;
    }

    /// <summary>Waits for the only holder of a file across processes.</summary>
    public static FileStream Turn(string file)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (tries < 6000)
            {
                Thread.Sleep(100);
            }
        }
    }
}
