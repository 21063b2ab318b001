namespace Vidimus.Sbom.Spdx;

/// <summary>A package as both forms of SPDX 2 state it; what it does not say is null.</summary>
internal sealed class SpdxPackage
{
    public string Id { get; set; } = "";

    public string? Name { get; set; }

    public string? Version { get; set; }

    public string? Supplier { get; set; }

    public string? Declared { get; set; }

    public string? Concluded { get; set; }

    public string? SourceInfo { get; set; }

    public string? Purpose { get; set; }

    /// <summary>The first purl among its references.</summary>
    public string? Purl { get; set; }

    public List<(string? Algorithm, string? Value)> Checksums { get; } = [];

    /// <summary>Texts of annotations and attributions.</summary>
    public List<string> Texts { get; } = [];
}
