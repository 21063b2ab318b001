using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Vidimus.Api.Protocol;

/// <summary>Makes and opens <c>nextToken</c>: where a list goes on, readable by nobody else, bound to the account, the operation and the query, and of limited life.</summary>
/// <remarks>Form: base64url of nonce (12), cipher text and tag (16) of AES-GCM; inside it the end of its life in Unix seconds (8, big-endian) and the position.</remarks>
internal sealed class PageTokens : IDisposable
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int ExpiryLength = 8;

    /// <summary>No position of ours is longer; a longer token is none of ours.</summary>
    private const int Limit = 4096;

    /// <summary>As AWS's tokens, one that was kept for a day is of no use.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    /// <summary>One cipher is not for two threads at once.</summary>
    private readonly Lock gate = new();

    private readonly AesGcm cipher;
    private readonly TimeProvider time;

    /// <param name="key">32 bytes, the same on all nodes.</param>
    public PageTokens(ReadOnlySpan<byte> key, TimeProvider time)
    {
        cipher = new(key, TagLength);
        this.time = time;
    }

    /// <param name="query">A text or digest of everything but the token and the page's size that chooses and orders the list.</param>
    public string Seal(Caller caller, string operation, ReadOnlySpan<byte> query, ReadOnlySpan<byte> position)
    {
        var plain = new byte[ExpiryLength + position.Length];
        BinaryPrimitives.WriteInt64BigEndian(plain, (time.GetUtcNow() + Life).ToUnixTimeSeconds());
        position.CopyTo(plain.AsSpan(ExpiryLength));

        var token = new byte[NonceLength + plain.Length + TagLength];
        RandomNumberGenerator.Fill(token.AsSpan(0, NonceLength));
        lock (gate) cipher.Encrypt(token.AsSpan(0, NonceLength), plain, token.AsSpan(NonceLength, plain.Length), token.AsSpan(NonceLength + plain.Length), Bound(caller, operation, query));
        return Base64Url.EncodeToString(token);
    }

    /// <exception cref="ApiException">The token is not ours, was changed, is of another caller or query, or too old.</exception>
    public byte[] Open(Caller caller, string operation, ReadOnlySpan<byte> query, string token)
    {
        if (token.Length > Limit || !Base64Url.IsValid(token, out var length) || length < NonceLength + ExpiryLength + TagLength) throw Refused();
        var bytes = Base64Url.DecodeFromChars(token);
        var plain = new byte[bytes.Length - NonceLength - TagLength];
        try
        {
            lock (gate) cipher.Decrypt(bytes.AsSpan(0, NonceLength), bytes.AsSpan(NonceLength, plain.Length), bytes.AsSpan(NonceLength + plain.Length), plain, Bound(caller, operation, query));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw Refused();
        }

        return BinaryPrimitives.ReadInt64BigEndian(plain) >= time.GetUtcNow().ToUnixTimeSeconds() ? plain[ExpiryLength..] : throw Refused();
    }

    public void Dispose() => cipher.Dispose();

    private static byte[] Bound(Caller caller, string operation, ReadOnlySpan<byte> query) =>
        [.. Encoding.UTF8.GetBytes($"{caller.Account}\n{caller.Region}\n{operation}\n"), .. SHA256.HashData(query)];

    private static ApiException Refused() =>
        ApiException.Validation("The nextToken is invalid or has expired.", ValidationReason.FieldValidationFailed, new FieldError("nextToken", "The token is invalid or has expired."));
}
