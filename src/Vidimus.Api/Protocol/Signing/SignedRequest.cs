using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Vidimus.Api.Protocol;

/// <summary>What a request says of its own signature, in the header <c>Authorization</c> or in the query (a presigned address).</summary>
internal sealed partial record SignedRequest
{
    public const string Algorithm = "AWS4-HMAC-SHA256";

    public required string AccessKeyId { get; init; }

    /// <summary><c>yyyyMMdd</c>, of the scope.</summary>
    public required string Day { get; init; }
    public required string Region { get; init; }
    public required string Service { get; init; }

    /// <summary><c>yyyyMMdd'T'HHmmss'Z'</c>, or the text of a <c>Date</c> header.</summary>
    public required string Date { get; init; }

    /// <summary>In the order in which they were signed.</summary>
    public required IReadOnlyList<string> SignedHeaders { get; init; }
    public required string Signature { get; init; }
    public string? SessionToken { get; init; }

    /// <summary>How long a presigned address holds; null for a signature in the header.</summary>
    public TimeSpan? Expires { get; init; }

    public string Scope => $"{Day}/{Region}/{Service}/aws4_request";

    /// <exception cref="ApiException">There is no signature, or a part of it is missing or malformed.</exception>
    public static SignedRequest Read(RequestTarget target, IHeaderDictionary headers)
    {
        var inHeader = headers.Authorization.Count > 0;
        var inQuery = target.Find("X-Amz-Algorithm") is not null || target.Find("X-Amz-Signature") is not null;
        if (inHeader && inQuery) throw Refusals.Incomplete("Only one of the header 'Authorization' and the query parameter 'X-Amz-Algorithm' may be given.");
        return inHeader ? FromHeader(headers) : inQuery ? FromQuery(target) : throw Refusals.MissingAuthentication();
    }

    private static SignedRequest FromHeader(IHeaderDictionary headers)
    {
        if (headers.Authorization is not [{ } text]) throw Refusals.Incomplete("Authorization header was given more than once.");
        if (!text.StartsWith(Algorithm + " ", StringComparison.Ordinal)) throw Refusals.MissingAuthentication();

        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text[(Algorithm.Length + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !parts.TryAdd(part[..equals], part[(equals + 1)..])) throw Refusals.Incomplete("Authorization header is not a list of different key=value pairs.");
        }

        string Part(string name) => parts.TryGetValue(name, out var value) && value.Length > 0 ? value : throw Refusals.Incomplete($"Authorization header requires '{name}' parameter.");
        return Of(Part("Credential"), Part("SignedHeaders"), Part("Signature"), DateOf(headers)) with { SessionToken = headers["X-Amz-Security-Token"] is [{ } token] ? token : null };
    }

    private static string DateOf(IHeaderDictionary headers)
    {
        if (headers["X-Amz-Date"] is [{ } date]) return date;
        return headers.Date is [{ } standard] ? standard : throw Refusals.Incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
    }

    private static SignedRequest FromQuery(RequestTarget target)
    {
        if (target.Query.GroupBy(q => q.Key).Any(g => g.Key.StartsWith("X-Amz-", StringComparison.Ordinal) && g.Count() > 1)) throw Refusals.Incomplete("A query parameter of the signature was given more than once.");
        string Part(string name) => target.Find(name) is { Length: > 0 } value ? value : throw Refusals.Incomplete($"AWS query-string parameters must include '{name}'.");
        if (Part("X-Amz-Algorithm") is not Algorithm) throw Refusals.Incomplete($"Unsupported AWS 'algorithm': only {Algorithm} is supported.");

        var expires = int.TryParse(Part("X-Amz-Expires"), out var seconds) && seconds is >= 1 and <= 604800 ? TimeSpan.FromSeconds(seconds) : throw Refusals.Incomplete("X-Amz-Expires must be between 1 and 604800 seconds.");
        return Of(Part("X-Amz-Credential"), Part("X-Amz-SignedHeaders"), Part("X-Amz-Signature"), Part("X-Amz-Date")) with { SessionToken = target.Find("X-Amz-Security-Token"), Expires = expires };
    }

    private static SignedRequest Of(string credential, string signedHeaders, string signature, string date)
    {
        if (credential.Split('/') is not [{ Length: > 0 } key, { Length: 8 } day, { Length: > 0 and <= 64 } region, { Length: > 0 } service, "aws4_request"])
            throw Refusals.Incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.");
        if (!RegionName().IsMatch(region)) throw Refusals.InvalidSignature("Credential should be scoped to a valid region.");

        var headers = signedHeaders.Split(';');
        if (!headers.Contains("host")) throw Refusals.InvalidSignature("'Host' must be a 'SignedHeader' in the AWS Authorization.");
        if (headers.Length > 64 || headers.Any(h => h.Length == 0 || h.Any(char.IsAsciiLetterUpper)) || headers.Distinct().Count() != headers.Length) throw Refusals.Incomplete("SignedHeaders must be a list of different header names in lower case.");
        return new() { AccessKeyId = key, Day = day, Region = region, Service = service, Date = date, SignedHeaders = headers, Signature = signature };
    }

    /// <summary>As AWS names them: <c>eu-central-1</c>, <c>us-gov-west-1</c>, <c>eusc-de-east-1</c>.</summary>
    [GeneratedRegex(@"\A[a-z]{2,4}(-[a-z]{2,12}){1,3}-[0-9]{1,2}\z", RegexOptions.NonBacktracking)]
    private static partial Regex RegionName();
}
