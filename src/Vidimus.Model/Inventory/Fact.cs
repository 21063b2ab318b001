using Vidimus.Model.Files;
using System.Text.Json.Serialization;

namespace Vidimus.Model.Inventory;

/// <summary>What a collector learns from one file. Facts are values: they are cached with their layer and merged without looking at the tree again.</summary>
[JsonDerivedType(typeof(Package), "package")]
[JsonDerivedType(typeof(OsRelease), "os")]
[JsonDerivedType(typeof(OwnedFiles), "owned")]
[JsonDerivedType(typeof(Executable), "executable")]
[JsonDerivedType(typeof(Accounts), "accounts")]
public abstract record Fact;

/// <summary>A package as its file tells of it.</summary>
public sealed record Package : Fact
{
    /// <summary>The purl type: <c>deb</c>, <c>npm</c>, <c>golang</c>, …; an open value.</summary>
    public required string Type { get; init; }

    /// <summary>The purl namespace in its own spelling (<c>@scope</c>, a Maven group, a Composer vendor, a Go module's leading path); null for OS packages, whose namespace is the distribution.</summary>
    public string? Namespace { get; init; }

    public required string Name { get; init; }

    /// <summary>As written, with the epoch where the format has one (<c>1:2.3-4</c>); empty where the file names no version.</summary>
    public required string Version { get; init; }

    public string? Architecture { get; init; }

    /// <summary>The source package that it was built from, where the format tells; null means it is its own source.</summary>
    public SourcePackage? Source { get; init; }

    /// <summary>rpm's modularity label, <c>name:stream:version:context</c>.</summary>
    public string? Module { get; init; }

    /// <summary>Who built it, as the database says (rpm's vendor, dpkg's maintainer): tells third-party packages apart.</summary>
    public string? Vendor { get; init; }

    /// <summary><c>dev</c>, <c>optional</c>, <c>test</c>, … where a lock file says so; null for what runs.</summary>
    public string? Scope { get; init; }

    /// <summary>The packages of the same file that it needs directly; null where it needs none or the file does not tell.</summary>
    public IReadOnlyList<PackageName>? Needs { get; init; }

    /// <summary>Licence expressions or names as the file has them.</summary>
    public IReadOnlyList<string> Licenses { get; init; } = [];

    /// <summary>Where inside its file it lies (<c>BOOT-INF/lib/x.jar</c>); nested archives are joined by <c>!/</c>.</summary>
    public string? Entry { get; init; }

    /// <summary>Whether only the file's name and a description made for people say what it is: another name may be the published one.</summary>
    public bool IsByName { get; init; }

    /// <summary>What it was recognised by where nobody states it (a version text inside a program); null where a file names it.</summary>
    public PackageEvidence? Evidence { get; init; }
}

/// <summary>A package among those of one file.</summary>
public sealed record PackageName(string? Namespace, string Name, string Version);

/// <summary>What a package was recognised by, for who wants to judge it himself.</summary>
/// <param name="Text">What was found, as it stands there.</param>
/// <param name="Confidence">From 0 to 1: how sure it is that this package, of this version, is what was found.</param>
public sealed record PackageEvidence(string Text, double Confidence)
{
    /// <summary>Whether the name is concluded too (a package from its assembly's name): where a file accounts for the programs of the folder, see <see cref="Accounts"/>, such a find is dropped.</summary>
    public bool GuessesName { get; init; }
}

/// <summary>A source package's name and version.</summary>
public sealed record SourcePackage(string Name, string Version);

/// <summary>The system that a tree holds.</summary>
/// <param name="Id">os-release's ID, lower case: <c>debian</c>, <c>alpine</c>, <c>rhel</c>.</param>
/// <param name="VersionId">os-release's VERSION_ID; null where there is none (Debian testing).</param>
/// <param name="Name">PRETTY_NAME, else NAME.</param>
public sealed record OsRelease(string Id, string? VersionId, string? Name) : Fact
{
    public string? Codename { get; init; }

    /// <summary>ID_LIKE's words.</summary>
    public IReadOnlyList<string> Like { get; init; } = [];

    /// <summary>SUPPORT_END, the vendor's own end-of-life day.</summary>
    public DateOnly? SupportEnd { get; init; }

    /// <summary>Which file is believed when several tell: lower is stronger (etc/os-release 0, usr/lib/os-release 1, others after).</summary>
    public int Rank { get; init; }
}

/// <summary>The digests that package databases keep of their files.</summary>
public enum DigestKind : byte
{
    Md5,
    Sha1,
    Sha256,
}

/// <summary>Files that an OS package says are its own, with its digest of each.</summary>
/// <remarks>Paths are kept as <see cref="PathHash"/>es because a system has hundreds of thousands of them and only a few are ever asked for.
/// A file without a digest is not told: ownership counts only when the digest agrees.</remarks>
/// <param name="Type">The owner's purl type.</param>
/// <param name="Owner">The owner's name, as its <see cref="Package.Name"/> has it.</param>
/// <param name="Paths">One hash a file.</param>
/// <param name="Digests">The digests one behind the other, in the order of <paramref name="Paths"/>, each as long as <paramref name="Kind"/> says.</param>
public sealed record OwnedFiles(string Type, string Owner, DigestKind Kind, ulong[] Paths, byte[] Digests) : Fact
{
    public string? Architecture { get; init; }
}

/// <summary>The file is a program: whether anything owns or explains it, only the merge can tell.</summary>
public sealed record Executable : Fact;

/// <summary>The file tells from which packages the programs of a folder come.</summary>
/// <param name="Folder">Its path in the tree.</param>
/// <param name="Below">Whether of the folders below it too.</param>
public sealed record Accounts(string Folder, bool Below) : Fact;
