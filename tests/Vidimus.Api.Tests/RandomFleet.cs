using Vidimus.Findings;
using Vidimus.Findings.Contents;
using Vidimus.Storage;

namespace Vidimus.Api.Tests;

/// <summary>A small fleet drawn from a seed and written through the stores: hosts, images, functions and folders, with findings in every state.</summary>
internal sealed class RandomFleet(int seed)
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Feeds = ["debian", "osv", "nvd", "rhel"];
    private static readonly string[] Names = ["openssl", "zlib", "curl", "libxml2", "bash", "log4j-core", "lodash", "requests", "glibc", "libé"];

    private readonly Random random = new(seed);

    public async Task WriteAsync(IDatabase database, string account, string region, CancellationToken cancel)
    {
        await using var session = await database.WriteAsync(cancel);
        var tenants = new TenantStore(session);
        await tenants.RegionAsync(region, cancel);
        var scope = await tenants.FindAsync(account, region, cancel) ?? throw new InvalidOperationException("no account");
        var vulnerabilities = await VulnerabilitiesAsync(session, cancel);
        var resources = (await new ResourceStore(session).PutAsync(scope, [.. Enumerable.Range(0, 60).Select(Resource)], Start, cancel)).Values.Order().ToArray();
        await new ResourceStore(session).ScannedAsync(scope, [.. resources.Take(50)], Start.AddDays(20), cancel);

        foreach (var resource in resources)
        {
            var at = Start.AddMilliseconds(random.NextInt64(1, 1_000_000_000));
            var first = await ObserveAsync(session, scope, resource, vulnerabilities, [], at, cancel);
            if (Chance(3)) await ObserveAsync(session, scope, resource, vulnerabilities, first, at.AddHours(random.Next(1, 300)), cancel);
        }

        await session.CommitAsync(cancel);
    }

    private async Task<Observation[]> ObserveAsync(Session session, Scope scope, long resource, (long Number, string Id)[] vulnerabilities, Observation[] before, DateTimeOffset at, CancellationToken cancel)
    {
        var findings = new FindingStore(session);
        var chosen = vulnerabilities.Where(_ => Chance(6)).ToArray();
        var evidence = chosen.Select(v => Evidence(v.Id)).ToArray();
        var ids = await findings.PutEvidenceAsync(scope, [.. evidence], cancel);
        Observation[] observed =
        [
            .. before.Where(_ => Chance(2)),
            .. chosen.Select((v, i) => new Observation(new(resource, FindingKind.Package, v.Number),
                new((FindingSeverity)random.Next(6), Chance(5) ? null : random.Next(0, 101) / 10.0, (FixAvailable)random.Next(3), ids[FindingStore.DigestOf(evidence[i].Title, evidence[i].Body)]))),
        ];
        observed = [.. observed.DistinctBy(o => o.Key)];
        var previous = await findings.OfResourceAsync(scope, resource, FindingKind.Package, cancel);
        await findings.WriteAsync(FindingState.Observe(previous, observed, at), cancel);
        return observed;
    }

    private async Task<(long Number, string Id)[]> VulnerabilitiesAsync(Session session, CancellationToken cancel)
    {
        var store = new VulnerabilityStore(session);
        var ids = Enumerable.Range(0, 40).Select(i => Chance(5) ? $"GHSA-{i:d4}-aaaa-bbbb" : $"CVE-20{random.Next(15, 27)}-{10_000 + (i * 37)}").ToArray();
        var numbers = await store.NumberAsync([.. ids.Select(i => new[] { i })], cancel);
        var facts = ids.Select((id, i) => (numbers[i].Number, new VulnerabilityFacts
        {
            DisplayId = id,
            Severity = (FindingSeverity)random.Next(6),
            Epss = Chance(4) ? null : random.Next(0, 1000) / 1000.0,
            Exploited = Chance(5),
            Details = ContentsText.Write(Details(id)),
        })).ToArray();
        await store.PutAsync(facts, cancel);
        return [.. numbers.Select((n, i) => (n.Number, ids[i]))];
    }

    private VulnerabilityDetails Details(string id) => new()
    {
        Description = new string('d', random.Next(1, 2000)),
        Related = [.. Enumerable.Range(0, random.Next(3)).Select(_ => $"DSA-{random.Next(5000, 5010)}-1")],
        References = [$"https://example.org/{id}"],
        Cwes = ["CWE-79"],
        Sources = [.. Feeds.Where(_ => !Chance(4)).Select(f => new VulnerabilitySource(f, $"{f.ToUpperInvariant()}_CVE", $"https://example.org/{f}/{id}", Chance(4) ? null : Pick("low", "medium", "HIGH", "not yet assigned"), Start, null))],
        Cvss = [new("NVD", "3.1", 7.5, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H")],
        Kev = Chance(3) ? new(new DateOnly(2026, 1, 2), new DateOnly(2026, 2, 3), "Apply updates.", false) : null,
    };

    private (string Title, string Body) Evidence(string id)
    {
        var packages = Enumerable.Range(0, random.Next(1, 4)).Select(_ => new AffectedPackage(Pick(Names), $"{random.Next(1, 4)}.{random.Next(0, 3)}", Chance(2) ? $"{random.Next(1, 3)}.el9" : null,
            Chance(2) ? random.Next(0, 3) : null, Chance(3) ? null : Pick("amd64", "arm64", "noarch"), Pick("OS", "PIP", "NODEPKG", "JAR"), "pkg:generic/x", Chance(2) ? "9.9" : null, null, null,
            Chance(2) ? Pick("usr/lib/a.jar", "app/package.json", "opt/x") : null, Chance(2) ? $"sha256:{new string(Pick("a", "b", "c")[0], 64)}" : null, null))
            .OrderBy(p => p.Name, StringComparer.Ordinal).ToArray();
        return ($"{id} - {string.Join(", ", packages.Select(p => p.Name).Distinct())}", ContentsText.Write(new PackageEvidence(Pick(Feeds), id, packages)));
    }

    private (ResourceKey, string) Resource(int i)
    {
        var (kind, facts) = random.Next(4) switch
        {
            0 => ("host", new ResourceFacts
            {
                Platform = Pick("DEBIAN_12", "UBUNTU_22_04"),
                Os = new(Pick("debian", "ubuntu", "rhel"), "12", "x", null),
                Machine = new() { ImageReference = $"ami-{random.Next(3)}", Network = Chance(3) ? null : $"vpc-{random.Next(3)}", Subnets = Chance(3) ? [] : [$"subnet-{random.Next(4)}"], LaunchedAt = Start },
            }),
            1 => ("image", new()
            {
                Architecture = Pick("amd64", "arm64"),
                Image = new()
                {
                    Registry = Pick("111122223333", "ghcr.io"), Repository = $"team/app{random.Next(4)}", Digest = $"sha256:{i:x64}", Tags = [.. Enumerable.Range(0, random.Next(3)).Select(_ => $"v{random.Next(4)}").Distinct()],
                    PushedAt = Start.AddMinutes(random.Next(100_000)), LastInUseAt = Chance(2) ? null : Start.AddMinutes(random.Next(100_000)), InUseCount = Chance(2) ? null : random.Next(5),
                },
            }),
            2 => ("function", new()
            {
                Architecture = "amd64",
                Function = new()
                {
                    Name = $"fn{random.Next(5)}-{i}", Runtime = Pick("PYTHON_3_11", "NODEJS_18_X"), CodeSha256 = "c0de", Version = "$LATEST", ExecutionRole = $"arn:aws:iam::111122223333:role/r{random.Next(3)}",
                    PackageType = "ZIP", Layers = Chance(2) ? [] : [$"arn:aws:lambda:eu-west-1:111122223333:layer:l{random.Next(3)}:1"], LastModifiedAt = Start.AddMinutes(random.Next(100_000)),
                },
            }),
            _ => ("folder", new ResourceFacts { Repository = new() { ProjectName = $"project{random.Next(3)}", ProviderType = Chance(2) ? "GITHUB" : null, LastCommit = "abc" } }),
        };
        return (new(kind, $"{kind}-{i:d3}"), ContentsText.Write(facts with
        {
            Provider = Chance(2) ? null : "AWS",
            ProviderAccount = Chance(2) ? null : "111122223333",
            ProviderOrganization = Chance(2) ? null : "o-abcdefghij",
            ProviderRegion = Chance(3) ? "us-east-1" : null,
            Tags = Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(3)).Distinct().ToDictionary(k => $"k{k}", _ => Pick("a", "ab", "")),
        }));
    }

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private string Pick(params string[] of) => of[random.Next(of.Length)];
}
