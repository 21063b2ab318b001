namespace Vidimus.Api.Tests;

/// <summary>Signature Version 4. The judge is botocore's signer; the codes are those of AWS's services.</summary>
public class SignatureTests
{
    [Fact]
    public async Task AcceptsWhatBotocoreSignsAndRefusesItWithAnyPartChanged()
    {
        await using var server = await ApiServer.EchoAsync();
        await server.AnswerAsync("inspector2.ListFindings", """{"findings":[]}""");
        await server.AnswerAsync("inspector2.ListTagsForResource", """{"tags":{"a":"b"}}""");
        await server.AnswerAsync("inspector2.ListMembers", """{"members":[]}""");
        Assert.Contains(" 0 failures", server.Judge("signatures.py", "7", "40", ApiServer.AccessKey, ApiServer.Secret, ApiServer.SessionKey, ApiServer.SessionToken));
    }
}
