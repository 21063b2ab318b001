using System.CommandLine;
using Vidimus.Server.Configuration;

namespace Vidimus.Server.CommandLine;

/// <summary><c>vidimus-server</c>, which <c>vidimus serve|worker|admin</c> start.</summary>
internal static class ServerCommand
{
    public static RootCommand Create(Func<string, string?> environment)
    {
        var root = new RootCommand("The service of Vidimus: keeps findings and answers Amazon Inspector's own API. 'vidimus serve', 'vidimus worker' and 'vidimus admin' start it.");
        root.Subcommands.Add(RunCommand.Serve(environment));
        root.Subcommands.Add(RunCommand.Worker(environment));
        root.Subcommands.Add(Admin.AdminCommand.Create(environment));
        return root;
    }
}

/// <summary><c>serve</c> and <c>worker</c>.</summary>
internal static class RunCommand
{
    public static Command Serve(Func<string, string?> environment) =>
        Create("serve", "Answers calls, and does the work in the background unless workers do", UsedBy.Serve, environment);

    public static Command Worker(Func<string, string?> environment) =>
        Create("worker", "Does the work in the background on a PostgreSQL store; answers health and metrics alone", UsedBy.Worker, environment);

    private static Command Create(string name, string description, UsedBy usedBy, Func<string, string?> environment)
    {
        var command = new Command(name, description);
        var options = new SettingOptions(command, usedBy, environment);
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = ServerSettings.From(options.Read(parsed), usedBy);
            await Running.RunAsync(settings, parsed.InvocationConfiguration.Output, cancel);
            return ExitCode.Done;
        });
        return command;
    }
}
