using System.Buffers;
using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Go;

/// <summary>Orders module versions, pseudo-versions included, and the versions of the Go toolchain and its standard library.</summary>
/// <remarks>
/// Source: golang.org/x/mod/semver, whose leading <c>v</c> is optional here because advisories leave it out; <c>v1</c> and <c>v1.2</c> stand for
/// <c>v1.0.0</c> and <c>v1.2.0</c>. A toolchain's <c>go1.21rc2</c> is what the Go vulnerability database writes as <c>1.21.0-rc.2</c>; what its
/// builder added after a space or <c>-</c> (<c>go1.21.3-custom X:boringcrypto</c>) does not count.
/// </remarks>
public sealed class GoVersions : IVersionScheme
{
    private const int LongestStage = 31;
    private static readonly SearchValues<char> NumbersAndDots = SearchValues.Create("0123456789.");

    public string Name => "golang";

    public bool IsValid(ReadOnlySpan<char> version)
    {
        var text = Bare(version);
        var parts = 0;
        while (true)
        {
            if (!SemVerText.TryTakeNumber(ref text, out _)) return false;
            if (++parts == 3 || text is not ['.', ..]) break;
            text = text[1..];
        }

        if (text.IsEmpty) return true;
        return parts < 3 ? version[0] != 'v' && IsStage(text) : SemVerText.IsSuffix(text);
    }

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        Span<char> leftRoom = stackalloc char[LongestStage + 1];
        Span<char> rightRoom = stackalloc char[LongestStage + 1];
        return Read(Bare(left), leftRoom).CompareTo(Read(Bare(right), rightRoom));
    }

    private static bool IsToolchain(ReadOnlySpan<char> version) => version is ['g', 'o', >= '0' and <= '9', ..];

    private static ReadOnlySpan<char> Bare(ReadOnlySpan<char> version)
    {
        if (version is ['v', ..]) return version[1..];
        if (!IsToolchain(version)) return version;

        version = version[2..];
        return version.IndexOfAny(" -+") is >= 0 and var end ? version[..end] : version;
    }

    /// <summary>Whether the text is exactly <c>beta1</c> or <c>rc2</c>.</summary>
    private static bool IsStage(ReadOnlySpan<char> text) => (text.StartsWith("rc") && Numbers.AreAll(text[2..])) || (text.StartsWith("beta") && Numbers.AreAll(text[4..]));

    /// <summary>Reads a version; a toolchain's stage behind its numbers, <c>rc2</c>, is written into the room as the pre-release <c>rc.2</c>.</summary>
    private static SemVerText Read(ReadOnlySpan<char> text, Span<char> room)
    {
        var end = text.IndexOfAnyExcept(NumbersAndDots);
        if (end < 0 || text.Length - end > LongestStage || !IsStage(text[end..])) return new(text);

        var stage = text[end..];
        var word = stage[0] == 'r' ? 2 : 4;
        stage[..word].CopyTo(room);
        room[word] = '.';
        stage[word..].CopyTo(room[(word + 1)..]);
        return new(text[..end], room[..(stage.Length + 1)]);
    }
}
