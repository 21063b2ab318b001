using Vidimus.Findings;
using Vidimus.Storage;
using Vidimus.Storage.Tests;
using Vidimus.Testing;

namespace Vidimus.Server.Tests;

/// <summary>Backups, from either engine into either.</summary>
public class BackupTests(PostgresServer postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GoFromEngineToEngineAndBackWithNothingLost()
    {
        using var folder = Places.Temporary();
        using (var server = await RunningServer.StartAsync(folder)) server.Stop();
        await SeedAsync(folder["state/vidimus.db"]);
        Assert.Contains("nothing is wrong", Admin(folder, null, "check"));
        Admin(folder, null, "backup", folder["one"]);
        Assert.Equal("600\n", RealTool.Run("stat", ["-c", "%a", folder["one"]]));

        var elsewhere = new Dictionary<string, string> { ["VIDIMUS_STORE"] = postgres.NewTarget() };
        Admin(folder, elsewhere, "restore", folder["one"]);
        Assert.Contains("nothing is wrong", Admin(folder, elsewhere, "check"));
        Admin(folder, elsewhere, "backup", folder["two"]);

        var back = new Dictionary<string, string> { ["VIDIMUS_STORE"] = $"sqlite:{folder["back/vidimus.db"]}" };
        Admin(folder, back, "restore", folder["two"]);
        Admin(folder, back, "backup", folder["three"]);
        Assert.Equal(Content(folder["one"]), Content(folder["two"]));
        Assert.Equal(Content(folder["one"]), Content(folder["three"]));

        // The restored one is served, takes the same credentials, and gives no number out twice.
        using (var again = await RunningServer.StartAsync(folder, back)) Assert.Equal(0, again.Aws(RunningServer.Client(folder), "inspector2", "batch-get-account-status").Exit);
        await using var database = await SqliteDatabase.OpenAsync(folder["back/vidimus.db"], Cancel);
        await using var session = await database.WriteAsync(Cancel);
        var scope = (await new TenantStore(session).FindAsync("111122223333", "eu-west-1", Cancel))!.Value;
        var made = await new ResourceStore(session).PutAsync(scope, [(new("host", "later"), """{"tags":{}}""")], DateTimeOffset.UnixEpoch, Cancel);
        Assert.True(made.Values.Single() > 12, "the number of a deleted resource was given out again");
    }

    [Fact]
    public async Task RefusesWhatCouldNotBeRead()
    {
        using var folder = Places.Temporary();
        using (var server = await RunningServer.StartAsync(folder)) server.Stop();
        await SeedAsync(folder["state/vidimus.db"]);
        Admin(folder, null, "backup", folder["whole"]);
        Assert.Equal(3, RunningServer.Run(folder, null, "admin", "backup", folder["whole"]).Exit);
        Refused(folder, "not empty", null, "restore", folder["whole"]);

        // Without the key its secrets are sealed under, neither is a backup made nor taken.
        File.Move(folder["keys/server.key"], folder["keys/away"]);
        Refused(folder, "sealed under a key", null, "backup", folder["blind"]);
        Assert.False(File.Exists(folder["blind"]));
        var other = new Dictionary<string, string> { ["VIDIMUS_STORE"] = $"sqlite:{folder["new/vidimus.db"]}" };
        Refused(folder, "does not exist", other, "restore", folder["whole"]);
        using (var server = await RunningServer.StartAsync(folder, new Dictionary<string, string> { ["VIDIMUS_STATE"] = folder["another"] })) server.Stop();
        Refused(folder, "another key", other, "restore", folder["whole"]);
        File.Move(folder["keys/away"], folder["keys/server.key"], overwrite: true);

        // Torn and damaged ones change nothing.
        var bytes = File.ReadAllBytes(folder["whole"]);
        var random = new Random(5);
        for (var i = 0; i < 12; i++)
        {
            var broken = bytes.ToArray();
            if (i < 6) broken = broken[..(broken.Length * i / 6)];
            else broken[random.Next(30, broken.Length - 8)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(folder["broken"], broken);
            var (exit, _, error) = RunningServer.Run(folder, other, "admin", "restore", folder["broken"]);
            Assert.True(exit == 3 && !error.Contains("unexpected", StringComparison.Ordinal), $"{i}: {exit} {error}");
        }

        Admin(folder, other, "restore", folder["whole"]);
    }

    [Fact]
    public async Task TheCheckFindsWhatDangles()
    {
        using var folder = Places.Temporary();
        using (var server = await RunningServer.StartAsync(folder)) server.Stop();
        await SeedAsync(folder["state/vidimus.db"]);
        await using (var database = await SqliteDatabase.OpenAsync(folder["state/vidimus.db"], Cancel))
        {
            await using var session = await database.WriteAsync(Cancel);
            await session.ExecuteAsync("delete from document where id = 1", Cancel);
            await session.ExecuteAsync("update access_key set secret = zeroblob(60)", Cancel);
            await session.CommitAsync(Cancel);
        }

        var (exit, output, _) = RunningServer.Run(folder, null, "admin", "check");
        Assert.Equal(3, exit);
        Assert.Contains("1 rows of holding name a document that is not there", output);
        Assert.Contains("does not open", output);
    }

    /// <summary>Rows of every kind of column, and a resource that was deleted.</summary>
    private static async Task SeedAsync(string path)
    {
        await using var database = await SqliteDatabase.OpenAsync(path, Cancel);
        await using var session = await database.WriteAsync(Cancel);
        var tenants = new TenantStore(session);
        await tenants.RegionAsync("eu-west-1", Cancel);
        var scope = (await tenants.FindAsync("111122223333", "eu-west-1", Cancel))!.Value;
        var resources = await new ResourceStore(session).PutAsync(scope, [.. Enumerable.Range(0, 12).Select(i => (new ResourceKey("host", $"h{i:d2}"), """{"tags":{"é":"中 \\ \""}}"""))], DateTimeOffset.UnixEpoch, Cancel);
        await session.ExecuteAsync("delete from resource where id = 12", Cancel);
        var documents = new DocumentStore(session);
        var put = await documents.PutAsync(scope, [new(Digest.Of("d"u8), "os", [1, 5, 9], new byte[] { 0, 255, 10 })], Cancel);
        await documents.HoldAsync(scope, [(resources[new("host", "h00")], "os", put.Values.Single())], Cancel);
        var findings = new FindingStore(session);
        var evidence = await findings.PutEvidenceAsync(scope, [("title", "body")], Cancel);
        var facts = new FindingFacts(FindingSeverity.High, 9.8, FixAvailable.Yes, evidence.Values.Single());
        await findings.WriteAsync(FindingState.Observe([], [new(new(1, FindingKind.Package, 7), facts), new(new(2, FindingKind.Package, 8), facts with { Score = null })], DateTimeOffset.UnixEpoch), Cancel);
        await session.CommitAsync(Cancel);
    }

    /// <summary>The lines between head and end, in an order of their own: engines give rows as they lie.</summary>
    private static IEnumerable<string> Content(string file)
    {
        using var unpacked = new StreamReader(new System.IO.Compression.GZipStream(File.OpenRead(file), System.IO.Compression.CompressionMode.Decompress));
        var lines = unpacked.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines[1..^1].Where(l => !l.Contains("\"schema_step\"", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
    }

    private static void Refused(TemporaryFolder folder, string why, IReadOnlyDictionary<string, string>? variables, params string[] arguments)
    {
        var (exit, _, error) = RunningServer.Run(folder, variables, ["admin", .. arguments]);
        Assert.Equal(3, exit);
        Assert.Contains(why, error);
    }

    private static string Admin(TemporaryFolder folder, IReadOnlyDictionary<string, string>? variables, params string[] arguments)
    {
        var (exit, output, error) = RunningServer.Run(folder, variables, ["admin", .. arguments]);
        Assert.True(exit == 0, $"{string.Join(' ', arguments)}: {exit} {error}{output}");
        return output;
    }
}
