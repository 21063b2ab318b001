using System.Security.Cryptography;
using Vidimus.Server.CommandLine;
using Vidimus.Storage;

namespace Vidimus.Server.Identity;

/// <summary>The installation's secret: one file, apart from the store, the same on all nodes. Every key that protects something is derived from it.</summary>
internal sealed class KeyFile
{
    private const string Head = "vidimus-server-key-1 ";
    private readonly byte[] secret;

    private KeyFile(byte[] secret) => this.secret = secret;

    /// <summary>Tells, and betrays nothing, which file this is.</summary>
    public byte[] Check => Derive("key check", 16);

    /// <summary>Seals page tokens.</summary>
    public byte[] PageKey => Derive("page tokens", 32);

    public SecretBox SecretBox() => new(Derive("secrets", Storage.SecretBox.KeyLength));

    /// <exception cref="UnfinishedException">It is not there, is none, or others may read it.</exception>
    public static KeyFile Read(string path)
    {
        if (!File.Exists(path)) throw new UnfinishedException($"the key file {path} does not exist");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
            throw new UnfinishedException($"everybody on this machine may read or change the key file {path}; chmod 600 it");
        var text = new FileInfo(path).Length < 200 ? File.ReadAllText(path).Trim() : "";
        var bytes = new byte[64];
        return text.StartsWith(Head, StringComparison.Ordinal) && Convert.TryFromBase64String(text[Head.Length..], bytes, out var length) && length == 32
            ? new(bytes[..length])
            : throw new UnfinishedException($"{path} is no key file of vidimus-server");
    }

    /// <summary>Draws a new one.</summary>
    public static KeyFile Create(string path)
    {
        PrivateFile.Write(path, $"{Head}{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}\n");
        return Read(path);
    }

    private byte[] Derive(string purpose, int length) => HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, length, info: System.Text.Encoding.UTF8.GetBytes($"vidimus {purpose}"));
}
