using Vidimus.Api.Inspector2.FindingWire;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Configurations;

/// <summary>What can have tags.</summary>
internal static class Taggable
{
    private const string Filter = "filter";

    public static bool IsFilter(string arn) => Arns.Parse(arn)?.Kind == Filter;

    /// <exception cref="ApiException">ResourceNotFoundException: there is nothing of the ARN that is the caller's own.</exception>
    public static async Task DemandAsync(Session session, Sight sight, Caller caller, string arn, CancellationToken cancel)
    {
        var found = Arns.Parse(arn)?.Kind switch
        {
            Arns.Cis => await CisConfigurations.All.TryFindAsync(session, sight, arn, cancel) is not null,
            Arns.CodeConfiguration => await CodeSecurityConfigurations.All.TryFindAsync(session, sight, arn, cancel) is not null,
            Arns.CodeIntegration => await CodeSecurityIntegrations.All.TryFindAsync(session, sight, arn, cancel) is not null,
            Arns.Connector => await Connectors.All.TryFindAsync(session, sight, arn, cancel) is not null,
            Filter => await FilterWire.FindAsync(session, sight, caller, arn, cancel) is not null,
            _ => false,
        };
        if (!found) throw ApiException.NotFound($"There is no {arn}.");
    }
}
