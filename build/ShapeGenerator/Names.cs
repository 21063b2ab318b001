using System.Text;

namespace Vidimus.ShapeGenerator;

/// <summary>C#'s names for those of a model.</summary>
internal static class Names
{
    /// <summary><c>AWS_EC2_INSTANCE</c>, <c>code-repository</c> and <c>accountId</c> as one word with capitals.</summary>
    public static string Pascal(string name)
    {
        var text = new StringBuilder();
        foreach (var word in name.Split(['_', '-', ' ', '.', '/', ':', '{', '}', '(', ')', '+'], StringSplitOptions.RemoveEmptyEntries))
        {
            var shouts = !word.Any(char.IsLower);
            text.Append(char.ToUpperInvariant(word[0])).Append(shouts ? word[1..].ToLowerInvariant() : word[1..]);
        }

        return char.IsAsciiLetter(text[0]) ? text.ToString() : "_" + text;
    }

    /// <summary>A member may not be named as the record that holds it.</summary>
    public static string Property(Member member, Shape holder)
    {
        var name = char.ToUpperInvariant(member.Name[0]) + member.Name[1..];
        return name == holder.Name ? name + "Value" : name;
    }

    public static string Local(Member member)
    {
        var name = char.ToLowerInvariant(member.Name[0]) + member.Name[1..];
        return name is "reader" or "writer" or "checks" or "value" or "operator" or "namespace" or "default" or "event" or "ref" or "parts" or "base" ? "@" + name + "_" : name;
    }
}
