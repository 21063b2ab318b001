namespace Vidimus.Api.Tests;

/// <summary>Every operation of the three models, called by boto3 over HTTP. What is expected is botocore's own serialiser and parser under the newest model.</summary>
public class RoundTripTests
{
    [Fact]
    public async Task EveryOperationReadsAndWritesAsBotocoreDoes()
    {
        await using var server = await ApiServer.EchoAsync();
        Assert.Contains(" 0 failures", server.Judge("round_trip.py", "20261124", "6"));
    }
}
