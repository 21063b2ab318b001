using System.Diagnostics;
using Vidimus.Advisories;
using Vidimus.Advisories.Fetch;
using Vidimus.Ecosystems;
using Vidimus.Matching;
using Vidimus.Model.Advisories;
using Vidimus.Model.Inventory;

// Usage: matching compile FEEDS BOOK | open BOOK | match BOOK
// compile and open are processes of their own, so that their CPU time and peak memory are theirs alone.
switch (args)
{
    case ["compile", var feeds, var book]:
        await Compile(feeds, book);
        return 0;
    case ["open", var book]:
        Open(book);
        return 0;
    case ["match", var book]:
        Match(book);
        return 0;
    default:
        Console.Error.WriteLine("usage: compile FEEDS BOOK | open BOOK | match BOOK");
        return 2;
}

static async Task Compile(string feeds, string path)
{
    var clock = Stopwatch.StartNew();
    var mirror = new FolderMirror(feeds);
    using (var writer = new BookWriter(EcosystemList.Keys))
    {
        foreach (var feed in (IEnumerable<IFeed>)[.. FeedList.CrossEcosystem(EcosystemList.Keys), .. EcosystemList.Feeds])
        {
            int records = 0, rejected = 0;
            var parts = await mirror.PartsAsync(feed, default);
            foreach (var part in parts.Count == 0 ? [""] : parts)
            {
                if (await mirror.SnapshotAsync(feed, part, default) is not { } snapshot) continue;
                foreach (var record in feed.Read(snapshot, default))
                {
                    writer.Add(feed.Name, record);
                    records++;
                }

                rejected += snapshot.RejectedCount;
            }

            writer.AddSource(new(feed.Name, null, records, rejected, feed.Terms, feed.Sharing));
            Console.WriteLine($"{feed.Name}: {records} records, {rejected} rejected, at {clock.Elapsed.TotalSeconds:F2} s");
        }

        File.Delete(path);
        writer.Write(path, DateTimeOffset.UnixEpoch);
    }

    using var self = Process.GetCurrentProcess();
    using (var book = Book.Open(path))
    {
        var sizes = book.Sizes;
        Console.WriteLine($"sizes: {sizes.Ranges:N0} ranges, {sizes.OfRange:F1} bytes a range for ranges and keys alone, {sizes.OfVerdict:F1} with all that a verdict needs; texts {sizes.Texts / 1e6:F1} MB, KEV and EPSS {sizes.Exploits / 1e6:F1} MB, whole {sizes.Whole / 1e6:F1} MB");
    }

    Console.WriteLine($"compile: {clock.Elapsed.TotalSeconds:F2} s wall, {self.TotalProcessorTime.TotalSeconds:F2} s CPU, peak {self.PeakWorkingSet64 >> 20} MiB, book {new FileInfo(path).Length >> 10} KiB");
}

static void Open(string path)
{
    // The first file that a process opens makes the runtime ready for files; that is not the book's doing.
    var runtime = Stopwatch.StartNew();
    using (var any = new FileStream(path, FileMode.Open, FileAccess.Read)) _ = any.Length;
    runtime.Stop();

    var first = Stopwatch.StartNew();
    using (Book.Open(path)) first.Stop();

    var again = Stopwatch.StartNew();
    using (Book.Open(path)) again.Stop();
    Console.WriteLine($"open: {first.Elapsed.TotalMilliseconds:F2} ms the first time in a process (the runtime's first file stream: {runtime.Elapsed.TotalMilliseconds:F2} ms), {again.Elapsed.TotalMilliseconds:F2} ms after it");
}

// Half of the packages have a key in the book: one in two of those is a package of this machine by its source (the kernel's among them), the other any key of the system's or a language's
// advisories. The other half have none: the same names with a letter more. Versions are those at which the key's own ranges begin and end, and one beside them.
static void Match(string path)
{
    const int Count = 1_000_000;
    using var book = Book.Open(path);
    var system = new OsRelease("debian", "12", null);
    var random = new Random(20261124);
    var keys = book.Keys().Where(k => k.Ecosystem == "Debian:12" || EcosystemList.Keys.Ecosystems.Any(e => e.AdvisoryEcosystem == k.Ecosystem)).ToArray();
    var debian = keys.Where(k => k.Ecosystem == "Debian:12").ToDictionary(k => k.Name, StringComparer.Ordinal);
    var installed = Installed().Where(debian.ContainsKey).Select(name => debian[name]).ToArray();
    var packages = new Package[Count];
    for (var i = 0; i < Count; i++)
    {
        var key = i % 4 == 0 && installed.Length > 0 ? installed[random.Next(installed.Length)] : keys[random.Next(keys.Length)];
        packages[i] = PackageOf(key, Version(key, random), hasKey: i % 2 == 0);
    }

    var matcher = new Matcher(book, EcosystemList.Keys, system);
    var list = new MatchList();
    for (var i = 0; i < Count / 10; i++) matcher.Find(packages[i], list); // lets the runtime compile
    foreach (var run in (int[])[1, 2, 3])
    {
        long ranges = 0, matches = 0, withKey = 0;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        using var self = Process.GetCurrentProcess();
        var before = self.UserProcessorTime;
        foreach (var package in packages)
        {
            matcher.Find(package, list);
            ranges += list.RangesTried;
            matches += list.Count;
            if (list.HasKey) withKey++;
        }

        self.Refresh();
        var cpu = (self.UserProcessorTime - before).TotalSeconds;
        Console.WriteLine($"match {run}: {Count / cpu:N0} packages/s of CPU ({Count / clock.Elapsed.TotalSeconds:N0} of wall), {100.0 * withKey / Count:F0} % with a key, "
            + $"{(double)ranges / withKey:F1} ranges tried and {(double)matches / withKey:F1} matches each, {(GC.GetAllocatedBytesForCurrentThread() - allocated) / Count} bytes allocated a package");
    }

    Rematch(keys, matcher, list, random);
    var inventory = new Inventory
    {
        Target = new("sbom", "bench", null, null, []),
        Os = system,
        Packages = [.. packages.Take(1000).Select((p, i) => new InventoryPackage($"{i}", $"pkg:{p.Type}/{p.Name}@{p.Version}", p, [new("bench", null, null)], null))],
        Notes = [],
    };
    foreach (var turn in (string[])["first", "second"])
    {
        var clock = Stopwatch.StartNew();
        var report = ReportAssembly.Assemble(inventory, book, EcosystemList.Keys, new() { Tool = new("bench", "0"), Today = new(2026, 11, 24), All = true });
        Console.WriteLine($"report: 1,000 packages, {report.Findings.Count} findings, {clock.Elapsed.TotalMilliseconds:F0} ms the {turn} time");
    }

    Console.WriteLine($"keys: {keys.Length} drawn from, {installed.Length} of them installed here, {book.KeyCount} in the book");
}

// A fleet's distinct package versions, each once: what a book with a change of every key would have judged anew.
static void Rematch(BookKey[] keys, Matcher matcher, MatchList list, Random random)
{
    const int Versions = 400_000;
    var distinct = new HashSet<(int, string)>();
    var fleet = new List<Package>(Versions);
    for (var turn = 0; fleet.Count < Versions; turn++)
    {
        var key = keys[random.Next(keys.Length)];
        var version = Version(key, random);
        if (!distinct.Add((key.Number, version)) && !distinct.Add((key.Number, version += $".{turn}"))) continue;
        fleet.Add(PackageOf(key, version, hasKey: true));
    }

    using var self = Process.GetCurrentProcess();
    var before = self.TotalProcessorTime;
    var clock = Stopwatch.StartNew();
    var matches = 0L;
    foreach (var package in fleet)
    {
        matcher.Find(package, list);
        matches += list.Count;
    }

    clock.Stop();
    self.Refresh();
    Console.WriteLine($"re-match: {Versions:N0} distinct package versions, all with a key, {matches:N0} matches, {(self.TotalProcessorTime - before).TotalSeconds:F2} s CPU, {clock.Elapsed.TotalSeconds:F2} s wall");
}

static string[] Installed()
{
    using var process = Process.Start(new ProcessStartInfo("dpkg-query", ["-W", "-f", "${source:Package}\n"]) { RedirectStandardOutput = true })!;
    return [.. process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries), "linux"];
}

static string Version(BookKey key, Random random)
{
    var versions = key.Affected.Take(20).SelectMany(a => a.Ranges).SelectMany(r => r.Events).Select(e => e.Version).Where(v => v is not ("0" or "*")).ToArray();
    if (versions.Length == 0) return "1.0";
    var version = versions[random.Next(versions.Length)];
    return random.Next(2) == 0 ? version : version + ".1";
}

static Package PackageOf(BookKey key, string version, bool hasKey)
{
    var type = EcosystemList.Keys.OfAdvisory(key.Ecosystem)!.Type;
    var name = hasKey ? key.Name : key.Name + "q";
    return type == "maven" && name.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
        ? new() { Type = type, Namespace = name[..colon], Name = name[(colon + 1)..], Version = version }
        : new() { Type = type, Name = name, Version = version };
}
