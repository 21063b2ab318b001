using System.Text.Json;
using Vidimus.Api.Protocol;
using Vidimus.Testing;

namespace Vidimus.Api.Tests;

/// <summary>Errors as boto3 and the aws CLI read them; their statuses and members are those of the service model.</summary>
public class RefusalTests
{
    [Fact]
    public async Task EveryErrorOfTheModelReachesBotoAsItsOwnExceptionWithItsMembers()
    {
        Exception[] refusals =
        [
            ApiException.Validation("v", ValidationReason.FieldValidationFailed, new FieldError("a.b", "bad")), ApiException.AccessDenied("d"), ApiException.NotFound("n"), ApiException.Conflict("c", "id", "kind"),
            ApiException.QuotaExceeded("q", "filter"), ApiException.Throttled("t", 7), ApiException.BadRequest("b"), new InvalidOperationException("a secret of ours"),
        ];
        await using var server = await ApiServer.RefusingAsync(refusals);
        var seen = server.Judge("errors.py", $"{refusals.Length}").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(
            ["ValidationException 400", "AccessDeniedException 403", "ResourceNotFoundException 404", "ConflictException 409", "ServiceQuotaExceededException 402", "ThrottlingException 429", "BadRequestException 400", "InternalServerException 500"],
            seen.Select(s => $"{s.GetProperty("code")} {s.GetProperty("status")}"));
        Assert.All(seen, s => Assert.True(s.GetProperty("known").GetBoolean() && Guid.TryParse(s.GetProperty("id").GetString(), out _), s.ToString()));
        Assert.Equal("FIELD_VALIDATION_FAILED", seen[0].GetProperty("reason").GetString());
        Assert.Equal("""[{"name": "a.b", "message": "bad"}]""", seen[0].GetProperty("fields").GetRawText());
        Assert.Equal(("id", "kind"), (seen[3].GetProperty("resourceId").GetString(), seen[3].GetProperty("resourceType").GetString()));
        Assert.Equal("filter", seen[4].GetProperty("resourceId").GetString());
        Assert.Equal((7, "7"), (seen[5].GetProperty("retryAfterSeconds").GetInt32(), seen[5].GetProperty("retryAfter").GetString()));
        Assert.DoesNotContain("secret", seen[7].ToString());
    }

    [Fact]
    public async Task ThrottlesAnAccountAndSaysWhenToComeAgain()
    {
        var time = new SetTime(TimeProvider.System.GetUtcNow());
        var throttle = new Throttle(callsASecond: 0.5, burst: 2, time);
        throttle.Take("1", "inspector2");
        throttle.Take("1", "inspector2");
        Assert.Equal(2, Assert.Throws<ApiException>(() => throttle.Take("1", "inspector2")).RetryAfterSeconds);
        throttle.Take("2", "inspector2");
        throttle.Take("1", "inspector-scan");
        time.Now += TimeSpan.FromSeconds(2);
        throttle.Take("1", "inspector2");
        Assert.Throws<ApiException>(() => throttle.Take("1", "inspector2"));

        await using var server = await ApiServer.EchoAsync(new() { CallsASecond = 0.001, Burst = 1, Body = 200 });
        var (_, first, _) = Aws(server, "inspector2", "list-members");
        Assert.DoesNotContain("Throttling", first);
        var (exit, _, error) = Aws(server, "inspector2", "list-members");
        Assert.NotEqual(0, exit);
        Assert.Contains("(ThrottlingException)", error);
    }

    [Fact]
    public async Task RefusesABodyBeyondTheLimit()
    {
        await using var server = await ApiServer.EchoAsync(ApiServer.Unthrottled with { Body = 200 });
        var (exit, _, error) = Aws(server, "inspector2", "list-findings", "--next-token", new string('x', 300));
        Assert.NotEqual(0, exit);
        Assert.Contains("(RequestEntityTooLargeException)", error);
    }

    /// <summary>What the wire can't do it says; nothing is answered with an empty list.</summary>
    [Fact]
    public async Task RefusesWhatTheServerDoesNotOffer()
    {
        await using var server = await ApiServer.StartAsync();
        foreach (var (service, operation) in new[] { ("inspector", "list-findings"), ("inspector", "describe-cross-account-access-role") })
        {
            var (exit, _, error) = Aws(server, service, operation);
            Assert.NotEqual(0, exit);
            Assert.Contains("(NotImplementedException)", error);
        }
    }

    internal static (int Exit, string Output, string Error) Aws(ApiServer server, params string[] arguments)
    {
        RealTool.Require("aws");
        return RealTool.Try("aws", ["--endpoint-url", server.Endpoint, "--output", "json", .. arguments], environment: ApiServer.Surroundings);
    }
}
