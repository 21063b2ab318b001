using System.Text;
using Vidimus.Model.Inventory;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Vidimus.Ecosystems.Reading;

/// <summary>Reads YAML into bounded trees, from the events of YamlDotNet's parser.</summary>
/// <remarks>An alias is an empty node: what it stands for is read where it is anchored, and nothing grows by being named again. Tags and merge keys mean nothing here.</remarks>
internal static class YamlDocuments
{
    private const int MostBytes = 32 << 20;
    private const int MostDepth = 64;
    private const int MostNodes = 4_000_000;

    /// <summary>The roots of a file's documents, one after another. Where the text stops being YAML a note is made, and what was given before stays.</summary>
    public static IReadOnlyList<YamlNode> Read(SourceFile file)
    {
        var bytes = file.ReadAll(MostBytes);
        using var text = new StreamReader(new MemoryStream(bytes.ToArray(), writable: false), Encoding.UTF8);
        var roots = new List<YamlNode>();
        try
        {
            Read(new Parser(text), roots);
        }
        catch (YamlException e)
        {
            file.Note(e.Start.Line > 0 ? $"not YAML, line {e.Start.Line}: {e.Message}" : $"not YAML: {e.Message}");
        }
        catch (InvalidDataException e)
        {
            file.Note(e.Message, Notes.Limit);
        }

        return roots;
    }

    /// <summary>The root of a document of a feed.</summary>
    /// <exception cref="InvalidDataException">It is no YAML, holds no document or goes beyond the bounds.</exception>
    public static YamlNode Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MostBytes) throw new InvalidDataException($"larger than {MostBytes} bytes");
        using var text = new StreamReader(FeedPack.Open(bytes), Encoding.UTF8);
        var roots = new List<YamlNode>();
        try
        {
            Read(new Parser(text), roots);
        }
        catch (YamlException e)
        {
            throw new InvalidDataException($"not YAML, line {e.Start.Line}: {e.Message}", e);
        }

        return roots is [var root, ..] ? root : throw new InvalidDataException("it is empty");
    }

    /// <summary>Builds the trees without recursion: the stack holds the collections that are open, and of a mapping the key that waits for its value.</summary>
    private static void Read(Parser parser, List<YamlNode> roots)
    {
        var open = new Stack<YamlNode>();
        var keys = new Stack<string?>();
        var nodes = 0;
        while (MoveNext(parser))
        {
            switch (parser.Current)
            {
                case Scalar scalar:
                    if (open.TryPeek(out var parent) && parent is YamlMap && keys.Peek() is null)
                    {
                        keys.Pop();
                        keys.Push(scalar.Value);
                    }
                    else
                    {
                        Place(scalar.Value.Length == 0 ? YamlText.Empty : new YamlText(scalar.Value));
                    }

                    break;
                case AnchorAlias:
                    PlaceOrKey(YamlText.Empty);
                    break;
                case MappingStart:
                    Open(new YamlMap());
                    break;
                case SequenceStart:
                    Open(new YamlList());
                    break;
                case MappingEnd or SequenceEnd:
                    open.Pop();
                    keys.Pop();
                    break;
            }
        }

        void Open(YamlNode node)
        {
            if (open.Count >= MostDepth) throw new InvalidDataException($"nested deeper than {MostDepth}");
            PlaceOrKey(node);
            open.Push(node);
            keys.Push(null);
        }

        // A collection or an alias as a key has no name to ask for; its value stands under the empty one.
        void PlaceOrKey(YamlNode node)
        {
            if (open.TryPeek(out var parent) && parent is YamlMap && keys.Peek() is null)
            {
                keys.Pop();
                keys.Push("");
            }
            else
            {
                Place(node);
            }
        }

        void Place(YamlNode node)
        {
            if (++nodes > MostNodes) throw new InvalidDataException($"more than {MostNodes} values");
            if (!open.TryPeek(out var parent))
            {
                roots.Add(node);
            }
            else if (parent is YamlMap map)
            {
                map.Add(keys.Pop()!, node);
                keys.Push(null);
            }
            else
            {
                ((YamlList)parent).Items.Add(node);
            }
        }
    }

    /// <summary>The parser meets some broken texts (a flow collection closed twice) with an exception of another kind than its own.</summary>
    private static bool MoveNext(Parser parser)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (InvalidOperationException e)
        {
            throw new YamlException("brackets or indentation that do not close", e);
        }
    }
}
