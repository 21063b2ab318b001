using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Vidimus.Api.Protocol;

/// <summary>Verifies AWS's Signature Version 4 as a service other than S3 does.</summary>
/// <remarks>
/// Source: "AWS Signature Version 4 for API requests" in the IAM user guide. The payload is always hashed by us: UNSIGNED-PAYLOAD is S3's alone, and a client that
/// signs it is refused as one whose signature is wrong. Checked in the order in which AWS does: form, key, scope, time, signature.
/// </remarks>
internal sealed class SignatureVerifier(ICredentials credentials, TimeProvider time)
{
    /// <summary>How far the clocks may be apart.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>Headers that change what a call means: once sent they must be signed.</summary>
    private static readonly string[] MustBeSigned = ["x-amz-date", "x-amz-security-token", "x-amz-target", "x-amz-content-sha256"];

    /// <summary>All that can be checked before the body has been read: that the key is known, its token right and the time near.</summary>
    public async ValueTask<Credential> IdentifyAsync(SignedRequest signed, IHeaderDictionary headers, CancellationToken cancel)
    {
        foreach (var name in MustBeSigned)
        {
            if (headers.ContainsKey(name) && !signed.SignedHeaders.Contains(name)) throw Refusals.InvalidSignature($"'{name}' must be a 'SignedHeader' in the AWS Authorization.");
        }

        var credential = await credentials.FindAsync(signed.AccessKeyId, cancel) ?? throw Refusals.UnknownClient();
        if (!Same(credential.SessionToken ?? "", signed.SessionToken ?? "")) throw Refusals.UnknownClient();
        if (credential.Expires <= time.GetUtcNow()) throw Refusals.ExpiredToken();
        CheckTime(signed);
        return credential;
    }

    public static void Verify(SignedRequest signed, Credential credential, string method, RequestTarget target, IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        var canonical = CanonicalRequest.Of(signed, method, target, headers, body);
        var toSign = $"{SignedRequest.Algorithm}\n{Stamp(signed)}\n{signed.Scope}\n{CanonicalRequest.Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var signature = CanonicalRequest.Hex(HMACSHA256.HashData(SigningKey(credential.SecretAccessKey, signed), Encoding.UTF8.GetBytes(toSign)));
        if (!Same(signature, signed.Signature)) throw Refusals.WrongSignature();
    }

    private void CheckTime(SignedRequest signed)
    {
        var now = time.GetUtcNow();
        var made = TimeOf(signed);
        if (made.ToString("yyyyMMdd", CultureInfo.InvariantCulture) != signed.Day)
            throw Refusals.InvalidSignature($"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{signed.Day}' != '{made:yyyyMMdd}', from '{Compact(made)}'.");
        if (made > now + Skew) throw Refusals.InvalidSignature($"Signature not yet current: {Compact(made)} is still later than {Compact(now + Skew)} ({Compact(now)} + 5 min.)");
        if (signed.Expires is { } expires)
        {
            if (made + expires < now) throw Refusals.InvalidSignature($"Signature expired: {Compact(made + expires)} is now earlier than {Compact(now)}");
        }
        else if (made < now - Skew)
        {
            throw Refusals.InvalidSignature($"Signature expired: {Compact(made)} is now earlier than {Compact(now - Skew)} ({Compact(now)} - 5 min.)");
        }
    }

    private static byte[] SigningKey(string secret, SignedRequest signed)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in new[] { signed.Day, signed.Region, signed.Service, "aws4_request" }) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return key;
    }

    private static DateTimeOffset TimeOf(SignedRequest signed)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParseExact(signed.Date, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, Utc, out var compact)) return compact;
        return signed.Expires is null && DateTimeOffset.TryParseExact(signed.Date, "r", CultureInfo.InvariantCulture, Utc, out var standard)
            ? standard
            : throw Refusals.Incomplete($"Date must be in ISO-8601 'basic format'. Got '{Printable(signed.Date)}'. See http://en.wikipedia.org/wiki/ISO_8601");
    }

    private static string Stamp(SignedRequest signed) => Compact(TimeOf(signed));

    private static string Compact(DateTimeOffset time) => time.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static string Printable(string text) => new([.. text.Take(64).Select(c => char.IsAscii(c) && !char.IsControl(c) ? c : '?')]);

    /// <summary>In a time that does not depend on where two texts of one length differ.</summary>
    private static bool Same(string left, string right) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));
}
