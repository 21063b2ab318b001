using System.Diagnostics.Metrics;

namespace Vidimus.Storage;

/// <summary>A query took longer than it was given and was cut. The meter <c>Vidimus.Storage</c> counts them as <c>vidimus.queries.cut</c>.</summary>
public sealed class QueryTooLongException : Exception
{
    private static readonly Meter Meter = new("Vidimus.Storage");
    private static readonly Counter<long> Cut = Meter.CreateCounter<long>("vidimus.queries.cut");

    public QueryTooLongException(Exception? inner) : base("the query took longer than it was given", inner) => Cut.Add(1);
}
