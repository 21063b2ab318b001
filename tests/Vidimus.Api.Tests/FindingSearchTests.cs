using Vidimus.Storage.Tests;
using Vidimus.Testing;

namespace Vidimus.Api.Tests;

/// <summary>ListFindings, judged by an independent filter over the JSON of all findings, through boto3's own paginator.</summary>
public abstract class FindingSearchContract(ITestEngine engine)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task FindsWhatAPlainFilterFinds(int seed)
    {
        await using var server = await ApiServer.OverAsync(engine.NewTarget());
        await new RandomFleet(seed).WriteAsync(server.Database, ApiServer.Account, "eu-west-1", TestContext.Current.CancellationToken);
        var output = server.Judge("find.py", $"{seed}", "3");
        Assert.True(output.Contains(" 0 failures", StringComparison.Ordinal), output);
    }

    /// <summary>After rules have changed what is displayed, the plain filter over all findings finds what the server finds.</summary>
    [Fact]
    public async Task WhatARuleDisplaysIsFilteredSortedAndCountedBy()
    {
        await using var server = await ApiServer.OverAsync(engine.NewTarget());
        await new RandomFleet(4).WriteAsync(server.Database, ApiServer.Account, "eu-west-1", TestContext.Current.CancellationToken);
        var output = server.Judge("severity.py");
        Assert.True(output.Contains(" 0 failures", StringComparison.Ordinal), output);
        output = server.Judge("find.py", "4", "2");
        Assert.True(output.Contains(" 0 failures", StringComparison.Ordinal), output);
    }

    [Fact]
    public async Task FiltersAggregationsAndCoverageAgreeWithTheFindings()
    {
        await using var server = await ApiServer.OverAsync(engine.NewTarget());
        await new RandomFleet(3).WriteAsync(server.Database, ApiServer.Account, "eu-west-1", TestContext.Current.CancellationToken);
        RealTool.Require("aws");
        var output = server.Judge("filters.py", "3");
        Assert.True(output.Contains(" 0 failures", StringComparison.Ordinal), output);
    }
}

public sealed class SqliteFindingSearchTests() : FindingSearchContract(new SqliteFile());

public sealed class PostgresFindingSearchTests(PostgresServer server) : FindingSearchContract(server);
