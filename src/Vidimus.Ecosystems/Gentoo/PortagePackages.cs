using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Gentoo;

/// <summary>Reads which package a folder of Portage's database stands for: <c>var/db/pkg/CATEGORY/NAME-VERSION/PF</c>, with licence and slot in files beside it.</summary>
/// <remarks>Format: the Package Manager Specification (PMS 8), "Names": the version begins at the last hyphen that a digit follows, a revision <c>-rN</c> belongs to it.</remarks>
public sealed class PortagePackages : ICollector
{
    private const int MostBytes = 64 << 10;

    public string Name => "gentoo/portage";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["var/db/pkg/*/*/PF"];

    public IReadOnlyList<FileGlob> Companions { get; } = ["var/db/pkg/*/*/LICENSE"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        var text = Line(file, cancel);
        var folders = file.Path.Split('/');
        if (folders.Length < 3 || !TrySplit(text, out var name, out var version))
        {
            found.Note($"'{PackageList.Shown(text)}' is no package's name and version");
            return [];
        }

        var license = file.Companion("LICENSE") is { } beside && beside.Length <= MostBytes ? Line(beside, cancel) : "";
        found.Add(new() { Type = "portage", Namespace = folders[^3], Name = name, Version = version, Licenses = license.Length > 0 ? [license] : [] });
        return found.Packages;
    }

    private static string Line(SourceFile file, CancellationToken cancel) => TextLines.Of(file, cancel).FirstOrDefault()?.Trim() ?? "";

    private static bool TrySplit(string text, out string name, out string version)
    {
        (name, version) = ("", "");
        var end = text.LastIndexOf("-r", StringComparison.Ordinal) is > 0 and var revision && revision + 2 < text.Length && !text.AsSpan(revision + 2).ContainsAnyExceptInRange('0', '9') ? revision : text.Length;
        for (var dash = text.LastIndexOf('-', end - 1 < 0 ? 0 : end - 1); dash > 0; dash = text.LastIndexOf('-', dash - 1))
        {
            if (dash + 1 >= text.Length || !char.IsAsciiDigit(text[dash + 1])) continue;
            (name, version) = (text[..dash], text[(dash + 1)..]);
            return true;
        }

        return false;
    }
}
