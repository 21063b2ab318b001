using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Findings.Contents;
using Vidimus.Model.Documents;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Reports;

/// <summary>Writes a file for each resource that is watched and meets the criteria.</summary>
internal sealed class SbomExport(IDatabase database, TimeProvider time)
{
    private const int PageSize = 200;

    /// <param name="account">One account; null for all of the tenant.</param>
    /// <param name="goesOn">Whether anybody still wants it.</param>
    /// <returns>How many files there are.</returns>
    public async Task<int> WriteAsync(Report report, CreateSbomExportRequest request, int? account, string root, string region, Func<Task<bool>> goesOn, CancellationToken cancel)
    {
        var segments = ObjectKey.Segments(request.S3Destination!.KeyPrefix);
        var files = 0;
        var after = 0L;
        while (await goesOn())
        {
            IReadOnlyList<Storage.Resource> page;
            Dictionary<int, string> numbers;
            await using (var session = await database.ReadAsync(cancel))
            {
                page = await new ResourceStore(session).ListAsync(report.Scope.OfTenant, after, PageSize, cancel);
                numbers = (await new OrganizationStore(session).NamesAsync(report.Scope.OfTenant, [.. page.Select(r => (long)r.Scope.Account).Distinct()], cancel)).ToDictionary(a => a.Id, a => a.Number);
            }

            foreach (var resource in page.Where(r => r.Status.Active && (account is null || r.Scope.Account == account)))
            {
                var facts = ContentsText.ReadResource(resource.Facts);
                var number = numbers[resource.Scope.Account];
                var (type, id) = (InspectorForm.Type(resource.Key, facts), InspectorForm.Id(resource.Key, facts, number, region));
                if (!request.ResourceFilterCriteria.Meets(resource, facts, number, type, id)) continue;
                using var folder = DestinationFolder.Open(root, [.. segments, $"{report.Format}_outputs_{ReportWork.FileName(report, request.Recurrence)}", $"account={number}", $"resource={ObjectKey.NameOf(type)}"]);
                if (await WriteAsync(folder, report.Format, resource, facts, id, cancel)) files++;
            }

            if (page.Count < PageSize) break;
            after = page[^1].Id;
        }

        return files;
    }

    /// <summary>False for a resource that holds nothing yet.</summary>
    private async Task<bool> WriteAsync(DestinationFolder folder, string format, Storage.Resource resource, ResourceFacts facts, string id, CancellationToken cancel)
    {
        var documents = new List<DocumentContent>();
        IReadOnlyList<FindingContents> findings;
        await using (var session = await database.ReadAsync(cancel))
        {
            var store = new DocumentStore(session);
            foreach (var digest in (await store.HeldByAsync(resource.Scope, resource.Id, cancel)).OrderByDescending(h => h.Key, StringComparer.Ordinal).Select(h => h.Value))
            {
                if (await store.ReadAsync(resource.Scope, digest, cancel) is { } document) documents.Add(InventoryDocuments.Read(document.Body.Span));
            }

            var listing = new FindingStore(session);
            findings = await listing.ContentsAsync(resource.Scope.OfTenant, await listing.ActiveOfResourceAsync(resource.Scope, resource.Id, cancel), cancel);
        }

        if (documents.Count == 0) return false;
        await folder.WriteAsync($"{ObjectKey.NameOf(id)}.json", stream =>
        {
            SbomFile.Write(format, id, facts, resource, documents, findings, time.GetUtcNow(), stream);
            return Task.CompletedTask;
        });
        return true; // a file that was there was written by an earlier try, whole
    }
}
