using System.Text;
using Vidimus.Files.Formats.Executables;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Kernels;

/// <summary>Reads what a module of the Linux kernel says of itself.</summary>
/// <remarks>Format: the section <c>.modinfo</c>, <c>key=value</c> texts each ended by a zero byte; a module built outside of the kernel's own tree has a version there as a rule.</remarks>
public sealed class KernelModules : ICollector
{
    private const int MostBytes = 1 << 20;

    public string Name => "kernels/module";

    public int Version => 1;

    public bool OnlyUnowned => true;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/lib/modules/**/*.ko"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var stream = file.OpenRead();
        foreach (var image in ExecutableImage.Read(stream))
        {
            if (image.Section(".modinfo") is not { } section) continue;
            if (section.Length > MostBytes) throw new InvalidDataException($"a module's information of {section.Length} bytes");
            var bytes = new byte[section.Length];
            using (var content = image.OpenRead(section)) content.ReadExactly(bytes);
            return [Package(Encoding.UTF8.GetString(bytes).Split('\0', StringSplitOptions.RemoveEmptyEntries), file)];
        }

        return [];
    }

    private static Package Package(string[] information, SourceFile file) => new()
    {
        Type = "generic",
        Namespace = "linux-module",
        Name = Value(information, "name") ?? file.Name[..^3],
        Version = Value(information, "version") ?? "",
        Licenses = Value(information, "license") is { Length: > 0 } license ? [license] : [],
        Evidence = new($"vermagic={Value(information, "vermagic")}", 1),
    };

    private static string? Value(string[] information, string key)
    {
        var text = Array.Find(information, one => one.Length > key.Length && one[key.Length] == '=' && one.StartsWith(key, StringComparison.Ordinal))?[(key.Length + 1)..];
        return text is { Length: > 1024 } ? text[..1024] : text;
    }
}
