using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Vidimus.Findings;
using Vidimus.Findings.Query;
using Vidimus.Storage.Migrations;

namespace Vidimus.Storage.Tests;

/// <summary>Every method of every store, found by reflection, asked by a foreign tenant and by another account of the same tenant: they get nothing and change nothing.</summary>
public abstract partial class TenancyContract(ITestEngine engine) : StoreContract(engine)
{
    /// <summary>The methods that bring rows in: a foreign one gets its own.</summary>
    private static readonly string[] Bringing = ["PutAsync", "PutEvidenceAsync", "AddAsync", "RegisterAsync", "SetAsync", "SetAdministratorAsync", "SetMemberAsync"];

    private FindingFilterRule? rule;

    private static IEnumerable<MethodInfo> Methods => typeof(IDatabase).Assembly.GetExportedTypes()
        .Where(t => t.GetConstructors() is [var only] && only.GetParameters() is [{ ParameterType: var type }] && type == typeof(Session) && t.GetCustomAttribute<AcrossTenantsAttribute>() is null)
        .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        .Where(m => m.GetCustomAttribute<AcrossTenantsAttribute>() is null);

    [Fact]
    public void EveryMethodBeginsWithWhoAsks()
    {
        Assert.True(Methods.Count() > 20);
        Assert.All(Methods, m => Assert.Contains(m.GetParameters()[0].ParameterType, new[] { typeof(Scope), typeof(TenantScope) }));
    }

    [Fact]
    public async Task AForeignTenantGetsNothing()
    {
        await SeedAsync();
        var mine = await RowsAsync(Mine);
        foreach (var method in Methods)
        {
            var name = $"{method.DeclaringType!.Name}.{method.Name}";
            var ours = await CallAsync(method, Mine);
            Assert.True(Weight(ours.Result) > 0 || method.Name is "AddAsync" or "SetAdministratorAsync", $"{name} gives its owner nothing: the test asks for the wrong thing");

            foreach (var scope in method.GetParameters()[0].ParameterType == typeof(Scope) ? new[] { Foreign, Sibling } : [Foreign])
            {
                var (result, rows) = await CallAsync(method, scope);
                Assert.True(mine.SequenceEqual(rows), $"{name} changed rows that are not the caller's");
                if (!Bringing.Contains(method.Name)) Assert.True(Weight(result) == 0, $"{name} gives what is not the caller's");
                else if (result is IDictionary theirs) Assert.Empty(theirs.Values.Cast<object>().Intersect(((IDictionary)ours.Result!).Values.Cast<object>()));
            }
        }
    }

    private async Task SeedAsync()
    {
        var resource = (await ResourcesAsync(Mine, 1))[0];
        await ObserveAsync(Mine, resource, Now, (1, Facts()));
        await ObserveAsync(Mine, resource, Now.AddHours(1), (1, Facts()), (2, Facts()));
        await WriteAsync(async s =>
        {
            var documents = await new DocumentStore(s).PutAsync(Mine, [TheDocument], Cancel);
            await new DocumentStore(s).HoldAsync(Mine, [(resource, "os", documents[TheDocument.Digest])], Cancel);
            await new FindingStore(s).PutEvidenceAsync(Mine, [("title", "body")], Cancel);
            rule = await new FilterStore(s).AddAsync(Mine, new(Mine, 0, "", "mine", FilterAction.None, null, null, "{}", FindingCriteria.All, false, Now, Now), Cancel);
            await new ResourceStore(s).ScannedAsync(Mine, [resource], Now.AddHours(2), Cancel);
            await new TagStore(s).PutAsync(Mine, "text", new Dictionary<string, string> { ["text"] = "value" }, Cancel);
            await new AuditLog(s).AddAsync(Mine, Now, "p", "o", "r", "ok", Cancel);
            await new ConfigurationStore(s).PutAsync(Mine, "text", "text", "{}", Now, Cancel);
            await new EnablementStore(s).SetAsync(Mine, ["EC2"], true, Now, Cancel);
            await new DestinationStore(s).PutAsync(Mine, "text", "/folder", Now, Cancel);
            await new ScanStore(s).PutAsync(Mine, new("host", "host-000000"), "/", "text", TimeSpan.FromHours(1), Now, Cancel);
            await new ReportStore(s).AddAsync(Mine, ReportKind.Findings, "text", "CSV", "{}", Now, Cancel);
            await new OrganizationStore(s).CreateAsync(Mine.Tenant, Mine.Account, Now, Cancel);
            await new OrganizationStore(s).SetMemberAsync(Mine, true, Now, Cancel);
            await new OrganizationStore(s).SetAdministratorAsync(Mine, Now, Cancel);
            var work = new WorkQueue(s);
            await work.AddAsync(Mine, "t", [("dead", "p")], 1, Now, Cancel);
            await work.FailAsync((await work.TakeAsync("t", 1, Now, Now.AddHours(1), Cancel))[0], "error", null, Cancel);
            var sinks = new SinkStore(s);
            await sinks.RegisterAsync(Mine, TheSink with { Name = "text" }, Now, Cancel);
            await new Outbox(s).PublishAsync(100, Cancel);
            var sink = (await sinks.TakeAsync(1, Now, Now.AddHours(1), Cancel))[0];
            await sinks.AdvanceAsync(sink, new(0, 0, 0, null, Now, [(1, "refused")], []), Now, Cancel);
        });
    }

    private static Document TheDocument { get; } = new(Digest.Of("d"u8), "os", [1], "d"u8.ToArray());

    private static SinkDefinition TheSink { get; } = new("another", "webhook", "eventbridge", [EventKind.Finding], false, "https://example.org", [1]);

    /// <summary>The call's result and the owner's rows after it, before it is rolled back.</summary>
    private async Task<(object? Result, List<string> Rows)> CallAsync(MethodInfo method, Scope scope)
    {
        await using var session = await Database.WriteAsync(Cancel);
        var task = (Task)method.Invoke(Activator.CreateInstance(method.DeclaringType!, session), [.. method.GetParameters().Select(p => Argument(method, p, scope))])!;
        await task;
        return (task.GetType().GetProperty("Result")?.GetValue(task), await RowsAsync(session, Mine));
    }

    /// <summary>All row ids of the seeded account are small, so a list of small numbers names whatever there is.</summary>
    private object? Argument(MethodInfo method, ParameterInfo parameter, Scope scope) => (parameter.ParameterType, parameter.Name) switch
    {
        (var t, _) when t == typeof(Scope) => scope,
        (var t, _) when t == typeof(TenantScope) => scope.OfTenant,
        (var t, _) when t == typeof(CancellationToken) => Cancel,
        (var t, _) when t == typeof(DateTimeOffset) => Now,
        (var t, _) when t == typeof(TimeSpan?) => TimeSpan.FromDays(1),
        (var t, "after") when t == typeof(long) => 0L,
        (var t, "after") when t == typeof(string) => "",
        (var t, "account") when t == typeof(int?) => scope.Account,
        (var t, "accounts") when t == typeof(IReadOnlyList<long>) => new[] { (long)Mine.Account },
        (var t, _) when t == typeof(bool) => false,
        (var t, _) when t == typeof(ReportKind) => ReportKind.Findings,
        (var t, _) when t == typeof(ReportStatus) => ReportStatus.Failed,
        (var t, _) when t == typeof(IReadOnlyList<string>) => new[] { "EC2", "111111111111", "text" },
        (var t, _) when t == typeof(long) => 1L,
        (var t, _) when t == typeof(int) => 10,
        (var t, "hex") when t == typeof(string) => rule!.Hex,
        (var t, _) when t == typeof(string) => "text",
        (var t, _) when t == typeof(ResourceKey) => new ResourceKey("host", "host-000000"),
        (var t, _) when t == typeof(FindingKind) => FindingKind.Package,
        (var t, _) when t == typeof(CounterDimension) => CounterDimension.Status,
        (var t, _) when t == typeof(EventKind) => EventKind.AutoEnable,
        (var t, _) when t == typeof(SinkDefinition) => TheSink,
        (var t, _) when t == typeof(ScanStatus) => ScanStatus.Terminated,
        (var t, _) when t == typeof(Digest) => TheDocument.Digest,
        (var t, _) when t == typeof(ResourceKey) => new ResourceKey("host", "host-000000"),
        (var t, _) when t == typeof(ListedFinding) => null,
        (var t, _) when t == typeof(FindingQuery) => new FindingQuery(null, [], null, 10),
        (var t, _) when t == typeof(FindingSearchQuery) => new FindingSearchQuery(null, FindingCriteria.All, FindingSort.Severity, true, null, 10),
        (var t, _) when t == typeof(CoverageQuery) => new CoverageQuery(null, [], null, [], [], ResourceCriteria.All),
        (var t, _) when t == typeof(CoverageGroup) => CoverageGroup.Type,
        (var t, _) when t == typeof(AggregationQuery) => new AggregationQuery(null, [], AggregationSubject.Resource, [], ResourceCriteria.All, [], [], AggregationSort.All, false, 0, 10),
        (var t, _) when t == typeof(FilterAction?) => null,
        (var t, _) when t == typeof(FindingFilterRule) => rule! with { Name = method.Name == "AddAsync" ? "another" : "changed" },
        (var t, _) when t == typeof(IReadOnlyDictionary<string, string>) => new Dictionary<string, string> { ["text"] = "changed" },
        (var t, _) when t == typeof(IReadOnlyList<ListedFinding>) => new[] { new ListedFinding(Mine, new(1, new(1, FindingKind.Package, 1), 0, Facts(), null, null, Now, Now)) },
        (var t, _) when t == typeof(IReadOnlyList<long>) => Enumerable.Range(1, 50).Select(i => (long)i).ToArray(),
        (var t, _) when t == typeof(IReadOnlyList<Digest>) => new[] { TheDocument.Digest },
        (var t, _) when t == typeof(IReadOnlyList<Document>) => new[] { TheDocument },
        (var t, _) when t == typeof(IReadOnlyList<FindingKey>) => new FindingKey[] { new(1, FindingKind.Package, 1) },
        (var t, _) when t == typeof(IReadOnlyList<(ResourceKey, string)>) => new[] { (new ResourceKey("host", "host-000000"), """{"changed":1}""") },
        (var t, _) when t == typeof(IReadOnlyList<(long, string, long)>) => new[] { (1L, "other", 1L) },
        (var t, _) when t == typeof(IReadOnlyList<(string, string)>) => new[] { ("title", "body") },
        _ => throw new InvalidOperationException($"{method.DeclaringType!.Name}.{method.Name} asks for {parameter.Name}, {parameter.ParameterType}: say here what a call of it is"),
    };

    /// <summary>How much a result holds.</summary>
    private static int Weight(object? result) => result switch
    {
        null => 0,
        bool done => done ? 1 : 0,
        int count => count,
        long number => number > 0 ? 1 : 0,
        FindingPage page => page.Findings.Count,
        EventPage page => page.Events.Count,
        ICollection many => many.Count,
        IEnumerable many => many.Cast<object>().Count(),
        _ => 1,
    };

    private async Task<List<string>> RowsAsync(Scope scope)
    {
        await using var session = await Database.ReadAsync(Cancel);
        return await RowsAsync(session, scope);
    }

    private static async Task<List<string>> RowsAsync(Session session, Scope scope)
    {
        var rows = new List<string>();
        foreach (var table in Schema.Migrations.SelectMany(m => m.Statements).Select(s => Table().Match(s)).Where(m => m.Success).Select(m => m.Groups[1].Value))
        {
            var owner = table == "account" ? "id" : "account";
            var found = await session.QueryAsync($"select * from {table} where tenant = @tenant and {owner} = @account", r => $"{table} {string.Join('|', Enumerable.Range(0, r.FieldCount).Select(i => Text(r.GetValue(i))))}", Cancel, ("tenant", scope.Tenant), ("account", scope.Account));
            rows.AddRange(found.Order(StringComparer.Ordinal));
        }

        return rows;
    }

    private static string Text(object value) => value is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    [GeneratedRegex(@"^\s*create table (\w+) \(tenant ")]
    private static partial Regex Table();
}

public sealed class SqliteTenancyTests() : TenancyContract(new SqliteFile());

public sealed class PostgresTenancyTests(PostgresServer server) : TenancyContract(server);
