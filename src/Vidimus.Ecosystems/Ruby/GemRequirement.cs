using Vidimus.Ecosystems.Versions;

namespace Vidimus.Ecosystems.Ruby;

/// <summary>RubyGems' requirements: <c>~&gt; 2.0, &gt;= 2.0.3</c>, all of which must hold.</summary>
/// <remarks>Source: the documentation of <c>Gem::Requirement</c>. <c>~&gt; 2.0</c> takes neither 3 nor its pre-releases; <c>3.A</c> is before all of those.</remarks>
internal static class GemRequirement
{
    private static readonly GemVersions Order = new();

    public static VersionSets Sets { get; } = new(Order);

    /// <exception cref="InvalidDataException">It is no requirement.</exception>
    public static IReadOnlyList<VersionRun> Parse(string text)
    {
        IReadOnlyList<VersionRun> all = [VersionRun.All];
        foreach (var part in text.Split(',')) all = Sets.Intersect(all, One(part.Trim()));
        return all;
    }

    private static IReadOnlyList<VersionRun> One(string text)
    {
        var sign = text[..^text.TrimStart('<', '>', '=', '!', '~').Length];
        var version = text[sign.Length..].Trim();
        if (version.Length == 0 || !Order.IsValid(version)) throw new InvalidDataException($"'{text}' is no requirement of a gem");
        return sign switch
        {
            "" or "=" => [VersionRun.Only(version)],
            "!=" => Sets.Complement([VersionRun.Only(version)]),
            ">" => [VersionRun.From(version, included: false)],
            ">=" => [VersionRun.From(version, included: true)],
            "<" => [VersionRun.To(version, included: false)],
            "<=" => [VersionRun.To(version, included: true)],
            "~>" => [new(version, true, $"{Bump(version)}.A", false)],
            _ => throw new InvalidDataException($"'{text}' is no requirement of a gem"),
        };
    }

    /// <summary>Without its pre-release and last number, and one more in the number then last.</summary>
    private static string Bump(string version)
    {
        var numbers = version.Split('.', '-').TakeWhile(part => part.All(char.IsAsciiDigit)).ToList();
        if (numbers.Count > 1) numbers.RemoveAt(numbers.Count - 1);
        numbers[^1] = System.Numerics.BigInteger.Add(System.Numerics.BigInteger.Parse(numbers[^1], System.Globalization.CultureInfo.InvariantCulture), 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return string.Join('.', numbers);
    }
}
