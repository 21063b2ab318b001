using System.Diagnostics.Metrics;

namespace Vidimus.Api.Protocol;

/// <summary>What is measured of calls. No measurement names an account or anything that a caller wrote.</summary>
internal static class ApiMeter
{
    private static readonly Meter Meter = new("Vidimus.Api");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("vidimus.api.call.duration", "s", "Calls by service, operation and what they ended with");
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("vidimus.api.refused", null, "Calls refused before an operation was found, by the error's code");

    public static void Ended(ApiCall call, string outcome, TimeSpan took)
    {
        if (call.Operation is { } operation) Duration.Record(took.TotalSeconds, new("service", operation.Service.SigningName), new("operation", operation.Name), new("outcome", outcome));
        else Refused.Add(1, new KeyValuePair<string, object?>("code", outcome));
    }
}

/// <summary>What is known of a call by the time it ends.</summary>
internal sealed class ApiCall
{
    public string Id { get; } = Guid.NewGuid().ToString();
    public OperationModel? Operation { get; set; }
    public Caller? Caller { get; set; }
}
