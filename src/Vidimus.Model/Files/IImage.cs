using Vidimus.Model.Inventory;

namespace Vidimus.Model.Files;

/// <summary>An image: its layers, lowest first, each a tree of its own.</summary>
public interface IImage : IDisposable
{
    /// <summary>The manifest's digest, <c>sha256:…</c>; of a <c>docker save</c> archive the configuration's, which Docker calls the image id.</summary>
    string Digest { get; }

    /// <summary>As the configuration has it: <c>amd64</c>, <c>arm64</c>.</summary>
    string? Architecture { get; }

    /// <summary>As the configuration has it: <c>linux</c>.</summary>
    string? OperatingSystem { get; }

    IReadOnlyList<Layer> Layers { get; }

    /// <summary>A layer's tree, whiteouts included as the files (<c>.wh.NAME</c>, <c>.wh..wh..opq</c>) that the format makes of them. May be called from several threads for different layers.</summary>
    /// <remarks>Its walk reads the blob to the end and verifies its digest and the diff id in the same pass; a mismatch is an <see cref="InvalidDataException"/> that names the blob.</remarks>
    IFileTree OpenLayer(int index);
}
