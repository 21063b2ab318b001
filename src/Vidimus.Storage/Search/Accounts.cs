using System.Globalization;
using Vidimus.Findings.Query;

namespace Vidimus.Storage.Search;

/// <summary>The accounts that a search is about.</summary>
internal static class Accounts
{
    /// <param name="account">One account; null for all of the tenant.</param>
    /// <param name="conditions">On their twelve digits.</param>
    public static async Task<List<(int Id, string Number)>> OfAsync(Session session, int tenant, int? account, IEnumerable<IReadOnlyList<TextCondition>> conditions, CancellationToken cancel)
    {
        var all = await session.QueryAsync("select id, number from account where tenant = @tenant order by id", r => (Id: r.Int32(0), Number: r.GetString(1)), cancel, ("tenant", tenant));
        return [.. all.Where(a => (account is null || a.Id == account) && conditions.All(c => c.Meets(a.Number)))];
    }

    /// <summary>Their numbers of ours, for <c>in (…)</c>.</summary>
    public static string List(this IEnumerable<(int Id, string Number)> accounts) => string.Join(", ", accounts.Select(a => a.Id.ToString(CultureInfo.InvariantCulture)).DefaultIfEmpty("0"));
}
