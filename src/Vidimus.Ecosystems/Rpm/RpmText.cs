namespace Vidimus.Ecosystems.Rpm;

/// <summary>Names and versions of rpm packages as feeds join them.</summary>
internal static class RpmText
{
    /// <summary><c>epoch:version-release</c>, without an epoch of zero.</summary>
    public static string Version(string? epoch, string version, string release) => epoch is null or "" or "0" or "(none)" ? $"{version}-{release}" : $"{epoch}:{version}-{release}";

    /// <summary>The name in a source rpm's file name or address, <c>mariadb-10.5.16-2.el9.src.rpm</c>; null for another text.</summary>
    public static string? SourceName(string? file)
    {
        if (file is null || !file.EndsWith(".src.rpm", StringComparison.Ordinal)) return null;
        return Split(file[(file.LastIndexOf('/') + 1)..^".src.rpm".Length])?.Name;
    }

    /// <summary>A name and its version, <c>name-[epoch:]version-release</c>, at the last dashes but one; null where there are none.</summary>
    public static (string Name, string Version)? Split(string text)
    {
        var release = text.LastIndexOf('-');
        var version = release > 0 ? text.LastIndexOf('-', release - 1) : -1;
        return version <= 0 || version == release - 1 || release == text.Length - 1 ? null : (text[..version], text[(version + 1)..]);
    }
}
