using System.Text.Json;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Cve5;

/// <summary>One CVE record to what we keep of it.</summary>
internal static class Cve5Reader
{
    /// <summary>The members of a metric that hold a CVSS object, with our name for their version.</summary>
    private static readonly (string Member, string Type)[] Cvss = [("cvssV2_0", "CVSS:2.0"), ("cvssV3_0", "CVSS:3.0"), ("cvssV3_1", "CVSS:3.1"), ("cvssV4_0", "CVSS:4.0")];

    public static CveRecord Read(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        var found = new Found();
        FeedJson.ReadStartObject(ref reader);
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (name.ValueTextEquals("cveMetadata"u8)) ReadMetadata(ref reader, found);
            else if (name.ValueTextEquals("containers"u8)) ReadContainers(ref reader, found);
            else reader.Skip();
        }

        if (reader.Read()) throw new JsonException("something follows the document");
        if (found.Id is null || !found.Id.StartsWith("CVE-", StringComparison.Ordinal)) throw new JsonException("it has no cveId");
        if (found.State is not ("PUBLISHED" or "REJECTED")) throw new JsonException($"its state is {found.State ?? "absent"}");
        return new(found.Id)
        {
            Rejected = found.State == "REJECTED",
            Title = found.Title,
            Details = found.Details,
            Published = found.Published,
            Severities = found.Severities,
            Cwes = found.Cwes,
            Ssvc = found.Ssvc,
        };
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, Found found)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartObject, "cveMetadata");
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (name.ValueTextEquals("cveId"u8)) found.Id = FeedJson.Text(ref reader, "cveId");
            else if (name.ValueTextEquals("state"u8)) found.State = FeedJson.Text(ref reader, "state");
            else if (name.ValueTextEquals("datePublished"u8)) found.Published = FeedJson.Time(ref reader);
            else reader.Skip();
        }
    }

    private static void ReadContainers(ref Utf8JsonReader reader, Found found)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartObject, "containers");
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (name.ValueTextEquals("cna"u8)) found.Add(ReadContainer(ref reader), isCna: true);
            else if (name.ValueTextEquals("adp"u8))
            {
                FeedJson.Expect(ref reader, JsonTokenType.StartArray, "adp");
                while (FeedJson.NextItem(ref reader)) found.Add(ReadContainer(ref reader), isCna: false);
            }
            else reader.Skip();
        }
    }

    private static Container ReadContainer(ref Utf8JsonReader reader)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartObject, "a container");
        var container = new Container();
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (name.ValueTextEquals("title"u8)) container.Title = FeedJson.Text(ref reader, "title");
            else if (name.ValueTextEquals("descriptions"u8) || name.ValueTextEquals("rejectedReasons"u8)) container.Details = ReadDescription(ref reader) ?? container.Details;
            else if (name.ValueTextEquals("providerMetadata"u8)) container.Provider = ReadProvider(ref reader);
            else if (name.ValueTextEquals("metrics"u8)) ReadMetrics(ref reader, container);
            else if (name.ValueTextEquals("problemTypes"u8)) ReadProblemTypes(ref reader, container);
            else reader.Skip();
        }

        return container;
    }

    /// <summary>The text in English; the first one where none is.</summary>
    private static string? ReadDescription(ref Utf8JsonReader reader)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartArray, "descriptions");
        string? english = null, first = null;
        while (FeedJson.NextItem(ref reader))
        {
            FeedJson.Expect(ref reader, JsonTokenType.StartObject, "a description");
            string? language = null, value = null;
            while (FeedJson.NextMember(ref reader, out var name))
            {
                if (name.ValueTextEquals("lang"u8)) language = FeedJson.Text(ref reader, "lang");
                else if (name.ValueTextEquals("value"u8)) value = FeedJson.Text(ref reader, "value");
                else reader.Skip();
            }

            first ??= value;
            if (language is not null && language.StartsWith("en", StringComparison.OrdinalIgnoreCase)) english ??= value;
        }

        return english ?? first;
    }

    private static string? ReadProvider(ref Utf8JsonReader reader)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartObject, "providerMetadata");
        string? provider = null;
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (name.ValueTextEquals("shortName"u8)) provider = FeedJson.Text(ref reader, "shortName");
            else reader.Skip();
        }

        return provider;
    }

    private static void ReadMetrics(ref Utf8JsonReader reader, Container container)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartArray, "metrics");
        while (FeedJson.NextItem(ref reader))
        {
            FeedJson.Expect(ref reader, JsonTokenType.StartObject, "a metric");
            while (FeedJson.NextMember(ref reader, out var name))
            {
                if (CvssType(name) is { } type) ReadCvss(ref reader, type, container);
                else if (name.ValueTextEquals("other"u8)) ReadOther(ref reader, container);
                else reader.Skip();
            }
        }
    }

    private static string? CvssType(scoped in Utf8JsonReader name)
    {
        foreach (var (member, type) in Cvss)
        {
            if (name.ValueTextEquals(member)) return type;
        }

        return null;
    }

    private static void ReadCvss(ref Utf8JsonReader reader, string type, Container container)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartObject, type);
        string? vector = null;
        double? score = null;
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (name.ValueTextEquals("vectorString"u8)) vector = FeedJson.Text(ref reader, "vectorString");
            else if (name.ValueTextEquals("baseScore"u8)) score = Score(ref reader);
            else reader.Skip();
        }

        if (!string.IsNullOrEmpty(vector)) container.Ratings.Add((type, vector, score));
    }

    private static double Score(ref Utf8JsonReader reader)
    {
        FeedJson.Expect(ref reader, JsonTokenType.Number, "baseScore");
        return reader.GetDouble() is >= 0 and <= 10 and var score ? score : throw new JsonException("baseScore is not within 0 and 10");
    }

    /// <summary>A metric of a kind outside CVSS: CISA's decision points, or a vendor's own word.</summary>
    private static void ReadOther(ref Utf8JsonReader reader, Container container)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartObject, "other");
        string? type = null;
        Utf8JsonReader content = default;
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (name.ValueTextEquals("type"u8)) type = FeedJson.Text(ref reader, "type");
            else
            {
                if (name.ValueTextEquals("content"u8)) content = reader;
                reader.Skip();
            }
        }

        if (content.TokenType != JsonTokenType.StartObject) return;
        if (type == "ssvc") ReadSsvc(ref content, container);
        else if (type is not "kev") ReadWord(ref content, container);
    }

    private static void ReadSsvc(ref Utf8JsonReader reader, Container container)
    {
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (!name.ValueTextEquals("options"u8))
            {
                reader.Skip();
                continue;
            }

            FeedJson.Expect(ref reader, JsonTokenType.StartArray, "options");
            while (FeedJson.NextItem(ref reader))
            {
                FeedJson.Expect(ref reader, JsonTokenType.StartObject, "an option");
                while (FeedJson.NextMember(ref reader, out var point)) container.Ssvc[point.GetString()!] = FeedJson.Text(ref reader, "a decision point");
            }
        }
    }

    /// <summary>A word such as <c>Moderate</c>, in <c>value</c> (Red Hat, OpenSSL before 2024) or <c>text</c> (curl, WebKit, OpenSSL). Longer texts are no rating.</summary>
    private static void ReadWord(ref Utf8JsonReader reader, Container container)
    {
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (reader.TokenType == JsonTokenType.String && (name.ValueTextEquals("value"u8) || name.ValueTextEquals("text"u8)) && reader.ValueSpan.Length is > 0 and <= 16) container.Ratings.Add(("word", reader.GetString()!, null));
            else reader.Skip();
        }
    }

    private static void ReadProblemTypes(ref Utf8JsonReader reader, Container container)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartArray, "problemTypes");
        while (FeedJson.NextItem(ref reader))
        {
            FeedJson.Expect(ref reader, JsonTokenType.StartObject, "a problem type");
            while (FeedJson.NextMember(ref reader, out var name))
            {
                if (name.ValueTextEquals("descriptions"u8)) ReadWeaknesses(ref reader, container);
                else reader.Skip();
            }
        }
    }

    private static void ReadWeaknesses(ref Utf8JsonReader reader, Container container)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartArray, "descriptions");
        while (FeedJson.NextItem(ref reader))
        {
            FeedJson.Expect(ref reader, JsonTokenType.StartObject, "a description");
            while (FeedJson.NextMember(ref reader, out var name))
            {
                if (name.ValueTextEquals("cweId"u8)) container.Cwes.Add(FeedJson.Text(ref reader, "cweId"));
                else reader.Skip();
            }
        }
    }

    private sealed class Container
    {
        public string? Title, Details, Provider;
        public List<(string Type, string Value, double? Score)> Ratings { get; } = [];
        public List<string> Cwes { get; } = [];
        public Dictionary<string, string> Ssvc { get; } = new(StringComparer.Ordinal);
    }

    private sealed class Found
    {
        public string? Id, State, Title, Details;
        public DateTimeOffset? Published;
        public List<SeverityRating> Severities { get; } = [];
        public List<string> Cwes { get; } = [];
        public SortedDictionary<string, string> Ssvc { get; } = new(StringComparer.Ordinal);

        /// <summary>The words are the CNA's alone: an ADP's title is the name of its own programme. The CNA's ratings come first, wherever it stands.</summary>
        public void Add(Container container, bool isCna)
        {
            var ratings = container.Ratings.Select(r => new SeverityRating(container.Provider ?? (isCna ? "cna" : "adp"), r.Type, r.Value, r.Score));
            if (isCna) Severities.InsertRange(0, ratings);
            else Severities.AddRange(ratings);

            if (isCna) (Title, Details) = (container.Title, container.Details);
            foreach (var cwe in container.Cwes.Where(cwe => !Cwes.Contains(cwe, StringComparer.Ordinal))) Cwes.Add(cwe);
            foreach (var (point, value) in container.Ssvc) Ssvc[point] = value;
        }
    }
}
