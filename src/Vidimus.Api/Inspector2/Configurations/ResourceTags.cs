using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Configurations;

/// <summary>The tags of what callers configure.</summary>
internal sealed class ResourceTags(Session session)
{
    private const string Kind = "tag";

    /// <summary>As AWS's.</summary>
    private const int Quota = 50;

    private readonly ConfigurationStore store = new(session);

    public async Task<IReadOnlyDictionary<string, string>> GetAsync(Scope scope, string arn, CancellationToken cancel) =>
        await store.GetAsync(scope, Kind, arn, cancel) is { } found ? ShapeText.Read<TagResourceRequest>(found.Body).Tags! : new Dictionary<string, string>();

    /// <summary>Adds tags, over those of the same keys.</summary>
    /// <exception cref="ApiException">There would be too many.</exception>
    public async Task PutAsync(Scope scope, string arn, IReadOnlyDictionary<string, string>? tags, DateTimeOffset now, CancellationToken cancel)
    {
        if (tags is not { Count: > 0 }) return;
        var all = new Dictionary<string, string>(await GetAsync(scope, arn, cancel), StringComparer.Ordinal);
        foreach (var (key, value) in tags) all[key] = value;
        if (all.Count > Quota) throw ApiException.BadRequest($"A resource has at most {Quota} tags.");
        await WriteAsync(scope, arn, all, now, cancel);
    }

    public async Task RemoveAsync(Scope scope, string arn, IReadOnlyList<string> keys, DateTimeOffset now, CancellationToken cancel)
    {
        var all = await GetAsync(scope, arn, cancel);
        await WriteAsync(scope, arn, all.Where(t => !keys.Contains(t.Key)).ToDictionary(), now, cancel);
    }

    public Task ForgetAsync(Scope scope, string arn, CancellationToken cancel) => store.DeleteAsync(scope, Kind, arn, cancel);

    private Task<int> WriteAsync(Scope scope, string arn, Dictionary<string, string> tags, DateTimeOffset now, CancellationToken cancel) =>
        store.PutAsync(scope, Kind, arn, ShapeText.Write(new TagResourceRequest { Tags = tags }), now, cancel);
}
