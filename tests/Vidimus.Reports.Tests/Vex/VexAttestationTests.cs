using System.Security.Cryptography;
using System.Text;
using Vidimus.Sbom.Vex;

namespace Vidimus.Reports.Tests.Vex;

/// <summary>Signed VEX documents, well made and damaged. The signature is over DSSE's encoding as its protocol spells it out: <c>"DSSEv1" SP LEN(type) SP type SP LEN(body) SP body</c>.</summary>
public sealed class VexAttestationTests : IDisposable
{
    private const string Digest = "sha256:aa00000000000000000000000000000000000000000000000000000000000000";
    private const string Vex = """{"@context":"https://openvex.dev/ns/v0.2.0","@id":"v","author":"A","timestamp":"2026-01-01T00:00:00Z","version":1,"statements":[{"vulnerability":{"name":"CVE-2024-0001"},"products":[{"@id":"pkg:npm/a@1"}],"status":"not_affected","justification":"component_not_present"}]}""";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => key.Dispose();

    [Fact]
    public void ReadsWhatIsSignedOfTheImage()
    {
        Assert.Equal("CVE-2024-0001", Read(Signed("https://openvex.dev/ns", Vex))!.Statements.Single().Vulnerabilities.Single());
        Assert.Null(Read(Signed("https://slsa.dev/provenance/v1", "{}")));
        Assert.Throws<InvalidDataException>(() => VexAttestation.Read(Signed("https://openvex.dev/ns", Vex), Keys(), ["sha256:bb"], "it"));
        Assert.Throws<InvalidDataException>(() => Read(Signed("https://openvex.dev/ns", "{}")));
        Assert.Throws<InvalidDataException>(() => VexAttestation.Read(Signed("https://openvex.dev/ns", Vex), new(), [Digest], "it"));
    }

    [Fact]
    public void DamagedOnesAreRefusedOrTheSame()
    {
        var whole = Signed("https://openvex.dev/ns", Vex);
        for (var length = 0; length < whole.Length; length++) Assert.Throws<InvalidDataException>(() => Read(whole.AsMemory(0, length)));

        var random = new Random(20261124);
        for (var turn = 0; turn < 2000; turn++)
        {
            var damaged = whole.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                Assert.Equal("v", Read(damaged)!.Id); // what was flipped is not signed: the key's name
            }
            catch (InvalidDataException)
            {
                // Refused.
            }
        }
    }

    [Fact]
    public void TakesOnlyPublicKeysOfP256()
    {
        using var rsa = RSA.Create(2048);
        using var wide = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        foreach (var pem in new[] { "", "nothing", key.ExportPkcs8PrivateKeyPem(), rsa.ExportSubjectPublicKeyInfoPem(), wide.ExportSubjectPublicKeyInfoPem(), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----" })
        {
            Assert.Throws<InvalidDataException>(() => new VexKeys().Add(pem, "k"));
        }

        var keys = new VexKeys();
        keys.Add($"{key.ExportSubjectPublicKeyInfoPem()}\n{key.ExportSubjectPublicKeyInfoPem()}", "k");
        Assert.Equal(2, keys.Count);
    }

    private Vidimus.Model.Vex.VexDocument? Read(ReadOnlyMemory<byte> envelope) => VexAttestation.Read(envelope, Keys(), [Digest], "it");

    private VexKeys Keys()
    {
        var keys = new VexKeys();
        keys.Add(key.ExportSubjectPublicKeyInfoPem(), "k");
        return keys;
    }

    private byte[] Signed(string type, string predicate)
    {
        const string PayloadType = "application/vnd.in-toto+json";
        var body = $$$"""{"_type":"https://in-toto.io/Statement/v0.1","subject":[{"name":"a","digest":{"sha256":"{{{Digest[7..]}}}"}}],"predicateType":"{{{type}}}","predicate":{{{predicate}}}}""";
        var signature = key.SignData(Encoding.UTF8.GetBytes($"DSSEv1 28 {PayloadType} {Encoding.UTF8.GetByteCount(body)} {body}"), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Encoding.UTF8.GetBytes($$"""{"payloadType":"{{PayloadType}}","payload":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(body))}}","signatures":[{"keyid":"some","sig":"{{Convert.ToBase64String(signature)}}"}]}""");
    }
}
