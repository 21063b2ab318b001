using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Vidimus.Server.Measuring;

/// <summary><c>/metrics</c>: every instrument of a meter whose name begins with <c>Vidimus.</c>, and the runtime's own, in Prometheus' text form.</summary>
/// <remarks>Format: "Exposition formats" of Prometheus, text version 0.0.4. Measuring something is a Meter where it happens; nothing is registered here.</remarks>
internal sealed class PrometheusMetrics : IDisposable
{
    /// <summary>Series beyond this are dropped: labels must not grow with what callers send.</summary>
    private const int MostSeries = 5000;

    private static readonly string[] OfRuntime =
    [
        "dotnet.process.cpu.time", "dotnet.process.memory.working_set", "dotnet.gc.last_collection.memory.committed_size", "dotnet.gc.pause.time", "dotnet.thread_pool.queue.length", "dotnet.exceptions",
        "kestrel.active_connections",
    ];

    private static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Series> series = new();

    public PrometheusMetrics()
    {
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter.Name.StartsWith("Vidimus.", StringComparison.Ordinal) || OfRuntime.Contains(instrument.Name)) own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Measured(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Measured(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Measured(instrument, value, tags));
        listener.Start();
    }

    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/metrics", (RequestDelegate)(context =>
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return context.Response.WriteAsync(Text(), context.RequestAborted);
    }));

    public void Dispose() => listener.Dispose();

    private string Text()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var group in series.GroupBy(s => s.Key.Instrument).OrderBy(g => g.Key.Name, StringComparer.Ordinal))
        {
            var name = NameOf(group.Key);
            if (group.Key.Description is { Length: > 0 } help) text.Append($"# HELP {name} {help}\n");
            text.Append($"# TYPE {name} {(IsHistogram(group.Key) ? "histogram" : IsCounter(group.Key) ? "counter" : "gauge")}\n");
            foreach (var (key, value) in group.OrderBy(s => s.Key.Labels, StringComparer.Ordinal)) value.Write(text, name, key.Labels);
        }

        return text.ToString();
    }

    private void Measured(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = (instrument, Labels(tags));
        if (!series.TryGetValue(key, out var found))
        {
            if (series.Count >= MostSeries) return;
            found = series.GetOrAdd(key, _ => new Series(IsHistogram(instrument)));
        }

        found.Add(value, replaces: instrument.IsObservable);
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            var escaped = Convert.ToString(value, CultureInfo.InvariantCulture)!.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(text.Length > 0 ? "," : "").Append(Plain(name)).Append("=\"").Append(escaped).Append('"');
        }

        return text.ToString();
    }

    private static string NameOf(Instrument instrument)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return Plain(instrument.Name) + unit + (IsCounter(instrument) ? "_total" : "");
    }

    private static string Plain(string name) => name.Replace('.', '_').Replace('-', '_');

    private static bool IsHistogram(Instrument instrument) => instrument is Histogram<double> or Histogram<long>;

    private static bool IsCounter(Instrument instrument) => instrument is Counter<long> or Counter<int> or Counter<double> or ObservableCounter<long> or ObservableCounter<int> or ObservableCounter<double>;

    /// <summary>One line's worth of numbers, or a histogram's.</summary>
    private sealed class Series(bool isHistogram)
    {
        private readonly Lock turn = new();
        private readonly long[] counts = isHistogram ? new long[Bounds.Length + 1] : [];
        private double sum;

        public void Add(double value, bool replaces)
        {
            lock (turn)
            {
                sum = replaces ? value : sum + value;
                if (isHistogram) counts[Bucket(value)]++;
            }
        }

        public void Write(StringBuilder text, string name, string labels)
        {
            lock (turn)
            {
                if (!isHistogram)
                {
                    text.Append(name).Append(labels.Length > 0 ? $"{{{labels}}} " : " ").Append(Number(sum)).Append('\n');
                    return;
                }

                long total = 0;
                var before = labels.Length > 0 ? labels + "," : "";
                for (var i = 0; i < counts.Length; i++) text.Append($"{name}_bucket{{{before}le=\"{(i < Bounds.Length ? Number(Bounds[i]) : "+Inf")}\"}} {(total += counts[i]).ToString(CultureInfo.InvariantCulture)}\n");
                text.Append($"{name}_sum{{{labels}}} {Number(sum)}\n{name}_count{{{labels}}} {total.ToString(CultureInfo.InvariantCulture)}\n");
            }
        }

        private static int Bucket(double value)
        {
            var bucket = 0;
            while (bucket < Bounds.Length && value > Bounds[bucket]) bucket++;
            return bucket;
        }

        private static string Number(double value) => double.IsNaN(value) ? "NaN" : value.ToString("R", CultureInfo.InvariantCulture);
    }
}
