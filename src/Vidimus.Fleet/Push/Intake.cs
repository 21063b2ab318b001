using System.Globalization;
using Vidimus.Advisories;
using Vidimus.Findings;
using Vidimus.Findings.Contents;
using Vidimus.Matching;
using Vidimus.Model.Documents;
using Vidimus.Model.Inventory;
using Vidimus.Model.Push;
using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>An offer or a document that can't be taken; the message is for who sent it.</summary>
public sealed class RefusedException(string message) : Exception(message);

/// <summary>Takes inventories in: what is known already costs one row, what is new becomes documents, verdicts, findings, in one commit.</summary>
public sealed class Intake(FleetServices services)
{
    private const int Tries = 5;
    private const int MostTags = 50;
    private const int LongestId = 1024;

    private readonly ResourcePackages reading = new(new(services.Keys));
    private readonly ScanTimes scanTimes = new(services.Database, services.Time);

    /// <summary>Keeps a document of the account, not yet held by any resource.</summary>
    /// <exception cref="RefusedException">The bytes are no document, or have another digest.</exception>
    public async Task PutDocumentAsync(Scope scope, Digest digest, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        if (Digest.Of(body.Span) != digest) throw new RefusedException("The document does not have the digest that its address names.");
        var content = Read(body.Span);
        PackageVersion[] versions = [.. reading.Versions([content]).Select(v => v.Version).Distinct()];

        await Conflicts.RetryAsync(async () =>
        {
            await using var session = await services.Database.WriteAsync(cancel);
            if ((await new DocumentStore(session).KnownAsync(scope, [digest], cancel)).Count > 0) return;
            await new FleetStore(session).AddEcosystemsAsync([.. versions.Select(v => v.Ecosystem)], cancel);
            var numbers = await new PackageVersionStore(session).NumberAsync(versions, cancel);
            await new DocumentStore(session).PutAsync(scope, [new(digest, content.Kind, [.. numbers.Values], body)], services.Time.GetUtcNow(), cancel);
            await session.CommitAsync(cancel);
        }, cancel);
    }

    /// <summary>Answers an offer: asks for what is missing, or makes the resource hold what is offered.</summary>
    /// <param name="principal">Who offers, as the audit log names it.</param>
    /// <exception cref="RefusedException">The offer is none.</exception>
    /// <exception cref="BookMissingException">This node can't judge the inventory now.</exception>
    public async Task<OfferAnswer> OfferAsync(Scope scope, Offer offer, string principal, CancellationToken cancel)
    {
        var digests = Check(offer);
        Resource? resource;
        await using (var session = await services.Database.ReadAsync(cancel))
        {
            resource = await new ResourceStore(session).FindAsync(scope, new(offer.Kind, offer.Id), cancel);
            if (resource is null || !await IsHeldAsync(session, resource, digests, offer.Collectors, cancel))
            {
                var known = await new DocumentStore(session).KnownAsync(scope, [.. digests.Values], cancel);
                if (digests.Values.Where(d => !known.ContainsKey(d)).Distinct().ToList() is { Count: > 0 } missing) return OfferAnswer.Ask(missing.Select(d => d.ToString()));
                resource = null;
            }
        }

        if (resource is not null && resource.Status == ScanStatus.Successful && FactsOf(offer, resource.Facts) == resource.Facts)
        {
            await scanTimes.NoteAsync(scope, resource.Id, cancel);
            return OfferAnswer.Same;
        }

        for (var tries = 1; ; tries++)
        {
            try
            {
                return await Conflicts.RetryAsync(() => TakeAsync(scope, offer, digests, principal, cancel), cancel);
            }
            catch (StaleFindingException) when (tries < Tries)
            {
                // Somebody wrote a finding of the resource meanwhile: read again and decide anew.
            }
            catch (BookChangedException) when (tries < Tries)
            {
                // The fleet went on to another book meanwhile: judge by that.
            }
        }
    }

    private async Task<OfferAnswer> TakeAsync(Scope scope, Offer offer, IReadOnlyDictionary<string, Digest> digests, string principal, CancellationToken cancel)
    {
        using var book = await services.Books.BorrowAsync(cancel) ?? throw new BookMissingException("The server has no advisory book yet.");
        var now = services.Time.GetUtcNow();
        await using var session = await services.Database.WriteAsync(cancel);
        var fleet = new FleetStore(session);
        var adopted = await fleet.BookAsync(cancel);
        if (adopted?.Digest != book.Digest) throw new BookMissingException("This node has not the advisory book that the others judge by; it will soon.");

        if (await DisabledCoverage.RefusalAsync(session, scope, offer.Kind, cancel) is { } off) throw new RefusedException(off);

        var documents = new DocumentStore(session);
        var contents = new List<DocumentContent>();
        foreach (var (kind, digest) in digests)
        {
            var document = await documents.ReadAsync(scope, digest, cancel) ?? throw new RefusedException($"The document {digest} is not known; offer it again.");
            if (document.Kind != kind) throw new RefusedException($"The document {digest} is of the kind {document.Kind}, not {kind}.");
            contents.Add(InventoryDocuments.Read(document.Body.Span));
        }

        var resources = new ResourceStore(session);
        var key = new ResourceKey(offer.Kind, offer.Id);
        var before = await resources.FindAsync(scope, key, cancel);
        var facts = WithSystem(FactsOf(offer, before?.Facts), contents, book.Book);
        var resource = (await resources.PutAsync(scope, [(key, facts)], now, cancel))[key];
        var known = await documents.KnownAsync(scope, [.. digests.Values], cancel);

        var packages = await reading.NumberAsync(session, contents, cancel);
        var verdicts = new VerdictDesk(session, book, adopted.Value.Number, services.Keys, now);
        await verdicts.EnsureAsync([.. packages.Select(p => p.Number).Distinct()], cancel);
        var changes = await new FindingDesk(session, services, verdicts, now).OfResourceAsync(scope, resource, packages, cancel);
        await resources.ScannedAsync(scope, [resource], now, cancel);
        await new AuditLog(session).AddAsync(scope, now, principal, "vidimus:Offer", PushText.ToText(offer), "done", cancel);

        await fleet.LockAsync(cancel);
        if ((await fleet.BookAsync(cancel))?.Number != adopted.Value.Number) throw new BookChangedException();
        await documents.HoldAsync(scope, [.. digests.Select(d => (resource, d.Key, known[d.Value]))], offer.Collectors, cancel);
        await session.CommitAsync(cancel);
        int Count(FindingCause cause) => changes.Count(c => c.Cause == cause);
        return new([], false, Count(FindingCause.Opened), Count(FindingCause.Updated), Count(FindingCause.Closed), Count(FindingCause.Reopened));
    }

    private static async Task<bool> IsHeldAsync(Session session, Resource resource, IReadOnlyDictionary<string, Digest> digests, string collectors, CancellationToken cancel)
    {
        var held = await new DocumentStore(session).HeldWithAsync(resource.Scope, resource.Id, cancel);
        return digests.All(d => held.TryGetValue(d.Key, out var known) && known == (d.Value, collectors));
    }

    private static DocumentContent Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return InventoryDocuments.Read(body);
        }
        catch (InvalidDataException e)
        {
            throw new RefusedException(e.Message);
        }
    }

    private static Dictionary<string, Digest> Check(Offer offer)
    {
        if (!ResourceKinds.All.Contains(offer.Kind)) throw new RefusedException($"A resource is one of {string.Join(", ", ResourceKinds.All)}.");
        if (string.IsNullOrWhiteSpace(offer.Id) || offer.Id.Length > LongestId || offer.Id.Any(char.IsControl)) throw new RefusedException($"A resource's id has 1 to {LongestId} printable signs.");
        if (offer.Collectors is null || offer.Collectors.Length > 1 << 14) throw new RefusedException("The offer must name its collectors, briefly.");
        if (offer.Tags is { } tags && (tags.Count > MostTags || tags.Any(t => t.Key.Length is 0 or > 128 || t.Value is null || t.Value.Length > 256))) throw new RefusedException($"There may be {MostTags} tags, with keys up to 128 and values up to 256 signs.");

        var digests = new SortedDictionary<string, Digest>(StringComparer.Ordinal);
        foreach (var (kind, text) in offer.Documents ?? throw new RefusedException("The offer names no documents."))
        {
            if (!DocumentKinds.All.Contains(kind)) throw new RefusedException($"A document is one of {string.Join(", ", DocumentKinds.All)}.");
            digests[kind] = Digest.TryParse(text, out var digest) ? digest : throw new RefusedException("A digest is sha256: and 64 small hexadecimal digits.");
        }

        if (digests.Count == 0) throw new RefusedException("The offer names no documents.");
        return new(digests, StringComparer.Ordinal);
    }

    /// <summary>The resource's facts with what the offer says of it; what it does not say stays.</summary>
    private static string FactsOf(Offer offer, string? before)
    {
        var facts = before is null ? new() : ContentsText.ReadResource(before);
        return ContentsText.Write(facts with
        {
            Tags = offer.Tags is { } tags ? new SortedDictionary<string, string>(tags.ToDictionary(), StringComparer.Ordinal) : facts.Tags,
            Architecture = offer.Architecture ?? facts.Architecture,
            IsPartial = offer.Complete ? null : true,
            Image = offer.Image is { } image
                ? (facts.Image ?? new()) with { Registry = image.Registry, Repository = image.Repository, Digest = image.Digest, Tags = [.. (image.Tags ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] }
                : facts.Image,
        });
    }

    private string WithSystem(string facts, List<DocumentContent> contents, Book book)
    {
        if (contents.Select(c => c.Os).FirstOrDefault(o => o is not null) is not { } os) return facts;
        return ContentsText.Write(ContentsText.ReadResource(facts) with { Platform = PlatformOf(os), Os = new(os.Id, os.VersionId, os.Name, Support.Of(os, book, services.Keys)?.Ends) });
    }

    /// <summary>As Inspector writes a system: <c>UBUNTU_22_04</c>, <c>DEBIAN_12</c>, <c>ALPINE_LINUX_3_19</c>.</summary>
    private static string PlatformOf(OsRelease os)
    {
        var id = os.Id switch { "amzn" => "AMAZON_LINUX", "ol" => "ORACLE_LINUX", "rocky" => "ROCKY_LINUX", "alpine" => "ALPINE_LINUX", _ => os.Id };
        var version = os.Id is "alpine" or "ubuntu" ? string.Join('.', (os.VersionId ?? "").Split('.').Take(2)) : os.VersionId ?? "";
        var text = version.Length == 0 ? id : $"{id}_{version}";
        return string.Concat(text.ToUpper(CultureInfo.InvariantCulture).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
    }

    private sealed class BookChangedException : Exception;
}
