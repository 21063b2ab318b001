using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Archives;
using Vidimus.Model;

namespace Vidimus.Ecosystems.Java;

/// <summary>Makes a <see cref="JavaNames"/> from lists of <c>sha1&lt;TAB&gt;purl</c> and from archives whose coordinates a POM beside them or in them states.</summary>
/// <remarks>A list knows files alone; an archive gives the fingerprints of its classes too, by which it is known again inside of another. All is held in memory until it is written.</remarks>
public sealed class JavaNamesBuilder
{
    /// <summary>A class that so many different artifacts hold tells none of them.</summary>
    private const int MostArtifacts = 4;

    private const int LongestLine = 2048;
    private static readonly ZipLimits Limits = new() { EntryBytes = 16 << 20, TotalBytes = 4L << 30 };

    private readonly Dictionary<string, int> purls = new(StringComparer.Ordinal);
    private readonly List<(string Artifact, int Classes)> facts = [];
    private readonly SortedDictionary<Sha1, int> archives = [];
    private readonly Dictionary<ulong, HashSet<int>> classes = [];

    /// <summary>Takes up a list. The first that names a SHA-1 is believed.</summary>
    /// <exception cref="InvalidDataException">A line is none of the list's.</exception>
    public void AddList(TextReader list)
    {
        ArgumentNullException.ThrowIfNull(list);
        for (var number = 1; list.ReadLine() is { } line; number++)
        {
            if (line.Length == 0 || line[0] is '#') continue;
            if (line.Length > LongestLine || line.Split('\t') is not [{ Length: 40 } sha1, var text] || !sha1.All(char.IsAsciiHexDigit) || !PackageUrl.TryParse(text, out var purl) || purl is not { Type: "maven", Version: not null })
                throw new InvalidDataException($"line {number} is not a SHA-1, a tab and a Maven purl with a version");
            archives.TryAdd(Sha1.Of(Convert.FromHexString(sha1)), Number(purl));
        }
    }

    /// <summary>Takes up an archive.</summary>
    /// <param name="pom">The POM that was published with it; null to go by what the archive holds.</param>
    /// <returns>The purl it is known by; null when nothing states its coordinates.</returns>
    /// <exception cref="InvalidDataException">It is no zip.</exception>
    public PackageUrl? AddArchive(string name, Stream archive, ReadOnlyMemory<byte>? pom)
    {
        ArgumentNullException.ThrowIfNull(archive);
        var zip = ZipArchiveReader.Open(archive, Limits, (_, _) => { });
        if ((pom is { } beside ? Coordinates(new PomProject(XmlElements.Read(beside.ToArray()))) : null) is not { } purl && (purl = Embedded(name, zip)) is null) return null;

        var number = Number(purl);
        archive.Position = 0;
        archives.TryAdd(Sha1.Of(SHA1.HashData(archive)), number);
        var count = 0;
        foreach (var entry in zip.Entries.Where(e => ShadedClasses.IsClass(e.Name)))
        {
            if (zip.Read(entry) is not { } bytes || ClassFingerprint.Of(bytes) is not { } fingerprint) continue;
            ref var owners = ref CollectionsMarshal.GetValueRefOrAddDefault(classes, fingerprint, out _);
            if ((owners ??= []).Add(number)) count++;
        }

        facts[number] = facts[number] with { Classes = count };
        return purl;
    }

    /// <summary>Writes the table.</summary>
    public void Write(Stream output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var distinct = classes.Where(c => c.Value.Select(n => facts[n].Artifact).Distinct(StringComparer.Ordinal).Take(MostArtifacts + 1).Count() <= MostArtifacts).OrderBy(c => c.Key).ToList();
        var counts = new int[purls.Count];
        foreach (var number in distinct.SelectMany(c => c.Value)) counts[number]++;

        using var body = new MemoryStream();
        using var writer = new BinaryWriter(body); // little-endian on every machine
        foreach (var (sha1, number) in archives)
        {
            writer.Write(sha1.Bytes());
            writer.Write(number);
        }

        foreach (var (fingerprint, owners) in distinct)
        {
            foreach (var number in owners.Order())
            {
                writer.Write(fingerprint);
                writer.Write(number);
            }
        }

        var text = new MemoryStream();
        foreach (var (purl, number) in purls.OrderBy(p => p.Value))
        {
            var bytes = Encoding.UTF8.GetBytes(purl);
            writer.Write((int)text.Length);
            writer.Write(bytes.Length);
            writer.Write(counts[number]);
            text.Write(bytes);
        }

        writer.Write(text.ToArray());
        writer.Flush();
        var whole = body.ToArray();
        var head = new byte[JavaNames.HeadSize];
        JavaNames.Magic.CopyTo(head);
        head.AsSpan().Slice(8, 4).Clear();
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), (BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(whole)) & 0x3FFF_FFFF) | 0x4000_0000);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), archives.Count);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(16), distinct.Sum(c => c.Value.Count));
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(20), purls.Count);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(24), (int)text.Length);
        output.Write(head);
        output.Write(whole);
    }

    private int Number(PackageUrl purl)
    {
        var text = new PackageUrl("maven", purl.Namespace, purl.Name, purl.Version).ToString();
        if (Encoding.UTF8.GetByteCount(text) > JavaNames.LongestPurl) throw new InvalidDataException($"a purl of more than {JavaNames.LongestPurl} bytes");
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(purls, text, out var known);
        if (known) return number;
        facts.Add(($"{purl.Namespace}:{purl.Name}", 0));
        return number = facts.Count - 1;
    }

    private static PackageUrl? Coordinates(PomProject pom) => pom is { Group: { } group, Artifact: { } artifact, Version: { } version } ? new("maven", group, artifact, version) : null;

    private static PackageUrl? Embedded(string name, ZipArchiveReader zip)
    {
        var poms = new List<PomProperties>();
        var manifest = JavaManifest.Empty;
        foreach (var entry in zip.Entries)
        {
            if (entry.Name.Equals("META-INF/MANIFEST.MF", StringComparison.OrdinalIgnoreCase)) manifest = JavaManifest.Parse(zip.Read(entry));
            else if (entry.Name.StartsWith("META-INF/maven/", StringComparison.Ordinal) && entry.Name.EndsWith("/pom.properties", StringComparison.Ordinal) && PomProperties.Parse(zip.Read(entry), entry.Name) is { } pom) poms.Add(pom);
        }

        return JavaIdentity.OwnPom(Path.GetFileNameWithoutExtension(name), manifest, poms) is { Version.Length: > 0 } own ? new("maven", own.Group, own.Artifact, own.Version) : null;
    }

    /// <summary>A SHA-1 in the order of its bytes.</summary>
    private readonly record struct Sha1(ulong First, ulong Second, uint Third) : IComparable<Sha1>
    {
        public static Sha1 Of(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]));

        public int CompareTo(Sha1 other) => (First, Second, Third).CompareTo((other.First, other.Second, other.Third));

        public byte[] Bytes()
        {
            var bytes = new byte[20];
            BinaryPrimitives.WriteUInt64BigEndian(bytes, First);
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), Second);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), Third);
            return bytes;
        }
    }
}
