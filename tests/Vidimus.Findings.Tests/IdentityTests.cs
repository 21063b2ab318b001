namespace Vidimus.Findings.Tests;

public class IdentityTests
{
    private static IdentityKey Key(byte fill) => new([.. Enumerable.Repeat(fill, IdentityKey.Length)]);

    [Fact]
    public void DigitsLeadBackToTheRowAndOnlyHere()
    {
        using var key = Key(1);
        using var other = Key(2);
        var digits = new HashSet<string>();
        foreach (var id in Enumerable.Range(1, 10_000).Select(i => (long)i).Append(long.MaxValue))
        {
            var hex = key.ToHex(id);
            Assert.Matches("^[a-f0-9]{32}$", hex);
            Assert.True(digits.Add(hex));
            Assert.True(key.TryReadHex(hex, out var back));
            Assert.Equal(id, back);
            Assert.False(other.TryReadHex(hex, out _));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("zz23456789abcdef0123456789abcdef")]
    [InlineData("0123456789abcdef0123456789abcdef00")]
    public void RefusesDigitsItNeverGave(string hex)
    {
        using var key = Key(1);
        Assert.False(key.TryReadHex(hex, out _));
    }

    [Fact]
    public void FingerprintsKeepTheirPartsApart()
    {
        using var key = Key(1);
        using var other = Key(2);
        Assert.Equal(key.Fingerprint("tcp", "22-22"), key.Fingerprint("tcp", "22-22"));
        Assert.NotEqual(key.Fingerprint("ab", "c"), key.Fingerprint("a", "bc"));
        Assert.NotEqual(key.Fingerprint("a", ""), key.Fingerprint("a"));
        Assert.NotEqual(key.Fingerprint("a"), other.Fingerprint("a"));
        Assert.True(key.Fingerprint("a") >= 0);
    }

    /// <summary>The digest of "abc" is FIPS 180-4's first example.</summary>
    [Fact]
    public void DigestsAreSha256()
    {
        var digest = Digest.Of("abc"u8);
        Assert.Equal("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", digest.ToString());
        Assert.True(Digest.TryParse(digest.ToString(), out var parsed));
        Assert.Equal(digest, parsed);
        Assert.Equal(digest, Digest.From(digest.ToBytes()));
        Assert.False(Digest.TryParse("sha256:ba78", out _));
        Assert.False(Digest.TryParse(digest.ToString().ToUpperInvariant(), out _));
    }
}
