using System.Text.Json;
using Vidimus.Testing;

namespace Vidimus.Model.Tests;

/// <summary>The judge is npm's <c>packageurl-js</c>, the purl project's own implementation.</summary>
public sealed class PackageUrlTests
{
    private const string Judge = """
        const { PackageURL } = require('packageurl-js');
        const rows = JSON.parse(require('fs').readFileSync(0, 'utf8'));
        console.log(JSON.stringify(rows.map(([text, type, namespace, name, version, qualifiers, subpath]) => {
          try {
            const p = PackageURL.fromString(text);
            return [p.type, p.namespace ?? null, p.name, p.version ?? null, { ...p.qualifiers }, p.subpath ?? null,
              new PackageURL(type, namespace, name, version, qualifiers, subpath).toString()];
          } catch (e) { return [String(e)]; }
        })));
        """;

    // Where the judge leaves the specification: it keeps ! ' ( ) * in all parts and + in versions, encodes : and ~ in qualifiers, and trims spaces. Such signs are in
    // the values whose reading is compared, but not in those whose text is. It decodes qualifiers twice, so that a per cent sign in one is refused: there is none.
    private const string Plain = "abcXYZ019.-_";
    private const string Special = "@/%#?&=+ !*'()~:é漢𝄞\"<>[]\\";

    /// <summary>Types whose rules are exercised, with the judge's requirements (maven has a namespace).</summary>
    private static readonly string[] Types = ["deb", "rpm", "apk", "pypi", "composer", "github", "golang", "maven", "gem", "nuget", "cargo", "generic", "hex"];

    [Fact]
    public void IsReadAndWrittenAsPackageurlJsDoes()
    {
        var random = new Random(20261124);
        var purls = Enumerable.Range(0, 4000).Select(i => Make(random, plain: i % 2 == 0)).ToArray();
        var rows = purls.Select(p => new object?[] { p.ToString(), p.Type, p.Namespace, p.Name, p.Version, p.Qualifiers, p.Subpath });
        var folder = NpmModules.Of("packageurl", "packageurl-js@2.0.1");
        using var answers = JsonDocument.Parse(RealTool.Run("node", ["-e", Judge], JsonSerializer.Serialize(rows), folder));

        var differences = new List<string>();
        foreach (var (i, answer) in answers.RootElement.EnumerateArray().Index())
        {
            var text = purls[i].ToString();
            Assert.True(PackageUrl.TryParse(text, out var read), text);
            Assert.Equal(text, read.ToString());
            var ours = Row(read);
            var theirs = answer.GetArrayLength() == 1 ? answer[0].GetString() : Row(answer);
            if (ours != theirs) differences.Add($"{text}\n  ours   {ours}\n  theirs {theirs}");
            else if (i % 2 == 0 && answer[6].GetString() != text) differences.Add($"ours   {text}\n  theirs {answer[6]}");
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differences:\n{string.Join('\n', differences.Take(5))}");
    }

    [Theory]
    [InlineData("pkg:NPM/%40angular/animation@12.3.1", "pkg:npm/%40angular/animation@12.3.1")]
    [InlineData("pkg:npm/@angular/animation@12.3.1", "pkg:npm/%40angular/animation@12.3.1")]
    [InlineData("pkg://deb/debian//curl@7.50.3-1?Arch=i386&distro=jessie", "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie")]
    [InlineData("pkg:PYPI/Django_package@1.11.1.dev1", "pkg:pypi/django-package@1.11.1.dev1")]
    [InlineData("pkg:deb/debian/bash@5.2.15-2+b7?distro=debian-12&arch=amd64", "pkg:deb/debian/bash@5.2.15-2%2Bb7?arch=amd64&distro=debian-12")]
    [InlineData("pkg:golang/google.golang.org/genproto#/googleapis/../api/", "pkg:golang/google.golang.org/genproto#googleapis/api")]
    [InlineData("pkg:rpm/Fedora/curl@7.50.3-1.fc25?epoch=&arch=i386", "pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386")]
    [InlineData("pkg:generic/a@", "pkg:generic/a")]
    [InlineData("pkg:generic/100%@1", "pkg:generic/100%25@1")]
    public void IsWrittenInTheSpecificationsCanonicalForm(string text, string canonical)
    {
        Assert.True(PackageUrl.TryParse(text, out var purl));
        Assert.Equal(canonical, purl.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("pkg:")]
    [InlineData("pkg:npm")]
    [InlineData("pkg:npm/")]
    [InlineData("pkg:1npm/x")]
    [InlineData("pkg:n&m/x")]
    [InlineData("npm/x")]
    public void RefusesWhatIsNone(string text) => Assert.False(PackageUrl.TryParse(text, out _));

    private static PackageUrl Make(Random random, bool plain)
    {
        var type = Types[random.Next(Types.Length)];
        var name = Text(random, plain ? Plain + "@%#?&= é漢𝄞" : Plain + Special, 8);
        var space = type is "maven" || random.Next(2) == 0 ? string.Join('/', Enumerable.Range(0, random.Next(1, 3)).Select(_ => Text(random, plain ? Plain + "@%#?" : Plain + "@%#?é:!", 5))) : null;
        var version = random.Next(4) == 0 ? null : Text(random, plain ? Plain + ":@%~é" : Plain + Special, 7);
        if (type is "golang" && version is ['v', ..]) version = "1" + version;
        var qualifiers = Enumerable.Range(0, random.Next(3)).ToDictionary(i => "k" + i + Text(random, "abc._-", 3), _ => Text(random, plain ? Plain + "@é" : Plain + Special.Replace("%", ""), 6));
        var subpath = random.Next(4) == 0 ? string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => "s" + Text(random, Plain + "%é", 3))) : null;
        return new(type, space, name, version) { Qualifiers = qualifiers, Subpath = subpath };
    }

    /// <summary>At least one sign; a letter at both ends, because the judge trims.</summary>
    private static string Text(Random random, string signs, int length)
    {
        var runes = signs.EnumerateRunes().ToArray();
        return $"a{string.Concat(Enumerable.Range(0, random.Next(length)).Select(_ => runes[random.Next(runes.Length)].ToString()))}z";
    }

    private static string Row(PackageUrl p) => string.Join('|', p.Type, p.Namespace, p.Name, p.Version, string.Join('&', p.Qualifiers.OrderBy(q => q.Key, StringComparer.Ordinal).Select(q => q.Key + "=" + q.Value)), p.Subpath);

    private static string Row(JsonElement a) => string.Join('|', a[0], a[1], a[2], a[3], string.Join('&', a[4].EnumerateObject().OrderBy(q => q.Name, StringComparer.Ordinal).Select(q => q.Name + "=" + q.Value)), a[5]);
}
