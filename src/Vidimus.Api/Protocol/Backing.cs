using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Api.Protocol;

/// <summary>What operations stand on.</summary>
/// <param name="Identity">Makes row ids ARNs and back.</param>
internal sealed record Backing(IDatabase Database, Callers Callers, IdentityKey Identity, PageTokens Pages, TimeProvider Time);
