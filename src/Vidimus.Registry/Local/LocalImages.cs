using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Vidimus.Files.FileTree;
using Vidimus.Files.FileTree.Images;
using Vidimus.Files.FileTree.Images.Stores;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;

namespace Vidimus.Registry.Local;

/// <summary>Images in the stores of this machine's container engines, read from disk: no engine runs, and none is asked.</summary>
/// <param name="environment">The user's environment: where his own stores lie.</param>
/// <param name="stores">Folders of stores that the user named; where there are any, no other is looked at.</param>
public sealed class LocalImages(Func<string, string?> environment, IReadOnlyList<string> stores)
{
    private const int LongestSettings = 1 << 20;

    /// <summary>The kinds of store, in the order in which a bare reference is looked for.</summary>
    public static IReadOnlyList<TargetKind> Kinds { get; } = [TargetKind.Docker, TargetKind.Podman, TargetKind.Containerd];

    /// <summary>Opens an image of one kind of store.</summary>
    /// <exception cref="TargetException">There is no such store, none of them has the image, or it can't be read.</exception>
    public IImage Open(TargetKind kind, string text, ImagePlatform? platform)
    {
        if (Find(kind, text, platform, out var image, out _)) return image;
        var folders = Folders(kind).ToList();
        var there = folders.Where(folder => IsAt(kind, folder)).ToList();
        throw new TargetException(there.Count > 0
            ? $"the store {string.Join(", ", there.Select(PathText.Display))} has no image {PathText.Display(text)}"
            : $"there is no image store of {kind.ToString().ToLowerInvariant()} that can be read at {string.Join(" or ", folders.Select(PathText.Display))}; --image-store names another");
    }

    /// <summary>Opens an image of the first store that has it.</summary>
    /// <param name="where">The store's folder.</param>
    /// <exception cref="TargetException">A store that has it can't be read.</exception>
    public bool Find(TargetKind kind, string text, ImagePlatform? platform, [NotNullWhen(true)] out IImage? image, [NotNullWhen(true)] out string? where)
    {
        var name = NameOf(text);
        foreach (var folder in Folders(kind).Where(folder => IsAt(kind, folder)))
        {
            if (Open(kind, folder, name, platform) is not { } found) continue;
            (image, where) = (found, folder);
            return true;
        }

        (image, where) = (null, null);
        return false;
    }

    private static IImage? Open(TargetKind kind, string folder, LocalName name, ImagePlatform? platform)
    {
        try
        {
            return kind switch
            {
                TargetKind.Podman => ContainersStore.Open(folder, name, platform),
                TargetKind.Docker => DockerStore.Open(folder, name, platform),
                TargetKind.Containerd => ContainerdStore.Open(folder, name, platform),
                _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a store"),
            };
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new TargetException($"{PathText.Display(name.Text)} can't be read in the store {PathText.Display(folder)}: {e.Message}", e);
        }
        catch (TargetException e)
        {
            throw new TargetException($"{PathText.Display(name.Text)} in the store {PathText.Display(folder)}: {e.Message}", e);
        }
    }

    private static bool IsAt(TargetKind kind, string folder) => kind switch
    {
        TargetKind.Podman => ContainersStore.IsAt(folder),
        TargetKind.Docker => DockerStore.IsAt(folder),
        _ => ContainerdStore.IsAt(folder),
    };

    /// <summary>All spellings of a name: podman files what was built here under <c>localhost/</c>, docker leaves <c>docker.io/library/</c> away, containerd writes everything out.</summary>
    private static LocalName NameOf(string text)
    {
        if (!ImageReference.TryParse(text, out var reference)) return new(text, new HashSet<string>([text], StringComparer.Ordinal), text.StartsWith("sha256:", StringComparison.Ordinal) ? text : null);

        var version = reference.Digest is null ? $":{reference.Version}" : $"@{reference.Digest}";
        var repository = $"{reference.Host}/{reference.Repository}";
        List<string> names = [text, repository + version];
        if (reference.Host is "docker.io")
        {
            names.Add(reference.Repository + version);
            if (reference.Repository.StartsWith("library/", StringComparison.Ordinal)) names.Add(reference.Repository["library/".Length..] + version);
            if (!text.StartsWith("docker.io/", StringComparison.Ordinal)) names.Add($"localhost/{(text.StartsWith("library/", StringComparison.Ordinal) || !reference.Repository.StartsWith("library/", StringComparison.Ordinal) ? reference.Repository : reference.Repository["library/".Length..])}{version}");
        }

        return new(text, names.ToHashSet(StringComparer.Ordinal), reference.Digest);
    }

    /// <summary>Where stores of a kind may lie: where the engine's settings say, else where it puts them by itself; the user's own before the system's.</summary>
    private IEnumerable<string> Folders(TargetKind kind)
    {
        if (stores.Count > 0) return stores;
        var home = environment("HOME") is { Length: > 0 } text ? text : "/root";
        var data = environment("XDG_DATA_HOME") is { Length: > 0 } given ? given : $"{home}/.local/share";
        var config = environment("XDG_CONFIG_HOME") is { Length: > 0 } named ? named : $"{home}/.config";
        IEnumerable<string?> folders = kind switch
        {
            TargetKind.Podman => [
                GraphRoot(environment("CONTAINERS_STORAGE_CONF")), GraphRoot($"{config}/containers/storage.conf"), $"{data}/containers/storage",
                GraphRoot("/etc/containers/storage.conf") ?? GraphRoot("/usr/share/containers/storage.conf"), "/var/lib/containers/storage"],
            TargetKind.Docker => [DataRoot($"{config}/docker/daemon.json"), $"{data}/docker", DataRoot("/etc/docker/daemon.json"), "/var/lib/docker"],
            _ => [$"{data}/containerd", "/var/lib/containerd", "/var/lib/rancher/k3s/agent/containerd"],
        };
        return folders.OfType<string>().Distinct(StringComparer.Ordinal);
    }

    /// <summary>The folder that a storage.conf of containers/storage names, or null.</summary>
    private static string? GraphRoot(string? settings)
    {
        try
        {
            return Settings(settings) is { } bytes && TomlDocument.Parse(bytes).Table("storage")?.Text("graphroot") is { Length: > 0 } folder && !folder.Contains('$', StringComparison.Ordinal) ? folder : null;
        }
        catch (InvalidDataException)
        {
            return null; // the engine could not read it either
        }
    }

    /// <summary>The folder that a docker daemon's settings name, or null.</summary>
    private static string? DataRoot(string settings)
    {
        try
        {
            if (Settings(settings) is not { } bytes) return null;
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind is JsonValueKind.Object && document.RootElement.TryGetProperty("data-root", out var folder) && folder.ValueKind is JsonValueKind.String ? folder.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[]? Settings(string? path)
    {
        try
        {
            return path is { Length: > 0 } && new FileInfo(path) is { Exists: true, Length: <= LongestSettings } ? File.ReadAllBytes(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
