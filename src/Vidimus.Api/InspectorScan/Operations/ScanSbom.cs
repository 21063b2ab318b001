using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Vidimus.Advisories;
using Vidimus.Api.InspectorScan.Answers;
using Vidimus.Api.InspectorScan.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Matching;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;
using Vidimus.Model.Reports;
using Vidimus.Sbom.CycloneDx;

namespace Vidimus.Api.InspectorScan.Operations;

/// <summary>Where the advisory book is that answers now.</summary>
public interface IBooks
{
    /// <summary>Borrows the current book; null while there is none.</summary>
    ValueTask<BookLoan?> BorrowAsync(CancellationToken cancel);
}

/// <summary>A book that stays open until the loan ends.</summary>
/// <param name="Starter">Only the starter advisories answer.</param>
/// <param name="Stale">It is older than it should be.</param>
public sealed record BookLoan(Book Book, MatchKeys Keys, bool Starter, bool Stale, Action? GiveBack = null) : IDisposable
{
    public void Dispose() => GiveBack?.Invoke();
}

/// <summary><c>POST /scan/sbom</c>: what is vulnerable in an SBOM. Nothing of it is kept.</summary>
/// <remarks>INSPECTOR_ALT is refused: no answer in that form was to be had, so that any we wrote would be invented.</remarks>
[Coverage(OperationState.Complete, "INSPECTOR_ALT is refused: no answer in that form was to be had.", "CYCLONE_DX_1_5 names the binary components where Amazon's names the source component around them.", "INSPECTOR lists CVSS 3 alone; exploits are known from KEV alone.")]
internal sealed class ScanSbom(IBooks books, TimeProvider time) : IOperation<ScanSbomRequest, ScanSbomResponse>
{
    private const string UnsupportedSbom = "UNSUPPORTED_SBOM_TYPE";

    public async Task<ScanSbomResponse> HandleAsync(ScanSbomRequest request, Caller caller, CancellationToken cancel)
    {
        var format = request.OutputFormat ?? OutputFormat.CycloneDx15;
        if (format == OutputFormat.InspectorAlt) throw ApiException.Validation("This server does not write INSPECTOR_ALT; ask for CYCLONE_DX_1_5 or INSPECTOR.", ValidationReason.FieldValidationFailed, new FieldError("outputFormat", "INSPECTOR_ALT is not supported."));

        var sbom = request.Sbom!.Value;
        var components = Components(sbom);
        var inventory = Inventory(sbom);
        using var loan = await books.BorrowAsync(cancel) ?? throw ApiException.Throttled("The server has no advisory book yet.", 60);
        var result = new SbomResult(components, inventory, Report(inventory, loan), loan, time.GetUtcNow());
        return new() { Sbom = Written(format, result) };
    }

    private ScanReport Report(Inventory inventory, BookLoan loan) => ReportAssembly.Assemble(inventory, loan.Book, loan.Keys, new()
    {
        Tool = new("vidimus", typeof(ScanSbom).Assembly.GetName().Version?.ToString(3) ?? "0"),
        Today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime),
        Starter = loan.Starter,
        Stale = loan.Stale,
    });

    private static SbomComponents Components(JsonElement sbom)
    {
        try
        {
            return SbomComponents.Read(sbom);
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair has no form as text.
            throw ApiException.Validation("A string of the SBOM is no Unicode text.", ValidationReason.CannotParse);
        }
    }

    private static Inventory Inventory(JsonElement sbom)
    {
        try
        {
            return CycloneDxReader.Read(new MemoryStream(JsonMarshal.GetRawUtf8Value(sbom).ToArray()), "sbom");
        }
        catch (InvalidDataException e)
        {
            throw ApiException.Validation(e.Message, UnsupportedSbom);
        }
    }

    private static JsonElement Written(string format, SbomResult result)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output))
        {
            if (format == OutputFormat.Inspector) InspectorAnswer.Write(writer, result);
            else CycloneDxAnswer.Write(writer, result);
        }

        var reader = new Utf8JsonReader(output.WrittenSpan, new() { MaxDepth = 1024 });
        return JsonElement.ParseValue(ref reader);
    }
}
