namespace Vidimus.Model.Files;

/// <summary>A pattern over a tree's paths: <c>**/</c> at the front or between for any folders (also none), <c>*</c> for any signs within a name, anything else for itself.</summary>
/// <remarks>
/// A collector says by such patterns what it wants; the runner files them by the literal part of the last name, so that a path costs a look-up and not a test of every pattern.
/// <see cref="Executables"/> stands for what no name tells: regular files with an execute bit, and names ending in <c>.exe</c> or <c>.dll</c>.
/// </remarks>
public sealed class FileGlob
{
    private readonly string[] segments;

    private FileGlob(string text, bool ignoreCase, bool executables)
    {
        Text = text;
        IgnoreCase = ignoreCase;
        IsExecutables = executables;
        segments = text.Split('/');
    }

    /// <summary>Executable files, whatever their name.</summary>
    public static FileGlob Executables { get; } = new("{executables}", ignoreCase: false, executables: true);

    /// <summary>The pattern as written.</summary>
    public string Text { get; }

    public bool IgnoreCase { get; }

    public bool IsExecutables { get; }

    /// <summary>The last segment: the pattern of the file's own name.</summary>
    public string Name => segments[^1];

    public static FileGlob Of(string text, bool ignoreCase = false) => new(text, ignoreCase, executables: false);

    public static implicit operator FileGlob(string text) => Of(text);

    public static FileGlob ToFileGlob(string text) => Of(text);

    /// <summary>Whether the whole path matches; <see cref="Executables"/> matches no path by name.</summary>
    public bool Matches(ReadOnlySpan<char> path) => !IsExecutables && Matches(segments, path, IgnoreCase);

    public override string ToString() => Text;

    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<char> path, bool ignoreCase)
    {
        while (true)
        {
            if (pattern.IsEmpty) return false;

            if (pattern[0] is "**")
            {
                pattern = pattern[1..];
                if (pattern.IsEmpty) return true;
                if (pattern.Length == 1 && pattern[0] is not "**") return Segment(pattern[0], path[(path.LastIndexOf('/') + 1)..], ignoreCase);
                while (true)
                {
                    if (Matches(pattern, path, ignoreCase)) return true;
                    var next = path.IndexOf('/');
                    if (next < 0) return false;
                    path = path[(next + 1)..];
                }
            }

            var slash = path.IndexOf('/');
            if (pattern.Length == 1) return slash < 0 && Segment(pattern[0], path, ignoreCase);
            if (slash < 0 || !Segment(pattern[0], path[..slash], ignoreCase)) return false;
            pattern = pattern[1..];
            path = path[(slash + 1)..];
        }
    }

    /// <summary>One segment: the literal parts between stars in their order, first and last anchored.</summary>
    private static bool Segment(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name, bool ignoreCase)
    {
        var how = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var star = pattern.IndexOf('*');
        if (star < 0) return name.Equals(pattern, how);
        if (!name.StartsWith(pattern[..star], how)) return false;

        name = name[star..];
        pattern = pattern[(star + 1)..];
        while ((star = pattern.IndexOf('*')) >= 0)
        {
            var at = name.IndexOf(pattern[..star], how);
            if (at < 0) return false;
            name = name[(at + star)..];
            pattern = pattern[(star + 1)..];
        }

        return name.EndsWith(pattern, how);
    }
}
