using System.Text;
using Vidimus.Ecosystems;
using Vidimus.Matching.Policy;
using Vidimus.Model.Inventory;
using Vidimus.Model.Reports;
using Vidimus.Testing;
using static Vidimus.Matching.Tests.MadeBook;

namespace Vidimus.Matching.Tests.Policy;

/// <summary>The policy's format and what its rules hide: docs/policy.md.</summary>
public class PolicyTests
{
    private const string Whole = """
        version: 1
        author: Security team
        fail-on: [high, kev]
        ignore:
          # a comment
          - id: [CVE-2024-0001, GHSA-9]
            package: 'pkg:npm/pad'
            path: "**/test/**"
            kind: vulnerability
            severity: High
            reason: "vulnerable_code_not_present: left out"
            expires: 2027-01-31
          - {id: CVE-2024-0002, reason: borne, accepted: true}
        """;

    [Fact]
    public void ReadsAllOfIt()
    {
        var policy = Read(Whole);
        Assert.Equal(("p.yaml", "high,kev", "Security team", 2), (policy.Name, policy.FailOn, policy.Author, policy.Rules.Count));
        var rule = policy.Rules[0];
        Assert.Equal((6, "HIGH", new DateOnly(2027, 1, 31), false), (rule.Line, rule.Severity, rule.Expires, rule.Accepted));
        Assert.Equal(["CVE-2024-0001", "GHSA-9"], rule.Ids);
        Assert.Equal(("vulnerable_code_not_present", "left out"), rule.Justification());
        Assert.True(policy.Rules[1].Accepted);
        Assert.Equal(Read("version: '1'").Rules, []);
    }

    [Theory]
    [InlineData("", "line 1: a policy is a set of 'key: value' lines; allowed keys are version, author, fail-on, ignore")]
    [InlineData("ignore: []", "line 1: 'version: 1' is missing")]
    [InlineData("version: 2", "line 1: 'version' is 1")]
    [InlineData("version: 1\nignored: []", "line 2: 'ignored' is no key of a policy; allowed are version, author, fail-on, ignore")]
    [InlineData("version: 1\nversion: 1", "line 2: 'version' stands here twice")]
    [InlineData("version: 1\nignore:\n  id: x", "line 3: 'ignore' is a list of rules, each with '- '")]
    [InlineData("version: 1\nignore:\n  - x", "line 3: a rule is a set of")]
    [InlineData("version: 1\nignore:\n  - id: x\n    pakage: y\n    reason: z", "line 4: 'pakage' is no key of a rule; allowed are id, package, path, kind, severity, reason, expires, accepted")]
    [InlineData("version: 1\nignore:\n  - id: x", "line 3: a rule needs a 'reason'")]
    [InlineData("version: 1\nignore:\n  - id: x\n    reason:", "line 4: 'reason' is a text that is not empty")]
    [InlineData("version: 1\nignore:\n  - id: []\n    reason: y", "line 3: 'id' is a text or a list of texts")]
    [InlineData("version: 1\nignore:\n  - id: {a: b}\n    reason: y", "line 3: 'id' is a text or a list of texts")]
    [InlineData("version: 1\nignore:\n  - reason: y", "would hide everything")]
    [InlineData("version: 1\nignore:\n  - id: x\n    reason: y\n    expires: tomorrow", "line 5: 'expires' is a day: 2027-01-31")]
    [InlineData("version: 1\nignore:\n  - id: x\n    reason: y\n    severity: dire", "line 5: 'severity' is one of critical, high")]
    [InlineData("version: 1\nignore:\n  - kind: bad\n    reason: y", "line 3: 'bad' is no kind; allowed are vulnerability, end-of-life, malicious")]
    [InlineData("version: 1\nignore:\n  - id: x\n    reason: y\n    accepted: yes", "line 5: 'accepted' is true or false")]
    [InlineData("version: 1\nignore:\n  - package: 'pkg:npm'\n    reason: y", "line 3: 'pkg:npm' is no package URL")]
    [InlineData("version: 1\nauthor: &a x\nfail-on: *a", "line 2: anchors and aliases are not allowed")]
    [InlineData("version: 1\nauthor: !!str x", "line 2: tags are not allowed")]
    [InlineData("version: 1\n---\nversion: 1", "one YAML document")]
    [InlineData("version: 1\nauthor: \"x", "this is no YAML")]
    [InlineData("version: 1\n\tauthor: x", "this is no YAML")]
    public void WhatIsWrongIsNamedWithItsLine(string text, string says) => Assert.Contains(says, Assert.Throws<PolicyException>(() => Read(text)).Message);

    [Fact]
    public void BoundsHold()
    {
        Assert.Contains("1 MiB", Assert.Throws<PolicyException>(() => Read("version: 1 #" + new string('x', 1 << 20))).Message);
        Assert.Contains("deeper", Assert.Throws<PolicyException>(() => Read(new string('[', 60_000))).Message);
        Assert.Contains("deeper", Assert.Throws<PolicyException>(() => Read(string.Concat(Enumerable.Repeat("- ", 60_000)))).Message);
        Assert.Contains("longer", Assert.Throws<PolicyException>(() => Read("version: 1\nauthor: " + new string('x', 5000))).Message);
        Assert.Contains("UTF-8", Assert.Throws<PolicyException>(() => PolicyReader.Read(new MemoryStream([0xFF, 0xFE, 0x00]), "p.yaml")).Message);
    }

    [Fact]
    public void DamagedPoliciesAreReadOrRefusedButNeverMore()
    {
        var bytes = Encoding.UTF8.GetBytes(Whole);
        foreach (var damaged in Enumerable.Range(0, bytes.Length).Select(i => bytes[..i]).Concat(Mutations.Of(bytes, seed: 15, count: 5000)))
        {
            try
            {
                PolicyReader.Read(new MemoryStream(damaged), "p.yaml");
            }
            catch (PolicyException e)
            {
                Assert.StartsWith("p.yaml", e.Message);
            }
        }
    }

    /// <summary>JSON is YAML: ajv with the schema and our reader take the same documents.</summary>
    [Fact]
    public void TheSchemaAndTheReaderAgree()
    {
        string Rule(string members) => $$"""{"version": 1, "ignore": [{{{members}}}]}""";
        string[] documents =
        [
            """{"version": 1}""", """{"version": "1", "author": "x", "fail-on": ["high"], "ignore": []}""", "{}", "[]", """{"version": 2}""", """{"version": 1, "x": 1}""", """{"version": 1, "ignore": {}}""", """{"version": 1, "author": ""}""",
            Rule("\"id\": \"x\", \"reason\": \"y\""), Rule("\"id\": [\"x\", \"z\"], \"reason\": \"y\", \"expires\": \"2027-01-31\", \"severity\": \"High\", \"accepted\": true"), Rule("\"kind\": [\"malicious\"], \"reason\": \"y\""),
            Rule("\"id\": \"x\""), Rule("\"reason\": \"y\""), Rule("\"id\": [], \"reason\": \"y\""), Rule("\"id\": {}, \"reason\": \"y\""), Rule("\"id\": \"x\", \"reason\": \" \""), Rule("\"id\": \"x\", \"reason\": \"y\", \"expires\": \"2027-02-30\""),
            Rule("\"id\": \"x\", \"reason\": \"y\", \"severity\": \"dire\""), Rule("\"kind\": \"bad\", \"reason\": \"y\""), Rule("\"id\": \"x\", \"reason\": \"y\", \"accepted\": \"maybe\""), Rule("\"id\": \"x\", \"reason\": \"y\", \"z\": 1"),
        ];
        Assert.Equal(documents.Select(IsTaken), JsonJudges.Takes("policy-1.json", documents));
    }

    /// <summary>The example of the documentation is a policy, and does what it says there.</summary>
    [Fact]
    public void TheDocumentedExampleIsRead()
    {
        var page = File.ReadAllText(Path.Combine(Places.Repository, "docs/policy.md"));
        var policy = Read(page.Split("```yaml\n")[1].Split("```")[0]);
        Assert.Equal(4, policy.Rules.Count);
        Assert.True(policy.Rules[2].Means(Finding("CVE-1", "LOW"), Item("pad", "a/testdata/x/package.json"), null));
        Assert.True(policy.Rules[1].Means(Finding("CVE-1", "LOW"), Item("linux-image-6.1", "x"), null));
    }

    [Theory]
    [InlineData("id: cve-2024-0001", true)]
    [InlineData("id: GHSA-1", true)]
    [InlineData("id: CVE-2024-0002", false)]
    [InlineData("package: pad", true)]
    [InlineData("package: pa*", true)]
    [InlineData("package: '*d'", true)]
    [InlineData("package: 'p*x'", false)]
    [InlineData("package: pkg:npm/pad", true)]
    [InlineData("package: pkg:npm/pad@1.0.0", true)]
    [InlineData("package: pkg:npm/pad@1.0.1", false)]
    [InlineData("package: pkg:npm/pad@1.*", true)]
    [InlineData("package: pkg:npm/*", true)]
    [InlineData("package: pkg:pypi/*", false)]
    [InlineData("path: 'a/**'", true)]
    [InlineData("path: '/a/b/package.json'", true)]
    [InlineData("path: '**/package.json'", true)]
    [InlineData("path: 'b/**'", false)]
    [InlineData("severity: medium", true)]
    [InlineData("severity: high", true)]
    [InlineData("severity: low", false)]
    [InlineData("severity: untriaged", false)]
    [InlineData("kind: vulnerability", true)]
    [InlineData("kind: [malicious, end-of-life]", false)]
    [InlineData("id: GHSA-1, package: other", false)] // all that a rule names
    [InlineData("id: [GHSA-7, GHSA-1], package: [other, pad]", true)] // of a list, one
    public void ARuleHoldsWhenAllItNamesDoes(string members, bool holds)
    {
        var rule = Read($"version: 1\nignore:\n  - {{{members}, reason: x}}").Rules.Single();
        Assert.Equal(holds, rule.Means(Finding("CVE-2024-0001", "MEDIUM", "GHSA-1"), Item("pad", "a/b/package.json"), null));
    }

    [Fact]
    public void NothingIsIgnoredByTheWay()
    {
        var all = Read("version: 1\nignore:\n  - {package: '*', reason: x}\n").Rules.Single();
        Assert.True(all.Means(Finding("CVE-1", "LOW"), Item("pad", "x"), null));
        Assert.False(all.Means(Finding("MAL-1", "LOW") with { Kind = "malicious" }, Item("pad", "x"), null));
        Assert.False(all.Means(Finding("EOL-1", "LOW"), null, null)); // a finding about the system is of no package
        var low = Read("version: 1\nignore:\n  - {severity: critical, reason: x}\n").Rules.Single();
        Assert.False(low.Means(Finding("CVE-1", "UNTRIAGED"), Item("pad", "x"), null)); // what nobody has rated is not known to be little
        var path = Read("version: 1\nignore:\n  - {path: 'test/**', reason: x}\n").Rules.Single();
        Assert.False(path.Means(Finding("CVE-1", "LOW"), Item("pad", "test/x", "app/x"), null)); // one of its places is not a test's
    }

    [Fact]
    public void ARuleOutlivesVersionsAndEndsWithItsDay()
    {
        using var book = Of(("osv", Advisory("CVE-2024-0001", Below("npm", "pad", "9.0.0"))));
        var policy = Read("version: 1\nignore:\n  - {id: CVE-2024-0001, package: pad, reason: borne, expires: 2026-11-24}");
        ScanReport On(string version, DateOnly day, bool all = true) => ReportAssembly.Assemble(Inventory(Npm("pad", version)), book, EcosystemList.Keys, new() { Tool = new("vidimus", "0"), Today = day, All = all, Policy = policy });

        foreach (var version in new[] { "1.0.0", "2.0.0" }) Assert.Equal(new ReportHidden("policy", "borne", "2026-11-24"), On(version, new(2026, 11, 24)).Findings.Single(f => f.Kind is "vulnerability").Hidden);
        var after = On("1.0.0", new(2026, 11, 25));
        Assert.Null(after.Findings.Single(f => f.Kind is "vulnerability").Hidden);
        Assert.Contains(after.Notes, n => n.Message == "the rule on line 3 of p.yaml expired on 2026-11-24 and no longer applies");
        Assert.DoesNotContain(On("1.0.0", new(2026, 11, 24)).Notes, n => n.Message.Contains("expired", StringComparison.Ordinal));
        Assert.Equal(1, On("1.0.0", new(2026, 11, 24), all: false).Summary.Hidden);
    }

    private static bool IsTaken(string text)
    {
        try
        {
            return Read(text) is not null;
        }
        catch (PolicyException)
        {
            return false;
        }
    }

    private static ScanPolicy Read(string text) => PolicyReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "p.yaml");

    private static InventoryPackage Item(string name, params string[] paths) => new("id", $"pkg:npm/{name}@1.0.0", Npm(name, "1.0.0"), [.. paths.Select(p => new Location(p, null, null))], null);

    private static ReportFinding Finding(string id, string severity, params string[] aliases) => new()
    {
        Key = "k",
        Kind = "vulnerability",
        Id = id,
        Aliases = aliases,
        Title = "",
        Severity = severity,
        Cvss = [],
        Cwes = [],
        FixedVersions = [],
        Status = "affected",
        Advisory = id,
        Source = "osv",
        Evidence = [],
    };
}
