using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Vidimus.Storage;
using Vidimus.Storage.Tests;
using Vidimus.Testing;

namespace Vidimus.Sinks.Tests;

/// <summary>From changed findings to a receiver that is not ours.</summary>
public abstract class SenderContract(ITestEngine engine) : StoreContract(engine)
{
    private static readonly IPNetwork Here = IPNetwork.Parse("127.0.0.0/8");

    private readonly SetTime clock = new();
    private readonly SecretBox box = new(new byte[SecretBox.KeyLength]);
    private readonly ConcurrentQueue<SinkFailure> failures = new();

    private static Webhook Hook(TimeProvider time, double seconds = 10) => new(new AddressRule([Here]), time, TimeSpan.FromSeconds(seconds));

    private EventSender Sender(params ISinkKind[] kinds) => new(Database, new PlainForms(), kinds, box, clock, failures.Enqueue);

    /// <summary>Registers a webhook under a known key, so that the receiver can be started before.</summary>
    private Task RegisterAsync(string name, string target, string key, string kind = "webhook") => WriteAsync(s => new SinkStore(s).RegisterAsync(Mine,
        new(name, kind, "plain", [EventKind.Finding], true, target, box.Seal(key, EventSender.Owner(Mine, name))), clock.Now, Cancel));

    private Task<Sink> SinkAsync(string name) => ReadAsync(async s => (await new SinkStore(s).ListAsync(Mine, Cancel)).Single(x => x.Definition.Name == name));

    private async Task ChangeAsync(int resources, int rounds)
    {
        var ids = await ResourcesAsync(Mine, resources);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var id in ids) await ObserveAsync(Mine, id, clock.Now.AddSeconds(round - rounds), round % 2 == 0 ? [(1, Facts()), (2, Facts())] : []);
        }
    }

    [Fact]
    public async Task EachChangeArrivesOnceSignedAndInOrder()
    {
        var key = Webhook.NewKey();
        await using var receiver = new Receiver(key);
        await RegisterAsync("hook", receiver.Address("/ok"), key);
        await ChangeAsync(resources: 15, rounds: 4);
        using var hook = Hook(clock);
        while (await Sender(hook).StepAsync(Cancel) > 0) { }

        var got = await ArrivedAsync(receiver, 120);
        Assert.All(got, r => Assert.True(r.Valid));
        Assert.Equal(120, got.Select(r => r.Id).Distinct().Count());
        foreach (var finding in got.GroupBy(r => r.Body.GetProperty("finding").GetInt64()))
            Assert.Equal(["Opened", "Closed", "Reopened", "Closed"], finding.Select(r => r.Body.GetProperty("cause").GetString()));
        Assert.Equal((120L, 0, null), ((await SinkAsync("hook")).Sent, (await SinkAsync("hook")).Attempts, (await SinkAsync("hook")).Error));
        Assert.Empty(failures);
    }

    [Fact]
    public async Task ABrokenSinkHoldsNoOther()
    {
        var key = Webhook.NewKey();
        await using var receiver = new Receiver(key);
        foreach (var path in new[] { "slow", "fail", "gone", "ok" }) await RegisterAsync(path, receiver.Address($"/{path}"), key);
        await RegisterAsync("closed", "http://127.0.0.1:9/", key);
        await ChangeAsync(resources: 5, rounds: 1);
        using var hook = Hook(clock, seconds: 2);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var watch = Stopwatch.StartNew();
        var running = Task.Run(() => Sender(hook).RunAsync(stop.Token), Cancel);
        while ((await SinkAsync("ok")).Sent < 10 && watch.Elapsed < TimeSpan.FromSeconds(20)) await Task.Delay(20, Cancel);
        Assert.True((await SinkAsync("ok")).Sent == 10, "the sink that works waited for the others");
        while (failures.Select(f => f.Sink).Distinct().Count() < 4 && watch.Elapsed < TimeSpan.FromSeconds(30)) await Task.Delay(50, Cancel);
        await stop.CancelAsync();
        await running;

        foreach (var name in new[] { "slow", "fail", "gone", "closed" })
        {
            var sink = await SinkAsync(name);
            Assert.Equal((0L, 1), (sink.Sent, sink.Attempts));
            Assert.InRange(sink.Ready, clock.Now.AddSeconds(2), clock.Now.AddSeconds(3));
            Assert.Contains(name switch { "slow" => "no answer within 2 s", "fail" => "500", "gone" => "404", _ => "refused" }, sink.Error);
        }

        // It comes back, later each time; after three days what waits is put aside, seen, and replayed.
        clock.Now = clock.Now.AddSeconds(10);
        await Sender(hook).StepAsync(Cancel);
        Assert.Equal(2, (await SinkAsync("fail")).Attempts);
        Assert.InRange((await SinkAsync("fail")).Ready, clock.Now.AddSeconds(4), clock.Now.AddSeconds(6));
        clock.Now = clock.Now.AddDays(3);
        await Sender(hook).StepAsync(Cancel);
        var letters = (await ReadAsync(s => new SinkStore(s).LettersAsync(Mine, 1000, Cancel))).Where(l => l.Error.Contains("500")).ToList();
        Assert.Equal(10, letters.Count);
        await WriteAsync(s => s.ExecuteAsync("update sink set target = @target where name = 'fail'", Cancel, ("target", receiver.Address("/ok?repaired"))));
        Assert.Equal(10, await WriteAsync(s => new SinkStore(s).ReplayAsync(Mine, "fail", [.. letters.Select(l => l.Event.Id)], Cancel)));
        clock.Now = clock.Now.AddHours(1);
        await Sender(hook).StepAsync(Cancel);
        Assert.Equal((10L, 0), ((await SinkAsync("fail")).Sent, (await SinkAsync("fail")).Attempts));
        Assert.DoesNotContain(await ReadAsync(s => new SinkStore(s).LettersAsync(Mine, 1000, Cancel)), l => l.Error.Contains("500"));
    }

    [Fact]
    public async Task WhatFailsInTheMiddleIsToldAgainInOrder()
    {
        var key = Webhook.NewKey();
        await using var receiver = new Receiver(key);
        await RegisterAsync("hook", receiver.Address("/flaky"), key);
        await ChangeAsync(resources: 3, rounds: 5);
        using var hook = Hook(clock);
        for (var i = 0; i < 60 && (await SinkAsync("hook")).Sent < 30; i++)
        {
            await Sender(hook).StepAsync(Cancel);
            clock.Now = clock.Now.AddHours(1);
        }

        // Stamps are of the clock that was set forward, so freshness is not asked; each finding's first deliveries are in order.
        var taken = receiver.All.Where(r => r.Status == 204).DistinctBy(r => r.Id).ToList();
        Assert.Equal(30, taken.Count);
        foreach (var finding in taken.GroupBy(r => r.Body.GetProperty("finding").GetInt64()))
            Assert.Equal(["Opened", "Closed", "Reopened", "Closed", "Reopened"], finding.Select(r => r.Body.GetProperty("cause").GetString()));
        Assert.Contains(failures, f => f.Error.StartsWith("503", StringComparison.Ordinal));
        Assert.Empty(await ReadAsync(s => new SinkStore(s).LettersAsync(Mine, 10, Cancel)));
    }

    [Fact]
    public async Task AnEventThatIsRefusedIsPutAsideAndTheNextGoOn()
    {
        var key = Webhook.NewKey();
        await using var receiver = new Receiver(key);
        await RegisterAsync("hook", receiver.Address("/refuse"), key);
        await ChangeAsync(resources: 2, rounds: 1);
        using var hook = Hook(clock);
        await Sender(hook).StepAsync(Cancel);
        Assert.Equal(["400 Bad Request", "400 Bad Request", "400 Bad Request", "400 Bad Request"], (await ReadAsync(s => new SinkStore(s).LettersAsync(Mine, 10, Cancel))).Select(l => l.Error));
        Assert.Equal((0L, 0), ((await SinkAsync("hook")).Sent, (await SinkAsync("hook")).Attempts));
    }

    /// <summary>The finding was deleted before it could be told: what the event itself holds stays as a dead letter.</summary>
    [Fact]
    public async Task WhatIsDeletedBeforeItIsToldIsPutAside()
    {
        var key = Webhook.NewKey();
        await using var receiver = new Receiver(key);
        await RegisterAsync("hook", receiver.Address("/ok"), key);
        await ChangeAsync(resources: 2, rounds: 1);
        var gone = new PlainForms { Deleted = e => e.Finding!.Finding % 2 == 0 };
        using var hook = Hook(clock);
        await new EventSender(Database, gone, [hook], box, clock, failures.Enqueue).StepAsync(Cancel);
        Assert.Equal(2, (await ArrivedAsync(receiver, 2)).Count);
        var letters = await ReadAsync(s => new SinkStore(s).LettersAsync(Mine, 10, Cancel));
        Assert.Equal(2, letters.Count);
        Assert.All(letters, l => Assert.Equal($"deleted before it could be told: finding {l.Event.Finding!.Finding} of resource {l.Event.Resource}, Opened, new to Active, High", l.Error));

        // Replayed in vain it is a letter still.
        await WriteAsync(s => new SinkStore(s).ReplayAsync(Mine, "hook", [.. letters.Select(l => l.Event.Id)], Cancel));
        await new EventSender(Database, gone, [hook], box, clock, failures.Enqueue).StepAsync(Cancel);
        Assert.Equal(2, (await ReadAsync(s => new SinkStore(s).LettersAsync(Mine, 10, Cancel))).Count);
        Assert.Equal((2L, 0), ((await SinkAsync("hook")).Sent, (await SinkAsync("hook")).Attempts));
    }

    /// <summary>A way out that takes its time.</summary>
    private sealed class Slow(TimeSpan time) : ISinkKind
    {
        public ConcurrentQueue<long> Told { get; } = new();

        public string Kind => "webhook";

        public int Batch => 100;

        public void Check(string target)
        {
        }

        public async Task<SendResult> SendAsync(Sink sink, string? secret, IReadOnlyList<EventText> events, CancellationToken cancel)
        {
            await Task.Delay(time, cancel);
            foreach (var text in events) Told.Enqueue(text.Event);
            return new(new string?[events.Count]);
        }

        public Task<string?> TryAsync(Sink sink, string? secret, EventText message, CancellationToken cancel) => Task.FromResult<string?>(null);
    }

    /// <summary>Two senders and batches that take longer than a lease: each event is told once.</summary>
    [Fact]
    public async Task ALongBatchKeepsItsSink()
    {
        var slow = new Slow(TimeSpan.FromSeconds(2.5));
        await RegisterAsync("hook", "https://example.org/", Webhook.NewKey());
        await ChangeAsync(resources: 3, rounds: 1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        EventSender New() => new(Database, new PlainForms(), [slow], box, TimeProvider.System, failures.Enqueue) { Lease = TimeSpan.FromSeconds(1) };
        var running = Enumerable.Range(0, 2).Select(_ => New()).Select(sender => Task.Run(() => sender.RunAsync(stop.Token), Cancel)).ToList();
        for (var i = 0; i < 200 && (await SinkAsync("hook")).Sent < 6; i++) await Task.Delay(50, Cancel);
        await stop.CancelAsync();
        await Task.WhenAll(running);
        Assert.Equal((6L, 6, 6), ((await SinkAsync("hook")).Sent, slow.Told.Count, slow.Told.Distinct().Count()));
    }

    /// <summary>A sender that died holds its sink no longer than its lease.</summary>
    [Fact]
    public async Task ASinkOfADeadSenderIsSoonTakenOver()
    {
        var slow = new Slow(TimeSpan.Zero);
        await RegisterAsync("hook", "https://example.org/", Webhook.NewKey());
        await ChangeAsync(resources: 1, rounds: 1);
        await WriteAsync(s => new Outbox(s).PublishAsync(100, Cancel));
        Assert.Single(await WriteAsync(s => new SinkStore(s).TakeAsync(1, clock.Now, clock.Now.AddSeconds(20), Cancel)));
        Assert.Equal(0, await Sender(slow).StepAsync(Cancel));
        clock.Now = clock.Now.AddSeconds(20);
        Assert.Equal(1, await Sender(slow).StepAsync(Cancel));
        Assert.Equal(2, slow.Told.Count);
    }

    [Fact]
    public async Task RedirectsAndForbiddenAddressesAreRefused()
    {
        var key = Webhook.NewKey();
        await using var receiver = new Receiver(key);
        await RegisterAsync("redirect", receiver.Address("/redirect"), key);
        string[] forbidden =
        [
            "http://169.254.169.254/latest/meta-data/", "https://[fd00:ec2::254]/", "https://10.0.0.1/", "https://192.168.1.1/", "https://100.100.100.200/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://0.0.0.0/",
            "https://[64:ff9b::a00:1]/", "https://2130706433/", "https://0x7f.1/", "http://8.8.8.8/",
        ];
        for (var i = 0; i < forbidden.Length; i++) await RegisterAsync($"f{i}", forbidden[i], key);
        await ChangeAsync(resources: 1, rounds: 1);
        using var hook = new Webhook(new AddressRule([IPNetwork.Parse("127.0.0.1/32")], NoNameAsync), clock, TimeSpan.FromSeconds(5));
        var watch = Stopwatch.StartNew();
        while (await Sender(hook).StepAsync(Cancel) > 0) { }
        Assert.Contains("redirects are not followed", (await SinkAsync("redirect")).Error);
        Assert.All(receiver.All, r => Assert.Equal("/redirect", r.Path));
        for (var i = 0; i < forbidden.Length; i++)
        {
            var sink = await SinkAsync($"f{i}");
            if (forbidden[i] is "https://2130706433/" or "https://0x7f.1/") Assert.NotNull(sink.Error); // written otherwise, it is this machine, where nobody speaks TLS on 443
            else Assert.True(sink.Error?.Contains("public Internet", StringComparison.Ordinal), $"{forbidden[i]}: {sink.Error}");
            Assert.Equal(0, sink.Sent);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30));
    }

    private static Task<IPAddress[]> NoNameAsync(string host, CancellationToken cancel) => throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound);

    /// <summary>A name that is harmless when it is looked at and this machine's metadata when it is used: it is looked at once, and used as it was then.</summary>
    [Fact]
    public async Task ANameIsResolvedOnce()
    {
        var key = Webhook.NewKey();
        await using var receiver = new Receiver(key);
        await RegisterAsync("hook", $"http://rebind.example:{receiver.Port}/ok", key);
        await ChangeAsync(resources: 1, rounds: 1);
        var asked = 0;
        var rule = new AddressRule([Here], (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(Interlocked.Increment(ref asked) == 1 ? "127.0.0.1" : "169.254.169.254")]));
        using var hook = new Webhook(rule, clock, TimeSpan.FromSeconds(5));
        // One event after the other, over the connection that was looked at.
        Assert.Null(await hook.TryAsync(await SinkAsync("hook"), key, new(1, "event-1", "t", clock.Now, "t", null, "{}"u8.ToArray()), Cancel));
        Assert.Null(await hook.TryAsync(await SinkAsync("hook"), key, new(2, "event-2", "t", clock.Now, "t", null, "{}"u8.ToArray()), Cancel));
        Assert.Equal((1, 2), (asked, (await ArrivedAsync(receiver, 2)).Count));

        using var later = new Webhook(rule, clock, TimeSpan.FromSeconds(5));
        Assert.Contains("169.254.169.254, which is not on the public Internet", await later.TryAsync(await SinkAsync("hook"), key, new(3, "event-3", "t", clock.Now, "t", null, "{}"u8.ToArray()), Cancel));

        // One bad address among good ones is enough.
        var mixed = new AddressRule([Here], (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.1"), IPAddress.Parse("10.1.2.3")]));
        await Assert.ThrowsAsync<AddressRefusedException>(() => mixed.ConnectAsync("mixed.example", receiver.Port, false, Cancel));
    }

    [Fact]
    public async Task AFileHasEachEventAsALine()
    {
        using var folder = Places.Temporary();
        var path = folder["events.ndjson"];
        await RegisterAsync("file", path, "none", "file");
        await ChangeAsync(resources: 10, rounds: 3);
        await File.WriteAllTextAsync(path, "{\"whole\":1}\n{\"torn", Cancel);
        var file = new NdjsonFile(maxBytes: 1500, kept: 2);
        while (await Sender(file).StepAsync(Cancel) > 0) { }

        string[] all = [.. new[] { "events.ndjson.2", "events.ndjson.1", "events.ndjson" }.Select(n => folder[n]).Where(File.Exists).SelectMany(File.ReadAllLines)];
        Assert.Equal("""{"whole":1}""", all[0]);
        Assert.Equal(60, all.Skip(1).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("event").GetInt64()).Distinct().Count());
        Assert.Equal(61, all.Length);
        Assert.True(File.Exists(folder["events.ndjson.1"]));

        // A folder that is gone is a failure, not a loss.
        Directory.Delete(folder.Path, true);
        await ObserveAsync(Mine, (await ResourcesAsync(Mine, 1))[0], clock.Now, (9, Facts()));
        await Sender(file).StepAsync(Cancel);
        Assert.Equal(1, (await SinkAsync("file")).Attempts);
        Directory.CreateDirectory(folder.Path);
        clock.Now = clock.Now.AddMinutes(1);
        await Sender(file).StepAsync(Cancel);
        Assert.NotEmpty(await File.ReadAllLinesAsync(path, Cancel));
    }

    [Fact]
    public async Task TheDeskChecksSealsAndTries()
    {
        using var hook = Hook(clock);
        var desk = new SinkDesk(Database, new PlainForms(), [hook, new NdjsonFile(1000, 1), new MailDigest(new([]), clock, TimeSpan.FromSeconds(5))], box, clock);
        var good = new SinkDefinition("hook", "webhook", "plain", [EventKind.Finding], false, "https://example.org/hook", null);
        foreach (var (bad, why) in new[]
        {
            (good with { Name = "a b" }, "name"), (good with { Form = "xml" }, "forms are plain"), (good with { Events = [] }, "at least one"), (good with { Kind = "fax" }, "kinds of sinks"), (good with { Target = "ftp://x" }, "https"),
            (good with { Target = "https://me:secret@example.org/" }, "without user"), (good with { Kind = "file", Target = "relative" }, "absolute"), (good with { Kind = "mail", Target = "x" }, "JSON"),
            (good with { Kind = "mail", Target = new MailTarget("smtp://mail.example:25", "nobody", [], null, 24).ToText() }, "1 to 50"),
        })
        {
            Assert.Contains(why, (await Assert.ThrowsAsync<SinkException>(() => desk.AddAsync(Mine, bad, null, Cancel))).Message);
        }

        var key = await desk.AddAsync(Mine, good, null, Cancel);
        Assert.StartsWith("whsec_", key);
        await Assert.ThrowsAsync<SinkException>(() => desk.AddAsync(Mine, good, null, Cancel));
        Assert.DoesNotContain(key!, System.Text.Encoding.Latin1.GetString((await SinkAsync("hook")).Definition.Secret!));

        await using var receiver = new Receiver(key!);
        await WriteAsync(s => s.ExecuteAsync("update sink set target = @target where name = 'hook'", Cancel, ("target", receiver.Address("/ok"))));
        Assert.Null(await desk.TryAsync(Mine, "hook", Cancel));
        Assert.True(Assert.Single(await ArrivedAsync(receiver, 1)).Valid);
        await Assert.ThrowsAsync<SinkException>(() => desk.TryAsync(Foreign, "hook", Cancel));
    }

    private static async Task<IReadOnlyList<Received>> ArrivedAsync(Receiver receiver, int count)
    {
        for (var i = 0; i < 200 && receiver.All.Count < count; i++) await Task.Delay(25, Cancel);
        Assert.Equal(count, receiver.All.Count);
        return receiver.All;
    }
}

public sealed class SqliteSenderTests() : SenderContract(new SqliteFile());

public sealed class PostgresSenderTests(PostgresServer server) : SenderContract(server);
