using System.Security.Cryptography;
using System.Text.Json;
using Vidimus.Files.FileTree;
using Vidimus.Model.Inventory;

namespace Vidimus.Registry;

/// <summary>A signed statement that lies beside an image. Nothing of it is verified but its digest.</summary>
/// <param name="Digest">Of its bytes, <c>sha256:…</c>.</param>
public sealed record RegistryAttestation(string Digest, ReadOnlyMemory<byte> Bytes);

/// <summary>What lies beside an image.</summary>
/// <param name="Digests">The image's: the one that its reference leads to, and the given one where that is another.</param>
/// <param name="Notes">What could not be read.</param>
public sealed record RegistryAttestations(IReadOnlyList<string> Digests, IReadOnlyList<RegistryAttestation> All, IReadOnlyList<Note> Notes);

/// <summary>Finds what is attested of an image where cosign files it (the tag <c>sha256-HEX.att</c>) and where distribution-spec 1.1 does: the referrers of its digest, or where a registry has no such list, the tag <c>sha256-HEX</c>.</summary>
internal sealed class AttestationReader(RegistryImage.Source source)
{
    private const int MostManifests = 64;
    private const int MostAttestations = 64;
    private const int MostBytes = 16 << 20;
    private const long MostTogether = 64 << 20;

    private readonly Dictionary<string, RegistryAttestation> found = new(StringComparer.Ordinal);
    private readonly List<Note> notes = [];
    private long total;
    private int manifests;

    public RegistryAttestations Read(string reference, string? digest)
    {
        var named = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(source.ReadManifest(reference)));
        List<string> digests = digest is null || digest == named ? [named] : [named, digest];
        foreach (var one in digests.Where(IsDigest))
        {
            Try(() => AddManifest(one.Replace(':', '-') + ".att"));
            Try(() => AddReferrers(one));
        }

        return new(digests, [.. found.Values], notes);
    }

    private void Try(Action read)
    {
        try
        {
            read();
        }
        catch (RegistryException e) when (e.IsAbsent)
        {
            // Nothing is attested there.
        }
        catch (Exception e) when (e is RegistryException or TargetException or InvalidDataException or JsonException)
        {
            notes.Add(new(Model.Inventory.Notes.Information, "", $"an attestation of the image could not be read: {e.Message}"));
        }
    }

    private void AddReferrers(string digest)
    {
        using var index = JsonDocument.Parse(source.ReadReferrers(digest) ?? source.ReadManifest(digest.Replace(':', '-')));
        foreach (var descriptor in Items(index.RootElement, "manifests"))
        {
            if (Text(descriptor, "digest") is { } manifest && IsDigest(manifest)) Try(() => AddManifest(manifest));
        }
    }

    private void AddManifest(string reference)
    {
        if (manifests++ >= MostManifests) throw new InvalidDataException($"more than {MostManifests} manifests are beside it");
        using var manifest = JsonDocument.Parse(source.ReadManifest(reference));
        foreach (var layer in Items(manifest.RootElement, "layers"))
        {
            if (Text(layer, "mediaType") is not { } type || !IsSigned(type)) continue;
            if (Text(layer, "digest") is not { } digest || !IsDigest(digest) || found.ContainsKey(digest)) continue;
            if (!layer.TryGetProperty("size", out var given) || given.ValueKind != JsonValueKind.Number || !given.TryGetInt64(out var size) || size is < 0 or > MostBytes) throw new InvalidDataException($"{digest} has no size up to {MostBytes >> 20} MiB");
            if (found.Count == MostAttestations || (total += size) > MostTogether) throw new InvalidDataException($"more than {MostAttestations} attestations, or {MostTogether >> 20} MiB of them, are beside it");
            found.Add(digest, new(digest, Blob(digest, (int)size)));
        }
    }

    private byte[] Blob(string digest, int size)
    {
        using var stream = source.OpenBlob(digest, size) ?? throw new InvalidDataException($"the registry has no {digest}");
        var bytes = new byte[size];
        if (stream.ReadAtLeast(bytes, size, throwOnEndOfStream: false) < size || "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes)) != digest) throw new InvalidDataException($"the bytes of {digest} are not its own");
        return bytes;
    }

    /// <summary>An envelope alone, as cosign before its third version has them, or in a bundle with what else verifies it.</summary>
    private static bool IsSigned(string mediaType) => mediaType is "application/vnd.dsse.envelope.v1+json" || mediaType.StartsWith("application/vnd.dev.sigstore.bundle.", StringComparison.Ordinal);

    private static bool IsDigest(string text) => text.Length == 71 && text.StartsWith("sha256:", StringComparison.Ordinal) && text.Skip(7).All(char.IsAsciiHexDigitLower);

    private static IEnumerable<JsonElement> Items(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var all) && all.ValueKind == JsonValueKind.Array ? all.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object) : [];

    private static string? Text(JsonElement item, string name)
    {
        if (!item.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // half of a surrogate pair
        }
    }
}
