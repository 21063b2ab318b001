using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.OCaml;

/// <summary>Tells the packages of an opam switch: each has its file below <c>.opam-switch/packages/NAME.VERSION/</c>.</summary>
/// <remarks>Format: opam's manual. The folder's name is the package and its version, parted by the first dot; the file itself need not repeat them.</remarks>
public sealed class OpamInstalled : ICollector
{
    public string Name => "ocaml/opam-installed";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/.opam-switch/packages/*/opam"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        var folder = file.Folder[(file.Folder.LastIndexOf('/') + 1)..];
        if (folder.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot) found.Add(new() { Type = "opam", Name = folder[..dot], Version = folder[(dot + 1)..] });
        else found.Note("its folder is not called NAME.VERSION");
        return found.Packages;
    }
}
