using Vidimus.Model.Inventory;

namespace Vidimus.Sbom.CycloneDx;

/// <summary>Reads a CycloneDX 1.4 to 1.7 JSON document, whoever wrote it, as the inventory that a scan would have made. <see cref="SbomReader"/> reads the other formats too.</summary>
/// <remarks>
/// Format: ECMA-424. What the format has no member for (source package, module, layer) each tool writes in its own properties and purl qualifiers:
/// <see cref="ComponentReader"/> knows those of Vidimus, Trivy, Syft, cdxgen and Amazon Inspector's generator.
/// </remarks>
public static class CycloneDxReader
{
    /// <summary>The inventory of a document.</summary>
    /// <param name="name">What the user called the target.</param>
    /// <exception cref="InvalidDataException">It is no CycloneDX JSON that can be read; the message is one sentence.</exception>
    public static Inventory Read(Stream input, string name) => SbomReader.Read(input, name, keepsAll: true, onlyCycloneDx: true);
}
