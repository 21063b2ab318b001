using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.EditorExtensions;

/// <summary>The registration of extensions of Visual Studio Code and of the editors made from it.</summary>
public static class EditorExtensionsEcosystem
{
    public static Ecosystem Ecosystem { get; } = new() { Type = "vscode-extension", Collectors = [new EditorExtensionManifest()] };
}
