using System.Buffers;
using System.Security.Cryptography;

namespace Vidimus.Files.Formats.Git;

/// <summary>The kinds of a git object.</summary>
internal enum GitKind : byte
{
    Commit = 1,
    Tree = 2,
    Blob = 3,
    Tag = 4,
}

/// <summary>An object's bytes.</summary>
internal sealed record GitObject(GitKind Kind, byte[] Bytes)
{
    /// <summary>The name that an object with these bytes has.</summary>
    public string Name(bool sha256)
    {
        using var hash = IncrementalHash.CreateHash(sha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        hash.AppendData(System.Text.Encoding.ASCII.GetBytes($"{Kind.ToString().ToLowerInvariant()} {Bytes.Length}\0"));
        hash.AppendData(Bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>Object names.</summary>
internal static class GitId
{
    public const int ShortestPrefix = 4;
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    public static int Length(bool sha256) => sha256 ? 64 : 40;

    public static bool IsHex(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Hex);
}
