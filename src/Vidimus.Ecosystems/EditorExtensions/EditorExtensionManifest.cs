using System.Text.Json;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.EditorExtensions;

/// <summary>Reads the manifest of an installed extension: <c>.vscode/extensions/PUBLISHER.NAME-VERSION/package.json</c>, and its like of other editors.</summary>
/// <remarks>The folder's name may be of an older version that was updated in place, so the manifest counts. What has no publisher is no extension of these editors.</remarks>
public sealed class EditorExtensionManifest : ICollector
{
    private const int MostBytes = 4 << 20;
    private const int LongestText = 256;

    private static readonly string[] Editors = [".vscode", ".vscode-insiders", ".vscode-server", ".vscode-server-insiders", ".vscode-oss", ".vscode-remote", ".cursor", ".cursor-server", ".windsurf", ".windsurf-server", ".antigravity", ".kiro"];

    public string Name => "editor/extension";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = [.. Editors.Select(editor => FileGlob.Of($"**/{editor}/extensions/*/package.json"))];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var document = JsonDocument.Parse(file.ReadAll(MostBytes), new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        var root = document.RootElement;
        if (Text(root, "publisher") is not { } publisher || Text(root, "name") is not { } name)
        {
            file.Note("the manifest names no publisher or no extension");
            return [];
        }

        return [new Package { Type = "vscode-extension", Namespace = publisher, Name = name, Version = Text(root, "version") ?? "", Licenses = Text(root, "license") is { } license ? [license] : [] }];
    }

    private static string? Text(JsonElement root, string member) =>
        root.ValueKind is JsonValueKind.Object && root.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 and <= LongestText } text ? text : null;
}
