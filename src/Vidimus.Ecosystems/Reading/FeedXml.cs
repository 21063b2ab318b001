using System.Xml;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Reading;

/// <summary>Walks a large XML document, an element of interest at a time, so that nothing but that one is held.</summary>
internal static class FeedXml
{
    /// <summary>Elements with one of some names, wherever they stand, in the document's order. Broken text ends the walk and is rejected by the document's name.</summary>
    public static IEnumerable<XmlElement> Elements(string name, ReadOnlyMemory<byte> body, FeedSnapshot snapshot, CancellationToken cancel, params string[] wanted)
    {
        using var reader = XmlReader.Create(FeedPack.Open(body), XmlElements.Settings);
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            XmlElement? element;
            try
            {
                element = Next(reader, wanted);
            }
            catch (Exception e) when (e is XmlException or InvalidDataException)
            {
                snapshot.Reject(name, $"it can't be read as XML: {e.Message}");
                yield break;
            }

            if (element is null) yield break;
            yield return element;
        }
    }

    private static XmlElement? Next(XmlReader reader, string[] wanted)
    {
        while (reader.ReadState == ReadState.Initial ? reader.Read() : !reader.EOF)
        {
            if (reader.NodeType == XmlNodeType.Element && (wanted.Length == 0 || Array.IndexOf(wanted, reader.LocalName) >= 0))
            {
                var subtree = reader.ReadSubtree();
                var element = XmlElements.Read(subtree);
                subtree.Close();
                reader.Read();
                return element;
            }

            reader.Read();
        }

        return null;
    }
}
