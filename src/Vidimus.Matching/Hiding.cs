using Vidimus.Advisories;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;
using Vidimus.Model.Reports;

namespace Vidimus.Matching;

/// <summary>Why a match is not shown: for what its package is, or for what its vendor says.</summary>
public static class Hiding
{
    /// <summary>Why no match of a package is shown; null for one whose matches are.</summary>
    /// <param name="owner">The purl of the OS package that owns the file it was found in.</param>
    /// <param name="distribution">Null for a language's package.</param>
    /// <param name="said">What the owner's vendor says of this vulnerability; null where nobody looked.</param>
    public static ReportHidden? OfPackage(Package package, string? owner, Distribution? distribution, string? said = null)
    {
        if (distribution is null) return owner is null ? null : new("owner", $"{owner} owns the file, and its distribution judges it{(said is null ? "" : $": {said}")}", null);
        return distribution.IsKernelHeaders(package) ? new("kernel-headers", "it carries the kernel's headers, not the kernel", null) : null;
    }

    /// <summary>Why a match that this record decided is not shown; null for one that is.</summary>
    public static ReportHidden? OfRecord(BookAffected record, Distribution? distribution) =>
        distribution is not null && Severities.IsUnimportant(record.Severities) ? new("vendor-unimportant", $"{distribution.Family} takes it to be unimportant", null) : null;
}
