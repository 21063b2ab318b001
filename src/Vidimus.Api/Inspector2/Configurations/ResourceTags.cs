using Vidimus.Api.Protocol;
using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Configurations;

/// <summary>The tags of what callers configure, with AWS's bound on their number.</summary>
internal sealed class ResourceTags(Session session)
{
    private const int Quota = 50;

    private readonly TagStore store = new(session);

    public Task<IReadOnlyDictionary<string, string>> GetAsync(Scope scope, string arn, CancellationToken cancel) => store.GetAsync(scope, arn, cancel);

    /// <summary>Adds tags, over those of the same keys.</summary>
    /// <exception cref="ApiException">There would be too many.</exception>
    public async Task PutAsync(Scope scope, string arn, IReadOnlyDictionary<string, string>? tags, CancellationToken cancel)
    {
        if (tags is not { Count: > 0 }) return;
        await store.PutAsync(scope, arn, tags, cancel);
        if ((await store.GetAsync(scope, arn, cancel)).Count > Quota) throw ApiException.BadRequest($"A resource has at most {Quota} tags.");
    }

    public Task RemoveAsync(Scope scope, string arn, IReadOnlyList<string> keys, CancellationToken cancel) => store.RemoveAsync(scope, arn, keys, cancel);

    public Task ForgetAsync(Scope scope, string arn, CancellationToken cancel) => store.ClearAsync(scope, arn, cancel);
}
