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
