using System.Globalization;
using Vidimus.Model.Files;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.FileTree;

/// <summary>What GNU find and sha256sum say of a folder.</summary>
internal static class Judge
{
    public static List<string> Find(string folder, bool withOwner = true, bool withTime = true)
    {
        RealTool.Require("find", "sha256sum");
        using var temporary = Places.Temporary();
        RealTool.Bash($$"""
            cd '{{folder}}'
            find . -mindepth 1 -printf '%P\0%y\0%s\0%m\0%U:%G\0%T@\0%l\0' > '{{temporary["found"]}}'
            find . -type f -print0 | xargs -0 -r sha256sum -z > '{{temporary["sums"]}}'
            """);

        var digests = Fields(temporary["sums"]).ToDictionary(line => line[68..], line => line[..64]);
        var lines = new List<string>();
        foreach (var entry in Fields(temporary["found"]).Chunk(7))
        {
            var kind = entry[1] switch { "f" => FileKind.File, "d" => FileKind.Folder, "l" => FileKind.SymbolicLink, _ => FileKind.Other };
            var size = kind is FileKind.File ? long.Parse(entry[2], CultureInfo.InvariantCulture) : 0;
            var seconds = long.Parse(entry[5].Split('.')[0], CultureInfo.InvariantCulture); // find prints both members of the timespec, also of times before 1970
            lines.Add(Line(entry[0], kind, size, Convert.ToUInt32(entry[3], 8), withOwner ? entry[4] : "", withTime ? seconds : 0, entry[6], digests.GetValueOrDefault(entry[0]) ?? ""));
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    public static string Line(string path, FileKind kind, long size, uint mode, string owner, long modified, string target, string digest) =>
        string.Create(CultureInfo.InvariantCulture, $"{path} | {kind} {size} {Convert.ToString(mode, 8)} {owner} {modified} {target} {digest}");

    public static IEnumerable<string> Fields(string file)
    {
        var bytes = File.ReadAllBytes(file).AsMemory();
        while (!bytes.IsEmpty)
        {
            var end = bytes.Span.IndexOf((byte)0);
            yield return PathText.Decode(bytes.Span[..end]);
            bytes = bytes[(end + 1)..];
        }
    }
}
