using Vidimus.Server.Configuration;
using Vidimus.Server.Hosting;
using Vidimus.Server.Identity;

namespace Vidimus.Server.CommandLine;

/// <summary>A node in the foreground, and what a person is told when it begins.</summary>
internal static class Running
{
    public static async Task RunAsync(ServerSettings settings, TextWriter output, CancellationToken cancel)
    {
        await using var node = await Node.OpenAsync(settings, cancel);
        var first = settings.Command is UsedBy.Serve
            ? await FirstStart.RunAsync(node.Database, node.Box, settings.StateFolder, settings.Account, node.Time.GetUtcNow(), cancel)
            : null;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await new NodeHost(node).RunAsync(async addresses =>
        {
            await TellAsync(output, settings, addresses[0], first);
            if (settings.StopsWithStdin) StopWithStandardInput(ended);
        }, ended.Token);
    }

    /// <summary>A read of standard input can't be cancelled, so it has a thread that ends with the process.</summary>
    private static void StopWithStandardInput(CancellationTokenSource ended) => new Thread(() =>
    {
        using var input = Console.OpenStandardInput();
        var buffer = new byte[256];
        while (input.Read(buffer) > 0)
        {
            // What is sent means nothing.
        }

        try
        {
            ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It had stopped already.
        }
    }) { IsBackground = true }.Start();

    private static async Task TellAsync(TextWriter output, ServerSettings settings, string address, (NewKey Key, string Account, string Path)? first)
    {
        if (settings.Command is not UsedBy.Serve) return;
        if (first is { } made)
        {
            await output.WriteLineAsync($"The first account is {made.Account}; the credentials of its administrator are in {made.Path}, which only you can read.");
            if (!Console.IsOutputRedirected) await output.WriteAsync(made.Key.ToCredentialsFile());
        }

        var credentials = Path.Combine(settings.StateFolder, FirstStart.FileName);
        var file = File.Exists(credentials) ? $"AWS_SHARED_CREDENTIALS_FILE={credentials} " : "";
        await output.WriteLineAsync($"""
            Vidimus answers at {address}. Try:
              {file}aws --endpoint-url {address} --region us-east-1 inspector2 batch-get-account-status
              {file}aws --endpoint-url {address} --region us-east-1 inspector2 list-findings
            """);
        await output.FlushAsync(CancellationToken.None);
    }
}
