using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Vidimus.Model.Vex;
using Vidimus.Sbom.Reading;

namespace Vidimus.Sbom.Vex;

/// <summary>Reads a signed VEX document that is attached to an image: a DSSE envelope (secure-systems-lab/dsse, protocol 1.0), alone or in a Sigstore bundle, around an in-toto statement (v0.1, v1).</summary>
public static class VexAttestation
{
    /// <summary>Envelopes beyond this many bytes are not read.</summary>
    public const int Limit = 16 << 20;

    private const int MostSignatures = 16;
    private const string PayloadType = "application/vnd.in-toto+json";

    private static readonly string[] Predicates = ["https://openvex.dev/ns", "https://cyclonedx.org/", "https://docs.oasis-open.org/csaf/"];

    /// <summary>Reads one. Nothing that is signed is looked at before a key has verified it.</summary>
    /// <param name="digests">The image's, <c>sha256:…</c>: its own and that of the index it was named by. The statement must be about one of them.</param>
    /// <param name="name">How it is called in messages.</param>
    /// <returns>Null when what is attested is no VEX document.</returns>
    /// <exception cref="InvalidDataException">No key has signed it, it is about something else, or can't be read; the message is one sentence.</exception>
    public static VexDocument? Read(ReadOnlyMemory<byte> envelope, VexKeys keys, IReadOnlyCollection<string> digests, string name)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (envelope.Length > Limit) throw new InvalidDataException($"{name} is larger than {Limit >> 20} MiB");
        var payload = Verified(envelope, keys, name);
        using var statement = Parse(payload, name);
        try
        {
            var root = statement.RootElement;
            if (root.TextOf("_type") is not ("https://in-toto.io/Statement/v0.1" or "https://in-toto.io/Statement/v1")) throw new InvalidDataException($"{name} is no in-toto statement");
            if (root.TextOf("predicateType") is not { } type || !Predicates.Any(known => type.StartsWith(known, StringComparison.Ordinal))) return null;
            if (!IsAbout(root, digests)) throw new InvalidDataException($"{name} is about another image");
            if (root.Member("predicate", JsonValueKind.Object) is not { } predicate) throw new InvalidDataException($"{name} has no predicate");
            using var document = new MemoryStream(Encoding.UTF8.GetBytes(predicate.GetRawText()));
            return VexFiles.Read(document, name);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped, is no text.
            throw new InvalidDataException($"{name} holds what is no Unicode text");
        }
    }

    private static byte[] Verified(ReadOnlyMemory<byte> envelope, VexKeys keys, string name)
    {
        using var document = Parse(envelope, name);
        try
        {
            var root = document.RootElement;
            if (root.Member("dsseEnvelope", JsonValueKind.Object) is { } bundled) root = bundled;
            if (root.TextOf("payloadType") is not PayloadType || Bytes(root.TextOf("payload")) is not { } payload) throw new InvalidDataException($"{name} is no signed in-toto statement");
            var message = Encode(payload);
            foreach (var signature in root.Member("signatures", JsonValueKind.Array)?.EnumerateArray().Take(MostSignatures) ?? [])
            {
                if (signature.ValueKind == JsonValueKind.Object && Bytes(signature.TextOf("sig")) is { } bytes && keys.Verify(message, bytes)) return payload;
            }
        }
        catch (InvalidOperationException)
        {
            throw new InvalidDataException($"{name} holds what is no Unicode text");
        }

        throw new InvalidDataException($"{name} is not signed by a key of --vex-key");
    }

    /// <summary>What is signed, DSSE's pre-authentication encoding: the version, then type and body, each behind its length.</summary>
    private static byte[] Encode(byte[] payload) =>
        [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {PayloadType.Length} {PayloadType} {payload.Length} ")), .. payload];

    private static bool IsAbout(JsonElement root, IReadOnlyCollection<string> digests)
    {
        foreach (var subject in root.Member("subject", JsonValueKind.Array)?.EnumerateArray() ?? [])
        {
            if (subject.ValueKind == JsonValueKind.Object && subject.Member("digest", JsonValueKind.Object)?.TextOf("sha256") is { } hex && digests.Contains("sha256:" + hex, StringComparer.Ordinal)) return true;
        }

        return false;
    }

    private static byte[]? Bytes(string? text)
    {
        if (text is null || !Base64.IsValid(text)) return null;
        return Convert.FromBase64String(text);
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> text, string name)
    {
        try
        {
            var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (JsonException)
        {
            // The same as any other text that is no object.
        }

        throw new InvalidDataException($"{name} is no JSON object that can be read");
    }
}
