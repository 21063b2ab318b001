using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Vidimus.Testing;

/// <summary>Debian's <c>docker-registry</c> on a loopback port of its own, its storage in the test's folder.</summary>
public sealed class DockerRegistry : IDisposable
{
    private readonly Process process;

    /// <param name="folder">Gets the folder <c>registry</c> and the configuration.</param>
    /// <param name="settings">Further lines of its configuration, YAML.</param>
    /// <param name="tls">Lines below <c>http:</c>.</param>
    public DockerRegistry(TemporaryFolder folder, string settings = "", string tls = "")
    {
        RealTool.Require("docker-registry", "skopeo", "umoci", "zstd", "jq");
        Host = $"127.0.0.1:{FreePort()}";
        File.WriteAllText(folder["registry.yml"], $$"""
            version: 0.1
            log: {level: error}
            storage:
              filesystem: {rootdirectory: '{{folder["registry"]}}' }
            http:
              addr: {{Host}}
              {{tls}}
            {{settings}}
            """);
        process = Process.Start(new ProcessStartInfo("docker-registry", ["serve", folder["registry.yml"]]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        for (var tries = 0; !Answers(); tries++)
        {
            if (tries == 600 || process.HasExited) throw new InvalidOperationException("docker-registry does not answer");
            Thread.Sleep(50);
        }
    }

    /// <summary>Its address and port, as references have it.</summary>
    public string Host { get; }

    /// <summary>A port of the loopback address that nothing listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private bool Answers()
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(IPEndPoint.Parse(Host));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
