using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.FileTree.Images;

/// <summary>An image of files that are at hand.</summary>
internal sealed class StoredImage : IImage
{
    private readonly ImageFiles files;
    private readonly IReadOnlyList<(string Path, Digest? Digest, bool Foreign)> blobs;
    private readonly List<Digest> diffIds;

    /// <param name="digest">The image's own.</param>
    /// <param name="blobs">The layers' blobs, lowest first; a foreign one may be absent.</param>
    /// <param name="names">The layers' digests as the manifest has them, where the blobs at hand are another form of them.</param>
    /// <exception cref="InvalidDataException">The configuration does not fit the layers.</exception>
    public StoredImage(ImageFiles files, Digest digest, ConfigJson config, IReadOnlyList<(string Path, Digest? Digest, bool Foreign)> blobs, IReadOnlyList<Digest>? names = null)
    {
        this.files = files;
        this.blobs = blobs;
        diffIds = (config.Rootfs?.DiffIds ?? []).Select(Images.Digest.Parse).ToList();
        if (diffIds.Count != blobs.Count || names?.Count is { } named && named != blobs.Count) throw new InvalidDataException($"the manifest has {blobs.Count} layers and the configuration {diffIds.Count}");

        Digest = digest.ToString();
        Architecture = config.Architecture;
        OperatingSystem = config.OperatingSystem;
        var steps = (config.History ?? []).Where(step => step is { EmptyLayer: false }).Select(step => step.CreatedBy).ToList();
        Layers = blobs.Select((blob, i) => new Layer((names?[i] ?? blob.Digest ?? diffIds[i]).ToString(), diffIds[i].ToString(), steps.Count == blobs.Count ? steps[i] : null)).ToList();
    }

    public string Digest { get; }

    public string? Architecture { get; }

    public string? OperatingSystem { get; }

    public IReadOnlyList<Layer> Layers { get; }

    public IFileTree OpenLayer(int index) => new ImageLayer(files, blobs[index].Path, blobs[index].Digest, diffIds[index], blobs[index].Foreign);

    public void Dispose() => files.Dispose();
}
