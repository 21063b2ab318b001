using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Vidimus.Testing;

namespace Vidimus.Advisories.Tests.Starter;

/// <summary>What real feeds say, by (CVE, ecosystem, package): the versions at which their ranges begin and end. Read here by means of its own, not by the project's readers.</summary>
public sealed class KnownFacts
{
    private readonly Dictionary<(string Cve, string Ecosystem, string Name), Fact> facts = [];

    public KnownFacts()
    {
        foreach (var ecosystem in (string[])["PyPI", "Go", "crates.io", "AlmaLinux", "Maven", "npm", "NuGet", "RubyGems", "Packagist", "Ubuntu", "Alpine"]) ReadOsv(ecosystem);
        ReadRubySec();
        ReadFriendsOfPhp();
        ReadDotNet();
        ReadSecdb();
        ReadDebian();
    }

    /// <summary>The ends and, where the source tells them, the beginnings of the ranges of one package.</summary>
    public sealed class Fact
    {
        public HashSet<string> Introduced { get; } = [];

        public HashSet<string> Ends { get; } = [];

        /// <summary>Some sources tell only where a vulnerability was repaired.</summary>
        public bool TellsIntroduced { get; set; }
    }

    public Fact? Of(string cve, string ecosystem, string name) => facts.GetValueOrDefault(Key(cve, ecosystem, name));

    private static (string, string, string) Key(string cve, string ecosystem, string name) => (cve, ecosystem, ecosystem is "PyPI" or "NuGet" ? name.ToLowerInvariant().Replace('_', '-') : name);

    private Fact At(string cve, string ecosystem, string name)
    {
        var key = Key(cve, ecosystem, name);
        return facts.TryGetValue(key, out var fact) ? fact : facts[key] = new();
    }

    private void ReadOsv(string folder)
    {
        foreach (var (_, document) in Documents($"osv/{folder}/all.zip", ".json"))
        {
            var root = document.RootElement;
            if (root.TryGetProperty("withdrawn", out _)) continue;

            var cves = new List<string?> { root.GetProperty("id").GetString() };
            foreach (var list in (string[])["aliases", "upstream", .. folder is "AlmaLinux" ? (string[])["related"] : []]) cves.AddRange(Each(root, list).Select(id => id.GetString()));

            foreach (var affected in Each(root, "affected"))
            {
                if (!affected.TryGetProperty("package", out var package)) continue;
                foreach (var cve in cves.Where(cve => cve!.StartsWith("CVE-", StringComparison.Ordinal)))
                {
                    foreach (var range in Each(affected, "ranges").Where(range => range.GetProperty("type").GetString() != "GIT"))
                    {
                        var fact = At(cve!, package.GetProperty("ecosystem").GetString()!, package.GetProperty("name").GetString()!);
                        fact.TellsIntroduced = true;
                        foreach (var e in Each(range, "events").SelectMany(e => e.EnumerateObject()))
                        {
                            if (e.Name == "introduced") fact.Introduced.Add(e.Value.GetString()!);
                            else fact.Ends.Add(e.Value.GetString()!);
                        }
                    }
                }
            }
        }
    }

    /// <summary>Its requirements, <c>~&gt; 5.0.7, &gt;= 5.0.7.2</c>: every version named may be where a branch was repaired.</summary>
    private void ReadRubySec()
    {
        foreach (var (name, text) in Texts("rubysec/ruby-advisory-db.zip", ".yml"))
        {
            if (!name.Contains("gems/", StringComparison.Ordinal) || Line(text, "cve") is not { Length: > 0 } cve || Line(text, "gem") is not { } gem) continue;
            var fact = At($"CVE-{cve}", "RubyGems", gem);
            var at = text.IndexOf("patched_versions:", StringComparison.Ordinal);
            if (at < 0) continue;
            foreach (var requirement in text[at..].Split('\n').Skip(1).TakeWhile(line => line.TrimStart().StartsWith('-')))
            {
                foreach (Match version in Regex.Matches(requirement, @"[0-9][0-9A-Za-z.]*")) fact.Ends.Add(version.Value);
            }
        }
    }

    private void ReadFriendsOfPhp()
    {
        foreach (var (_, text) in Texts("friendsofphp/security-advisories.zip", ".yaml"))
        {
            if (Line(text, "cve") is not { } cve || Line(text, "reference") is not { } reference) continue;
            var fact = At(cve, "Packagist", reference.Replace("composer://", "", StringComparison.Ordinal));
            foreach (Match version in Regex.Matches(text, @"['""]?<\s*([0-9][^'""\],\s]*)")) fact.Ends.Add(version.Groups[1].Value);
        }
    }

    private void ReadDotNet()
    {
        foreach (var (_, document) in Documents("dotnet/cve-timeline.zip", "cve.json"))
        {
            foreach (var package in Each(document.RootElement, "packages")) At(package.GetProperty("cve_id").GetString()!, "NuGet", package.GetProperty("name").GetString()!).Ends.Add(package.GetProperty("fixed").GetString()!);
        }
    }

    private void ReadSecdb()
    {
        foreach (var (name, document) in Documents("alpine-secdb/secdb.zip", ".json").Where(entry => entry.Name.Contains('/')))
        {
            foreach (var package in Each(document.RootElement, "packages").Select(entry => entry.GetProperty("pkg")))
            {
                foreach (var secfix in package.GetProperty("secfixes").EnumerateObject())
                {
                    foreach (var cve in secfix.Value.EnumerateArray().SelectMany(ids => ids.GetString()!.Split(' '))) At(cve, $"Alpine:{name.Split('/')[^2]}", package.GetProperty("name").GetString()!).Ends.Add(secfix.Name);
                }
            }
        }
    }

    private void ReadDebian()
    {
        var releases = new Dictionary<string, string> { ["bullseye"] = "Debian:11", ["bookworm"] = "Debian:12", ["trixie"] = "Debian:13" };
        foreach (var (_, document) in Documents("debian/derived-from-changelogs.zip", "data/json"))
        {
            foreach (var package in document.RootElement.EnumerateObject())
            {
                foreach (var cve in package.Value.EnumerateObject())
                {
                    foreach (var release in cve.Value.GetProperty("releases").EnumerateObject())
                    {
                        if (release.Value.TryGetProperty("fixed_version", out var version)) At(cve.Name, releases[release.Name], package.Name).Ends.Add(version.GetString()!);
                    }
                }
            }
        }
    }

    private static string? Line(string text, string key) => Regex.Match(text, $@"^{key}:\s*['""]?([^'""\r\n]+?)['""]?\s*$", RegexOptions.Multiline) is { Success: true } match ? match.Groups[1].Value : null;

    private static IEnumerable<(string Name, JsonDocument Document)> Documents(string archive, string suffix)
    {
        foreach (var (name, text) in Texts(archive, suffix))
        {
            using var document = JsonDocument.Parse(text);
            yield return (name, document);
        }
    }

    private static IEnumerable<(string Name, string Text)> Texts(string archive, string suffix)
    {
        using var zip = ZipFile.OpenRead(Places.Shared($"advisories/{archive}"));
        foreach (var entry in zip.Entries.Where(entry => entry.FullName.EndsWith(suffix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
            yield return (entry.FullName, reader.ReadToEnd());
        }
    }

    private static IEnumerable<JsonElement> Each(JsonElement parent, string name) => parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];
}
