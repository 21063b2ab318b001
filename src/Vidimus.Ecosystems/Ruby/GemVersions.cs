using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Ruby;

/// <summary>Orders versions as RubyGems' <c>Gem::Version</c> does.</summary>
/// <remarks>
/// Source: <c>Gem::Version</c> of RubyGems 3.3. Segments are runs of digits or of letters, all else only parts them; a hyphen reads as <c>.pre.</c>.
/// Letters come before numbers; a missing segment is zero, but zeros right before the first letters, and at the end, do not count (<c>1.0.a</c> is <c>1.a</c>).
/// </remarks>
public sealed class GemVersions : IVersionScheme
{
    public string Name => "gem";

    public bool IsValid(ReadOnlySpan<char> version)
    {
        version = version.Trim(" \t\n\v\f\r");
        if (version.IsEmpty) return true; // RubyGems takes nothing as 0
        if (Numbers.Length(version) is var number && number == 0) return false;
        version = version[number..];

        var hyphen = version.IndexOf('-');
        var release = hyphen < 0 ? version : version[..hyphen];
        if (!release.IsEmpty && (release[0] != '.' || !AreIdentifiers(release[1..], hyphens: false))) return false;
        return hyphen < 0 || AreIdentifiers(version[(hyphen + 1)..], hyphens: true);
    }

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var a = new Segments(left);
        var b = new Segments(right);
        while (true)
        {
            var leftGoesOn = a.Next();
            var rightGoesOn = b.Next();
            if (!leftGoesOn && !rightGoesOn) return 0;
            if (a.IsWord != b.IsWord) return a.IsWord ? -1 : 1;

            var bySegment = a.IsWord ? a.Value.SequenceCompareTo(b.Value) : Numbers.Compare(a.Value, b.Value);
            if (bySegment != 0) return bySegment;
        }
    }

    private static bool AreIdentifiers(ReadOnlySpan<char> text, bool hyphens)
    {
        var wantsSign = true;
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c) || (hyphens && c == '-')) wantsSign = false;
            else if (wantsSign || c != '.') return false;
            else wantsSign = true;
        }

        return !wantsSign;
    }

    /// <summary>The segments of a version without the zeros that do not count, then zeros without end.</summary>
    private ref struct Segments(ReadOnlySpan<char> rest)
    {
        private ReadOnlySpan<char> rest = rest;
        private bool sawWord;
        private bool? zerosCount; // null until a run of zeros before the first word has been looked past

        public ReadOnlySpan<char> Value { get; private set; }

        public bool IsWord { get; private set; }

        public bool Next()
        {
            while (Take())
            {
                if (IsWord) sawWord = true;
                if (sawWord) return true;
                if (!Value.Trim('0').IsEmpty)
                {
                    zerosCount = null;
                    return true;
                }

                zerosCount ??= !AWordIsNext();
                if (zerosCount.Value) return true;
            }

            Value = [];
            IsWord = false;
            return false;
        }

        /// <summary>Whether only zeros stand before the next word. Zeros at the very end need no care: they equal the zeros without end.</summary>
        private readonly bool AWordIsNext()
        {
            var ahead = this;
            while (ahead.Take())
            {
                if (ahead.IsWord) return true;
                if (!ahead.Value.Trim('0').IsEmpty) return false;
            }

            return false;
        }

        private bool Take()
        {
            while (rest.Length > 0)
            {
                var c = rest[0];
                if (c == '-')
                {
                    rest = rest[1..];
                    return Set("pre", isWord: true);
                }

                if (char.IsAsciiDigit(c)) return Set(Numbers.Take(ref rest), isWord: false);
                if (char.IsAsciiLetter(c))
                {
                    var end = 1;
                    while (end < rest.Length && char.IsAsciiLetter(rest[end])) end++;
                    var word = rest[..end];
                    rest = rest[end..];
                    return Set(word, isWord: true);
                }

                rest = rest[1..];
            }

            return false;
        }

        private bool Set(ReadOnlySpan<char> value, bool isWord)
        {
            Value = value;
            IsWord = isWord;
            return true;
        }
    }
}
