using System.Security.Cryptography;
using Vidimus.Findings;

namespace Vidimus.Storage.Tests;

/// <summary>Every sender, caller and page of a server uses one box and one key, from all threads.</summary>
public sealed class SecretBoxTests
{
    private const int Many = 50_000;

    [Fact]
    public void IsForManyThreadsAtOnce()
    {
        using var box = new SecretBox(RandomNumberGenerator.GetBytes(SecretBox.KeyLength));
        byte[][] boxes = [.. Enumerable.Range(0, 16).Select(i => box.Seal($"secret {i}", $"owner {i}"))];
        Parallel.For(0, Many, new() { MaxDegreeOfParallelism = 8 }, i =>
        {
            Assert.Equal($"secret {i % 16}", box.Open(boxes[i % 16], $"owner {i % 16}"));
            Assert.Equal("again", box.Open(box.Seal("again", "owner"), "owner"));
        });
    }

    [Fact]
    public void IdentifiersAreTheSameFromManyThreads()
    {
        using var identity = new IdentityKey(RandomNumberGenerator.GetBytes(IdentityKey.Length));
        string[] known = [.. Enumerable.Range(0, 16).Select(i => identity.ToHex(i + 1))];
        Parallel.For(0, Many, new() { MaxDegreeOfParallelism = 8 }, i =>
        {
            Assert.Equal(known[i % 16], identity.ToHex((i % 16) + 1));
            Assert.True(identity.TryReadHex(known[i % 16], out var id) && id == (i % 16) + 1);
        });
    }
}
