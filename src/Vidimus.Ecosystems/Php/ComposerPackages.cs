using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Php;

/// <summary>The arrays of packages that Composer's files share.</summary>
internal static class ComposerPackages
{
    /// <summary>Reads the array that was entered: <c>{ "name": "vendor/name", "version": "v1.2.3", "license": […], … }</c> each.</summary>
    public static void Take(ref Utf8JsonReader reader, string? scope, PackageList found)
    {
        while (reader.NextItem())
        {
            if (reader.TokenType is not JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            string? name = null;
            string? version = null;
            List<string> licenses = [];
            List<string> needs = [];
            while (reader.NextMember())
            {
                if (reader.Is("name"u8)) name = reader.TakeText();
                else if (reader.Is("version"u8)) version = reader.TakeText();
                else if (reader.Is("license"u8)) licenses = reader.TakeTexts();
                else if (reader.Is("require"u8)) needs = Names(ref reader);
                else reader.PassValue();
            }

            if (name is null)
            {
                found.Note("a package without a name");
                continue;
            }

            found.Add(Of(name, version ?? "", scope, licenses), name.ToUpperInvariant());
            foreach (var needed in needs) found.Graph.AddEdge(name.ToUpperInvariant(), needed.ToUpperInvariant());
        }
    }

    /// <summary>The names of an object's members.</summary>
    private static List<string> Names(ref Utf8JsonReader reader)
    {
        List<string> names = [];
        if (!reader.EnterObject()) return names;
        while (reader.NextMember())
        {
            names.Add(reader.Text());
            reader.PassValue();
        }

        return names;
    }

    private static Package Of(string name, string version, string? scope, List<string> licenses)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return new()
        {
            Type = "composer",
            Namespace = slash > 0 ? name[..slash] : null,
            Name = slash > 0 ? name[(slash + 1)..] : name,
            Version = version is ['v' or 'V', >= '0' and <= '9', ..] ? version[1..] : version,
            Scope = scope,
            Licenses = licenses,
        };
    }
}
