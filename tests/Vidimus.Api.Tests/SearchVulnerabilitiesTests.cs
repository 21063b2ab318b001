using System.Text.Json;
using Vidimus.Advisories;
using Vidimus.Api.InspectorScan.Operations;
using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using Vidimus.Testing;

namespace Vidimus.Api.Tests;

/// <summary>SearchVulnerabilities by the aws CLI over a book of records made here: nobody's packages have any of them.</summary>
public class SearchVulnerabilitiesTests
{
    [Fact]
    public async Task ACveThatNobodyHasIsFoundInTheBookByAnyOfItsNames()
    {
        using var folder = Places.Temporary();
        using (var writer = new BookWriter(EcosystemList.Keys))
        {
            writer.Add("osv", new Advisory
            {
                Id = "GHSA-aaaa-bbbb-cccc", Aliases = ["CVE-2024-11111", "CVE-2024-22222"], Details = "told at length",
                Affected = [new() { Ecosystem = "npm", Name = "pad", Ranges = [new([new(RangeEventKind.Introduced, "0")])] }],
            });
            writer.Add("epss", new ExploitScore("CVE-2024-11111", 0.5, null, null));
            writer.Write(folder["book"], DateTimeOffset.UnixEpoch);
        }

        using var book = Book.Open(folder["book"]);
        await using var server = await ApiServer.StartAsync(s => s with { Books = new OneBook(book) });
        foreach (var id in new[] { "CVE-2024-11111", "CVE-2024-22222" })
        {
            var found = Assert.Single(Search(server, id));
            Assert.Equal((id, "told at length", "GITHUB"), (found.GetProperty("id").GetString(), found.GetProperty("description").GetString(), found.GetProperty("detectionPlatforms")[0].GetString()));
        }

        Assert.Empty(Search(server, "CVE-2024-33333"));
    }

    private static IEnumerable<JsonElement> Search(ApiServer server, string id)
    {
        var (exit, output, error) = RefusalTests.Aws(server, ["inspector2", "search-vulnerabilities", "--filter-criteria", $"vulnerabilityIds={id}"]);
        Assert.True(exit == 0, error);
        return JsonDocument.Parse(output).RootElement.GetProperty("vulnerabilities").EnumerateArray();
    }

    private sealed class OneBook(Book book) : IBooks
    {
        public ValueTask<BookLoan?> BorrowAsync(CancellationToken cancel) => ValueTask.FromResult<BookLoan?>(new(book, EcosystemList.Keys, Starter: false, Stale: false));
    }
}
