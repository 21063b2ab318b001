using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Configurations;

/// <summary>Configurations that an ARN names, kept as the wire's shapes.</summary>
/// <param name="kind">As in the ARN.</param>
/// <param name="arn">The ARN that a shape has.</param>
internal sealed class Owned<T>(string kind, Func<T, string?> arn) where T : class, IShape<T>
{
    /// <summary>What the caller may change: its own.</summary>
    /// <exception cref="ApiException">It isn't there, or is a member's, which an administrator only sees.</exception>
    public async Task<T> FindAsync(Session session, Sight sight, string name, CancellationToken cancel)
    {
        if (await TryFindAsync(session, sight, name, cancel) is { } found) return found;
        if (sight.Account is null && await SeenAsync(session, sight, name, cancel) is not null) throw ApiException.AccessDenied("A member's configuration is changed by the member alone.");
        throw ApiException.NotFound($"There is no {name}.");
    }

    /// <summary>What the caller may see: its own, and an administrator its members'.</summary>
    public async Task<T> ReadAsync(Session session, Sight sight, string name, CancellationToken cancel) =>
        await TryFindAsync(session, sight, name, cancel) ?? (sight.Account is null ? await SeenAsync(session, sight, name, cancel) : null) ?? throw ApiException.NotFound($"There is no {name}.");

    public async Task<T?> TryFindAsync(Session session, Sight sight, string name, CancellationToken cancel)
    {
        if (Arns.Parse(name) is not { } parsed || parsed.Kind != kind || await new ConfigurationStore(session).GetAsync(sight.Own, kind, parsed.Id, cancel) is not { } stored) return null;
        var shape = ShapeText.Read<T>(stored.Body);
        return arn(shape) == name ? shape : null;
    }

    /// <summary>All that the caller sees.</summary>
    public async Task<IReadOnlyList<T>> ListAsync(Session session, Sight sight, CancellationToken cancel)
    {
        var store = new ConfigurationStore(session);
        var stored = sight.Account is null ? await store.OfTenantAsync(sight.Tenant, kind, cancel) : await store.ListAsync(sight.Own, kind, cancel);
        return [.. stored.Select(s => ShapeText.Read<T>(s.Body))];
    }

    /// <summary>The caller's own.</summary>
    public async Task<IReadOnlyList<T>> OwnAsync(Session session, Sight sight, CancellationToken cancel) => [.. (await new ConfigurationStore(session).ListAsync(sight.Own, kind, cancel)).Select(s => ShapeText.Read<T>(s.Body))];

    public Task PutAsync(Session session, Sight sight, T shape, DateTimeOffset now, CancellationToken cancel) =>
        new ConfigurationStore(session).PutAsync(sight.Own, kind, Arns.Parse(arn(shape)!)!.Value.Id, ShapeText.Write(shape), now, cancel);

    public async Task DeleteAsync(Session session, Sight sight, string name, CancellationToken cancel)
    {
        await FindAsync(session, sight, name, cancel);
        await new ConfigurationStore(session).DeleteAsync(sight.Own, kind, Arns.Parse(name)!.Value.Id, cancel);
        await new ResourceTags(session).ForgetAsync(sight.Own, name, cancel);
    }

    /// <summary>Holds others who would add one until this transaction ends: quotas and names are counted by reading.</summary>
    public Task LockAsync(Session session, Sight sight, CancellationToken cancel) => session.LockAsync($"{kind} {sight.Own.Account} {sight.Own.Region}", cancel);

    private async Task<T?> SeenAsync(Session session, Sight sight, string name, CancellationToken cancel) => (await ListAsync(session, sight, cancel)).FirstOrDefault(shape => arn(shape) == name);
}
