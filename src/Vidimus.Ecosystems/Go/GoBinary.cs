using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Executables;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Go;

/// <summary>Reads the modules that Go's linker lists in an executable (ELF, PE, Mach-O), and the standard library at the toolchain's version.</summary>
/// <remarks>
/// Format of the lines: Go's <c>runtime/debug.BuildInfo</c>. A replaced module is the one it was replaced by; where that is a folder, its version is nobody's and stays empty.
/// The program's own module has the version that the build knew, else one set by <c>-ldflags -X</c> if that can be nothing else.
/// Runs over every executable of a host: what is no Go program costs its headers and no more.
/// </remarks>
public sealed partial class GoBinary : ICollector
{
    private static readonly string[] VersionVariables = ["version", "appVersion", "buildVersion", "gitVersion", "releaseVersion"];

    public string Name => "go/binary";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = [FileGlob.Executables];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var stream = file.OpenRead();

        var found = new PackageList(file); // the images of a fat file are of one source
        foreach (var image in ExecutableImage.Read(stream))
        {
            cancel.ThrowIfCancellationRequested();
            if (GoBuildInfo.Read(image) is not { } info)
            {
                if (GoBuildInfo.IsGo(image)) file.Note("a Go program without build information: its modules are not known", Notes.Unsupported);
                continue;
            }

            if (!info.NamesModules) file.Note("a Go program built without modules: only its standard library is known", Notes.Information);
            foreach (var package in Packages(info)) found.Add(package);
        }

        return found.Packages;
    }

    private static IEnumerable<Package> Packages(GoBuildInfo info)
    {
        yield return new() { Type = "golang", Name = "stdlib", Version = info.GoVersion.StartsWith("go", StringComparison.Ordinal) ? GoEcosystem.Comparable(info.GoVersion) ?? "" : "" }; // none: a toolchain between releases

        (string Path, string Version)? main = null, pending = null;
        string? stamped = null;
        foreach (var line in info.Modules.Split('\n'))
        {
            var fields = line.Split('\t');
            switch (fields)
            {
                case ["mod", var path, var version, ..]:
                    main = (path, version);
                    break;
                case ["dep", var path, var version, ..]:
                    if (pending is { } module) yield return Module(module.Path, module.Version);
                    pending = (path, version);
                    break;
                case ["=>", var path, var version, ..]:
                    // A folder instead of a module: no version, and the name of what it stands in for.
                    var replaced = version is "" or "(devel)" ? null : path;
                    if (pending is { } original) pending = (replaced ?? original.Path, version);
                    else if (main is { } own) main = (replaced ?? own.Path, version);
                    break;
                case ["build", var setting, ..] when setting.StartsWith("-ldflags=", StringComparison.Ordinal) && main is { } own:
                    stamped = Stamped(setting, own.Path);
                    break;
                default:
                    break;
            }
        }

        if (pending is { } last) yield return Module(last.Path, last.Version);
        if (main is { Path.Length: > 0 } program) yield return Module(program.Path, program.Version is "(devel)" or "" ? stamped ?? "" : program.Version);
    }

    private static Package Module(string path, string version)
    {
        var slash = path.LastIndexOf('/');
        return new() { Type = "golang", Namespace = slash > 0 ? path[..slash] : null, Name = path[(slash + 1)..], Version = version is "(devel)" ? "" : version };
    }

    /// <summary>The one version that the linker was told to set in a variable of the program itself that is named for nothing else; null when there is none or several.</summary>
    private static string? Stamped(string setting, string mainPath)
    {
        string? found = null;
        var words = setting.Split([' ', '\t', '"', '\'', '\\'], StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i].StartsWith("-X=", StringComparison.Ordinal) ? words[i][3..] : i > 0 && words[i - 1].EndsWith("-X", StringComparison.Ordinal) ? words[i] : "";
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || word.LastIndexOf('.', equals) is not (> 0 and var dot)) continue;

            var package = word[..dot];
            if (package != "main" && package != mainPath && !package.StartsWith(mainPath + "/", StringComparison.Ordinal)) continue;
            if (!VersionVariables.Contains(word[(dot + 1)..equals], StringComparer.OrdinalIgnoreCase) || !Release().IsMatch(word[(equals + 1)..])) continue;

            var version = "v" + word[(equals + 1)..].TrimStart('v');
            if (found is not null && found != version) return null;
            found = version;
        }

        return found;
    }

    [GeneratedRegex(@"^v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Release();
}
