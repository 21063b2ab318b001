namespace Vidimus.Matching.Tests;

/// <summary>A language's package that an OS package owns is hidden with what the owner's vendor says of that very vulnerability.</summary>
public sealed class OwnerVerdictTests
{
    private const string Owner = "pkg:deb/python3-pad@1.5";

    [Theory]
    [InlineData("1.4", "fixed before the installed one", "CVE-2024-0003 (debian) says of pad-src 1.5: < 1.4")]
    [InlineData("2.0", "still affected", "CVE-2024-0003 (debian) says that pad-src 1.5 has it, which is a finding of its own")]
    [InlineData(null, "the vendor is silent", "none of its records speaks of it in pad-src")]
    public void TheOwnersVendorIsAskedForEachRecord(string? end, string what, string said)
    {
        Assert.NotEmpty(what);
        var language = MadeBook.Advisory("GHSA-aaaa-bbbb-cccc", MadeBook.Below("npm", "pad", "9.0.0")) with { Aliases = ["CVE-2024-0003"] };
        var vendor = MadeBook.Advisory(end is null ? "CVE-2024-0004" : "CVE-2024-0003", MadeBook.Below("Debian:12", "pad-src", end ?? "1.0"));
        using var book = MadeBook.Of(("osv/npm", language), ("debian", vendor));
        var inventory = MadeBook.Inventory(MadeBook.Debian12, (MadeBook.Deb("python3-pad", "1.5", "pad-src"), null), (MadeBook.Npm("pad", "1.0.0"), Owner));
        var hidden = MadeBook.Report(book, inventory, all: true).Findings.Single(f => f.Package == "pad").Hidden!;
        Assert.Equal(("owner", $"{Owner} owns the file, and its distribution judges it: {said}"), (hidden.By, hidden.Reason));
    }
}
