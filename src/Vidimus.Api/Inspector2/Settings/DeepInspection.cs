using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Settings;

/// <summary>Whether and where an account's machines are searched for packages of languages: its own paths beside those of its organization.</summary>
/// <param name="Own">The account's own: on until somebody switches it off.</param>
internal sealed record DeepInspection(UpdateEc2DeepInspectionConfigurationRequest Own, IReadOnlyList<string> OrganizationPaths)
{
    private const string Kind = "deep-inspection";
    private const string Account = "account";
    private const string Organization = "organization";

    public string Status => StatusOf(Own.ActivateDeepInspection != false);

    public static string StatusOf(bool active) => active ? Ec2DeepInspectionStatus.Activated : Ec2DeepInspectionStatus.Deactivated;

    /// <param name="isMember">Whether the organization's paths are the account's too.</param>
    public static async Task<DeepInspection> OfAsync(Session session, Position position, Scope scope, bool isMember, CancellationToken cancel)
    {
        var store = new ConfigurationStore(session);
        var own = await store.GetAsync(scope, Kind, Account, cancel) is { } found ? ShapeText.Read<UpdateEc2DeepInspectionConfigurationRequest>(found.Body) : new() { ActivateDeepInspection = true };
        var shared = isMember ? await store.GetAsync(position.OrganizationScope, Kind, Organization, cancel) : null;
        return new(own, shared is null ? [] : ShapeText.Read<UpdateOrgEc2DeepInspectionConfigurationRequest>(shared.Body).OrgPackagePaths!);
    }

    public Task PutAsync(Session session, Scope scope, DateTimeOffset now, CancellationToken cancel) => new ConfigurationStore(session).PutAsync(scope, Kind, Account, ShapeText.Write(Own), now, cancel);

    public static Task PutOrganizationAsync(Session session, Position position, UpdateOrgEc2DeepInspectionConfigurationRequest paths, DateTimeOffset now, CancellationToken cancel) =>
        new ConfigurationStore(session).PutAsync(position.OrganizationScope, Kind, Organization, ShapeText.Write(paths), now, cancel);
}
