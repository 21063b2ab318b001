using System.Text.Json;
using Vidimus.Model.Advisories;
using Vidimus.Model.Matching;
using Vidimus.Model.Versions;

namespace Vidimus.Advisories.Osv;

/// <summary>One OSV document to one advisory.</summary>
/// <remarks>Written over the token reader, since an export is hundreds of thousands of documents of which we keep a small part.</remarks>
internal sealed class OsvReader(MatchKeys keys, string part)
{
    private const int MostEventsAsked = 256;

    private readonly TextPool pool = new();

    /// <summary>The document's advisory; null for one that is no security advisory (a distribution's notice of bug fixes or enhancements).</summary>
    public Advisory? Read(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        var document = new Document();
        FeedJson.ReadStartObject(ref reader);
        while (ReadMember(ref reader, document))
        {
        }

        if (reader.Read()) throw new JsonException("something follows the document");

        if (string.IsNullOrEmpty(document.Id)) throw new JsonException("it has no id");
        if (document.Affected.Count == 0 && document.Nameless > 0) throw new JsonException("it names no package");
        return OsvDistributions.IsSecurity(document.Id) ? ToAdvisory(document) : null;
    }

    private bool ReadMember(ref Utf8JsonReader reader, Document document)
    {
        if (!FeedJson.NextMember(ref reader, out var name)) return false;
        if (name.ValueTextEquals("id"u8)) document.Id = FeedJson.Text(ref reader, "id");
        else if (name.ValueTextEquals("summary"u8)) document.Summary = FeedJson.Text(ref reader, "summary");
        else if (name.ValueTextEquals("details"u8)) document.Details = FeedJson.Text(ref reader, "details");
        else if (name.ValueTextEquals("aliases"u8)) document.Aliases = FeedJson.Texts(ref reader, "aliases");
        else if (name.ValueTextEquals("upstream"u8)) document.Upstream = FeedJson.Texts(ref reader, "upstream");
        else if (name.ValueTextEquals("related"u8)) document.Related = FeedJson.Texts(ref reader, "related");
        else if (name.ValueTextEquals("published"u8)) document.Published = FeedJson.Time(ref reader);
        else if (name.ValueTextEquals("modified"u8)) document.Modified = FeedJson.Time(ref reader);
        else if (name.ValueTextEquals("withdrawn"u8)) document.Withdrawn = FeedJson.Time(ref reader) ?? throw new JsonException("withdrawn is not a time");
        else if (name.ValueTextEquals("severity"u8)) document.Severities = ReadSeverities(ref reader);
        else if (name.ValueTextEquals("affected"u8)) ReadAffected(ref reader, document);
        else if (name.ValueTextEquals("database_specific"u8)) ReadDatabaseSpecific(ref reader, document);
        else reader.Skip();
        return true;
    }

    private Advisory ToAdvisory(Document document)
    {
        var own = document.Affected.Where(a => OsvDistributions.Family(a.Ecosystem) == part).ToList();
        if (own.Count == 0) own = document.Affected;
        var family = own.Count > 0 ? OsvDistributions.Family(own[0].Ecosystem) : part;
        var isDistribution = OsvDistributions.Contains(family);
        var source = OsvDistributions.Source(document.Id!, isDistribution ? family : null);
        var upstream = isDistribution ? OsvDistributions.Vulnerabilities(document.Id!, document.Upstream, document.Related, document.Aliases) : document.Upstream;

        return new()
        {
            Id = document.Id!,
            Kind = document.Id!.StartsWith("MAL-", StringComparison.Ordinal) ? AdvisoryKind.Malicious : AdvisoryKind.Vulnerability,
            // A distribution's notice of several vulnerabilities is not the same thing as any of them: as aliases they would all become one.
            Aliases = isDistribution ? [.. document.Aliases.Where(alias => !upstream.Contains(alias, StringComparer.Ordinal))] : document.Aliases,
            Upstream = upstream,
            Title = document.Summary,
            Details = document.Details,
            Url = document.Url ?? $"https://osv.dev/vulnerability/{Uri.EscapeDataString(document.Id!)}",
            Published = document.Published,
            Modified = document.Modified,
            Withdrawn = document.Withdrawn,
            Severities = Ratings(document, source, isDistribution ? family : null),
            Cwes = document.Cwes,
            Affected = [.. own.Select(a => ToAffected(a, source))],
        };
    }

    private static List<SeverityRating> Ratings(Document document, string source, string? family)
    {
        var ratings = document.Severities.Select(s => s.ToRating(source, family)).ToList();
        if (document.Word is { } word) ratings.Add(new(source, "word", word));
        else if (family is not null && OsvDistributions.RatingInTitle(document.Summary) is { } inTitle) ratings.Add(new(source, "word", inTitle));
        return ratings;
    }

    private static Affected ToAffected(Package package, string source)
    {
        var family = OsvDistributions.Family(package.Ecosystem);
        var ratings = package.Severities.Select(s => s.ToRating(source, OsvDistributions.Contains(family) ? family : null)).ToList();
        if (package.Word is { } word && word != "not yet assigned" && word != "end-of-life") ratings.Add(new(source, "word", word));

        return new()
        {
            Ecosystem = package.Ecosystem,
            Name = package.Name,
            Ranges = package.Ranges,
            Versions = package.Versions,
            Status = package.Word == "end-of-life" ? AffectedStatus.EndOfLife : AffectedStatus.Affected,
            Severities = ratings,
        };
    }

    private void ReadAffected(ref Utf8JsonReader reader, Document document)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartArray, "affected");
        while (FeedJson.NextItem(ref reader))
        {
            if (ReadPackage(ref reader) is { } package) document.Affected.Add(package);
            else document.Nameless++;
        }
    }

    private Package? ReadPackage(ref Utf8JsonReader reader)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartObject, "affected");
        string? ecosystem = null, packageName = null, word = null;
        IReadOnlyList<Severity> severities = [];
        var ranges = new List<VersionRange>();
        Utf8JsonReader versions = default;
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (name.ValueTextEquals("package"u8)) (ecosystem, packageName) = ReadName(ref reader);
            else if (name.ValueTextEquals("ranges"u8)) ReadRanges(ref reader, ranges);
            else if (name.ValueTextEquals("severity"u8)) severities = ReadSeverities(ref reader);
            else if (name.ValueTextEquals("ecosystem_specific"u8)) word = ReadWord(ref reader);
            else
            {
                if (name.ValueTextEquals("versions"u8)) versions = reader;
                reader.Skip();
            }
        }

        if (ecosystem is null or "" || packageName is null or "") return null;
        return new(ecosystem, packageName, ranges, versions.TokenType == JsonTokenType.None ? [] : ReadVersions(ref versions, ecosystem, ranges), severities, word);
    }

    private (string?, string?) ReadName(ref Utf8JsonReader reader)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartObject, "package");
        string? ecosystem = null, packageName = null;
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (name.ValueTextEquals("ecosystem"u8)) ecosystem = pool.Text(ref reader, "ecosystem");
            else if (name.ValueTextEquals("name"u8)) packageName = pool.Text(ref reader, "name");
            else reader.Skip();
        }

        return (ecosystem, packageName);
    }

    private void ReadRanges(ref Utf8JsonReader reader, List<VersionRange> ranges)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartArray, "ranges");
        while (FeedJson.NextItem(ref reader))
        {
            FeedJson.Expect(ref reader, JsonTokenType.StartObject, "a range");
            List<RangeEvent> events = [];
            var isOrdered = true;
            while (FeedJson.NextMember(ref reader, out var name))
            {
                if (name.ValueTextEquals("type"u8)) isOrdered = IsOrdered(ref reader);
                else if (isOrdered && name.ValueTextEquals("events"u8)) ReadEvents(ref reader, events);
                else reader.Skip();
            }

            if (isOrdered && events.Count > 0) ranges.Add(new(events));
        }
    }

    /// <summary>Whether a range is over versions: one over a commit graph (<c>GIT</c>) can't be judged without the repository.</summary>
    private static bool IsOrdered(ref Utf8JsonReader reader)
    {
        FeedJson.Expect(ref reader, JsonTokenType.String, "a range's type");
        return reader.ValueTextEquals("SEMVER"u8) || reader.ValueTextEquals("ECOSYSTEM"u8);
    }

    private void ReadEvents(ref Utf8JsonReader reader, List<RangeEvent> events)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartArray, "events");
        while (FeedJson.NextItem(ref reader))
        {
            FeedJson.Expect(ref reader, JsonTokenType.StartObject, "an event");
            while (FeedJson.NextMember(ref reader, out var name))
            {
                if (KindOf(name) is { } kind) events.Add(new(kind, pool.Text(ref reader, "an event's version")));
                else reader.Skip();
            }
        }
    }

    private static RangeEventKind? KindOf(scoped in Utf8JsonReader name) =>
        name.ValueTextEquals("introduced"u8) ? RangeEventKind.Introduced
        : name.ValueTextEquals("fixed"u8) ? RangeEventKind.Fixed
        : name.ValueTextEquals("last_affected"u8) ? RangeEventKind.LastAffected
        : name.ValueTextEquals("limit"u8) ? RangeEventKind.Limit
        : null;

    /// <summary>The versions named one by one that no range can stand for: all where no range can be judged, else those that the ecosystem's order refuses and those that
    /// no range holds, since a version is affected when it is in either.</summary>
    private List<string> ReadVersions(ref Utf8JsonReader reader, string ecosystem, List<VersionRange> ranges)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartArray, "versions");
        var kept = new List<string>();
        var registration = keys.OfAdvisory(ecosystem);
        var canJudge = ranges.Count > 0 && (registration is null || ranges.TrueForAll(range => range.Events.All(e => CanJudge(registration.Versions, e))));
        Span<char> text = stackalloc char[256];
        while (FeedJson.NextItem(ref reader))
        {
            FeedJson.Expect(ref reader, JsonTokenType.String, "a version");
            if (canJudge && (registration is null || (reader.ValueSpan.Length <= text.Length && IsHeld(text[..reader.CopyString(text)], registration.Versions, ranges)))) continue;
            kept.Add(pool.Text(ref reader, "a version"));
        }

        return kept;
    }

    /// <summary>Whether a version that the order takes is in one of the ranges; ranges of more events than any real one has are not asked, so that a document costs no more than its length.</summary>
    private static bool IsHeld(ReadOnlySpan<char> version, IVersionScheme scheme, List<VersionRange> ranges)
    {
        if (!scheme.IsValid(version)) return false;
        foreach (var range in ranges)
        {
            if (range.Events.Count <= MostEventsAsked && OsvRanges.Holds(range, version, scheme)) return true;
        }

        return false;
    }

    private static bool CanJudge(IVersionScheme scheme, RangeEvent e) =>
        (e.Kind == RangeEventKind.Introduced && e.Version == "0") || (e.Kind == RangeEventKind.Limit && e.Version == "*") || scheme.IsValid(e.Version);

    private static List<Severity> ReadSeverities(ref Utf8JsonReader reader)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartArray, "severity");
        var severities = new List<Severity>();
        while (FeedJson.NextItem(ref reader))
        {
            FeedJson.Expect(ref reader, JsonTokenType.StartObject, "a severity");
            string? type = null, score = null, source = null;
            while (FeedJson.NextMember(ref reader, out var name))
            {
                if (name.ValueTextEquals("type"u8)) type = FeedJson.Text(ref reader, "a severity's type");
                else if (name.ValueTextEquals("score"u8)) score = FeedJson.Text(ref reader, "a severity's score");
                else if (name.ValueTextEquals("source"u8) && reader.TokenType == JsonTokenType.String) source = reader.GetString();
                else reader.Skip();
            }

            if (!string.IsNullOrEmpty(score)) severities.Add(new(type, score, source));
        }

        return severities;
    }

    /// <summary>The vendor's own word in <c>ecosystem_specific</c>: Debian's urgency, Ubuntu's priority, OSS-Fuzz's severity.</summary>
    private string? ReadWord(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        string? word = null;
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (reader.TokenType == JsonTokenType.String && (name.ValueTextEquals("urgency"u8) || name.ValueTextEquals("ubuntu_priority"u8) || name.ValueTextEquals("severity"u8))) word = pool.Text(ref reader, "a rating");
            else reader.Skip();
        }

        return word;
    }

    private static void ReadDatabaseSpecific(ref Utf8JsonReader reader, Document document)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (reader.TokenType == JsonTokenType.String && name.ValueTextEquals("severity"u8)) document.Word = reader.GetString();
            else if (reader.TokenType == JsonTokenType.String && (name.ValueTextEquals("url"u8) || name.ValueTextEquals("human_link"u8))) document.Url = reader.GetString();
            else if (reader.TokenType == JsonTokenType.StartArray && (name.ValueTextEquals("cwe_ids"u8) || name.ValueTextEquals("cwe"u8))) document.Cwes = FeedJson.Texts(ref reader, "cwe_ids");
            else reader.Skip();
        }
    }

    private sealed class Document
    {
        public string? Id, Summary, Details, Word, Url;
        public DateTimeOffset? Published, Modified, Withdrawn;
        public IReadOnlyList<string> Aliases = [], Upstream = [], Related = [], Cwes = [];
        public IReadOnlyList<Severity> Severities = [];
        public List<Package> Affected { get; } = [];
        public int Nameless;
    }

    private sealed record Package(string Ecosystem, string Name, List<VersionRange> Ranges, List<string> Versions, IReadOnlyList<Severity> Severities, string? Word);

    /// <summary>A severity as written: <c>score</c> is a vector or a word, never a number.</summary>
    private sealed record Severity(string? Type, string Score, string? Source)
    {
        public SeverityRating ToRating(string source, string? family)
        {
            var type = CvssType();
            // Debian and Alpine rate by no vector of their own: what OSV shows there is the CVE's.
            var rater = Source is { } named ? named.ToLowerInvariant() : type != "word" && family is "Debian" or "Alpine" ? "nvd" : source;
            return new(rater, type, Score);
        }

        private string CvssType() => Type switch
        {
            "CVSS_V2" => "CVSS:2.0",
            _ when Score.StartsWith("CVSS:3.0/", StringComparison.Ordinal) => "CVSS:3.0",
            _ when Score.StartsWith("CVSS:3", StringComparison.Ordinal) => "CVSS:3.1",
            _ when Score.StartsWith("CVSS:4", StringComparison.Ordinal) => "CVSS:4.0",
            _ => "word",
        };
    }
}
