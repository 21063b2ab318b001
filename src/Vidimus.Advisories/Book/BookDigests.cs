using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Vidimus.Advisories;

/// <summary>Tells two books' answers apart, part by part, without asking them: digests over all that a verdict, or what is shown of a vulnerability, is made of.</summary>
/// <remarks>Numbers differ from book to book, so what they stand for is taken in. Not for two threads at once.</remarks>
internal sealed class BookDigests(Book book) : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly UInt128[] ratings = new UInt128[book.VulnerabilityCount];
    private readonly IReadOnlyList<BookSource> sources = book.Sources;
    private readonly Dictionary<string, IReadOnlyList<bool>> outOfDate = new(StringComparer.Ordinal);

    /// <summary>Of a match key: its records with their ranges and ratings, their advisories' ratings, and of the vulnerabilities that they tell of the names and ratings. Texts and scores of exploitation are left out.</summary>
    public UInt128 OfKey(BookKey key)
    {
        // What is told of the vulnerabilities is kept; it has to be there before the key's own begins.
        foreach (var affected in key.Affected)
        {
            foreach (var vulnerability in affected.Advisory.Vulnerabilities) OfRatings(vulnerability);
        }

        var old = OutOfDate(key.Ecosystem);
        foreach (var affected in key.Affected)
        {
            var advisory = affected.Advisory;
            Add(advisory.Id);
            Add(advisory.Source);
            Add(old[book.SourceOf(affected.Number)] ? 1 : 0);
            Add((long)advisory.Kind, advisory.Withdrawn is null ? 0 : 1, (long)affected.Status, affected.HoldsForAll ? 1 : 0);
            Add(affected.Module ?? "");
            Add(affected.Architectures);
            Add(affected.Versions);
            foreach (var range in affected.Ranges)
            {
                Add(range.Readable ? 1 : 0, range.Events.Count);
                foreach (var (kind, version) in range.Events)
                {
                    Add((long)kind);
                    Add(version);
                }
            }

            Add(affected.Severities);
            Add(advisory.Severities);
            foreach (var vulnerability in advisory.Vulnerabilities)
            {
                var known = ratings[vulnerability.Number];
                hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in known)));
            }
        }

        return End();
    }

    /// <summary>Of all that is shown of a vulnerability wherever it is found.</summary>
    public UInt128 OfFacts(BookVulnerability vulnerability)
    {
        AddNames(vulnerability);
        foreach (var statement in vulnerability.Statements.Concat(vulnerability.Notices))
        {
            Add(statement.Id);
            Add(statement.Source);
            Add(statement.Title ?? "");
            Add(statement.Url ?? "");
            Add(statement.Details ?? "");
            Add(statement.Published?.UtcTicks ?? 0, statement.Modified?.UtcTicks ?? 0, statement.Withdrawn?.UtcTicks ?? 0);
            Add(statement.Severities);
            Add(statement.Cwes);
        }

        Add(vulnerability.Exploited is { } kev ? kev.Added.DayNumber : -1, vulnerability.Exploited?.Due?.DayNumber ?? -1, vulnerability.Exploited?.Ransomware is true ? 1 : 0);
        Add(BitConverter.DoubleToInt64Bits(vulnerability.ExploitScore?.Score ?? -1));
        return End();
    }

    public void Dispose() => hash.Dispose();

    /// <summary>Which sources have lost the first word about a family's packages: <see cref="SourceAge"/>.</summary>
    private IReadOnlyList<bool> OutOfDate(string ecosystem)
    {
        var family = ecosystem.Split(':')[0];
        if (!outOfDate.TryGetValue(family, out var old)) outOfDate.Add(family, old = SourceAge.OutOfDate(sources, family));
        return old;
    }

    private void OfRatings(BookVulnerability vulnerability)
    {
        ref var known = ref ratings[vulnerability.Number];
        if (known != 0) return;
        AddNames(vulnerability);
        foreach (var statement in vulnerability.Statements)
        {
            Add(statement.IsCveRecord ? 1 : 0, statement.Withdrawn is null ? 0 : 1);
            Add(statement.Id);
            Add(statement.Severities);
        }

        known = End();
    }

    private void AddNames(BookVulnerability vulnerability)
    {
        Add(vulnerability.Id);
        Add(vulnerability.Aliases);
        Add(vulnerability.Rejected ? 1 : 0);
    }

    private void Add(IReadOnlyList<Model.Advisories.SeverityRating> all)
    {
        Add(all.Count);
        foreach (var rating in all)
        {
            Add(rating.Source);
            Add(rating.Type);
            Add(rating.Value);
            Add(BitConverter.DoubleToInt64Bits(rating.Score ?? double.NaN));
        }
    }

    private void Add(IReadOnlyList<string> texts)
    {
        Add(texts.Count);
        foreach (var text in texts) Add(text);
    }

    private void Add(string text)
    {
        Add(text.Length);
        hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private void Add(params ReadOnlySpan<long> numbers) => hash.AppendData(MemoryMarshal.AsBytes(numbers));

    private UInt128 End()
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(bytes);
        return MemoryMarshal.Read<UInt128>(bytes);
    }
}
