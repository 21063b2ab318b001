using Vidimus.Model.Advisories;

namespace Vidimus.Advisories;

/// <summary>What a book tells of a source it was compiled from.</summary>
/// <param name="Name">The source's name, as its records were added under: <c>osv</c>, <c>debian</c>, …</param>
/// <param name="Date">The newest date that the source's records carry, or when it was fetched; null when neither is known.</param>
/// <param name="Records">How many records were read.</param>
/// <param name="Rejected">How many could not be read.</param>
/// <param name="Terms">The terms under which the source gives its data.</param>
/// <param name="Sharing">Whether those terms let its data be passed on.</param>
public sealed record BookSource(string Name, DateTimeOffset? Date, int Records, int Rejected, string Terms, Sharing Sharing = Sharing.Unstated);
