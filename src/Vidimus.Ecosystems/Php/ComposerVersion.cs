using System.Buffers;
using Vidimus.Ecosystems.Versions;

namespace Vidimus.Ecosystems.Php;

/// <summary>The forms of a version text, in the order that they have to each other.</summary>
internal enum ComposerForm
{
    Refused,
    Branch,
    Numbers,
}

/// <summary>What can stand at one place of a normalised version, in <c>version_compare</c>'s order.</summary>
internal enum ComposerRank
{
    /// <summary>A word it does not know: <c>STABLE</c>, which Composer drops in lower case only.</summary>
    Unknown,
    Dev,
    Alpha,
    Beta,
    Candidate,
    End,
    Number,
    Patch,
}

/// <summary>A version as Composer's <c>VersionParser::normalize</c> reads it: views of its text, not a new one.</summary>
internal readonly ref struct ComposerVersion
{
    private const string AnyNumber = "9999999";
    private static readonly SearchValues<char> Spaces = SearchValues.Create(" \t\n\r\f\v");

    private ComposerVersion(ComposerForm form, ReadOnlySpan<char> text)
    {
        Form = form;
        Text = text;
    }

    public ComposerForm Form { get; private init; }

    /// <summary>A branch's name without <c>dev-</c>, or the text that was refused.</summary>
    public ReadOnlySpan<char> Text { get; private init; }

    private ReadOnlySpan<char> Release { get; init; }

    /// <summary>How many numbers the release has at least, and what the missing ones are.</summary>
    private int LeastNumbers { get; init; }

    private ReadOnlySpan<char> MissingNumber { get; init; }

    /// <summary><see cref="ComposerRank.End"/> for none.</summary>
    private ComposerRank Stability { get; init; }

    private ReadOnlySpan<char> StabilityNumbers { get; init; }

    private bool IsDev { get; init; }

    public static ComposerVersion Read(ReadOnlySpan<char> version)
    {
        version = version.Trim(" \t\n\r\0\v");
        version = WithoutStabilityFlag(WithoutAlias(version));

        if (version is "master" or "trunk" or "default") return new(ComposerForm.Branch, version);
        if (version.StartsWith("dev-", StringComparison.OrdinalIgnoreCase)) return new(ComposerForm.Branch, version[4..]);

        version = WithoutBuild(version);
        var number = version is ['v' or 'V', ..] ? version[1..] : version;
        if (ClassicLength(number) is > 0 and var classic && TryModifier(number[classic..], out var modifier)) return WithModifier(modifier, number[..classic], leastNumbers: 4);
        if (DateLength(number) is > 0 and var date && TryModifier(number[date..], out modifier)) return WithModifier(modifier, number[..date], leastNumbers: 0);
        return TryNumberedBranch(version, out var branch) ? branch : new(ComposerForm.Refused, version);
    }

    public PartReader Parts() => new(this);

    private static ComposerVersion WithModifier(ComposerVersion modifier, ReadOnlySpan<char> release, int leastNumbers) => new(ComposerForm.Numbers, [])
    {
        Release = release,
        LeastNumbers = leastNumbers,
        MissingNumber = "0",
        Stability = modifier.Stability,
        StabilityNumbers = modifier.StabilityNumbers,
        IsDev = modifier.IsDev,
    };

    /// <summary><c>X as Y</c> is X.</summary>
    private static ReadOnlySpan<char> WithoutAlias(ReadOnlySpan<char> version)
    {
        var end = version.IndexOf(' ');
        if (end <= 0) return version;

        var rest = version[end..].TrimStart(' ');
        if (!rest.StartsWith("as ")) return version;
        var alias = rest[3..].TrimStart(' ');
        return alias.IsEmpty || HasSpaceOrComma(alias) || HasSpaceOrComma(version[..end]) ? version : version[..end];
    }

    private static ReadOnlySpan<char> WithoutStabilityFlag(ReadOnlySpan<char> version)
    {
        var at = version.LastIndexOf('@');
        if (at < 0) return version;
        var flag = version[(at + 1)..];
        return Is(flag, "stable") || Is(flag, "rc") || Is(flag, "beta") || Is(flag, "alpha") || Is(flag, "dev") ? version[..at] : version;
    }

    private static ReadOnlySpan<char> WithoutBuild(ReadOnlySpan<char> version)
    {
        var plus = version.IndexOf('+');
        if (plus <= 0 || plus + 1 == version.Length) return version;
        return HasSpaceOrComma(version[..plus]) || HasSpace(version[(plus + 1)..]) ? version : version[..plus];
    }

    /// <summary>The length of one to four numbers, the first of five digits at most; 0 when the text begins otherwise.</summary>
    private static int ClassicLength(ReadOnlySpan<char> text)
    {
        var end = Numbers.Length(text);
        if (end > 5) return 0;
        for (var parts = 1; parts < 4 && end > 0 && end < text.Length && text[end] == '.' && Numbers.Length(text[(end + 1)..]) is > 0 and var more; parts++) end += 1 + more;
        return end;
    }

    /// <summary>The length of a date, with or without a time: four digits, one to six pairs, and one to three digits more, each of them perhaps after a sign; 0 for none.</summary>
    private static int DateLength(ReadOnlySpan<char> text)
    {
        var end = Numbers.Length(text);
        if (end < 4) return 0;

        var loose = end - 4;
        var pairs = 0;
        while (end + 1 < text.Length && text[end] is '.' or ':' or '-' && Numbers.Length(text[(end + 1)..]) is > 0 and var more)
        {
            if (loose % 2 != 0) return 0;
            pairs += loose / 2;
            loose = more;
            end += 1 + more;
            if (pairs > 6) return 0;
        }

        for (var tail = 0; tail <= Math.Min(3, loose); tail++)
        {
            if ((loose - tail) % 2 == 0 && pairs + ((loose - tail) / 2) is >= 1 and <= 6) return end;
        }

        return 0;
    }

    /// <summary>What may follow the numbers, to the end: a stability with its numbers, then <c>dev</c>.</summary>
    private static bool TryModifier(ReadOnlySpan<char> text, out ComposerVersion modifier)
    {
        if (text is ['.' or '_' or '-', ..]) text = text[1..];

        var stability = ComposerRank.End;
        var isStable = false;
        ReadOnlySpan<char> numbers = [];
        if (TryStability(ref text, out stability, out isStable))
        {
            var end = 0;
            while (true)
            {
                var sign = end < text.Length && text[end] is '.' or '-' ? 1 : 0;
                if (end + sign > text.Length || Numbers.Length(text[(end + sign)..]) is not (> 0 and var more)) break;
                end += sign + more;
            }

            numbers = text[..end];
            text = text[end..];
        }

        if (text is ['.' or '-', _, ..]) text = text[1..];
        var isDev = Is(text, "dev");
        modifier = new(ComposerForm.Numbers, [])
        {
            Stability = stability,
            StabilityNumbers = isStable ? [] : numbers,
            IsDev = isDev && !isStable,
        };
        return text.IsEmpty || isDev;
    }

    private static bool TryStability(scoped ref ReadOnlySpan<char> text, out ComposerRank stability, out bool isStable)
    {
        isStable = text.StartsWith("stable");
        stability = isStable ? ComposerRank.End : ComposerRank.Unknown;
        if (Take(ref text, "stable")) return true;

        stability = ComposerRank.Beta;
        if (Take(ref text, "beta") || Take(ref text, "b")) return true;
        stability = ComposerRank.Candidate;
        if (Take(ref text, "rc")) return true;
        stability = ComposerRank.Alpha;
        if (Take(ref text, "alpha") || Take(ref text, "a")) return true;
        stability = ComposerRank.Patch;
        if (Take(ref text, "patch") || Take(ref text, "pl") || Take(ref text, "p")) return true;
        stability = ComposerRank.End;
        return false;
    }

    /// <summary><c>1.x-dev</c>: a branch named by numbers, whose open places count as 9999999.</summary>
    private static bool TryNumberedBranch(ReadOnlySpan<char> version, out ComposerVersion branch)
    {
        branch = default;
        if (!version.EndsWith("dev", StringComparison.OrdinalIgnoreCase)) return false;
        var name = version[..^3];
        if (name is [.., '.' or '-']) name = name[..^1];
        name = name.Trim(" \t\n\r\0\v");
        if (name is ['v' or 'V', ..]) name = name[1..];

        var end = Numbers.Length(name);
        if (end == 0) return false;
        for (var parts = 1; parts < 4 && end + 1 < name.Length && name[end] == '.'; parts++)
        {
            var more = name[end + 1] is 'x' or 'X' or '*' ? 1 : Numbers.Length(name[(end + 1)..]);
            if (more == 0) return false;
            end += 1 + more;
        }

        branch = new(ComposerForm.Numbers, []) { Release = name, LeastNumbers = 4, MissingNumber = AnyNumber, Stability = ComposerRank.End, IsDev = true };
        return end == name.Length;
    }

    private static bool Take(scoped ref ReadOnlySpan<char> text, string word)
    {
        if (!text.StartsWith(word, StringComparison.OrdinalIgnoreCase)) return false;
        text = text[word.Length..];
        return true;
    }

    private static bool Is(ReadOnlySpan<char> text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);

    private static bool HasSpaceOrComma(ReadOnlySpan<char> text) => text.Contains(',') || HasSpace(text);

    private static bool HasSpace(ReadOnlySpan<char> text) => text.IndexOfAny(Spaces) >= 0;

    /// <summary>The parts of the normalised version one after another.</summary>
    internal ref struct PartReader(ComposerVersion version)
    {
        private readonly ComposerVersion version = version;
        private ReadOnlySpan<char> release = version.Release;
        private ReadOnlySpan<char> stabilityNumbers = version.StabilityNumbers;
        private int numbers;
        private bool gaveStability;
        private bool gaveDev;

        public ReadOnlySpan<char> Number { get; private set; }

        public ComposerRank Next()
        {
            if (!release.IsEmpty || numbers < version.LeastNumbers)
            {
                numbers++;
                Number = release.IsEmpty ? version.MissingNumber : Take(ref release);
                return ComposerRank.Number;
            }

            if (!gaveStability && version.Stability != ComposerRank.End)
            {
                gaveStability = true;
                return version.Stability;
            }

            if (!stabilityNumbers.IsEmpty)
            {
                Number = Take(ref stabilityNumbers);
                return ComposerRank.Number;
            }

            if (version.IsDev && !gaveDev)
            {
                gaveDev = true;
                return ComposerRank.Dev;
            }

            return ComposerRank.End;
        }

        private static ReadOnlySpan<char> Take(scoped ref ReadOnlySpan<char> text)
        {
            if (text is ['.' or '-' or ':', ..]) text = text[1..];
            if (text is ['x' or 'X' or '*', ..])
            {
                text = text[1..];
                return AnyNumber;
            }

            return Numbers.Take(ref text);
        }
    }
}
