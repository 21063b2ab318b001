using Vidimus.Model.Inventory;

namespace Vidimus.Model.Vex;

/// <summary>What somebody says about vulnerabilities in products, whatever format it came in.</summary>
/// <param name="Id">The document's own id: OpenVEX <c>@id</c>, CSAF tracking id, CycloneDX serial number.</param>
/// <param name="Notes">What could not be read or can never be compared.</param>
public sealed record VexDocument(string Id, string Author, IReadOnlyList<VexStatement> Statements, IReadOnlyList<Note> Notes);

/// <summary>The four statuses of VEX (CISA's minimum requirements), under which every format's own go.</summary>
public enum VexStatus : byte
{
    NotAffected,
    Affected,
    Fixed,
    UnderInvestigation,
}

/// <summary>One status of a vulnerability in products.</summary>
public sealed record VexStatement
{
    /// <summary>All names of the vulnerability that the document gives; at least one.</summary>
    public required IReadOnlyList<string> Vulnerabilities { get; init; }

    public required VexStatus Status { get; init; }

    /// <summary>Why it is not affected, by the format's own word (<c>vulnerable_code_not_present</c>, CycloneDX's <c>code_not_reachable</c>).</summary>
    public string? Justification { get; init; }

    /// <summary>The same, or more, in a person's words.</summary>
    public string? Statement { get; init; }

    /// <summary>What to do where it is affected.</summary>
    public string? Action { get; init; }

    /// <summary>When it was said. The newest word counts.</summary>
    public DateTimeOffset? Time { get; init; }

    public required IReadOnlyList<VexProduct> Products { get; init; }
}

/// <summary>A thing of which a document speaks. What is not given holds for anything.</summary>
public sealed record VexProduct
{
    public PackageUrl? Purl { get; init; }

    /// <summary>A platform's CPE, 2.2 or 2.3; it is only ever compared with the system's name and release.</summary>
    public string? Cpe { get; init; }

    /// <summary>Lower-case <c>sha256:…</c> digests of an image.</summary>
    public IReadOnlyList<string> Digests { get; init; } = [];

    /// <summary>The versions that are meant, when the document lists them apart from the purl; null for the purl's own.</summary>
    public IReadOnlyList<string>? Versions { get; init; }

    /// <summary>The serial number of the bill of materials that the product is a component of (a BOM-Link); it is meant in that document alone.</summary>
    public string? Bom { get; init; }

    /// <summary>The product that this is a component of; the statement holds only inside of it.</summary>
    public VexProduct? Within { get; init; }

    /// <summary>Whether anything that we know of a package or target could ever be it.</summary>
    public bool Comparable => (Purl is not null || Digests.Count > 0) && Within is null or { Purl: not null } or { Digests.Count: > 0 } or { Cpe: not null };
}

/// <summary>The words for the statuses.</summary>
public static class VexStatuses
{
    /// <summary>As OpenVEX and CSAF spell it: <c>not_affected</c>.</summary>
    public static string Name(VexStatus status) => status switch
    {
        VexStatus.NotAffected => "not_affected",
        VexStatus.Fixed => "fixed",
        VexStatus.UnderInvestigation => "under_investigation",
        _ => "affected",
    };

    /// <summary>The status of that name, or null.</summary>
    public static VexStatus? Parse(string? name) => name switch
    {
        "not_affected" => VexStatus.NotAffected,
        "affected" => VexStatus.Affected,
        "fixed" => VexStatus.Fixed,
        "under_investigation" => VexStatus.UnderInvestigation,
        _ => null,
    };
}
