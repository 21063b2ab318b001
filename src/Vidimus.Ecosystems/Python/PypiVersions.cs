using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Python;

/// <summary>Orders versions as PEP 440 says, all its spellings included: <c>v1.0-RC.1</c> is <c>1.0rc1</c>, <c>1.0-1</c> is <c>1.0.post1</c>.</summary>
/// <remarks>
/// Source: the version specifiers specification (PEP 440) and its appendix's grammar.
/// A text outside it comes before every version, by its signs, as the legacy versions did.
/// </remarks>
public sealed class PypiVersions : IVersionScheme
{
    public string Name => "pypi";

    public bool IsValid(ReadOnlySpan<char> version) => new Parts(version).IsValid;

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var a = new Parts(left);
        var b = new Parts(right);
        if (!a.IsValid || !b.IsValid) return a.IsValid ? 1 : b.IsValid ? -1 : left.SequenceCompareTo(right);

        if (Numbers.Compare(a.Epoch, b.Epoch) is not 0 and var byEpoch) return byEpoch;
        if (CompareReleases(a.Release, b.Release) is not 0 and var byRelease) return byRelease;
        if (a.Stage - b.Stage is not 0 and var byStage) return byStage;
        if (Numbers.Compare(a.StageNumber, b.StageNumber) is not 0 and var byStageNumber) return byStageNumber;
        if (a.IsPost != b.IsPost) return a.IsPost ? 1 : -1;
        if (Numbers.Compare(a.Post, b.Post) is not 0 and var byPost) return byPost;
        if (a.IsDev != b.IsDev) return a.IsDev ? -1 : 1;
        if (Numbers.Compare(a.Dev, b.Dev) is not 0 and var byDev) return byDev;
        return CompareLocals(a.Local, b.Local);
    }

    /// <summary>Number by number; a missing one is zero.</summary>
    private static int CompareReleases(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (!left.IsEmpty || !right.IsEmpty)
        {
            if (Numbers.Compare(Numbers.Take(ref left), Numbers.Take(ref right)) is not 0 and var byNumber) return byNumber;
            if (!left.IsEmpty) left = left[1..];
            if (!right.IsEmpty) right = right[1..];
        }

        return 0;
    }

    /// <summary>Part by part: none before any, words before numbers, words without regard to case.</summary>
    private static int CompareLocals(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (!left.IsEmpty && !right.IsEmpty)
        {
            var a = TakeLocal(ref left);
            var b = TakeLocal(ref right);
            var byPart = (Numbers.AreAll(a), Numbers.AreAll(b)) switch
            {
                (true, true) => Numbers.Compare(a, b),
                (true, false) => 1,
                (false, true) => -1,
                _ => CompareWords(a, b),
            };
            if (byPart != 0) return byPart;
        }

        return left.Length - right.Length;
    }

    /// <summary>As lower case: digits come before letters, which ignoring case by upper case keeps.</summary>
    private static int CompareWords(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => left.CompareTo(right, StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> TakeLocal(scoped ref ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny('.', '-', '_');
        var part = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[(end + 1)..];
        return part;
    }

    /// <summary>Where a version stands between the first development release and the release itself. A development release alone comes before every stage.</summary>
    private enum Stages
    {
        Dev,
        Alpha,
        Beta,
        Candidate,
        Release,
    }

    private readonly ref struct Parts
    {
        public Parts(ReadOnlySpan<char> text)
        {
            text = Trim(text);
            if (text is ['v' or 'V', ..]) text = text[1..];

            var digits = Numbers.Length(text);
            if (digits > 0 && digits < text.Length && text[digits] == '!')
            {
                Epoch = text[..digits];
                text = text[(digits + 1)..];
            }

            Release = text[..ReleaseLength(text)];
            if (Release.IsEmpty) return;
            text = text[Release.Length..];

            Stage = Stages.Release;
            if (TryStage(ref text, out var stage))
            {
                Stage = stage;
                StageNumber = SeparatedNumber(ref text);
            }

            if (text is ['-', >= '0' and <= '9', ..])
            {
                IsPost = true;
                text = text[1..];
                Post = Numbers.Take(ref text);
            }
            else if (TryWord(ref text, "post") || TryWord(ref text, "rev") || TryWord(ref text, "r"))
            {
                IsPost = true;
                Post = SeparatedNumber(ref text);
            }

            if (TryWord(ref text, "dev"))
            {
                IsDev = true;
                Dev = SeparatedNumber(ref text);
                if (Stage == Stages.Release && !IsPost) Stage = Stages.Dev;
            }

            if (text is ['+', ..])
            {
                Local = text[1..];
                IsValid = IsLocal(Local);
            }
            else
            {
                IsValid = text.IsEmpty;
            }
        }

        public bool IsValid { get; }

        public ReadOnlySpan<char> Epoch { get; }

        public ReadOnlySpan<char> Release { get; }

        public Stages Stage { get; }

        public ReadOnlySpan<char> StageNumber { get; }

        public bool IsPost { get; }

        public ReadOnlySpan<char> Post { get; }

        public bool IsDev { get; }

        public ReadOnlySpan<char> Dev { get; }

        public ReadOnlySpan<char> Local { get; }

        private static int ReleaseLength(ReadOnlySpan<char> text)
        {
            var end = Numbers.Length(text);
            while (end > 0 && end < text.Length && text[end] == '.' && Numbers.Length(text[(end + 1)..]) is > 0 and var more) end += 1 + more;
            return end;
        }

        /// <summary>The longer spelling first: <c>preview</c> before <c>pre</c>, <c>alpha</c> before <c>a</c>.</summary>
        private static bool TryStage(scoped ref ReadOnlySpan<char> text, out Stages stage)
        {
            stage = Stages.Alpha;
            if (TryWord(ref text, "alpha") || TryWord(ref text, "a")) return true;
            stage = Stages.Beta;
            if (TryWord(ref text, "beta") || TryWord(ref text, "b")) return true;
            stage = Stages.Candidate;
            return TryWord(ref text, "rc") || TryWord(ref text, "c") || TryWord(ref text, "preview") || TryWord(ref text, "pre");
        }

        private static bool TryWord(scoped ref ReadOnlySpan<char> text, ReadOnlySpan<char> word)
        {
            var rest = text is ['-' or '_' or '.', ..] ? text[1..] : text;
            if (!rest.StartsWith(word, StringComparison.OrdinalIgnoreCase)) return false;
            text = rest[word.Length..];
            return true;
        }

        /// <summary>A number behind a word, perhaps after a sign. The grammar lets the sign stand even when no number follows.</summary>
        private static ReadOnlySpan<char> SeparatedNumber(scoped ref ReadOnlySpan<char> text)
        {
            if (text is ['-' or '_' or '.', ..]) text = text[1..];
            return Numbers.Take(ref text);
        }

        private static bool IsLocal(ReadOnlySpan<char> text)
        {
            var wantsSign = true;
            foreach (var c in text)
            {
                if (char.IsAsciiLetterOrDigit(c)) wantsSign = false;
                else if (wantsSign || c is not ('.' or '-' or '_')) return false;
                else wantsSign = true;
            }

            return !wantsSign;
        }

        /// <summary>What Python's regular expressions take as white space, which has four separators more than .NET's.</summary>
        private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
        {
            while (text is [var first, ..] && IsSpace(first)) text = text[1..];
            while (text is [.., var last] && IsSpace(last)) text = text[..^1];
            return text;
        }

        private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';
    }
}
