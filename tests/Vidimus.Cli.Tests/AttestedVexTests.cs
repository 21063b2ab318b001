using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vidimus.Testing;

namespace Vidimus.Cli.Tests;

/// <summary><c>--vex-key</c>: VEX documents beside an image in Debian's docker-registry, signed by openssl as DSSE says. The package and its advisories are the shared npm feed's lodash 4.17.15.</summary>
public class AttestedVexTests
{
    private const string Envelope = "application/vnd.dsse.envelope.v1+json";
    private const string Bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";

    [Fact]
    public async Task OnlyWhatANamedKeyHasSignedOfThisImageIsBelieved()
    {
        RealTool.Require("openssl", "skopeo", "umoci");
        using var folder = Places.Temporary();
        using var registry = new DockerRegistry(folder);
        RealTool.Bash($$"""
            mkdir -p tree/app/node_modules/lodash; printf '{"name":"lodash","version":"4.17.15"}' > tree/app/node_modules/lodash/package.json
            umoci init --layout lay; umoci new --image lay:base; umoci insert --image lay:base tree / >/dev/null
            umoci config --image lay:base --architecture amd64 --os linux
            skopeo copy -q --dest-tls-verify=false oci:lay:base docker://{{registry.Host}}/team/app:1
            for k in own other; do openssl ecparam -name prime256v1 -genkey -noout -out $k.pem; openssl ec -in $k.pem -pubout -out $k.pub 2>/dev/null; done
            openssl genpkey -algorithm ed25519 -out ed.pem; openssl pkey -in ed.pem -pubout -out ed.pub
            """, folder.Path);
        var digest = RealTool.Bash($"skopeo inspect --tls-verify=false --format '{{{{.Digest}}}}' docker://{registry.Host}/team/app:1", folder.Path).Trim();

        using var client = new HttpClient { BaseAddress = new($"http://{registry.Host}/v2/team/app/") };
        await Put(client, digest.Replace(':', '-') + ".att",
            (Envelope, Signed(folder, "own.pem", digest, "CVE-2020-8203")),
            (Envelope, Signed(folder, "other.pem", digest, "CVE-2021-23337")),
            (Envelope, Signed(folder, "own.pem", "sha256:" + new string('0', 64), "CVE-2021-23337")),
            (Envelope, Signed(folder, null, digest, "CVE-2021-23337")));

        // The registry has no list of referrers, so that what refers to the image stands in an index under the digest as a tag.
        var (manifest, size) = await Put(client, "bundled", (Bundle, Encoding.UTF8.GetBytes($$"""{"mediaType":"{{Bundle}}","dsseEnvelope":{{Encoding.UTF8.GetString(Signed(folder, "own.pem", digest, "CVE-2020-28500"))}}}""")));
        await PutManifest(client, digest.Replace(':', '-'), "application/vnd.oci.image.index.v1+json",
            $$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{manifest}}","size":{{size}},"artifactType":"{{Bundle}}"}]}""");

        var name = $"image:{registry.Host}/team/app:1";
        Assert.Empty(Hidden(folder, name));
        Assert.Equal(["CVE-2020-28500", "CVE-2020-8203"], Hidden(folder, name, "--vex-key", "own.pub"));
        Assert.Equal(["CVE-2021-23337"], Hidden(folder, name, "--vex-key", "other.pub"));

        var (exit, notes, error) = Tool.Run(folder, "scan", name, "--feeds", Places.Shared("advisories"), "--vex-key", "own.pub", "-f", "json");
        Assert.True(exit == 0, error);
        Assert.Contains("is not signed by a key of --vex-key: it is left out", notes);
        Assert.Contains("is about another image: it is left out", notes);
        Assert.Contains("2 of 5 attestations beside the image are VEX documents signed by a key of --vex-key", notes);

        var (_, text, _) = Tool.Run(folder, "explain", "CVE-2020-8203", name, "--feeds", Places.Shared("advisories"), "--vex-key", "own.pub");
        Assert.Contains("Hidden by vex: not_affected: vulnerable_code_not_present (https://vex.example/CVE-2020-8203, Vendor)", text);

        foreach (var (file, said) in new[] { ("ed.pub", "ECDSA over P-256"), ("own.pem", "PUBLIC KEY") })
        {
            (exit, _, error) = Tool.Run(folder, "scan", name, "--feeds", Places.Shared("advisories"), "--vex-key", file);
            Assert.True(exit > 1, error);
            Assert.Contains(said, error);
        }
    }

    private static IEnumerable<string> Hidden(TemporaryFolder folder, string name, params string[] options)
    {
        using var report = Tool.Scan(folder, name, [.. options, "--all"]);
        return
        [
            .. report.RootElement.GetProperty("findings").EnumerateArray()
                .Where(f => f.TryGetProperty("hidden", out var hidden) && hidden.ValueKind == JsonValueKind.Object && hidden.GetProperty("by").GetString() is "vex")
                .Select(f => f.GetProperty("id").GetString()!).Order(StringComparer.Ordinal),
        ];
    }

    /// <param name="key">Null for an envelope without a signature.</param>
    private static byte[] Signed(TemporaryFolder folder, string? key, string digest, string vulnerability)
    {
        File.WriteAllText(folder["statement"], $$$"""
            {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"app","digest":{"sha256":"{{{digest[7..]}}}"}}],"predicateType":"https://openvex.dev/ns/v0.2.0","predicate":
             {"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://vex.example/{{{vulnerability}}}","author":"Vendor","timestamp":"2026-01-01T00:00:00Z","version":1,"statements":[
              {"vulnerability":{"name":"{{{vulnerability}}}"},"products":[{"@id":"pkg:npm/lodash@4.17.15"}],"status":"not_affected","justification":"vulnerable_code_not_present"}]}}
            """);
        RealTool.Bash($$"""
            printf 'DSSEv1 28 application/vnd.in-toto+json %s ' $(stat -c %s statement) > pae; cat statement >> pae
            sig='{{(key is null ? "" : "x")}}'; [ -z "$sig" ] || sig="{\"keyid\":\"\",\"sig\":\"$(openssl dgst -sha256 -sign {{key}} pae | base64 -w0)\"}"
            printf '{"payloadType":"application/vnd.in-toto+json","payload":"%s","signatures":[%s]}' "$(base64 -w0 statement)" "$sig" > envelope
            """, folder.Path);
        return File.ReadAllBytes(folder["envelope"]);
    }

    private static async Task<(string Digest, int Size)> Put(HttpClient client, string tag, params (string Type, byte[] Bytes)[] layers)
    {
        var config = await PutBlob(client, "{}"u8.ToArray());
        var written = new List<string>();
        foreach (var (type, bytes) in layers) written.Add($$"""{"mediaType":"{{type}}","digest":"{{await PutBlob(client, bytes)}}","size":{{bytes.Length}}}""");
        return await PutManifest(client, tag, "application/vnd.oci.image.manifest.v1+json",
            $$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{config}}","size":2},"layers":[{{string.Join(',', written)}}]}""");
    }

    private static async Task<(string Digest, int Size)> PutManifest(HttpClient client, string tag, string type, string manifest)
    {
        var bytes = Encoding.UTF8.GetBytes(manifest);
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new(type);
        using var answer = await client.PutAsync(new Uri($"manifests/{tag}", UriKind.Relative), content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return ($"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}", bytes.Length);
    }

    private static async Task<string> PutBlob(HttpClient client, byte[] bytes)
    {
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        using var begun = await client.PostAsync(new Uri("blobs/uploads/", UriKind.Relative), null);
        var place = new Uri(client.BaseAddress!, begun.Headers.Location!).ToString();
        using var content = new ByteArrayContent(bytes);
        using var answer = await client.PutAsync(new Uri($"{place}{(place.Contains('?', StringComparison.Ordinal) ? '&' : '?')}digest={digest}"), content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return digest;
    }
}
