using System.IO.Compression;
using System.Text.Json;
using Vidimus.Advisories;
using Vidimus.Advisories.Fetch;
using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using Vidimus.Model.Matching;
using Vidimus.Testing;
using static Vidimus.Matching.Tests.MadeBook;

namespace Vidimus.Matching.Tests;

/// <summary>The answer of a day: what had been published by its end and was not yet withdrawn then.</summary>
public sealed class AsOfTests
{
    private static readonly DateTimeOffset January = new(2024, 1, 10, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset February = new(2024, 2, 10, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void AWithdrawnRecordHoldsFromItsFirstDayToTheLastBeforeItsWithdrawal()
    {
        var listed = new Affected { Ecosystem = "npm", Name = "listed", Versions = ["1.0.0"] };
        var notice = Advisory("NOTICE-1", Below("npm", "noticed", null)) with { Upstream = ["CVE-2024-0002", "CVE-2024-0003"] };
        using var book = Of(
            ("osv", Withdrawn(Advisory("GHSA-1", Below("npm", "pad", "2.0.0"), listed, Below("Maven", "a:b", "2.0")))),
            ("osv", Withdrawn(notice)));
        var inventory = Inventory(Npm("pad", "1.0.0"), Npm("pad", "2.0.0"), Npm("listed", "1.0.0"), Npm("noticed", "1.0.0"), new() { Type = "maven", Namespace = "a", Name = "b", Version = "1.0" });
        string[] expected = ["CVE-2024-0002 noticed", "CVE-2024-0003 noticed", "GHSA-1 a:b", "GHSA-1 listed", "GHSA-1 pad"];
        Assert.Empty(At(null));
        Assert.Empty(At(new(2024, 1, 9)));
        Assert.Equal(expected, At(new(2024, 1, 10)));
        Assert.Equal(expected, At(new(2024, 2, 9)));
        Assert.Empty(At(new(2024, 2, 10)));
        Assert.Empty(At(DateOnly.MaxValue));

        IEnumerable<string> At(DateOnly? day) => Findings(book, inventory, day).Select(f => $"{f.Id} {f.Package}").Order(StringComparer.Ordinal);
    }

    [Fact]
    public void ARecordDecidesOnlyFromItsDayOn()
    {
        using var book = Of(
            ("osv", Advisory("DEBIAN-CVE-2024-0001", Below("Debian:12", "pad", null)) with { Aliases = ["CVE-2024-0001"], Published = January }),
            ("debian", Advisory("CVE-2024-0001", new Affected { Ecosystem = "Debian:12", Name = "pad", Status = AffectedStatus.NotAffected }) with { Published = February }));
        var inventory = Inventory(Deb("pad", "1.0"));
        Assert.Empty(Findings(book, inventory, null));
        Assert.Empty(Findings(book, inventory, new(2024, 2, 10)));
        Assert.Equal("only-record", Findings(book, inventory, new(2024, 2, 9)).Single().Rule?.Name);
        Assert.Empty(Findings(book, inventory, new(2024, 1, 9)));
    }

    [Fact]
    public void AWithdrawnWordOfTheDecidingSourceIsHeardBeforeItsWithdrawal()
    {
        using var book = Of(
            ("osv", Advisory("DEBIAN-CVE-2024-0001", Below("Debian:12", "pad", null)) with { Aliases = ["CVE-2024-0001"], Published = January }),
            ("debian", Withdrawn(Advisory("CVE-2024-0001", new Affected { Ecosystem = "Debian:12", Name = "pad", Status = AffectedStatus.NotAffected }))));
        var inventory = Inventory(Deb("pad", "1.0"));
        Assert.Single(Findings(book, inventory, null));
        Assert.Empty(Findings(book, inventory, new(2024, 2, 9)));
        Assert.Single(Findings(book, inventory, new(2024, 2, 10)));
    }

    [Fact]
    public void ExplainsWhatWasSaidThen()
    {
        using var book = Of(("osv", Withdrawn(Advisory("GHSA-1", Below("npm", "pad", "2.0.0")))));
        var inventory = Inventory(Npm("pad", "1.0.0"));
        Assert.Contains("GHSA-1 (osv) was withdrawn.", At(null, affected: false));
        Assert.Contains("GHSA-1 (osv) was first published after the day that is asked for.", At(new(2024, 1, 9), affected: false));
        Assert.Contains("It is fixed in 2.0.0.", At(new(2024, 2, 9), affected: true));
        Assert.Contains("GHSA-1 (osv) was withdrawn.", At(new(2024, 2, 10), affected: false));

        IReadOnlyList<string> At(DateOnly? day, bool affected)
        {
            var package = new Explainer(inventory, book, EcosystemList.Keys, day).Explain("GHSA-1").Packages.Single();
            Assert.Equal(affected, package.Affected);
            return package.Sentences;
        }
    }

    /// <summary>Every withdrawn entry of OSV, read here from its JSON and judged by the evaluation that OSV's schema gives, at the days around its own, against a book of those entries.</summary>
    [Fact]
    [Trait("Long", "true")]
    public void AnswersAsTheEntriesThemselvesDo()
    {
        var entries = Entries().GroupBy(e => e.Key).ToList();
        using var book = Of([.. Read().Select(record => ("osv", record))]);
        var random = new Random(20261124);
        var hits = new List<BookHit>();
        int asked = 0, held = 0;
        foreach (var ofKey in entries)
        {
            var ecosystem = EcosystemList.Keys.OfAdvisory(ofKey.Key.Ecosystem)!;
            var key = book.FindKey(book.EcosystemNumber(ofKey.Key.Ecosystem), ofKey.Key.Name);
            Assert.True(key >= 0, ofKey.Key.ToString());
            var versions = ofKey.SelectMany(e => e.Versions.Concat(e.Ranges.SelectMany(r => r).Select(step => step.Version))).Where(v => v is not "0").Distinct(StringComparer.Ordinal).ToArray();
            random.Shuffle(versions);
            var days = ofKey.SelectMany(e => new[] { e.Withdrawn, e.Published ?? e.Withdrawn }).Where(time => time > DateTimeOffset.UnixEpoch).SelectMany(time => Enumerable.Range(-1, 3).Select(d => DateOnly.FromDateTime(time.UtcDateTime).AddDays(d))).Distinct().ToArray();
            random.Shuffle(days);
            foreach (var version in versions.Take(20).Append("0.0.0.0.1"))
            {
                foreach (var day in days.Take(20).Cast<DateOnly?>().Append(null))
                {
                    DateTimeOffset? end = day is { } d ? new(d.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) : null;
                    hits.Clear();
                    book.AddHits(key, version, ecosystem.Versions, hits, end);
                    var expected = ofKey.Where(e => end is not null && (e.Published is null || e.Published < end) && e.Withdrawn >= end && e.Holds(version, ecosystem.Versions)).Select(e => e.Id).Distinct().Order(StringComparer.Ordinal);
                    var found = hits.Select(h => new BookAffected(book, h.Affected).Advisory.Id).Distinct().Order(StringComparer.Ordinal).ToArray();
                    Assert.True(expected.SequenceEqual(found), $"{ofKey.Key} {version} at {day}: {string.Join(' ', expected)} expected, {string.Join(' ', found)} found");
                    asked++;
                    held += found.Length;
                }
            }
        }

        TestContext.Current.SendDiagnosticMessage("{0} keys, {1} questions, {2} records held", entries.Count, asked, held);
        Assert.True(held > 1000, $"only {held} of {asked}");
    }

    private static Advisory Withdrawn(Advisory advisory) => advisory with { Published = January, Withdrawn = February };

    private static IReadOnlyList<Vidimus.Model.Reports.ReportFinding> Findings(Book book, Vidimus.Model.Inventory.Inventory inventory, DateOnly? day) =>
        ReportAssembly.Assemble(inventory, book, EcosystemList.Keys, new() { Tool = new("vidimus", "0"), Today = new(2026, 11, 24), AsOf = day }).Findings;

    private static IEnumerable<FeedRecord> Read()
    {
        var mirror = new FolderMirror(Places.Shared("advisories"));
        var feed = FeedList.CrossEcosystem(EcosystemList.Keys).Single(f => f.Name == "osv");
        foreach (var part in mirror.PartsAsync(feed, default).GetAwaiter().GetResult())
        {
            if (mirror.SnapshotAsync(feed, part, default).GetAwaiter().GetResult() is not { } snapshot) continue;
            foreach (var record in feed.Read(snapshot, default))
            {
                if (record is Advisory { Withdrawn: not null }) yield return record;
            }
        }
    }

    private static IEnumerable<Entry> Entries()
    {
        foreach (var path in Directory.EnumerateFiles(Places.Shared("advisories/osv"), "all.zip", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var zip = ZipFile.OpenRead(path);
            foreach (var file in zip.Entries.Where(e => e.Name.EndsWith(".json", StringComparison.Ordinal)))
            {
                using var document = JsonDocument.Parse(file.Open());
                var root = document.RootElement;
                if (!root.TryGetProperty("withdrawn", out var withdrawn) || !root.TryGetProperty("affected", out var all) || all.ValueKind != JsonValueKind.Array) continue;
                var published = root.TryGetProperty("published", out var first) ? first.GetDateTimeOffset() : (DateTimeOffset?)null;
                foreach (var affected in all.EnumerateArray())
                {
                    if (EntryOf(affected) is { } one) yield return one with { Id = root.GetProperty("id").GetString()!, Published = published, Withdrawn = withdrawn.GetDateTimeOffset() };
                }
            }
        }
    }

    private static Entry? EntryOf(JsonElement affected)
    {
        if (!affected.TryGetProperty("package", out var package) || package.GetProperty("ecosystem").GetString() is not { } name || EcosystemList.Keys.OfAdvisory(name) is not { } ecosystem) return null;
        var versions = affected.TryGetProperty("versions", out var listed) && listed.ValueKind == JsonValueKind.Array ? listed.EnumerateArray().Select(v => Normal(ecosystem, v.GetString()!)).ToList() : [];
        var ranges = new List<List<(string Kind, string Version)>>();
        if (affected.TryGetProperty("ranges", out var all) && all.ValueKind == JsonValueKind.Array)
        {
            foreach (var range in all.EnumerateArray().Where(r => r.GetProperty("type").GetString() is "SEMVER" or "ECOSYSTEM"))
            {
                var steps = range.GetProperty("events").EnumerateArray().SelectMany(e => e.EnumerateObject()).Select(e => (e.Name, Normal(ecosystem, e.Value.GetString()!))).ToList();
                if (steps.TrueForAll(s => s.Item2 is "0" || ecosystem.Versions.IsValid(s.Item2))) ranges.Add(steps);
            }
        }

        return new("", EcosystemList.Keys.Of(name, package.GetProperty("name").GetString()!), null, default, versions, ranges);
    }

    private static string Normal(Ecosystem ecosystem, string version) => version is "0" ? version : ecosystem.NormalizeVersion(version) ?? version;

    private sealed record Entry(string Id, MatchKey Key, DateTimeOffset? Published, DateTimeOffset Withdrawn, List<string> Versions, List<List<(string Kind, string Version)>> Ranges)
    {
        public bool Holds(string version, Model.Versions.IVersionScheme order) => Versions.Contains(version, StringComparer.Ordinal) || (order.IsValid(version) && Ranges.Exists(range => Holds(range, version, order)));

        private static bool Holds(List<(string Kind, string Version)> range, string version, Model.Versions.IVersionScheme order)
        {
            var holds = false;
            foreach (var (kind, at) in range.OrderBy(step => step.Version, Comparer<string>.Create((a, b) => a == b ? 0 : a is "0" ? -1 : b is "0" ? 1 : order.Compare(a, b))))
            {
                var compared = at is "0" ? 1 : order.Compare(version, at);
                if (kind is "introduced" && compared >= 0) holds = true;
                else if ((kind is "fixed" && compared >= 0) || (kind is "last_affected" && compared > 0)) holds = false;
            }

            return holds;
        }
    }
}
