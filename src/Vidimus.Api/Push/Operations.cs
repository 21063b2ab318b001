using System.Text.Json;
using Vidimus.Api.Inspector2.Reports;
using Vidimus.Api.Protocol;
using Vidimus.Findings;
using Vidimus.Fleet;
using Vidimus.Model.Push;

namespace Vidimus.Api.Push;

/// <summary>The calls of Vidimus's own tools, signed as all others, with the service <c>vidimus</c> in the scope (docs/adr/0028).</summary>
internal static class PushOperations
{
    public const string Name = "vidimus";

    public static ServiceModel Service { get; } = new(Name, null);

    public static OperationModel<OfferRequest, OfferResponse> Offer { get; } = new(Service, "Offer", "POST", "/vidimus/offer", 200, []);

    public static OperationModel<DocumentRequest, NoShape> PutDocument { get; } = new(Service, "PutDocument", "PUT", "/vidimus/document/{digest}", 200, []);

    public static OperationModel<HistoryRequest, HistoryResponse> GetHistory { get; } = new(Service, "GetHistory", "GET", "/vidimus/finding/{id}/history", 200, []);

    public static OperationModel<NoShape, RecurringResponse> ListRecurringReports { get; } = new(Service, "ListRecurringReports", "GET", "/vidimus/reports/recurring", 200, []);

    public static IReadOnlyList<OperationModel> All { get; } = [Offer, PutDocument, GetHistory, ListRecurringReports];
}

/// <summary><c>POST /vidimus/offer</c>: digests first; an offer of what is known is taken at once.</summary>
internal sealed class OfferOperation(Callers callers, Intake intake) : IOperation<OfferRequest, OfferResponse>
{
    public async Task<OfferResponse> HandleAsync(OfferRequest request, Caller caller, CancellationToken cancel)
    {
        var scope = (await callers.SightAsync(caller, cancel)).Own;
        return new(await Refused.AskAsync(() => intake.OfferAsync(scope, request.Offer, $"{caller.Arn} {caller.AccessKeyId}", cancel)));
    }
}

/// <summary><c>PUT /vidimus/document/{digest}</c>: the canonical bytes of a document that an offer found missing.</summary>
internal sealed class PutDocumentOperation(Callers callers, Intake intake) : IOperation<DocumentRequest, NoShape>
{
    public async Task<NoShape> HandleAsync(DocumentRequest request, Caller caller, CancellationToken cancel)
    {
        if (!Digest.TryParse(request.Digest, out var digest)) throw ApiException.Validation("A digest is sha256: and 64 small hexadecimal digits.");
        var scope = (await callers.SightAsync(caller, cancel)).Own;
        return await Refused.AskAsync(async () =>
        {
            await intake.PutDocumentAsync(scope, digest, request.Body, cancel);
            return new NoShape();
        });
    }
}

/// <summary><c>GET /vidimus/finding/{id}/history</c>: all that became of a finding, also after it is deleted.</summary>
internal sealed class HistoryOperation(Backing backing) : IOperation<HistoryRequest, HistoryResponse>
{
    public async Task<HistoryResponse> HandleAsync(HistoryRequest request, Caller caller, CancellationToken cancel)
    {
        if (!backing.Identity.TryReadHex(request.Id, out var id)) throw ApiException.NotFound("There is no such finding.");
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        return new(await new Lives(session).ReadAsync(sight.Own, id, $"arn:aws:inspector2:{caller.Region}:{caller.Account}:finding/{request.Id}", cancel) ?? throw ApiException.NotFound("There is no such finding."));
    }
}

/// <summary><c>GET /vidimus/reports/recurring</c>: the account's reports that recur. CancelFindingsReport and CancelSbomExport end them.</summary>
internal sealed class RecurringOperation(Backing backing) : IOperation<NoShape, RecurringResponse>
{
    public async Task<RecurringResponse> HandleAsync(NoShape request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        return new(await RecurringReports.ListAsync(session, sight.Own, cancel));
    }
}

/// <summary>What all of them share.</summary>
internal static class Refused
{
    /// <summary>Refusals of the domain as those of the wire.</summary>
    public static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (RefusedException e)
        {
            throw ApiException.Validation(e.Message);
        }
        catch (BookMissingException e)
        {
            throw ApiException.Throttled(e.Message, 10);
        }
    }
}

internal sealed record OfferRequest(Offer Offer) : IRequest<OfferRequest>
{
    public static OfferRequest Read(ref Utf8JsonReader reader) => new(PushText.ReadOffer(ref reader));

    public void Write(Utf8JsonWriter writer) => PushText.Write(writer, Offer);

    public void Check(Checks checks)
    {
    }

    public OfferRequest Bind(RequestParts parts) => this;
}

internal sealed record OfferResponse(OfferAnswer Answer) : IShape<OfferResponse>
{
    public static OfferResponse Read(ref Utf8JsonReader reader) => new(PushText.ReadAnswer(ref reader));

    public void Write(Utf8JsonWriter writer) => PushText.Write(writer, Answer);
}

/// <param name="Body">The document as it came: its digest is of these bytes.</param>
internal sealed record DocumentRequest(string Digest, ReadOnlyMemory<byte> Body) : IRequest<DocumentRequest>
{
    public static DocumentRequest Read(ref Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new("", System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(document.RootElement).ToArray());
    }

    public void Write(Utf8JsonWriter writer) => writer.WriteRawValue(Body.Span);

    public void Check(Checks checks)
    {
    }

    public DocumentRequest Bind(RequestParts parts) => this with { Digest = parts.Label("digest") };
}

internal sealed record HistoryRequest(string Id) : IRequest<HistoryRequest>
{
    public static HistoryRequest Read(ref Utf8JsonReader reader)
    {
        reader.Skip();
        return new("");
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteEndObject();
    }

    public void Check(Checks checks)
    {
    }

    public HistoryRequest Bind(RequestParts parts) => new(parts.Label("id"));
}

internal sealed record HistoryResponse(FindingLife Life) : IShape<HistoryResponse>
{
    public static HistoryResponse Read(ref Utf8JsonReader reader) => new(PushText.ReadLife(ref reader));

    public void Write(Utf8JsonWriter writer) => PushText.Write(writer, Life);
}

internal sealed record RecurringResponse(IReadOnlyList<(string Name, RecurringReport Report)> Reports) : IShape<RecurringResponse>
{
    public static RecurringResponse Read(ref Utf8JsonReader reader)
    {
        reader.Skip();
        return new([]);
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("reports"u8);
        foreach (var (name, report) in Reports)
        {
            writer.WriteStartObject();
            writer.WriteString("reportId"u8, name);
            writer.WriteString("kind"u8, report.Kind == Storage.ReportKind.Findings ? "FINDINGS" : "SBOM");
            writer.WriteString("format"u8, report.Format);
            writer.WriteString("next"u8, report.Next);
            if (report.Last is { } last) writer.WriteString("lastReportId"u8, last);
            writer.WritePropertyName("recurrence"u8);
            report.ToWire().Write(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
