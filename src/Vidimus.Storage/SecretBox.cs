using System.Security.Cryptography;
using System.Text;

namespace Vidimus.Storage;

/// <summary>Seals secrets, so that the store and its backups alone betray none: AES-256-GCM under a key that lies elsewhere.</summary>
/// <remarks>What is sealed: twelve random bytes, the tag, the text. Bound to its owner's name, so that a row's secret can't be put into another's row.</remarks>
public sealed class SecretBox : IDisposable
{
    private const int Nonce = 12;
    private const int Tag = 16;

    /// <summary>One cipher is not for two threads at once: what they open together fails, now and then, as if it were damaged.</summary>
    private readonly Lock gate = new();

    private readonly AesGcm aes;

    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public SecretBox(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyLength) throw new ArgumentException($"a sealing key has {KeyLength} bytes, not {key.Length}");
        aes = new(key, Tag);
    }

    public const int KeyLength = 32;

    /// <param name="owner">What the secret is of: <c>key AKIA…</c>. The same text opens it.</param>
    public byte[] Seal(string secret, string owner)
    {
        var text = Encoding.UTF8.GetBytes(secret);
        var box = new byte[Nonce + Tag + text.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, Nonce));
        lock (gate) aes.Encrypt(box.AsSpan(0, Nonce), text, box.AsSpan(Nonce + Tag), box.AsSpan(Nonce, Tag), Encoding.UTF8.GetBytes(owner));
        return box;
    }

    /// <exception cref="CryptographicException">Sealed under another key or for another owner, or damaged.</exception>
    public string Open(ReadOnlySpan<byte> box, string owner)
    {
        if (box.Length < Nonce + Tag) throw new CryptographicException("the sealed secret is torn");
        var text = new byte[box.Length - Nonce - Tag];
        lock (gate) aes.Decrypt(box[..Nonce], box[(Nonce + Tag)..], box.Slice(Nonce, Tag), text, Encoding.UTF8.GetBytes(owner));
        return Encoding.UTF8.GetString(text);
    }

    public void Dispose() => aes.Dispose();
}
