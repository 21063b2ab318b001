using System.Text.RegularExpressions;
using Vidimus.Storage.Migrations;

namespace Vidimus.Storage;

/// <summary>An account whose rows are on their way from one tenant to another.</summary>
public sealed record AccountMove(int Account, int From, int To, DateTimeOffset Started);

/// <summary>Moves accounts that join or leave an organization: the first column of their rows is rewritten in sets, each of which is one commit, so that a process may die anywhere and the next one goes on.</summary>
/// <remarks>Meanwhile the account's own calls wait (see <see cref="IsMovingAsync"/>), as a new row under the new tenant could meet the old one. The account itself changes its tenant in the last commit,
/// together with the rows that came last, once no worker holds a unit of it.</remarks>
[AcrossTenants("it moves rows from one tenant to another")]
public sealed partial class AccountMoves(IDatabase database)
{
    /// <summary>Rows of one commit.</summary>
    private const int SetSize = 5000;

    /// <summary>What belongs to the relation with the old tenant and ends with it.</summary>
    private static readonly string[] Ending = ["member", "organization", "delegated_admin", "account_move", "destination"];

    /// <summary>With the columns of the key for those tables that lie in its order; the others' rows have an address.</summary>
    private static readonly IReadOnlyList<(string Table, string? Key)> Tables =
    [
        .. Schema.Migrations.SelectMany(m => m.Statements).Select(s => TenantTable().Match(s)).Where(m => m.Success && !Ending.Contains(m.Groups["table"].Value))
            .Select(m => (m.Groups["table"].Value, Key: m.Groups["key"].Success ? m.Groups["key"].Value : null)).DistinctBy(t => t.Value),
    ];

    /// <summary>Begins to move an account.</summary>
    /// <exception cref="InvalidOperationException">It manages or administers its organization, or is being moved.</exception>
    public async Task BeginAsync(int account, int target, DateTimeOffset now, CancellationToken cancel)
    {
        await using var session = await database.WriteAsync(cancel);
        const string ties = "select 1 from organization where account = @account union all select 1 from delegated_admin where account = @account";
        if ((await session.QueryAsync(ties, r => r.Int32(0), cancel, ("account", account))).Count > 0) throw new InvalidOperationException("The account manages or administers its organization and can't leave it.");
        const string begin = """
            insert into account_move (tenant, account, target, started_ms) select account.tenant, account.id, tenant.id, @now from account cross join tenant
            where account.id = @account and tenant.id = @target and account.tenant <> tenant.id on conflict (account) do nothing
            """;
        if (await session.ExecuteAsync(begin, cancel, ("account", account), ("target", target), ("now", now.Milliseconds())) == 0) throw new InvalidOperationException("The account is there already, is being moved, or isn't known.");
        await session.CommitAsync(cancel);
    }

    /// <summary>Whether calls of the account have to wait.</summary>
    public static async Task<bool> IsMovingAsync(Session session, int account, CancellationToken cancel) =>
        (await session.QueryAsync("select 1 from account_move where account = @account", r => r.Int32(0), cancel, ("account", account))).Count > 0;

    public async Task<IReadOnlyList<AccountMove>> ListAsync(CancellationToken cancel)
    {
        await using var session = await database.ReadAsync(cancel);
        return await session.QueryAsync("select account, tenant, target, started_ms from account_move order by started_ms, account", r => new AccountMove(r.Int32(0), r.Int32(1), r.Int32(2), r.Time(3)), cancel);
    }

    /// <summary>Goes on with all moves until each is done or waits for a worker; gives how many still wait.</summary>
    public async Task<int> RunAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var waiting = 0;
        foreach (var move in await ListAsync(cancel))
        {
            // The queue goes last, in one piece: what workers hold can be seen by who held it.
            foreach (var table in Tables.Where(t => t.Table != "work"))
            {
                while (await SetAsync(move, table, cancel) == SetSize)
                {
                }
            }

            if (!await EndAsync(move, now, cancel)) waiting++;
        }

        return waiting;
    }

    private async Task<int> SetAsync(AccountMove move, (string Table, string? Key) table, CancellationToken cancel)
    {
        await using var session = await database.WriteAsync(cancel);
        await session.LockAsync("account-move", cancel);
        var moved = await MoveAsync(session, move, table, SetSize, cancel);
        await session.CommitAsync(cancel);
        return moved;
    }

    private static Task<int> MoveAsync(Session session, AccountMove move, (string Table, string? Key) table, int limit, CancellationToken cancel)
    {
        // Tables and keys are read from the schema, which is this project's.
        var columns = session.Engine == Engine.Postgres ? "ctid" : table.Key ?? "rowid";
        var set = $"update {table.Table} set tenant = @to where ({columns}) in (select {columns} from {table.Table} where tenant = @from and account = @account limit @limit) and tenant = @from and account = @account";
        return session.ExecuteAsync(set, cancel, ("to", move.To), ("from", move.From), ("account", move.Account), ("limit", limit));
    }

    /// <summary>The last commit: what came meanwhile, and the account itself.</summary>
    private async Task<bool> EndAsync(AccountMove move, DateTimeOffset now, CancellationToken cancel)
    {
        await using var session = await database.WriteAsync(cancel);
        await session.LockAsync("account-move", cancel);
        const string held = "select 1 from work where tenant = @from and account = @account and lease is not null and dead = 0 and ready_ms > @now limit 1";
        if ((await session.QueryAsync(held, r => r.Int32(0), cancel, ("from", move.From), ("account", move.Account), ("now", now.Milliseconds()))).Count > 0) return false;

        foreach (var table in Tables) await MoveAsync(session, move, table, int.MaxValue, cancel);
        const string destinations = """
            update destination set tenant = @to where tenant = @from and account = @account
            and not exists (select 1 from destination as other where other.tenant = @to and other.bucket = destination.bucket)
            """;
        await session.ExecuteAsync(destinations, cancel, ("to", move.To), ("from", move.From), ("account", move.Account));
        await session.ExecuteAsync("delete from destination where tenant = @from and account = @account", cancel, ("from", move.From), ("account", move.Account));
        await session.ExecuteAsync("delete from member where tenant = @from and account = @account", cancel, ("from", move.From), ("account", move.Account));
        await session.ExecuteAsync("update account set tenant = @to where id = @account", cancel, ("to", move.To), ("account", move.Account));
        await session.ExecuteAsync("delete from account_move where account = @account", cancel, ("account", move.Account));
        await session.CommitAsync(cancel);
        return true;
    }

    [GeneratedRegex(@"^\s*create table (?<table>\w+) \(tenant .*?account int not null.*?(?:primary key \((?<key>[^)]*)\)\) \{pairs\}|$)", RegexOptions.Singleline)]
    private static partial Regex TenantTable();
}
