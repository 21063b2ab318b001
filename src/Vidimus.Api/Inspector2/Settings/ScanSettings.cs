using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Settings;

/// <summary>How an account's machines and images are scanned: what was set for it, else what its administrator has, else what Amazon's new accounts have.</summary>
internal static class ScanSettings
{
    public const string Ec2 = "ec2";
    public const string Ecr = "ecr";
    private const string Name = "scan";

    public static async Task<(EcrConfiguration Shape, DateTimeOffset? Updated)> EcrAsync(Session session, Position position, Scope scope, CancellationToken cancel) =>
        await EcrAsync(session, position.Organization?.Administrator, scope, cancel);

    /// <param name="administrator">The delegated administrator of the account's organization in the region; null for none.</param>
    public static async Task<(EcrConfiguration Shape, DateTimeOffset? Updated)> EcrAsync(Session session, int? administrator, Scope scope, CancellationToken cancel) =>
        await FindAsync(session, administrator, scope, Ecr, cancel) is { } found
            ? (ShapeText.Read<EcrConfiguration>(found.Body), found.Updated)
            : (new() { RescanDuration = EcrRescanDuration.Days14, PullDateRescanDuration = EcrPullDateRescanDuration.Days14, PullDateRescanMode = EcrPullDateRescanMode.LastInUseAt }, null);

    public static async Task<Ec2Configuration> Ec2Async(Session session, Position position, Scope scope, CancellationToken cancel) =>
        await FindAsync(session, position.Organization?.Administrator, scope, Ec2, cancel) is { } found ? ShapeText.Read<Ec2Configuration>(found.Body) : new() { ScanMode = Ec2ScanMode.Ec2Hybrid, ActivateVMScanner = false };

    public static Task PutAsync(Session session, Scope scope, string kind, IShape shape, DateTimeOffset now, CancellationToken cancel) =>
        new ConfigurationStore(session).PutAsync(scope, kind, Name, ShapeText.Write(shape), now, cancel);

    /// <summary>From now on the account has what its administrator has.</summary>
    public static Task InheritAsync(Session session, Scope scope, string kind, CancellationToken cancel) => new ConfigurationStore(session).DeleteAsync(scope, kind, Name, cancel);

    private static async Task<StoredConfiguration?> FindAsync(Session session, int? administratorAccount, Scope scope, string kind, CancellationToken cancel)
    {
        var store = new ConfigurationStore(session);
        if (administratorAccount is not { } administrator || administrator == scope.Account) return await store.GetAsync(scope, kind, Name, cancel);

        // What a member had set while it stood alone counts again once it does; only the administrator's word for it counts now.
        var isMember = (await new OrganizationStore(session).MemberAsync(scope, cancel))?.Associated == true;
        if (!isMember) return await store.GetAsync(scope, kind, Name, cancel);
        return await store.GetAsync(scope, Given(kind), Name, cancel) ?? await store.GetAsync(scope with { Account = administrator }, kind, Name, cancel);
    }

    /// <summary>The kind under which lies what the administrator set for one member.</summary>
    public static string Given(string kind) => $"{kind}-given";
}
