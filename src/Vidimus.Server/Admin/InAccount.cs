using System.CommandLine;
using Vidimus.Findings;
using Vidimus.Server.CommandLine;
using Vidimus.Server.Hosting;
using Vidimus.Storage;

namespace Vidimus.Server.Admin;

/// <summary>The options that name an account's region, for one command.</summary>
internal sealed class InAccount
{
    private readonly Option<string> account = new("--account") { Description = "Twelve digits", HelpName = "NUMBER", Required = true };
    private readonly Option<string> region = new("--region") { Description = "The region, as the account's clients name it", HelpName = "REGION", Required = true };

    public IReadOnlyList<Option> Options => [account, region];

    /// <exception cref="UnfinishedException">There is no such account, or nobody ever called it there.</exception>
    public async Task<(AccountEntry Account, Scope Scope)> FindAsync(Session session, ParseResult parsed, CancellationToken cancel)
    {
        var entry = await AdminCommand.AccountAsync(session, parsed.GetRequiredValue(account), cancel);
        var name = parsed.GetRequiredValue(region);
        return (entry, await new TenantStore(session).FindAsync(entry.Number, name, cancel) ?? throw new UnfinishedException($"nothing was ever called in the region {name}"));
    }

    /// <summary>As <see cref="FindAsync"/>, and makes a region that nobody named before.</summary>
    /// <exception cref="UsageException">That is no region's name.</exception>
    public async Task<(AccountEntry Account, Scope Scope)> PutAsync(Node node, ParseResult parsed, CancellationToken cancel)
    {
        var name = parsed.GetRequiredValue(region);
        if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-')) throw new UsageException($"'{name}' is no region's name");
        await using var session = await node.Database.WriteAsync(cancel);
        await AdminCommand.AccountAsync(session, parsed.GetRequiredValue(account), cancel);
        await new TenantStore(session).RegionAsync(name, cancel);
        var found = await FindAsync(session, parsed, cancel);
        await session.CommitAsync(cancel);
        return found;
    }
}
