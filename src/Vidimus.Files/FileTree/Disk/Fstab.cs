using System.Text;

namespace Vidimus.Files.FileTree.Disk;

/// <summary>A line of fstab(5) that mounts a device's file system.</summary>
/// <param name="Path">As trees have it; the root is empty.</param>
/// <param name="IsOptional">Whether the system starts without it.</param>
internal sealed record FstabEntry(string Device, string Path, bool IsOptional);

/// <summary>Reads fstab(5).</summary>
internal static class Fstab
{
    private const int MostEntries = 1000;
    private static readonly string[] Devices = ["UUID=", "LABEL=", "PARTUUID=", "PARTLABEL=", "/dev/"];
    private static readonly string[] Removable = ["/dev/sr", "/dev/cdrom", "/dev/dvd", "/dev/fd", "/dev/loop"];

    /// <summary>The lines that mount a device, in their order: what is mounted later hides what was at its place.</summary>
    public static IReadOnlyList<FstabEntry> Parse(string text)
    {
        var entries = new List<FstabEntry>();
        foreach (var line in text.Split('\n'))
        {
            var fields = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 3 || fields[0].StartsWith('#') || entries.Count == MostEntries) continue;
            var (device, path, options) = (Unescape(fields[0]), Unescape(fields[1]), fields.Length > 3 ? fields[3].Split(',') : []);
            if (!path.StartsWith('/') || fields[2] is "swap" || options.Contains("bind") || !Devices.Any(d => device.StartsWith(d, StringComparison.OrdinalIgnoreCase)) || Removable.Any(d => device.StartsWith(d, StringComparison.Ordinal))) continue;

            var normal = path.ToCharArray();
            if (Tar.TarPath.Normalise(normal) is >= 0 and var length) entries.Add(new(device, new(normal, 0, length), options.Contains("nofail") || options.Contains("noauto")));
        }

        return entries;
    }

    /// <summary>Spaces and tabs of names are written as three octal digits.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal)) return field;
        var text = new StringBuilder();
        for (var i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length && field.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                text.Append((char)(((field[i + 1] - '0') * 64 + ((field[i + 2] - '0') * 8) + field[i + 3] - '0') & 0xFF));
                i += 3;
            }
            else
            {
                text.Append(field[i]);
            }
        }

        return text.ToString();
    }
}
