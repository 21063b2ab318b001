using System.Globalization;
using Vidimus.Advisories;
using Vidimus.Advisories.Fetch;
using Vidimus.Ecosystems;
using Vidimus.Matching;
using Vidimus.Model.Advisories;
using Vidimus.Testing;

namespace Vidimus.Quality.Tests;

/// <summary>The labelled truth: every label's reason is a vendor's record that was there before Vidimus looked; <c>derive-labels.py</c> drew them and knows nothing of it.</summary>
public sealed class QualityTests
{
    private static readonly Lazy<Book> Made = new(Make);

    /// <summary>The gate: a version that a vendor's record says to be affected is found, but for the misses that are known by name.</summary>
    [Fact]
    public void MissesNothingThatIsNotKnown()
    {
        Places.Shared("advisories");
        var judged = Label.All.Select(label => (Label: label, Found: IsFound(Made.Value, label))).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine(Table(judged));
        var misses = judged.Where(j => j.Label.IsAffected && !j.Found).Select(j => j.Label.Key).ToList();
        Assert.Empty(misses.Except(Label.KnownMisses));
        Assert.Empty(Label.KnownMisses.Except(misses)); // What is found by now is no known miss any more.
    }

    /// <summary>At most one label in fifty may be found that its vendor's record calls clean.</summary>
    [Fact]
    public void FindsLittleThatIsClean()
    {
        Places.Shared("advisories");
        var clean = Label.All.Where(label => !label.IsAffected).ToList();
        var wrong = clean.Where(label => IsFound(Made.Value, label)).ToList();
        foreach (var label in wrong) TestContext.Current.TestOutputHelper?.WriteLine($"{label.Key}\t{label.File} {label.Record} {label.Field}: {label.Value}");
        Assert.True(wrong.Count * 50 <= clean.Count, $"{wrong.Count} of {clean.Count}");
    }

    /// <summary>A label cites a record that is there: its file holds it.</summary>
    [Fact]
    public void EveryLabelCitesAFileThatIsThere() => Assert.All(Label.All.Select(label => label.File).Distinct(), file => Assert.True(File.Exists(Places.Shared($"advisories/{file}")), file));

    [Fact]
    public void HasEnoughLabelsOfBothKinds()
    {
        Assert.True(Label.All.Count >= 400);
        Assert.All(Label.All.GroupBy(label => label.Family), family => Assert.True(family.Any(l => l.IsAffected) && family.Any(l => !l.IsAffected), family.Key));
        Assert.Equal(Label.All.Count, Label.All.Select(label => (label.Key, label.System)).Distinct().Count());
    }

    private static bool IsFound(Book book, Label label)
    {
        var list = new MatchList();
        new Matcher(book, EcosystemList.Keys, label.Os).Find(label.Package, list);
        for (var i = 0; i < list.Count; i++)
        {
            var vulnerability = book.Vulnerability(list.Vulnerability(i));
            if (vulnerability.Id == label.Vulnerability || vulnerability.Aliases.Contains(label.Vulnerability, StringComparer.Ordinal)) return true;
            foreach (var hit in list.Evidence(i))
            {
                if (new BookAffected(book, hit.Affected).Advisory.Id == label.Vulnerability) return true;
            }
        }

        return false;
    }

    private static string Table(IReadOnlyList<(Label Label, bool Found)> judged)
    {
        var lines = new List<string> { "family         labels  precision  recall     F1" };
        foreach (var group in judged.GroupBy(j => j.Label.Family).Append(judged.GroupBy(_ => "all").Single()))
        {
            double hit = group.Count(j => j.Label.IsAffected && j.Found), wrong = group.Count(j => !j.Label.IsAffected && j.Found), missed = group.Count(j => j.Label.IsAffected && !j.Found);
            var (precision, recall) = (hit / Math.Max(1, hit + wrong), hit / Math.Max(1, hit + missed));
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{group.Key,-14} {group.Count(),6} {precision,10:0.000} {recall,7:0.000} {2 * precision * recall / Math.Max(0.001, precision + recall),6:0.000}"));
        }

        return string.Join('\n', lines);
    }

    private static Book Make()
    {
        var mirror = new FolderMirror(Places.Shared("advisories"));
        using var writer = new BookWriter(EcosystemList.Keys);
        foreach (var feed in (IEnumerable<IFeed>)[.. FeedList.CrossEcosystem(EcosystemList.Keys), .. EcosystemList.Feeds])
        {
            var parts = mirror.PartsAsync(feed, default).GetAwaiter().GetResult();
            foreach (var part in parts.Count == 0 ? [""] : parts)
            {
                if (mirror.SnapshotAsync(feed, part, default).GetAwaiter().GetResult() is not { } snapshot) continue;
                foreach (var record in feed.Read(snapshot, default)) writer.Add(feed.Name, record);
            }
        }

        using var folder = Places.Temporary();
        writer.Write(folder["book"], DateTimeOffset.UnixEpoch);
        return Book.Open(folder["book"]);
    }
}
