using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vidimus.Model.Files;

namespace Vidimus.Scanning;

/// <summary>Keeps layers' facts in a folder, under diff id and the collectors' versions.</summary>
/// <param name="folder">Made when it is not there.</param>
/// <param name="largest">All files together; the ones used longest ago go first. In bytes.</param>
public sealed class LayerCache(string folder, long largest = 512 << 20)
{
    /// <summary>The facts of a layer, or null when they are not kept (or the file is torn: it is then as if it were not there).</summary>
    public LayerFacts? Find(string diffId, string collectors)
    {
        var path = PathOf(diffId, collectors);
        try
        {
            using var stream = new BrotliStream(File.OpenRead(path), CompressionMode.Decompress);
            var facts = JsonSerializer.Deserialize(stream, LayerJson.Facts);
            if (facts?.Collectors != collectors) return null;
            File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime);
            return facts;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return null; // the layer is read again and written over it
        }
    }

    /// <summary>Keeps a layer's facts. A folder that can't be written to is no reason to fail a scan: then nothing is kept.</summary>
    public void Keep(string diffId, LayerFacts facts)
    {
        var path = PathOf(diffId, facts.Collectors);
        var temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(folder);
            using (var stream = new BrotliStream(File.Create(temporary), CompressionLevel.Fastest)) JsonSerializer.Serialize(stream, facts, LayerJson.Facts);
            File.Move(temporary, path, overwrite: true);
            Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(temporary)) File.Delete(temporary);
        }
    }

    /// <summary>The bytes under which facts are kept, before compression: equal facts have equal bytes.</summary>
    public static byte[] ToBytes(LayerFacts facts) => JsonSerializer.SerializeToUtf8Bytes(facts, LayerJson.Facts);

    private string PathOf(string diffId, string collectors) =>
        Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{diffId} {collectors}"))) + ".layer");

    private void Trim()
    {
        var kept = new DirectoryInfo(folder).EnumerateFiles("*.layer").OrderByDescending(f => f.LastWriteTimeUtc).ToArray();
        var total = 0L;
        foreach (var file in kept)
        {
            if ((total += file.Length) > largest) file.Delete();
        }
    }
}

[JsonSerializable(typeof(LayerFacts))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, Converters = [typeof(LosslessText), typeof(PackedHashes)])]
internal sealed partial class LayerJson : JsonSerializerContext
{
    public static System.Text.Json.Serialization.Metadata.JsonTypeInfo<LayerFacts> Facts => Default.LayerFacts;
}

/// <summary>Writes text that may hold lone surrogates (<see cref="PathText"/>), which JSON can't carry: such text becomes a NUL sign and the path's bytes in base64.</summary>
internal sealed class LosslessText : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { } text && text.StartsWith('\0') ? PathText.Decode(Convert.FromBase64String(text[1..])) : reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        if (IsWellFormed(value)) writer.WriteStringValue(value);
        else writer.WriteStringValue("\0" + Convert.ToBase64String(PathText.Encode(value)));
    }

    private static bool IsWellFormed(string text)
    {
        if (text.StartsWith('\0')) return false;
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')) return true;
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) return false;
            i++;
        }

        return true;
    }
}

/// <summary>Writes hashes as the base64 of their little-endian bytes.</summary>
internal sealed class PackedHashes : JsonConverter<ulong[]>
{
    public override ulong[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var bytes = reader.GetBytesFromBase64();
        var hashes = new ulong[bytes.Length / 8];
        for (var i = 0; i < hashes.Length; i++) hashes[i] = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(i * 8));
        return hashes;
    }

    public override void Write(Utf8JsonWriter writer, ulong[] value, JsonSerializerOptions options)
    {
        var bytes = new byte[value.Length * 8];
        for (var i = 0; i < value.Length; i++) System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * 8), value[i]);
        writer.WriteBase64StringValue(bytes);
    }
}
