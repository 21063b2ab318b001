using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Vidimus.Matching.Policy;

/// <summary>A YAML value with the line that it begins on.</summary>
internal abstract record YamlValue(int Line);

/// <summary>A scalar, which stays text: <c>yes</c> is no boolean and <c>1.10</c> no number.</summary>
internal sealed record YamlText(int Line, string Text) : YamlValue(Line);

internal sealed record YamlList(int Line, IReadOnlyList<YamlValue> Items) : YamlValue(Line);

internal sealed record YamlMap(int Line, IReadOnlyList<(YamlText Key, YamlValue Value)> Members) : YamlValue(Line);

/// <summary>One YAML document out of YamlDotNet's parser events, bounded, without what a policy has no use for: anchors, aliases, tags, merge keys.</summary>
internal sealed class Yaml(string file)
{
    /// <summary>Larger files are refused.</summary>
    public const int Limit = 1 << 20;

    private const int Depth = 16;

    /// <exception cref="PolicyException">It is no such document.</exception>
    public YamlValue? Parse(string text)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            Expect<StreamStart>(parser);
            if (Next(parser) is not DocumentStart) return null;
            Next(parser);
            var value = Value(parser, 0);
            Expect<DocumentEnd>(parser);
            if (Next(parser) is not StreamEnd) throw Wrong(parser.Current!, "a policy is one YAML document");
            return value;
        }
        catch (YamlException e)
        {
            throw new PolicyException($"{file} line {Math.Max(1, e.Start.Line)}: this is no YAML: {e.Message}");
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet's scanner on some torn plain scalars in flow collections.
            throw new PolicyException($"{file} line {Math.Max(1, parser.Current?.End.Line ?? 1)}: this is no YAML");
        }
    }

    private YamlValue Value(Parser parser, int depth)
    {
        var at = parser.Current!;
        if (depth > Depth) throw Wrong(at, $"it is nested deeper than {Depth} levels");
        if (at is AnchorAlias || at is NodeEvent { Anchor.IsEmpty: false }) throw Wrong(at, "anchors and aliases are not allowed");
        if (at is NodeEvent { Tag.IsEmpty: false }) throw Wrong(at, "tags are not allowed");
        switch (at)
        {
            case Scalar scalar:
                Next(parser);
                return new YamlText(Line(at), scalar.Value);
            case SequenceStart:
                Next(parser);
                var items = new List<YamlValue>();
                while (parser.Current is not SequenceEnd) items.Add(Value(parser, depth + 1));
                Next(parser);
                return new YamlList(Line(at), items);
            case MappingStart:
                Next(parser);
                return Map(parser, Line(at), depth);
            default:
                throw Wrong(at, "a value is missing");
        }
    }

    private YamlMap Map(Parser parser, int line, int depth)
    {
        var members = new List<(YamlText, YamlValue)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (parser.Current is not MappingEnd)
        {
            if (Value(parser, depth + 1) is not YamlText key) throw Wrong(parser.Current!, "a key is a word");
            if (!names.Add(key.Text)) throw new PolicyException($"{file} line {key.Line}: '{key.Text}' stands here twice");
            members.Add((key, Value(parser, depth + 1)));
        }

        Next(parser);
        return new(line, members);
    }

    private void Expect<T>(Parser parser)
        where T : ParsingEvent
    {
        if (parser.Current is T || Next(parser) is T) return;
        throw Wrong(parser.Current!, "this is not where a document may end or begin");
    }

    private ParsingEvent Next(Parser parser) => parser.MoveNext() ? parser.Current! : throw new PolicyException($"{file}: it ends in the middle");

    private PolicyException Wrong(ParsingEvent at, string what) => new($"{file} line {Line(at)}: {what}");

    private static int Line(ParsingEvent at) => (int)Math.Clamp(at.Start.Line, 1, int.MaxValue);
}
