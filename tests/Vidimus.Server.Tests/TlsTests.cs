using Vidimus.Testing;

namespace Vidimus.Server.Tests;

/// <summary>TLS from files; openssl is the judge.</summary>
public class TlsTests
{
    [Fact]
    public async Task AnswersOverTlsAndTakesARenewedCertificateOver()
    {
        RealTool.Require("openssl", "curl");
        using var folder = Places.Temporary();
        Certify(folder, "first");
        using var server = await RunningServer.StartAsync(folder, new Dictionary<string, string> { ["VIDIMUS_LISTEN"] = "https://127.0.0.1:0", ["VIDIMUS_TLS_CERTIFICATE"] = folder["cert.pem"], ["VIDIMUS_TLS_KEY"] = folder["key.pem"] });
        Assert.StartsWith("https://", server.Endpoint);
        var authority = server.Endpoint["https://".Length..];
        Assert.Equal("ok\n", RealTool.Run("curl", ["-sS", "--cacert", folder["cert.pem"], $"{server.Endpoint}/healthz"]));
        Assert.Contains("CN = first", RealTool.Bash($"openssl s_client -connect {authority} -tls1_3 </dev/null 2>&1"));
        Assert.DoesNotContain("CN = first", RealTool.Bash($"openssl s_client -connect {authority} -tls1_1 </dev/null 2>&1 || true"));

        Certify(folder, "second");
        for (var i = 0; i < 60 && !RealTool.Bash($"openssl s_client -connect {authority} </dev/null 2>&1").Contains("CN = second", StringComparison.Ordinal); i++) await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.Contains("CN = second", RealTool.Bash($"openssl s_client -connect {authority} </dev/null 2>&1"));
        Assert.Equal(0, server.Stop());
    }

    [Fact]
    public void RefusesFilesThatDoNotBelongTogether()
    {
        using var folder = Places.Temporary();
        Certify(folder, "one");
        var key = File.ReadAllText(folder["key.pem"]);
        Certify(folder, "two");
        File.WriteAllText(folder["key.pem"], key);
        var (exit, _, error) = RunningServer.Run(folder, new Dictionary<string, string> { ["VIDIMUS_LISTEN"] = "https://127.0.0.1:0" }, "serve", "--tls-certificate", folder["cert.pem"], "--tls-key", folder["key.pem"]);
        Assert.Equal(3, exit);
        Assert.Contains("no certificate with its key", error);
    }

    private static void Certify(TemporaryFolder folder, string name)
    {
        RealTool.Require("openssl");
        RealTool.Run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", $"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder["key.pem"], "-out", folder["cert.pem"]]);
    }
}
