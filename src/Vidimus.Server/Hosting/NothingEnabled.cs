using Vidimus.Api.Inspector2.Operations;

namespace Vidimus.Server.Hosting;

/// <summary>The state of accounts while the operation that enables is not offered: nothing is on.</summary>
internal sealed class NothingEnabled : IEnablement
{
    public ValueTask<IReadOnlySet<string>> EnabledAsync(string account, string region, CancellationToken cancel) => ValueTask.FromResult<IReadOnlySet<string>>(new HashSet<string>());
}
