using System.Collections.Concurrent;

namespace Vidimus.Api.Protocol;

/// <summary>A bucket of calls for each account and service, refilled at a steady rate. Only callers whose signature held have one, so their number is bounded.</summary>
internal sealed class Throttle(double callsASecond, int burst, TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Account, string Service), Bucket> buckets = new();

    /// <summary>Takes one call.</summary>
    /// <exception cref="ApiException">The bucket is empty; says when to come again.</exception>
    public void Take(string account, string service)
    {
        var bucket = buckets.GetOrAdd((account, service), _ => new() { Calls = burst, At = time.GetTimestamp() });
        double wait;
        lock (bucket)
        {
            var now = time.GetTimestamp();
            bucket.Calls = Math.Min(burst, bucket.Calls + time.GetElapsedTime(bucket.At, now).TotalSeconds * callsASecond);
            bucket.At = now;
            if (bucket.Calls >= 1)
            {
                bucket.Calls--;
                return;
            }

            wait = (1 - bucket.Calls) / callsASecond;
        }

        throw ApiException.Throttled("Rate exceeded", Math.Max(1, (int)Math.Ceiling(wait)));
    }

    private sealed class Bucket
    {
        public double Calls { get; set; }
        public long At { get; set; }
    }
}
