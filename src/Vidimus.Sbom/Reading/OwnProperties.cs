using System.Globalization;
using Vidimus.Model.Inventory;

namespace Vidimus.Sbom.Reading;

/// <summary>What neither format has a member for, as names and values: written by us in both, so that reading gives back what was scanned.</summary>
internal static class OwnProperties
{
    /// <param name="withPaths">Whether the places' paths too, where the format has no member for those either.</param>
    public static void Of(InventoryPackage item, bool withPaths, Action<string, string?> add)
    {
        var package = item.Package;
        add("vidimus:source:name", package.Source?.Name);
        add("vidimus:source:version", package.Source?.Version);
        add("vidimus:scope", package.Scope);
        add("vidimus:owner", item.Owner);
        if (!Purls.IsOs(package.Type)) add("vidimus:arch", package.Architecture);
        if (package.Evidence is { } evidence)
        {
            add("vidimus:evidence", evidence.Text);
            add("vidimus:confidence", evidence.Confidence.ToString(CultureInfo.InvariantCulture));
        }

        for (var i = 0; i < item.Locations.Count; i++)
        {
            var place = item.Locations[i];
            if (withPaths) add($"vidimus:location:{i}:path", place.Path);
            if (place.Layer is not null) add($"vidimus:location:{i}:layer", place.Layer);
            if (place.Entry is not null) add($"vidimus:location:{i}:entry", place.Entry);
        }
    }

    /// <summary>The package with what is read back.</summary>
    public static Package Apply(Package package, Properties properties) => package with
    {
        Architecture = properties["vidimus:arch"] ?? package.Architecture,
        Scope = properties["vidimus:scope"] ?? package.Scope,
        Evidence = properties["vidimus:evidence"] is { } text && double.TryParse(properties["vidimus:confidence"], CultureInfo.InvariantCulture, out var confidence) && confidence is >= 0 and <= 1 ? new(text, confidence) : null,
    };

    /// <summary>A target's own: kind, digest, architecture, layers.</summary>
    public static void Of(TargetInfo target, OsRelease? os, Action<string, string?> add)
    {
        add("vidimus:target:kind", target.Kind);
        add("vidimus:target:digest", target.Digest);
        add("vidimus:target:arch", target.Architecture);
        foreach (var layer in target.Layers) add("vidimus:layer", $"{layer.DiffId} {layer.Digest}{(layer.CreatedBy is { } step ? " " + step : "")}");
        if (os is not null) Of(os, add);
    }

    /// <summary>What os-release says beside name and version.</summary>
    public static void Of(OsRelease os, Action<string, string?> add)
    {
        add("vidimus:os:codename", os.Codename);
        add("vidimus:os:like", string.Join(' ', os.Like));
        add("vidimus:os:supportEnd", os.SupportEnd?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }

    /// <summary>The system with what is read back.</summary>
    public static OsRelease Apply(OsRelease os, Properties properties) => os with
    {
        Codename = properties["vidimus:os:codename"] ?? os.Codename,
        Like = properties["vidimus:os:like"]?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [],
        SupportEnd = DateOnly.TryParseExact(properties["vidimus:os:supportEnd"], "yyyy-MM-dd", out var day) ? day : null,
    };

    /// <summary>A layer as it is written: diff id, digest and build step, parted by blanks.</summary>
    public static Layer Layer(string text) => text.Split(' ', 3) is [var diff, var digest, ..] parts ? new(digest, diff, parts.Length > 2 ? parts[2] : null) : new("", text, null);

    /// <summary>What the scan could not read, so that an SBOM of half a target is known as one.</summary>
    public static void Of(IReadOnlyList<Note> notes, Action<string, string?> add)
    {
        foreach (var note in notes) add("vidimus:note", $"{note.Kind}\t{note.Path}\t{note.Message}");
    }

    /// <summary>A note as it is written; null for what is none.</summary>
    public static Note? Note(string text) => text.Split('\t', 3) is [{ Length: > 0 } kind, var path, { Length: > 0 } message] ? new(kind, path, message) : null;
}
