using System.Globalization;
using System.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Os = Vidimus.Model.Inventory.OsRelease;

namespace Vidimus.Ecosystems.OsRelease;

/// <summary>Reads which system a tree holds: os-release(5), and the files that older or smaller systems keep instead.</summary>
/// <remarks>
/// os-release's rank is 0 in <c>etc</c> and 1 in <c>usr/lib</c>; the others follow. <c>etc/debian_version</c> is the weakest, because Debian's derivatives carry it too;
/// it is also the only file that tells Debian's unreleased suites apart.
/// </remarks>
public sealed class OsReleaseFiles : ICollector
{
    /// <summary>More is no os-release; real ones are under 1 KiB.</summary>
    private const int MostBytes = 64 << 10;

    private static readonly string[] Ranked =
    [
        "etc/os-release", "usr/lib/os-release", "etc/alpine-release", "etc/oracle-release", "etc/centos-release", "etc/redhat-release", "etc/system-release", "etc/debian_version",
    ];

    public string Name => "os-release";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = [.. Ranked.Select(FileGlob.ToFileGlob)];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        var text = PathText.Decode(file.ReadAll(MostBytes).Span);
        var os = file.Name switch
        {
            "os-release" => Parse(text),
            "alpine-release" => Alpine(text.Trim()),
            "debian_version" => Debian(text.Trim()),
            _ => RedHatFamily(text.Trim()),
        };
        if (os is not null) yield return os with { Rank = Array.IndexOf(Ranked, file.Path) };
        else file.Note("Does not say which system it is.");
    }

    /// <summary>The variables of os-release(5); null when there is neither an ID nor a name. ID is <c>linux</c> where it is missing, as the page says.</summary>
    private static Os? Parse(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            var assignment = line.TrimStart().TrimEnd('\r');
            var equals = assignment.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && assignment[0] != '#') values[assignment[..equals]] = Unquote(assignment[(equals + 1)..]);
        }

        var id = Value("ID")?.ToLowerInvariant();
        var name = Value("PRETTY_NAME") ?? Value("NAME");
        if (id is null && name is null) return null;

        return new(id ?? "linux", Value("VERSION_ID"), name)
        {
            Codename = Value("VERSION_CODENAME"),
            Like = Value("ID_LIKE")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [],
            SupportEnd = DateOnly.TryParseExact(Value("SUPPORT_END"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var end) ? end : null,
        };

        string? Value(string key) => values.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;
    }

    /// <summary>A value as a shell reads it: single quotes keep everything, double quotes all but <c>\</c> before <c>$ ` " \</c>, outside both <c>\</c> keeps the next sign
    /// and a blank ends the value. Text with blanks and no quotes at all, an error to the shell, is taken whole.</summary>
    private static string Unquote(string value)
    {
        if (!value.AsSpan().ContainsAny('"', '\'', '\\')) return value.Trim();

        var text = new StringBuilder(value.Length);
        var quote = '\0';
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (quote == '\0' && char.IsWhiteSpace(c)) break;
            if (c == quote) quote = '\0';
            else if (quote == '\0' && c is '"' or '\'') quote = c;
            else if (c == '\\' && quote != '\'' && i + 1 < value.Length && (quote == '\0' || value[i + 1] is '$' or '`' or '"' or '\\')) text.Append(value[++i]);
            else text.Append(c);
        }

        return text.ToString();
    }

    /// <summary>The version alone: <c>3.19.1</c>, or <c>3.20_alpha20231219</c> of the edge branch.</summary>
    private static Os? Alpine(string version) => version.Length > 0 && char.IsAsciiDigit(version[0]) ? new("alpine", version, $"Alpine Linux {version}") : null;

    /// <summary><c>12.5</c> of a release, <c>trixie/sid</c> of what is none yet.</summary>
    private static Os? Debian(string version)
    {
        if (version.Length == 0 || version.Contains('\n', StringComparison.Ordinal)) return null;
        if (char.IsAsciiDigit(version[0])) return new("debian", version, $"Debian GNU/Linux {version}");

        var slash = version.IndexOf('/', StringComparison.Ordinal);
        return new("debian", null, $"Debian GNU/Linux {version}") { Codename = slash < 0 ? version : version[..slash] };
    }

    /// <summary><c>CentOS Linux release 7.9.2009 (Core)</c>: the name before the word release, the version behind it.</summary>
    private static Os? RedHatFamily(string line)
    {
        var release = line.IndexOf(" release ", StringComparison.Ordinal);
        if (release <= 0 || line.Contains('\n', StringComparison.Ordinal)) return null;

        var name = line[..release];
        var version = line[(release + 9)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var first, ..] && char.IsAsciiDigit(first[0]) ? first : null;
        var id = Families.FirstOrDefault(family => name.StartsWith(family.Name, StringComparison.Ordinal)).Id;
        return id is null ? null : new(id, version, line);
    }

    /// <summary>The os-release IDs of those who write such a line.</summary>
    private static readonly (string Name, string Id)[] Families =
    [
        ("Red Hat Enterprise Linux", "rhel"), ("CentOS", "centos"), ("Oracle Linux", "ol"), ("AlmaLinux", "almalinux"), ("Rocky Linux", "rocky"), ("Fedora", "fedora"),
        ("Amazon Linux", "amzn"), ("Mageia", "mageia"), ("openEuler", "openeuler"),
    ];
}
