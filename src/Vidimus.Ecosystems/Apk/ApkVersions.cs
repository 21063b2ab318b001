using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Apk;

/// <summary>Orders versions as Alpine's package manager does: <c>number{.number}[letter]{_suffix[number]}[~hash][-rN]</c>.</summary>
/// <remarks>
/// Source: apk-package(5), section on versions. The suffixes are, in order, alpha, beta, pre and rc, which come before the version
/// without one, then cvs, svn, git, hg and p. A number after the first that begins with a zero is compared as text, so <c>1.05</c> comes before <c>1.1</c>.
/// Where one version stops being the other's equal, the kind of part that stands there decides.
/// </remarks>
public sealed class ApkVersions : IVersionScheme
{
    public string Name => "apk";

    public bool IsValid(ReadOnlySpan<char> version)
    {
        var reader = new Reader(version);
        while (reader.Kind is not (Part.End or Part.Invalid)) reader.Next();
        return reader.Kind == Part.End;
    }

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var a = new Reader(left);
        var b = new Reader(right);
        while (a.Kind == b.Kind)
        {
            switch (a.Kind)
            {
                case Part.End:
                    return 0;
                case Part.Invalid: // no meaning, but a place
                    return a.Value.SequenceCompareTo(b.Value);
                case Part.PreSuffix or Part.PostSuffix when a.Suffix != b.Suffix:
                    return a.Suffix - b.Suffix;
                case Part.Number when a.Value[0] == '0' || b.Value[0] == '0':
                case Part.Letter:
                case Part.Hash:
                    if (a.Value.SequenceCompareTo(b.Value) is not 0 and var byText) return byText;
                    break;
                case Part.FirstNumber or Part.Number or Part.SuffixNumber or Part.Revision:
                    if (Numbers.Compare(a.Value, b.Value) is not 0 and var byNumber) return byNumber;
                    break;
            }

            a.Next();
            b.Next();
        }

        return a.Kind - b.Kind;
    }

    /// <summary>The kinds of part, in the order that decides when two versions differ in kind at one place.</summary>
    private enum Part
    {
        PreSuffix,
        Invalid,
        End,
        Revision,
        Hash,
        SuffixNumber,
        PostSuffix,
        Letter,
        Number,
        FirstNumber,
    }

    private ref struct Reader
    {
        private static readonly string[] Suffixes = ["alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"];
        private const int FirstPostSuffix = 4;

        private ReadOnlySpan<char> rest;

        public Reader(ReadOnlySpan<char> version)
        {
            rest = version;
            Digits(Part.FirstNumber);
        }

        public Part Kind { get; private set; }

        public ReadOnlySpan<char> Value { get; private set; }

        public int Suffix { get; private set; }

        public void Next()
        {
            var inNumbers = Kind is Part.FirstNumber or Part.Number;
            var inSuffixes = Kind is Part.PreSuffix or Part.PostSuffix;
            switch (rest)
            {
                case []:
                    Take(Part.End, 0);
                    break;
                case [>= 'a' and <= 'z', ..] when inNumbers:
                    Take(Part.Letter, 1);
                    break;
                case [>= '0' and <= '9', ..] when Kind is Part.Letter: // 8u392, as apk-tools 2 takes it
                    Digits(Part.Number);
                    break;
                case ['.', ..] when inNumbers:
                    rest = rest[1..];
                    Digits(Part.Number);
                    break;
                case [>= '0' and <= '9', ..] when inSuffixes:
                    Digits(Part.SuffixNumber);
                    break;
                case ['_', ..] when inNumbers || inSuffixes || Kind is Part.Letter or Part.SuffixNumber:
                    rest = rest[1..];
                    TakeSuffix();
                    break;
                case ['~', ..] when Kind is not (Part.Hash or Part.Revision):
                    rest = rest[1..];
                    TakeHash();
                    break;
                case ['-', 'r', ..] when Kind is not Part.Revision:
                    rest = rest[2..];
                    Digits(Part.Revision);
                    break;
                default:
                    Take(Part.Invalid, rest.Length);
                    break;
            }
        }

        private void Digits(Part kind)
        {
            var length = Numbers.Length(rest);
            if (length == 0) Take(Part.Invalid, rest.Length);
            else Take(kind, length);
        }

        private void TakeSuffix()
        {
            var end = 0;
            while (end < rest.Length && char.IsAsciiLetterLower(rest[end])) end++;
            for (var i = 0; i < Suffixes.Length; i++)
            {
                if (!rest[..end].SequenceEqual(Suffixes[i])) continue;
                Suffix = i;
                Take(i < FirstPostSuffix ? Part.PreSuffix : Part.PostSuffix, end);
                return;
            }

            Take(Part.Invalid, rest.Length);
        }

        private void TakeHash()
        {
            var end = 0;
            while (end < rest.Length && rest[end] is (>= '0' and <= '9') or (>= 'a' and <= 'f')) end++;
            if (end == 0) Take(Part.Invalid, rest.Length);
            else Take(Part.Hash, end);
        }

        private void Take(Part kind, int length)
        {
            Kind = kind;
            Value = rest[..length];
            rest = rest[length..];
        }
    }
}
