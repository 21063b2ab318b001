using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Vidimus.Files.FileTree.Images;

/// <summary>The files that an image is made of, in a folder or in an archive.</summary>
internal abstract class ImageFiles : IDisposable
{
    private const int MostJson = 4 << 20;

    /// <summary>A file's bytes, seekable, or null when it is not there. May be called from several threads.</summary>
    public abstract Stream? Open(string path);

    /// <summary>Reads a JSON file and verifies its digest where one is given.</summary>
    /// <exception cref="InvalidDataException">It is missing, too large, no such JSON, or its digest is another.</exception>
    public T ReadJson<T>(string path, JsonTypeInfo<T> type, Digest? digest, out Digest found, int limit = MostJson)
        where T : class
    {
        using var stream = Open(path) ?? throw new InvalidDataException($"{path} is missing");
        if (stream.Length > limit) throw new InvalidDataException($"{path} is larger than the {limit >> 20} MiB that are read");

        var bytes = new byte[stream.Length];
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length) throw new InvalidDataException($"{path} is torn");
        found = new(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        if (digest is { } expected && expected != found) throw new InvalidDataException($"the bytes of {expected} are not its own: their digest is {found}");
        if (digest is not null) (stream as IVerifiedBlob)?.Verified();

        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw new InvalidDataException($"{path} holds nothing");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not the JSON it should be: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
