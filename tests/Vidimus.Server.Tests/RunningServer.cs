using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Vidimus.Testing;

namespace Vidimus.Server.Tests;

/// <summary>The built server as a process of its own, in folders of its own, at a free port.</summary>
internal sealed partial class RunningServer : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "vidimus-server");

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder error = new();
    private readonly TaskCompletionSource<string> answering = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunningServer(Process process) => this.process = process;

    /// <summary>Where it answers.</summary>
    public string Endpoint { get; private set; } = "";

    public int ProcessId => process.Id;

    public string Output { get { lock (output) return output.ToString(); } }

    public string Error { get { lock (error) return error.ToString(); } }

    /// <summary>The variables that keep a server within a test's folder.</summary>
    public static Dictionary<string, string> Surroundings(TemporaryFolder folder) => new()
    {
        ["HOME"] = folder["home"],
        ["XDG_STATE_HOME"] = "",
        ["XDG_CONFIG_HOME"] = "",
        ["XDG_CACHE_HOME"] = "",
        ["VIDIMUS_STATE"] = folder["state"],
        ["VIDIMUS_KEY_FILE"] = folder["keys/server.key"],
        ["VIDIMUS_DATA"] = folder["data"],
        ["VIDIMUS_LISTEN"] = "http://127.0.0.1:0",
        ["VIDIMUS_OFFLINE"] = "true",
        ["VIDIMUS_ACCOUNT"] = "111122223333",
    };

    /// <summary>Starts it and waits until it answers.</summary>
    public static async Task<RunningServer> StartAsync(TemporaryFolder folder, IReadOnlyDictionary<string, string>? variables = null, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments is [] ? ["serve"] : arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in Surroundings(folder).Concat(variables ?? new Dictionary<string, string>())) start.Environment[name] = value;
        var server = new RunningServer(Process.Start(start)!);
        server.Listen();
        try
        {
            server.Endpoint = await server.answering.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            server.Dispose();
            throw new InvalidOperationException($"the server did not begin to answer: {server.Error}{server.Output}", e);
        }

        return server;
    }

    /// <summary>Runs a command of the server to its end.</summary>
    public static (int Exit, string Output, string Error) Run(TemporaryFolder folder, IReadOnlyDictionary<string, string>? variables, params IEnumerable<string> arguments)
    {
        var environment = Surroundings(folder);
        foreach (var (name, value) in variables ?? new Dictionary<string, string>()) environment[name] = value;
        return RealTool.Try(Program, arguments, folder: folder.Path, environment: environment);
    }

    /// <summary>What AWS's clients read to call as the first administrator.</summary>
    public static Dictionary<string, string> Client(TemporaryFolder folder, string? credentials = null) => new()
    {
        ["AWS_DATA_PATH"] = Places.Shared("api-models/botocore-1.43.67"),
        ["AWS_SHARED_CREDENTIALS_FILE"] = credentials ?? folder["state/first-credentials"],
        ["AWS_CONFIG_FILE"] = "/dev/null",
        ["AWS_DEFAULT_REGION"] = "eu-west-1",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["AWS_MAX_ATTEMPTS"] = "1",
        ["AWS_PAGER"] = "",
    };

    /// <summary>The aws CLI against this server.</summary>
    public (int Exit, string Output, string Error) Aws(IReadOnlyDictionary<string, string> client, params IEnumerable<string> arguments)
    {
        RealTool.Require("aws");
        return RealTool.Try("aws", ["--endpoint-url", Endpoint, "--output", "json", .. arguments], environment: client);
    }

    /// <summary>Asks it to stop, as a service manager does, and gives its exit status.</summary>
    public int Stop(string signal = "TERM")
    {
        RealTool.Run("sh", ["-c", $"kill -{signal} {process.Id}"]);
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(40)), $"it does not stop: {Error}");
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private void Listen()
    {
        process.OutputDataReceived += (_, e) => Keep(output, e.Data);
        process.ErrorDataReceived += (_, e) => Keep(error, e.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => answering.TrySetException(new InvalidOperationException("it ended"));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private void Keep(StringBuilder text, string? line)
    {
        lock (text) text.AppendLine(line);
        if (line is not null && Answering().Match(line) is { Success: true } found) answering.TrySetResult(found.Groups[1].Value);
    }

    [GeneratedRegex("answering at (https?://[^\",]+)")]
    private static partial Regex Answering();
}
