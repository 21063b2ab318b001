using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Npm;

/// <summary>Reads the <c>package.json</c> of installed packages.</summary>
/// <remarks>
/// Installed is what lies where Node.js looks for it: in <c>node_modules/NAME</c> or <c>node_modules/@scope/NAME</c>, at the top or within another installed package, or in a
/// package manager's store (<c>node_modules/.pnpm/ENTRY/node_modules/NAME</c>, likewise bun's; Yarn's <c>node_modules/.store/ENTRY/package</c>). What a package carries elsewhere
/// (<c>node_modules/resolve/test/node_modules/x</c>) are its test data. A folder's name need not be the package's (aliases), so the file's own word counts;
/// a <c>package.json</c> without a name or without a version only sets options for its folder and is no package.
/// </remarks>
public sealed class NodeModules : ICollector
{
    public string Name => "npm/node-modules";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/node_modules/*/package.json", "**/node_modules/@*/*/package.json", "**/node_modules/.store/*/package/package.json"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        if (!IsInstalled(file.Folder)) return [];

        var found = new PackageList(file);
        string? name = null;
        string? version = null;
        var licenses = new List<string>();
        JsonText.ReadObject(file, (ref reader) =>
        {
            while (reader.NextMember())
            {
                if (reader.Is("name"u8)) name = reader.TakeText();
                else if (reader.Is("version"u8)) version = reader.TakeText();
                else if (reader.Is("license"u8) || reader.Is("licenses"u8)) TakeLicenses(ref reader, licenses);
                else reader.PassValue();
            }
        });

        if (string.IsNullOrEmpty(name) || string.IsNullOrEmpty(version)) return [];
        if (!NpmName.TryParse(name, out var scope, out name))
        {
            file.Note("its name is none that npm takes");
            return [];
        }

        found.Add(new() { Type = "npm", Namespace = scope, Name = name, Version = version, Licenses = licenses });
        return found.Packages;
    }

    /// <summary>Whether between each <c>node_modules</c> and the next lies one package or one store's entry.</summary>
    internal static bool IsInstalled(string folder)
    {
        var segments = folder.Split('/');
        var at = Array.IndexOf(segments, "node_modules");
        while (at >= 0)
        {
            var next = Array.IndexOf(segments, "node_modules", at + 1);
            var between = segments.AsSpan((at + 1)..(next < 0 ? segments.Length : next));
            var isPackage = between is [[not ('.' or '@'), ..]] or [['@', ..], _];
            var isStored = between is [['.', ..], _] && next >= 0;
            if (!isPackage && !isStored && !(between is [".store", _, "package"])) return false;
            if (next < 0) return true;
            at = next;
        }

        return false;
    }

    /// <summary>An SPDX expression, or as old packages have it <c>{"type": …}</c> or an array of either.</summary>
    private static void TakeLicenses(ref Utf8JsonReader reader, List<string> licenses)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.StartArray)
        {
            while (reader.NextItem()) TakeLicense(ref reader, licenses);
        }
        else TakeLicense(ref reader, licenses);
    }

    private static void TakeLicense(ref Utf8JsonReader reader, List<string> licenses)
    {
        if (reader.TokenType is JsonTokenType.String)
        {
            if (reader.Text() is { Length: > 0 and <= 256 } text) licenses.Add(text);
        }
        else if (reader.TokenType is JsonTokenType.StartObject)
        {
            while (reader.NextMember())
            {
                if (!reader.Is("type"u8)) reader.PassValue();
                else if (reader.TakeText() is { Length: > 0 and <= 256 } text) licenses.Add(text);
            }
        }
        else reader.Skip();
    }
}
