using Vidimus.Ecosystems.Dpkg;
using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.OCaml;

/// <summary>Orders versions as opam does: as one part of a Debian version, with neither epoch nor revision.</summary>
/// <remarks>Source: opam's manual, "Version ordering", whose example is a test. A version is of ASCII letters, digits and <c>-_+.~</c>.</remarks>
public sealed class OpamVersions : IVersionScheme
{
    public string Name => "opam";

    public bool IsValid(ReadOnlySpan<char> version)
    {
        foreach (var c in version)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '+' or '.' or '~')) return false;
        }

        return !version.IsEmpty;
    }

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => DebVersions.Part(left, right);
}
