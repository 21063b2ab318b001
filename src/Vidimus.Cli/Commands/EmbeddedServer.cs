using System.Diagnostics;
using System.Globalization;
using Vidimus.Cli.CommandLine;
using Vidimus.Cli.Push;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Cli.Commands;

/// <summary>The server that <c>vidimus</c> alone leaves running in the foreground, on its embedded store. It ends when this process, Ctrl-C or the standard input that this one was started with does.</summary>
internal sealed class EmbeddedServer : IDisposable
{
    /// <summary>The region that the server's first words speak of.</summary>
    private const string Region = "us-east-1";

    private readonly Process process;

    private EmbeddedServer(Process process) => this.process = process;

    /// <summary>Whether the server lies beside this program.</summary>
    public static bool IsHere => File.Exists(ServerProgram.Path);

    private static string Address => Variable("VIDIMUS_LISTEN")?.Split(',')[0].Trim().Replace("//*", "//127.0.0.1", StringComparison.Ordinal) ?? "http://127.0.0.1:8900";

    /// <summary>As the server finds it (docs/server-options.md).</summary>
    private static string StateFolder => Variable("VIDIMUS_STATE") ?? Path.Combine(Variable("XDG_STATE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local/state"), "vidimus");

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary>Starts it. What it has to say it says on this process's own standard output and error.</summary>
    public static EmbeddedServer Start(string? feeds, bool offline)
    {
        var start = new ProcessStartInfo(ServerProgram.Path) { RedirectStandardInput = true };
        foreach (var argument in (string[])["serve", "--stop-with-stdin", "--log", "text", "--log-level", "warning"]) start.ArgumentList.Add(argument);
        if (feeds is not null) start.ArgumentList.Add($"--feeds={feeds}");
        if (offline) start.ArgumentList.Add("--offline");
        return new(Process.Start(start) ?? throw new UnfinishedException($"{ServerProgram.Path} can't be started"));
    }

    /// <summary>Its exit status, once it has ended or was asked to.</summary>
    /// <param name="begin">What is to be done with the server before it may end.</param>
    public async Task<int> RunAsync(Func<CancellationToken, Task> begin, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            await begin(cancel);
            if (Console.IsInputRedirected) StopWithStandardInput(stop);
            await process.WaitForExitAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return process.ExitCode;
    }

    /// <summary>Once it answers, lets it know what this machine has, as its first administrator; says why where that can't be.</summary>
    public async Task PushAsync(TargetName host, Inventory inventory, TextWriter output, CancellationToken cancel)
    {
        if (!await AnswersAsync(cancel)) return;
        var credentials = Path.Combine(StateFolder, "first-credentials");
        if (!File.Exists(credentials))
        {
            await output.WriteLineAsync($"There is no {credentials} to push this machine's inventory by; 'vidimus push host --server {Address}' does it with a key of yours.");
            return;
        }

        try
        {
            using var client = new ServerClient(new(Address), AwsCredentials.Find(null, Region, name => name is "AWS_SHARED_CREDENTIALS_FILE" ? credentials : null), Surroundings.Time);
            var (resource, answer) = await PushCommand.SendAsync(client, host, inventory, HostIdentity.Of("/") is null ? $"host:{Environment.MachineName}" : null, null, cancel);
            await output.WriteLineAsync(answer.Unchanged ? $"This machine is in it as {resource.Id}, with nothing changed." : string.Create(CultureInfo.InvariantCulture, $"This machine is in it as {resource.Id}; findings: {answer.Opened:n0} opened, {answer.Closed:n0} closed."));
        }
        catch (UnfinishedException e)
        {
            await output.WriteLineAsync($"This machine's inventory could not be pushed: {PathText.Display(e.Message)}");
        }

        await output.FlushAsync(cancel);
    }

    /// <summary>Waits until it is ready to answer; false when it ended instead.</summary>
    private async Task<bool> AnswersAsync(CancellationToken cancel)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        while (!process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(new Uri(Address), "/readyz"), cancel);
                if (answer.IsSuccessStatusCode) return true;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
            {
                // Not yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), cancel);
        }

        return false;
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.Dispose();
    }

    /// <summary>A read of standard input can't be cancelled, so it has a thread that ends with the process. A terminal is left alone: reading it would stop a job in the background.</summary>
    private static void StopWithStandardInput(CancellationTokenSource stop) => new Thread(() =>
    {
        using var input = Console.OpenStandardInput();
        var buffer = new byte[256];
        while (input.Read(buffer) > 0)
        {
            // What is sent means nothing.
        }

        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The server had ended already.
        }
    }) { IsBackground = true }.Start();
}
