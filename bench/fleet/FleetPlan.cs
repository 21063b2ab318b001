using Vidimus.Findings;
using Vidimus.Findings.Contents;

namespace Vidimus.Bench.Fleet;

/// <summary>A fleet drawn from a seed: the same sizes and the same seed are the same fleet, on every machine and in both stores.</summary>
internal sealed class FleetPlan(int findings)
{
    public const int Accounts = 20;
    public const int Vulnerabilities = 75_000;
    public const string Region = "eu-central-1";
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Feeds = ["debian", "osv", "rhel", "alpine"];
    private static readonly FindingSeverity[] Severities = [FindingSeverity.Critical, FindingSeverity.High, FindingSeverity.High, FindingSeverity.Medium, FindingSeverity.Medium, FindingSeverity.Medium, FindingSeverity.Low, FindingSeverity.Low];

    public int Findings => findings;

    public int Resources { get; } = Math.Max(Accounts * 20, findings / 100);

    /// <summary>One account has thirty of a hundred, the others share the rest.</summary>
    public int ResourcesOf(int account) => account == 0 ? Resources * 3 / 10 : (Resources * 7 / 10) / (Accounts - 1);

    public static string Number(int account) => $"{700_000_000_000 + account}";

    public static string Id(int vulnerability) => $"CVE-{2010 + (vulnerability % 17)}-{10_000 + vulnerability}";

    /// <summary>A number in 0 to n - 1 that follows from its parts alone.</summary>
    public static int Draw(int n, int part, int more = 0, int kind = 0)
    {
        var x = (ulong)(uint)part * 0x9E3779B97F4A7C15 ^ (ulong)(uint)more * 0xC2B2AE3D27D4EB4F ^ (ulong)(uint)kind * 0x165667B19E3779F9;
        x ^= x >> 33;
        x *= 0xFF51AFD7ED558CCD;
        x ^= x >> 33;
        x *= 0xC4CEB9FE1A85EC53;
        x ^= x >> 33;
        return (int)(x % (ulong)n);
    }

    public static FindingSeverity Severity(int vulnerability) => Draw(200, vulnerability, kind: 1) == 0 ? FindingSeverity.Untriaged : Severities[Draw(Severities.Length, vulnerability, kind: 2)];

    /// <summary>In tenths; null where nobody gave one.</summary>
    public static double? Score(int vulnerability) => Severity(vulnerability) switch
    {
        FindingSeverity.Critical => 9.0 + (Draw(11, vulnerability, kind: 3) / 10.0),
        FindingSeverity.High => 7.0 + (Draw(20, vulnerability, kind: 3) / 10.0),
        FindingSeverity.Medium => 4.0 + (Draw(30, vulnerability, kind: 3) / 10.0),
        FindingSeverity.Low => 0.1 + (Draw(39, vulnerability, kind: 3) / 10.0),
        _ => null,
    };

    public static VulnerabilityFacts Facts(int v) => new()
    {
        DisplayId = Id(v),
        Severity = Severity(v),
        Epss = Draw(20, v, kind: 4) == 0 ? null : Math.Round(Math.Pow(Draw(100_000, v, kind: 5) / 100_000.0, 6), 5),
        Exploited = Draw(70, v, kind: 6) == 0,
        Details = ContentsText.Write(new VulnerabilityDetails
        {
            Description = new string('d', 100 + Draw(400, v, kind: 7)),
            Related = Draw(3, v, kind: 8) == 0 ? [$"DSA-{5000 + Draw(4000, v, kind: 9)}-1"] : [],
            References = [$"https://example.org/{Id(v)}"],
            Sources = [.. Feeds.Select((f, i) => new VulnerabilitySource(f, $"{f.ToUpperInvariant()}_CVE", null, Draw(5, v, i, 10) switch { 0 => null, 1 => "low", 2 => "medium", 3 => "high", _ => "critical" }, null, null))],
            Cvss = Score(v) is { } score ? [new("NVD", "3.1", score, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H")] : [],
        }),
    };

    public static (ResourceKey Key, string Facts) Resource(int account, int r)
    {
        var facts = new ResourceFacts
        {
            Provider = "AWS",
            ProviderAccount = Number(account),
            ProviderOrganization = "o-abcdefghij",
            Tags = new Dictionary<string, string>
            {
                ["env"] = Draw(2, account, r, 11) == 0 ? "prod" : "dev",
                ["team"] = $"team-{Draw(100, account, r, 12)}",
                ["owner"] = $"owner-{Draw(5000, account, r, 13)}",
            },
        };
        var (kind, all) = Draw(10, account, r, 14) switch
        {
            < 4 => ("host", facts with
            {
                Platform = Draw(3, account, r, 15) == 0 ? "UBUNTU_22_04" : "DEBIAN_12",
                Os = new("debian", "12", "Debian", null),
                Machine = new() { ImageReference = $"ami-{Draw(200, account, r, 16):x17}", Network = $"vpc-{Draw(60, account, r, 17):x17}", Subnets = [$"subnet-{Draw(600, account, r, 18):x17}"], Ipv4 = ["192.0.2.1"] },
            }),
            < 9 => ("image", facts with
            {
                Architecture = Draw(4, account, r, 19) == 0 ? "arm64" : "amd64",
                Image = new()
                {
                    Registry = Draw(3, account, r, 20) == 0 ? "ghcr.io" : Number(account), Repository = $"team{Draw(40, account, r, 21)}/app{Draw(50, account, r, 22)}", Digest = $"sha256:{((long)account << 32) + r:x64}",
                    Tags = [$"v{Draw(300, account, r, 23)}"], PushedAt = Start.AddSeconds(Draw(25_000_000, account, r, 24)), LastInUseAt = Draw(2, account, r, 25) == 0 ? Start.AddSeconds(Draw(25_000_000, account, r, 26)) : null,
                    InUseCount = Draw(20, account, r, 27),
                },
            }),
            _ => ("function", facts with
            {
                Architecture = "amd64",
                Function = new()
                {
                    Name = $"fn-{r}", Runtime = Draw(2, account, r, 28) == 0 ? "PYTHON_3_11" : "NODEJS_18_X", CodeSha256 = "x", Version = "$LATEST", ExecutionRole = $"arn:aws:iam::{Number(account)}:role/r{Draw(50, account, r, 29)}",
                    PackageType = "ZIP", Layers = [$"arn:aws:lambda:{Region}:{Number(account)}:layer:l{Draw(50, account, r, 30)}:1"], LastModifiedAt = Start.AddSeconds(Draw(25_000_000, account, r, 31)),
                },
            }),
        };
        return (new(kind, $"{kind}-{account}-{r}"), ContentsText.Write(all));
    }

    /// <summary>How many resources of an account have a vulnerability: few have very many, most a handful.</summary>
    public int Spread(int account, int vulnerability)
    {
        var rank = 1 + Draw(Vulnerabilities, vulnerability, kind: 32);
        var wanted = ResourcesOf(account) * 100.0 / (rank + 60) / Harmonic;
        var whole = (int)wanted;
        return Math.Min(ResourcesOf(account), whole + (Draw(1000, account, vulnerability, 33) < (wanted - whole) * 1000 ? 1 : 0));
    }

    /// <summary>The sum of 1 / (rank + 60) over all ranks.</summary>
    private static double Harmonic { get; } = Math.Log((Vulnerabilities + 60.0) / 61.0);

    public static (string Title, PackageEvidence Evidence) Evidence(int vulnerability, int variant)
    {
        var name = $"package-{Draw(12_000, vulnerability, kind: 34)}";
        var version = $"{1 + variant}.{Draw(20, vulnerability, variant, 35)}";
        string? layer = variant == 0 ? null : $"sha256:{Draw(4000, vulnerability, variant, 36):x64}";
        AffectedPackage[] packages = Draw(3, vulnerability, kind: 37) == 0
            ? [Of(name), Of($"{name}-libs")]
            : [Of(name)];
        return ($"{Id(vulnerability)} - {string.Join(", ", packages.Select(p => p.Name))}", new(Feeds[Draw(Feeds.Length, vulnerability, kind: 38)], Id(vulnerability), packages));

        AffectedPackage Of(string p) => new(p, version, "1.el9", 0, "amd64", "OS", $"pkg:deb/debian/{p}@{version}", "9.9", null, "affected", null, layer, null);
    }
}

/// <summary>A row of the finding table, as it is loaded.</summary>
internal readonly record struct FindingRow(int Account, long Id, int Status, int Severity, int Fix, int Score, int Resource, int Evidence, long Vulnerability, long First, long Updated, long? Closed);
