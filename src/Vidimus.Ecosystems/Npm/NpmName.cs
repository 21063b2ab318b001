namespace Vidimus.Ecosystems.Npm;

/// <summary>npm's package names: <c>name</c> or <c>@scope/name</c>.</summary>
internal static class NpmName
{
    /// <summary>Parts a name; false for what npm never takes as one (an empty part, a leading dot, further slashes).</summary>
    public static bool TryParse(string text, out string? scope, out string name)
    {
        (scope, name) = (null, text);
        if (text is ['@', ..])
        {
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            if (slash < 2) return false;
            (scope, name) = (text[..slash], text[(slash + 1)..]);
        }

        return name.Length > 0 && name[0] != '.' && !name.Contains('/', StringComparison.Ordinal);
    }
}
