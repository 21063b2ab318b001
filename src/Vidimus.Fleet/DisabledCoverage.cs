using Vidimus.Findings;
using Vidimus.Fleet.Work;
using Vidimus.Model.Push;
using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>Ends the coverage of what an account switched off. A unit names types, and does those of them that are still off when its turn comes.</summary>
public sealed class DisabledCoverage(FleetServices services) : IWorkHandler
{
    private const string Name = "coverage.disabled";

    /// <summary>Inspector's types, and the resources that each has scanned; code of functions has no findings here.</summary>
    private static readonly (string Type, string Kind)[] Scanned = [("EC2", ResourceKinds.Host), ("ECR", ResourceKinds.Image), ("LAMBDA", ResourceKinds.Function), ("CODE_REPOSITORY", ResourceKinds.Folder)];

    public string Topic => Name;

    public int Parallel => 1;

    /// <summary>Has coverage ended; call it in the transaction that switches the types off.</summary>
    public static Task AddAsync(Session session, Scope scope, IReadOnlyList<string> types, DateTimeOffset now, CancellationToken cancel)
    {
        var text = string.Join(',', types.Order(StringComparer.Ordinal));
        return new WorkQueue(session).AddAsync(scope, Name, [(text, text)], WorkPriority.Asked, now, cancel);
    }

    /// <summary>Why a resource of a kind can't be taken in now: its account switched the type off. Null when it can; what was never switched is taken.</summary>
    internal static async Task<string?> RefusalAsync(Session session, Scope scope, string kind, CancellationToken cancel)
    {
        var types = Scanned.Where(s => s.Kind == kind).Select(s => s.Type).ToHashSet(StringComparer.Ordinal);
        var off = (await new EnablementStore(session).OfAccountAsync(scope, cancel)).FirstOrDefault(e => types.Contains(e.Type) && !e.Enabled);
        return off is null ? null : $"Scanning {off.Type} is switched off for this account; Enable switches it on.";
    }

    public Task HandleAsync(HeldWork work, CancellationToken cancel) => EndAsync(work.Unit.Scope, work.Unit.Payload.Split(','), cancel);

    /// <summary>Closes, a second time, what still came in of accounts that had everything off at the time: what was on its way when they switched it off.</summary>
    public async Task SweepAsync(DateTimeOffset before, CancellationToken cancel)
    {
        IReadOnlyList<Scope> scopes;
        await using (var session = await services.Database.ReadAsync(cancel)) scopes = await new EnablementStore(session).OffSinceAsync(before, cancel);
        foreach (var scope in scopes) await EndAsync(scope, [.. Scanned.Select(s => s.Type)], cancel);
    }

    private async Task EndAsync(Scope scope, IReadOnlyList<string> types, CancellationToken cancel)
    {
        IReadOnlyList<Enablement> all;
        await using (var session = await services.Database.ReadAsync(cancel)) all = await new EnablementStore(session).OfAccountAsync(scope, cancel);
        var off = all.Where(e => !e.Enabled).Select(e => e.Type).ToHashSet(StringComparer.Ordinal);
        string[] kinds = [.. Scanned.Where(s => types.Contains(s.Type) && off.Contains(s.Type)).Select(s => s.Kind)];
        if (kinds.Length > 0) await new Coverage(services).DisableAsync(scope, kinds, cancel);
    }
}
