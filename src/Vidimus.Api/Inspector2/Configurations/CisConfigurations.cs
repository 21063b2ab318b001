using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Configurations;

/// <summary>What is to be scanned for CIS benchmarks, and when.</summary>
internal static class CisConfigurations
{
    /// <summary>As AWS's.</summary>
    public const int Quota = 500;

    private const string Everybody = "ALL_ACCOUNTS";
    private const string Self = "SELF";

    public static Owned<CisScanConfiguration> All { get; } = new(Arns.Cis, c => c.ScanConfigurationArn);

    /// <summary>Refuses accounts that the caller can't have scanned, and clock times in no time zone.</summary>
    /// <exception cref="ApiException"/>
    public static async Task CheckAsync(Session session, Position position, Caller caller, IReadOnlyList<string>? accounts, Shapes.Schedule? schedule, CancellationToken cancel)
    {
        if (accounts is not null)
        {
            if (!position.IsAdministrator && accounts.Any(a => a != Self && a != caller.Account)) throw ApiException.Validation("An account that administers no organization has itself scanned: SELF.");
            string[] numbers = [.. accounts.Where(a => a is not (Self or Everybody))];
            if (numbers.Length > 0 && (await position.ChooseAsync(session, caller, numbers, cancel)).FirstOrDefault(c => c.Scope is null) is { } stranger) throw ApiException.Validation($"{stranger.Number} is no member of this organization.");
        }

        var time = schedule?.Daily?.StartTime ?? schedule?.Weekly?.StartTime ?? schedule?.Monthly?.StartTime;
        if (time is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(time.Timezone!, out _)) throw ApiException.Validation($"{time.Timezone} is no time zone.");
        if (schedule?.Weekly?.Days is { } days && days.Distinct().Count() != days.Count) throw ApiException.Validation("A day of the week stands twice in the schedule.");
    }

    /// <summary>Whether a configuration meets what was asked for: one of the wanted values, none of the unwanted ones.</summary>
    public static bool Meets(this CisScanConfiguration configuration, ListCisScanConfigurationsFilterCriteria? criteria) => criteria is null
        || (Meets(criteria.ScanNameFilters, configuration.ScanName!) && Meets(criteria.ScanConfigurationArnFilters, configuration.ScanConfigurationArn)
            && (criteria.TargetResourceTagFilters is not { Count: > 0 } tags || tags.Any(t => configuration.Targets?.TargetResourceTags?.GetValueOrDefault(t.Key!)?.Contains(t.Value!) == true)));

    private static bool Meets(IReadOnlyList<CisStringFilter>? filters, string value)
    {
        if (filters is not { Count: > 0 }) return true;
        var wanted = filters.Where(f => f.Comparison != CisStringComparison.NotEquals).ToList();
        return filters.Except(wanted).All(f => f.Value != value)
            && (wanted.Count == 0 || wanted.Any(f => f.Comparison == CisStringComparison.Prefix ? value.StartsWith(f.Value!, System.StringComparison.Ordinal) : f.Value == value));
    }
}
