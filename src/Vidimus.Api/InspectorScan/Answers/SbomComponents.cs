using System.Globalization;
using System.Text.Json;
using Vidimus.Api.Protocol;
using Vidimus.Model;

namespace Vidimus.Api.InspectorScan.Answers;

/// <summary>A component of the SBOM that was sent, as the answer names it.</summary>
/// <param name="Ref"><c>comp-N</c>: the answer numbers components anew, in the order of the document, nested ones after what holds them.</param>
/// <param name="Purl">As it was sent; null when there is none.</param>
/// <param name="Key">The purl in its canonical form; null when it is none.</param>
internal sealed record SbomComponent(string Ref, string? Type, string? Name, string? Version, string? Purl, string? Key, IReadOnlyList<SbomComponent> Nested);

/// <summary>The components of an SBOM.</summary>
internal sealed class SbomComponents
{
    /// <summary>As many as AWS takes.</summary>
    private const int Limit = 5000;

    private readonly List<SbomComponent> all = [];
    private int count;

    public IReadOnlyList<SbomComponent> Top { get; private set; } = [];

    /// <summary>Nested ones too.</summary>
    public IReadOnlyList<SbomComponent> All => all;

    /// <exception cref="ApiException">There are too many.</exception>
    /// <exception cref="InvalidOperationException">A text is no Unicode.</exception>
    public static SbomComponents Read(JsonElement sbom)
    {
        if (sbom.ValueKind is not JsonValueKind.Object) throw ApiException.Validation("The SBOM is no JSON object.", ValidationReason.CannotParse);
        var components = new SbomComponents();
        components.Top = components.List(sbom);
        return components;
    }

    private List<SbomComponent> List(JsonElement holder)
    {
        var list = new List<SbomComponent>();
        if (!holder.TryGetProperty("components", out var items) || items.ValueKind is not JsonValueKind.Array) return list;
        foreach (var item in items.EnumerateArray())
        {
            if (item.ValueKind is not JsonValueKind.Object) continue;
            if (++count > Limit) throw ApiException.Validation($"The SBOM has more than {Limit} components.", ValidationReason.FieldValidationFailed, new FieldError("sbom", $"An SBOM may have {Limit} components."));
            list.Add(Component(item));
        }

        return list;
    }

    private SbomComponent Component(JsonElement item)
    {
        var name = $"comp-{count.ToString(CultureInfo.InvariantCulture)}";
        var purl = Text(item, "purl");
        var key = purl is not null && PackageUrl.TryParse(purl, out var parsed) ? parsed.ToString() : null;
        var place = all.Count;
        all.Add(null!);
        return all[place] = new(name, Text(item, "type"), Text(item, "name"), Text(item, "version"), purl, key, List(item));
    }

    private static string? Text(JsonElement item, string member) => item.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
