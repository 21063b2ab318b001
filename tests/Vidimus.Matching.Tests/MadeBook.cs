using Vidimus.Advisories;
using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using Vidimus.Model.Inventory;
using Vidimus.Model.Reports;
using Vidimus.Testing;

namespace Vidimus.Matching.Tests;

/// <summary>Books and inventories of a few records for the rules one by one.</summary>
internal static class MadeBook
{
    public static readonly OsRelease Debian12 = new("debian", "12", "Debian GNU/Linux 12 (bookworm)");

    public static Book Of(params (string Source, FeedRecord Record)[] records)
    {
        using var folder = Places.Temporary();
        using var writer = new BookWriter(EcosystemList.Keys);
        foreach (var (source, record) in records) writer.Add(source, record);
        writer.Write(folder["book"], DateTimeOffset.UnixEpoch);
        return Book.Open(folder["book"]);
    }

    public static Affected Below(string ecosystem, string name, string? end, string from = "0") => new()
    {
        Ecosystem = ecosystem,
        Name = name,
        Ranges = [new(end is null ? [new(RangeEventKind.Introduced, from)] : [new(RangeEventKind.Introduced, from), new(RangeEventKind.Fixed, end)])],
    };

    public static Advisory Advisory(string id, params Affected[] affected) => new() { Id = id, Affected = affected };

    public static Package Deb(string name, string version, string? source = null) => new() { Type = "deb", Name = name, Version = version, Architecture = "amd64", Source = source is null ? null : new(source, version) };

    public static Package Npm(string name, string version) => new() { Type = "npm", Name = name, Version = version };

    public static Inventory Inventory(params Package[] packages) => Inventory(Debian12, packages.Select(p => (p, (string?)null)).ToArray());

    public static Inventory Inventory(OsRelease? os, params (Package Package, string? Owner)[] packages) => new()
    {
        Target = new("dir", "here", null, "amd64", []),
        Os = os,
        Packages = [.. packages.Select(p => new InventoryPackage($"id-{p.Package.Name}-{p.Package.Version}", $"pkg:{p.Package.Type}/{p.Package.Name}@{p.Package.Version}", p.Package, [new($"path/{p.Package.Name}", null, null)], p.Owner))],
        Notes = [],
    };

    public static ScanReport Report(Book book, Inventory inventory, bool all = false) =>
        ReportAssembly.Assemble(inventory, book, EcosystemList.Keys, new() { Tool = new("vidimus", "0"), Today = new(2026, 11, 24), All = all });
}
