using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vidimus.Api.Inspector2.FindingWire;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Reports;

/// <summary>Writes findings as one file, a page at a time.</summary>
internal sealed class FindingsReport(IdentityKey identity, DateTimeOffset now)
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task WriteAsync(string format, IAsyncEnumerable<IReadOnlyList<FindingContents>> pages, Stream output, CancellationToken cancel)
    {
        if (format == ReportFormat.Json) await WriteJsonAsync(pages, output, cancel);
        else await WriteCsvAsync(pages, output, cancel);
    }

    /// <summary>As ListFindings answers, all pages in one list.</summary>
    private async Task WriteJsonAsync(IAsyncEnumerable<IReadOnlyList<FindingContents>> pages, Stream output, CancellationToken cancel)
    {
        await using var writer = new Utf8JsonWriter(output, Json);
        writer.WriteStartObject();
        writer.WriteStartArray("findings"u8);
        await foreach (var page in pages.WithCancellation(cancel))
        {
            foreach (var finding in page) finding.ToWire(identity).Write(writer);
            await writer.FlushAsync(cancel);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private async Task WriteCsvAsync(IAsyncEnumerable<IReadOnlyList<FindingContents>> pages, Stream output, CancellationToken cancel)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await writer.WriteAsync(FindingsTable.Head);
        await foreach (var page in pages.WithCancellation(cancel))
        {
            foreach (var finding in page) await writer.WriteAsync(FindingsTable.Row(finding.ToWire(identity), now).AsMemory(), cancel);
        }
    }
}
