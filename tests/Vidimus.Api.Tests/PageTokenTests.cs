using Vidimus.Api.Protocol;

namespace Vidimus.Api.Tests;

/// <summary><c>nextToken</c>: nobody but its caller, for its query, for a day, unchanged.</summary>
public class PageTokenTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly Caller Own = new("111122223333", "reader", "eu-west-1", "AKIA", "1");
    private readonly SetTime time = new(DateTimeOffset.UnixEpoch.AddYears(50));

    [Fact]
    public void OpensWhatItSealedOnEveryNode()
    {
        using var one = new PageTokens(Key, time);
        using var other = new PageTokens(Key, time);
        var token = one.Seal(Own, "ListFindings", "query"u8, "position"u8);
        Assert.Equal("position"u8.ToArray(), other.Open(Own, "ListFindings", "query"u8, token));
        Assert.DoesNotContain("position", token);
        Assert.NotEqual(token, one.Seal(Own, "ListFindings", "query"u8, "position"u8));
    }

    [Fact]
    public void RefusesAnotherCallerOperationQueryRegionAndKey()
    {
        using var tokens = new PageTokens(Key, time);
        using var foreign = new PageTokens(new byte[32], time);
        var token = tokens.Seal(Own, "ListFindings", "query"u8, "position"u8);
        Refuses(() => tokens.Open(Own with { Account = "999999999999" }, "ListFindings", "query"u8, token));
        Refuses(() => tokens.Open(Own with { Region = "us-east-1" }, "ListFindings", "query"u8, token));
        Refuses(() => tokens.Open(Own, "ListCoverage", "query"u8, token));
        Refuses(() => tokens.Open(Own, "ListFindings", "other"u8, token));
        Refuses(() => foreign.Open(Own, "ListFindings", "query"u8, token));
    }

    [Fact]
    public void EndsAfterADay()
    {
        using var tokens = new PageTokens(Key, time);
        var token = tokens.Seal(Own, "ListFindings", "query"u8, "position"u8);
        time.Now += TimeSpan.FromHours(24);
        tokens.Open(Own, "ListFindings", "query"u8, token);
        time.Now += TimeSpan.FromSeconds(1);
        Refuses(() => tokens.Open(Own, "ListFindings", "query"u8, token));
    }

    [Fact]
    public void RefusesEveryChangedSignAndEveryLength()
    {
        using var tokens = new PageTokens(Key, time);
        var token = tokens.Seal(Own, "ListFindings", "query"u8, "a position of some length"u8);
        for (var i = 0; i < token.Length; i++)
        {
            var at = i;
            Refuses(() => tokens.Open(Own, "ListFindings", "query"u8, token[..at]));
            Refuses(() => tokens.Open(Own, "ListFindings", "query"u8, $"{token[..at]}{(token[at] == 'A' ? 'B' : 'A')}{token[(at + 1)..]}"));
        }

        foreach (var text in new[] { "", "!", "é", "====", new string('A', 1_000_000), token + "A" }) Refuses(() => tokens.Open(Own, "ListFindings", "query"u8, text));
    }

    private static void Refuses(Action open)
    {
        var refusal = Assert.Throws<ApiException>(open);
        Assert.Equal(("ValidationException", 400), (refusal.Code, refusal.Status));
        Assert.Equal("nextToken", Assert.Single(refusal.Fields).Name);
    }
}
