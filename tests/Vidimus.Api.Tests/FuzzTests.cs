namespace Vidimus.Api.Tests;

/// <summary>Hostile requests to every operation of the three models.</summary>
public class FuzzTests
{
    /// <summary>Every operation is offered here, answering that nothing was found, so that a 5xx can only come from the wire.</summary>
    [Fact]
    public async Task TenThousandFuzzedRequestsGetARequestIdAndNever5xx()
    {
        await using var server = await ApiServer.EchoAsync();
        var output = server.Judge("fuzz.py", "31", "10000", ApiServer.AccessKey, ApiServer.Secret);
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.Contains(" 0 failures", output);
    }
}
