using System.Text;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Starter;

/// <summary>Well-known vulnerabilities that the project carries, for the first scan where no feed can be reached. Facts, written down by its authors.</summary>
/// <remarks>
/// The format, <c>starter.txt</c>: blocks parted by blank lines; the first line is the id, each further one a word and its value.
/// <c>alias ID</c>; <c>title TEXT</c>; <c>published DATE</c>; <c>cvss VECTOR</c>; <c>cwe ID …</c>; <c>exploited DATE due DATE [ransomware]</c>;
/// <c>affects ECOSYSTEM NAME INTRODUCED FIXED</c>, any number of times, where <c>0</c> is before every version, <c>-</c> says that no fix is known
/// and <c>&lt;=V</c> that V is the last one affected. <c>#</c> begins a comment line.
/// </remarks>
public sealed class StarterFeed : IFeed
{
    private const string File = "starter.txt";

    public string Name => "starter";

    public string Title => "Starter advisories of Vidimus";

    /// <summary>Not on any network: the file is in this library.</summary>
    public Uri PublicAddress { get; } = new("resource:starter/");

    public string Terms => "Apache-2.0";

    /// <summary>The advisories inside this library, as a snapshot.</summary>
    public static FeedSnapshot Embedded { get; } = new EmbeddedSnapshot();

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new(File)];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries(".txt", cancel))
        {
            foreach (var block in Blocks(Encoding.UTF8.GetString(entry.Body.Span)))
            {
                cancel.ThrowIfCancellationRequested();
                var read = new StarterBlock();
                if (read.Read(block) is { } reason)
                {
                    snapshot.Reject($"{entry.Name}: {block[0]}", reason);
                    continue;
                }

                yield return read.ToAdvisory();
                if (read.Exploited is { } exploited) yield return exploited;
            }
        }
    }

    private static IEnumerable<List<string>> Blocks(string text)
    {
        var block = new List<string>();
        foreach (var line in text.Split('\n').Select(line => line.Trim()).Where(line => line is not ['#', ..]))
        {
            if (line.Length > 0)
            {
                block.Add(line);
            }
            else if (block.Count > 0)
            {
                yield return block;
                block = [];
            }
        }

        if (block.Count > 0) yield return block;
    }

    private sealed class EmbeddedSnapshot : FeedSnapshot
    {
        public override string Part => "";

        public override IEnumerable<FeedEntry> Entries(string suffix, CancellationToken cancel)
        {
            if (!File.EndsWith(suffix, StringComparison.Ordinal)) yield break;
            using var stream = typeof(StarterFeed).Assembly.GetManifestResourceStream(File) ?? throw new InvalidDataException($"the library lacks its {File}");
            var body = new byte[stream.Length];
            stream.ReadExactly(body);
            yield return new(File, body);
        }

        /// <summary>Our own file: an entry that can't be read is a mistake in the build, and a test finds it.</summary>
        public override void Reject(string entry, string reason) => throw new InvalidDataException($"{entry}: {reason}");
    }
}
