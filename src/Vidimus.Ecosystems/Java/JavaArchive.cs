using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Archives;
using Vidimus.Model;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Java;

/// <summary>Reads Java's archives, also those inside of them: what Maven left in them (<c>pom.properties</c>, else <c>pom.xml</c>), else the manifest, else the file's name.</summary>
/// <remarks>
/// Every <c>pom.properties</c> is a package: a shaded archive carries those of all that was put into it. The archive itself is the one that its name or manifest agrees with.
/// A group is never invented: it is told by Maven's files or the manifest, or known of a project by the table in <see cref="JavaFamilies"/>; without one the package has no namespace, and no advisory can name it.
/// Only the directory and the few entries that tell something are read; archives that are stored, as Spring Boot does, are read in place. With a table of known archives each is looked up
/// by its SHA-1 before anything else, and the classes of what the table does not know tell which of those that it knows were put into it.
/// </remarks>
/// <param name="known">Null to go by what archives say of themselves.</param>
public sealed class JavaArchive(JavaNames? known = null) : ICollector
{
    internal static readonly string[] Extensions = [".jar", ".war", ".ear", ".par", ".sar", ".nar", ".jpi", ".hpi", ".kar", ".lpkg"];

    public string Name => "java/archive";

    public int Version => known?.Version ?? 3;

    public IReadOnlyList<FileGlob> Wants { get; } = [.. Extensions.Select(extension => FileGlob.Of($"**/*{extension}", ignoreCase: true))];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var stream = file.OpenRead();
        return new JavaArchiveReader(file, known, cancel).Read(stream);
    }
}

/// <summary>One pass over an archive and the archives inside.</summary>
internal sealed partial class JavaArchiveReader(SourceFile file, JavaNames? known, CancellationToken cancel)
{
    private const int MostDepth = 8;
    private const int MostManifest = 1 << 18;
    private const int MostProperties = 1 << 16;
    private const int MostPom = 1 << 20;
    private const int MostClass = 4 << 20;
    private const int MostNotes = 100;
    private const long MostUnpacked = 512 << 20;

    /// <summary>Bytes of unpacked archives in memory at a time, those around the innermost one included.</summary>
    private const long MostHeld = 128 << 20;

    private static readonly ZipLimits Limits = new() { EntryBytes = MostHeld, TotalBytes = MostUnpacked };

    private readonly ZipBudget budget = new(MostUnpacked);
    private readonly HashSet<Package> seen = [];
    private readonly List<Package> packages = [];
    private int notes;

    public List<Package> Read(Stream stream)
    {
        ReadArchive(stream, file.Name, entry: null, depth: 0, held: 0);
        return packages;
    }

    private void ReadArchive(Stream stream, string name, string? entry, int depth, long held)
    {
        var published = known is { Archives: > 0 } ? known.Find(Sha1(stream)) : null;
        var looksInside = published is null && known is { Classes: > 0 };
        var zip = ZipArchiveReader.Open(stream, Limits, (message, kind) => Note(entry, message, kind), looksInside ? IsWantedOrClass : IsWanted, budget);

        JavaManifest? manifest = null;
        var poms = new List<(PomProperties Pom, string Path)>();
        foreach (var item in zip.Entries)
        {
            cancel.ThrowIfCancellationRequested();
            if (IsManifest(item.Name)) manifest ??= JavaManifest.Parse(Bytes(zip, item, entry, MostManifest));
            else if (IsPomProperties(item.Name) && PomProperties.Parse(Bytes(zip, item, entry, MostProperties), item.Name) is { } pom) poms.Add((pom, item.Name));
        }

        AddEmbeddedPoms(zip, entry, poms);
        AddPackages(name, entry, published, manifest ?? JavaManifest.Empty, poms);
        if (looksInside) AddShaded(zip, entry);

        foreach (var item in zip.Entries)
        {
            if (!item.IsFolder && IsArchive(item.Name)) ReadNested(zip, item, entry, depth + 1, held);
        }
    }

    /// <summary>A <c>pom.xml</c> tells what its <c>pom.properties</c> would, where that is missing and no coordinate is another file's to decide.</summary>
    private void AddEmbeddedPoms(ZipArchiveReader zip, string? entry, List<(PomProperties Pom, string Path)> poms)
    {
        var told = poms.Select(p => Folder(p.Path)).ToHashSet(StringComparer.Ordinal);
        foreach (var item in zip.Entries)
        {
            cancel.ThrowIfCancellationRequested();
            if (!item.Name.EndsWith("/pom.xml", StringComparison.Ordinal) || told.Contains(Folder(item.Name))) continue;
            try
            {
                var pom = new PomProject(XmlElements.Read(Bytes(zip, item, entry, MostPom).ToArray()));
                if (pom is { Group: { } group, Artifact: { } artifact, Version: { } version }) poms.Add((new(group, artifact, version), item.Name));
            }
            catch (InvalidDataException e)
            {
                Note(Inside(entry, item.Name), e.Message, Notes.Malformed);
            }
        }

        static string Folder(string path) => path[..path.LastIndexOf('/')];
    }

    private void ReadNested(ZipArchiveReader zip, ZipEntry item, string? outer, int depth, long held)
    {
        cancel.ThrowIfCancellationRequested();
        var entry = Inside(outer, item.Name);
        if (depth > MostDepth)
        {
            Note(entry, $"archives are nested deeper than {MostDepth}", Notes.Limit);
            return;
        }

        if (item.Method is not ZipMethod.Stored && held + item.Size > MostHeld)
        {
            Note(entry, $"would take more than {MostHeld} bytes of memory to unpack", Notes.Limit);
            return;
        }

        try
        {
            using var content = zip.OpenInPlace(item) ?? Unpack(zip, item);
            if (content is not null) ReadArchive(content, item.Name[(item.Name.LastIndexOf('/') + 1)..], entry, depth, held + (content is MemoryStream memory ? memory.Capacity : 0));
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            Note(entry, e.Message, Notes.Malformed);
        }
    }

    private static MemoryStream? Unpack(ZipArchiveReader zip, ZipEntry item)
    {
        if (item.Method is ZipMethod.Stored) return null; // the note on it is made
        using var bytes = zip.OpenRead(item);
        if (bytes is null) return null;

        var content = new MemoryStream(); // grows with what is there, not with what is claimed
        bytes.CopyTo(content);
        return content;
    }

    /// <summary>An entry's first bytes; none, with a note, when it can't be read.</summary>
    private ReadOnlySpan<byte> Bytes(ZipArchiveReader zip, ZipEntry item, string? entry, int most)
    {
        try
        {
            using var bytes = zip.OpenRead(item);
            if (bytes is null) return [];

            var buffer = new byte[Math.Min(item.Size + 1, most)]; // one more, so that the end is seen and the checksum verified
            return buffer.AsSpan(0, bytes.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            Note(entry, e.Message, Notes.Malformed);
            return [];
        }
    }

    private static byte[] Sha1(Stream stream)
    {
        stream.Position = 0;
#pragma warning disable CA5350 // Not for trust: it is the name by which Maven's repositories know a file.
        return SHA1.HashData(stream);
#pragma warning restore CA5350
    }

    /// <summary>The known archives that were put into this one with their packages renamed, so that nothing else tells of them.</summary>
    private void AddShaded(ZipArchiveReader zip, string? entry)
    {
        var shaded = new ShadedClasses(known!);
        foreach (var item in zip.Entries)
        {
            cancel.ThrowIfCancellationRequested();
            if (ShadedClasses.IsClass(item.Name)) shaded.Add(Bytes(zip, item, entry, MostClass));
        }

        var stated = packages.Where(p => p.Entry == entry || (p.Entry is not null && p.Entry.StartsWith(Inside(entry, "META-INF/"), StringComparison.Ordinal))).Select(p => (p.Namespace, p.Name)).ToHashSet();
        foreach (var package in shaded.Find(stated)) Add(package with { Entry = entry });
    }

    private void AddPackages(string name, string? entry, PackageUrl? published, JavaManifest manifest, List<(PomProperties Pom, string Path)> poms)
    {
        var stem = name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : name;
        var own = published is null ? JavaIdentity.OwnPom(stem, manifest, poms.ConvertAll(p => p.Pom)) : poms.ConvertAll(p => p.Pom).Find(p => p.Group == published.Namespace && p.Artifact == published.Name);
        var licenses = Licenses(manifest["Bundle-License"]);

        if (published is not null)
        {
            Add(new() { Type = "maven", Namespace = published.Namespace, Name = published.Name, Version = published.Version ?? "", Entry = entry, Licenses = licenses });
            poms.RemoveAll(p => p.Pom == own);
        }
        else if (own is null) Add(JavaIdentity.FromManifest(stem, manifest) with { Entry = entry, Licenses = licenses, IsByName = true });
        foreach (var (pom, path) in poms)
        {
            var package = new Package { Type = "maven", Namespace = pom.Group, Name = pom.Artifact, Version = pom.Version };
            Add(pom == own ? package with { Entry = entry, Licenses = licenses } : package with { Entry = Inside(entry, path) });
        }
    }

    private void Add(Package package)
    {
        if (seen.Add(package)) packages.Add(package);
    }

    /// <summary>The licences of Bundle-License where they are names: <c>Apache-2.0;link="…", MIT</c>. Addresses are left out.</summary>
    private static string[] Licenses(string? text) =>
        text is null or { Length: > 500 } ? [] : [.. text.Split(',').Select(license => license.Split(';')[0].Trim().Trim('"')).Where(license => LicenseName().IsMatch(license))];

    private void Note(string? entry, string message, string kind)
    {
        if (notes++ < MostNotes) file.Note(entry is null ? message : $"{entry}: {message}", kind);
        else if (notes == MostNotes + 1) file.Note($"more than {MostNotes} parts of this archive could not be read", Notes.Limit);
    }

    private static string Inside(string? outer, string name) => outer is null ? name : $"{outer}!/{name}";

    private static bool IsWantedOrClass(ReadOnlySpan<byte> name) => IsWanted(name) || name.EndsWith(".class"u8);

    private static bool IsWanted(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name[^1] is (byte)'/') return false;
        if (name[^1] is (byte)'s') return name.EndsWith("/pom.properties"u8) && name.IndexOf("META-INF/maven/"u8) >= 0;
        if (name[^1] is (byte)'l') return name.EndsWith("/pom.xml"u8) && name.IndexOf("META-INF/maven/"u8) >= 0;
        if (name.Length == "META-INF/MANIFEST.MF".Length && System.Text.Ascii.EqualsIgnoreCase(name, "META-INF/MANIFEST.MF")) return true;

        foreach (var extension in JavaArchive.Extensions)
        {
            if (name.Length > extension.Length && System.Text.Ascii.EqualsIgnoreCase(name[^extension.Length..], extension)) return true;
        }

        return false;
    }

    private static bool IsManifest(string name) => name.Equals("META-INF/MANIFEST.MF", StringComparison.OrdinalIgnoreCase);

    private static bool IsPomProperties(string name) => name.EndsWith("/pom.properties", StringComparison.Ordinal);

    private static bool IsArchive(string name) => JavaArchive.Extensions.Any(extension => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9 .+()-]{1,80}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LicenseName();
}
