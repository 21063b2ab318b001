using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Vidimus.Cli.Push;

/// <summary>Signs requests with AWS's Signature Version 4, in the header.</summary>
/// <remarks>Source: "AWS Signature Version 4 for API requests" in the IAM user guide, for services other than S3. Paths and queries of ours hold only signs that need no escape but the colon of digests.</remarks>
internal static class RequestSigner
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    public static void Sign(HttpRequestMessage request, ReadOnlySpan<byte> body, AwsCredentials credentials, string service, DateTimeOffset now)
    {
        var stamp = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{stamp[..8]}/{credentials.Region}/{service}/aws4_request";
        var address = request.RequestUri!;
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = address.IsDefaultPort ? address.Host : $"{address.Host}:{address.Port}", ["x-amz-date"] = stamp };
        if (credentials.SessionToken is { } token) headers["x-amz-security-token"] = token;

        // The path as it goes over the wire, escaped once more.
        var path = Uri.EscapeDataString(address.AbsolutePath).Replace("%2F", "/", StringComparison.Ordinal);
        var signed = string.Join(';', headers.Keys);
        var canonical = $"{request.Method.Method}\n{path}\n{address.Query.TrimStart('?')}\n{string.Concat(headers.Select(h => $"{h.Key}:{h.Value}\n"))}\n{signed}\n{Hex(SHA256.HashData(body))}";
        var toSign = $"{Algorithm}\n{stamp}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";

        var key = Encoding.UTF8.GetBytes("AWS4" + credentials.SecretAccessKey);
        foreach (var part in scope.Split('/')) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var signature = Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));

        foreach (var (name, value) in headers.Where(h => h.Key is not "host")) request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation("Authorization", $"{Algorithm} Credential={credentials.AccessKeyId}/{scope}, SignedHeaders={signed}, Signature={signature}");
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
