using System.Text.Json;

namespace Vidimus.Api.Protocol;

/// <summary>One AWS service. <paramref name="TargetPrefix"/> is set for a service of the json-1.1 protocol, whose calls all go to <c>/</c> and name the operation in a header.</summary>
internal sealed record ServiceModel(string SigningName, string? TargetPrefix)
{
    public bool IsRest => TargetPrefix is null;

    public string ContentType => IsRest ? "application/json" : "application/x-amz-json-1.1";
}

/// <summary>An operation as its service model has it.</summary>
/// <param name="Path">With <c>{labels}</c>, each a whole segment.</param>
/// <param name="Status">Of an answer that is no error.</param>
internal abstract record OperationModel(ServiceModel Service, string Name, string Method, string Path, int Status, IReadOnlyList<string> Errors);

/// <inheritdoc/>
internal sealed record OperationModel<TRequest, TResponse>(ServiceModel Service, string Name, string Method, string Path, int Status, IReadOnlyList<string> Errors)
    : OperationModel(Service, Name, Method, Path, Status, Errors)
    where TRequest : IRequest<TRequest>
    where TResponse : IShape<TResponse>
{
    private const int Depth = 64;

    /// <summary>The request of a body, a path and a query, with every constraint of the model met.</summary>
    /// <exception cref="ApiException">It can't be parsed, or breaks a constraint.</exception>
    public TRequest Parse(ReadOnlySpan<byte> body, RequestParts parts)
    {
        var request = ReadBody(body).Bind(parts);
        var checks = new Checks();
        request.Check(checks);
        return checks.ToException() is { } broken ? throw broken : request;
    }

    private TRequest ReadBody(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body.IsEmpty ? "{}"u8 : body, new() { MaxDepth = Service.SigningName is "inspector-scan" ? 4 * Depth : Depth });
            reader.Read();
            var request = TRequest.Read(ref reader);
            return reader.Read() ? throw new JsonException("the body goes on after its end") : request;
        }
        catch (JsonException e)
        {
            throw Unreadable(e.LineNumber is null ? e.Message : $"malformed JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
        catch (InvalidOperationException)
        {
            // Text that is no UTF-8, or an escaped half of a surrogate pair.
            throw Unreadable("a string of the body is no Unicode text");
        }
    }

    private ApiException Unreadable(string why) =>
        Service.IsRest ? ApiException.Validation($"The request body can't be parsed: {why}", ValidationReason.CannotParse) : Refusals.Serialization(why);
}
