using System.Net.Http.Headers;

namespace Vidimus.Registry.Http;

/// <summary>What a registry asks for in <c>WWW-Authenticate</c> (RFC 9110, and the distribution project's token specification).</summary>
/// <param name="Realm">Where tokens are given; null for basic authentication.</param>
internal sealed record Challenge(string? Realm, string? Service)
{
    public bool IsBasic => Realm is null;

    /// <summary>The one to answer: tokens before basic.</summary>
    public static Challenge? Of(IEnumerable<AuthenticationHeaderValue> offered)
    {
        Challenge? basic = null;
        foreach (var one in offered)
        {
            if (one.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)) basic = new(null, null);
            if (!one.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)) continue;
            var parameters = Parameters(one.Parameter ?? "");
            if (parameters.GetValueOrDefault("realm") is { Length: > 0 } realm) return new(realm, parameters.GetValueOrDefault("service"));
        }

        return basic;
    }

    /// <summary><c>name=value, name="quoted \" value"</c></summary>
    private static Dictionary<string, string> Parameters(string text)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var at = 0; at < text.Length;)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0) break;
            var name = text[at..equals].Trim(' ', ',', '\t');
            var value = new System.Text.StringBuilder();
            at = equals + 1;
            if (at < text.Length && text[at] == '"')
            {
                for (at++; at < text.Length && text[at] != '"'; at++)
                {
                    if (text[at] == '\\' && at + 1 < text.Length) at++;
                    value.Append(text[at]);
                }

                at++;
            }
            else
            {
                for (; at < text.Length && text[at] != ','; at++) value.Append(text[at]);
            }

            found.TryAdd(name, value.ToString());
        }

        return found;
    }
}
