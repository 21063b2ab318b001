using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Lua;

/// <summary>Reads the rockspec of an installed rock: <c>lib/luarocks/rocks-5.1/NAME/VERSION/NAME-VERSION.rockspec</c>.</summary>
/// <remarks>Format: luarocks.org. A rockspec is a Lua program that is not run; it sets <c>package</c> and <c>version</c> at its top level to texts.</remarks>
public sealed partial class LuaRocks : ICollector
{
    public string Name => "lua/rockspec";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/rocks/*/*/*.rockspec", "**/rocks-*/*/*/*.rockspec"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        string? name = null;
        string? version = null;
        foreach (var line in TextLines.Of(file, cancel).Take(10_000))
        {
            if (Setting().Match(line) is not { Success: true } setting) continue;
            if (setting.Groups["key"].Value is "package") name ??= setting.Groups["value"].Value;
            else version ??= setting.Groups["value"].Value;
        }

        if (name is null || version is null) found.Note("no package or no version");
        else found.Add(new() { Type = "luarocks", Name = name, Version = version });
        return found.Packages;
    }

    [GeneratedRegex(@"^(?<key>package|version)\s*=\s*(""(?<value>[^""]+)""|'(?<value>[^']+)')", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Setting();
}
