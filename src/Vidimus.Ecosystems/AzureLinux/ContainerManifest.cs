using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.AzureLinux;

/// <summary>Reads the list of rpm packages that distroless images of CBL-Mariner and Azure Linux keep in place of the database.</summary>
/// <remarks>
/// Format: <c>rpm -qa --qf '%{NAME}\t%{VERSION}-%{RELEASE}\t%{INSTALLTIME}\t%{BUILDTIME}\t%{VENDOR}\t%{EPOCH}\t%{SIZE}\t%{ARCH}\t%{EPOCHNUM}\t%{SOURCERPM}\n'</c>, a package a line.
/// </remarks>
public sealed class ContainerManifest : ICollector
{
    public string Name => "azurelinux/container-manifest";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["var/lib/rpmmanifest/container-manifest-2"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        foreach (var line in TextLines.Of(file, cancel))
        {
            if (line.Length == 0) continue;
            if (line.Split('\t') is [var name, var version, _, _, var vendor, _, _, var architecture, var epoch, var source, ..]) found.Add(Package(name, version, vendor, architecture, epoch, source));
            else found.Note("a line without the ten fields of a package");
        }

        return found.Packages;
    }

    private static Package Package(string name, string version, string vendor, string architecture, string epoch, string source) => new()
    {
        Type = "rpm",
        Name = name,
        Version = epoch is "" or "0" or "(none)" ? version : $"{epoch}:{version}",
        Architecture = architecture,
        Vendor = vendor is "" or "(none)" ? null : vendor,
        Source = Source(source),
    };

    /// <summary>A source rpm's file name, whose epoch is nowhere told; null for none.</summary>
    private static SourcePackage? Source(string file)
    {
        const string Ending = ".src.rpm";
        if (!file.EndsWith(Ending, StringComparison.Ordinal)) return null;
        var text = file[..^Ending.Length];
        return text.LastIndexOf('-') is > 0 and var release && text.LastIndexOf('-', release - 1) is > 0 and var version ? new(text[..version], text[(version + 1)..]) : null;
    }
}
