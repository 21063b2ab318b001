using System.Text;
using System.Text.RegularExpressions;

namespace Vidimus.Api.Protocol;

/// <summary>A pattern of a service model, in the meaning it has there: of the whole text, <c>\d</c> and <c>\w</c> of ASCII alone.</summary>
/// <remarks>
/// The texts come from clients, so the engine without backtracking is used. The one pattern that looks ahead needs the other engine: it has no nested repetition, so
/// its time is bounded by the square of a length that the model bounds, and by a time limit whatever comes.
/// </remarks>
internal sealed class WirePattern(string source)
{
    private readonly Lazy<Regex> regex = new(() => Compile(source));

    /// <summary>As the model has it.</summary>
    public string Source => source;

    public bool Matches(string value)
    {
        try
        {
            return regex.Value.IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static Regex Compile(string source)
    {
        var looksAround = source.Contains("(?!", StringComparison.Ordinal) || source.Contains("(?=", StringComparison.Ordinal) || source.Contains("(?<", StringComparison.Ordinal);
        var engine = looksAround ? RegexOptions.None : RegexOptions.NonBacktracking;
        return new($@"\A(?:{Ascii(source)})\z", engine | RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(200));
    }

    private static string Ascii(string source)
    {
        var text = new StringBuilder();
        var inClass = false;
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] is '\\' && i + 1 < source.Length)
            {
                text.Append((source[++i], inClass) switch
                {
                    ('d', true) => "0-9",
                    ('d', false) => "[0-9]",
                    ('w', true) => "A-Za-z0-9_",
                    ('w', false) => "[A-Za-z0-9_]",
                    var (c, _) => $@"\{c}",
                });
                continue;
            }

            if (source[i] is '[') inClass = true;
            if (source[i] is ']') inClass = false;
            text.Append(source[i]);
        }

        return text.ToString();
    }
}
