using System.Data.Common;

namespace Vidimus.Storage.Tests;

public sealed class ConflictTests
{
    private sealed class PostgresError(string state) : DbException("as PostgreSQL says it")
    {
        public override string? SqlState => state;
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("40001")]
    [InlineData("40P01")]
    public async Task TriesSixTimesAndThenSaysThatTheStoreIsBusy(string state)
    {
        var runs = 0;
        Assert.Equal(3, await Conflicts.RetryAsync(() => ++runs < 3 ? throw new PostgresError(state) : Task.FromResult(runs), Cancel));
        runs = 0;
        var e = await Assert.ThrowsAsync<StoreBusyException>(() => Conflicts.RetryAsync(() => ++runs > 0 ? throw new PostgresError(state) : Task.FromResult(runs), Cancel));
        Assert.IsType<PostgresError>(e.InnerException);
        Assert.Equal(6, runs);
    }

    /// <summary>23505 is a unique key that exists, 57P01 a server that shuts down: nothing that another run would mend.</summary>
    [Theory]
    [InlineData("23505")]
    [InlineData("57P01")]
    public async Task OtherErrorsAreNotTriedAgain(string state)
    {
        var runs = 0;
        await Assert.ThrowsAsync<PostgresError>(() => Conflicts.RetryAsync(() => ++runs > 0 ? throw new PostgresError(state) : Task.FromResult(runs), Cancel));
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task ALeaseIsRenewedUntilTheWorkEndsThoughTheStoreFailsMeanwhile()
    {
        var renewed = 0;
        await Leases.KeepAsync(cancel => Task.Delay(500, cancel), _ => ++renewed % 2 == 1 ? throw new PostgresError("57P01") : Task.FromResult(true), TimeSpan.FromMilliseconds(150), TimeProvider.System, Cancel);
        Assert.InRange(renewed, 3, 10);
    }

    [Fact]
    public async Task WorkWhoseLeaseIsLostIsCancelled() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Leases.KeepAsync(cancel => Task.Delay(TimeSpan.FromMinutes(1), cancel), _ => Task.FromResult(false), TimeSpan.FromMilliseconds(60), TimeProvider.System, Cancel));
}
