using System.CommandLine;
using Vidimus.Cli.CommandLine;

namespace Vidimus.Cli.Push;

/// <summary>What all commands that speak to a server share.</summary>
internal sealed class ServerOptions
{
    private readonly Option<string?> server = new("--server") { Description = "The server's address, https://vidimus.example:8900", HelpName = "URL" };
    private readonly Option<string?> profile = new("--profile") { Description = "The profile of ~/.aws that has the access key, instead of AWS_ACCESS_KEY_ID and AWS_PROFILE", HelpName = "NAME" };
    private readonly Option<string?> region = new("--region") { Description = "The region to speak of (AWS_REGION, else the profile's, else us-east-1)", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        command.Options.Add(server);
        command.Options.Add(profile);
        command.Options.Add(region);
    }

    /// <summary>A client with the access key that its surroundings give.</summary>
    /// <exception cref="UsageException">No server is named, or what names it is no address.</exception>
    public ServerClient Connect(ParseResult parsed)
    {
        var text = parsed.GetValue(server) ?? throw new UsageException("which server? give --server URL or set VIDIMUS_SERVER");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0) throw new UsageException($"--server: '{text}' is not an address like https://vidimus.example:8900");
        return new(address, AwsCredentials.Find(parsed.GetValue(profile), parsed.GetValue(region), Environment.GetEnvironmentVariable), Surroundings.Time);
    }
}
