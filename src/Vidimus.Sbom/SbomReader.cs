using System.Text;
using System.Text.Json;
using Vidimus.Model.Inventory;
using Vidimus.Sbom.CycloneDx;
using Vidimus.Sbom.Reading;
using Vidimus.Sbom.Spdx;

namespace Vidimus.Sbom;

/// <summary>Reads an SBOM of any format that we know, which its content tells, as the inventory that a scan would have made: CycloneDX JSON and XML, SPDX 2.2 and 2.3 JSON and tag-value.</summary>
/// <remarks>A component or package is in memory at a time, beside what is kept of those before it.</remarks>
public static class SbomReader
{
    private const int HeadLength = 4096;

    /// <summary>The inventory of a document.</summary>
    /// <param name="name">What the user called the target.</param>
    /// <exception cref="InvalidDataException">It is none that can be read; the message is one sentence.</exception>
    /// <param name="keepsAll">Whether digests and the graph of dependencies are kept: who only looks packages up does without them, and a quarter of the memory.</param>
    public static Inventory Read(Stream input, string name, bool keepsAll = true) => Read(input, name, keepsAll, onlyCycloneDx: false);

    internal static Inventory Read(Stream input, string name, bool keepsAll, bool onlyCycloneDx)
    {
        ArgumentNullException.ThrowIfNull(input);
        var stream = new PeekedStream(input, HeadLength);
        var head = stream.Head;
        var isWide = head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..];
        if (head.StartsWith(Encoding.UTF8.Preamble))
        {
            stream.Skip(3);
            head = head[3..];
        }

        var text = head.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty) throw new InvalidDataException("the SBOM is empty");
        var isXml = text[0] == '<' || (isWide && head.IndexOf((byte)'<') is >= 0 and < 8);
        if (isXml) return onlyCycloneDx ? throw new InvalidDataException("the SBOM is XML; only CycloneDX JSON is read") : CycloneDxXml.Read(stream, new(keepsAll), name);
        if (isWide) throw new InvalidDataException("the SBOM is UTF-16 text; JSON and SPDX are UTF-8");
        if (IsTagValue(text)) return onlyCycloneDx ? throw new InvalidDataException("the SBOM is SPDX text; only CycloneDX JSON is read") : SpdxTagValue.Read(stream, new(keepsAll), name);

        var members = new Members(name, keepsAll, onlyCycloneDx);
        new JsonMembers(stream).Read(members);
        return members.ToInventory();
    }

    /// <summary>SPDX's text begins with its version; comments may stand before it.</summary>
    private static bool IsTagValue(ReadOnlySpan<byte> text) => text.StartsWith("SPDXVersion:"u8) || (text[0] == '#' && text.IndexOf("SPDXVersion:"u8) >= 0);

    /// <summary>Gives each member to the format that it is of; which one the document is, it may say last.</summary>
    private sealed class Members(string name, bool keepsAll, bool onlyCycloneDx) : IMemberTaker
    {
        private readonly CycloneDxMembers cycloneDx = new(new(keepsAll), name);
        private readonly SpdxMembers spdx = new(new(keepsAll), name);

        public MemberKind Wants(string member)
        {
            if (member is "@context") throw new InvalidDataException($"the SBOM is JSON-LD (SPDX 3 or another); only {(onlyCycloneDx ? "CycloneDX JSON is" : "CycloneDX and SPDX 2 are")} read");
            return cycloneDx.Wants(member) is not MemberKind.Skip and var wanted ? wanted : onlyCycloneDx && member is not "spdxVersion" ? MemberKind.Skip : spdx.Wants(member);
        }

        public void Take(string member, JsonElement value, bool isItem)
        {
            if (cycloneDx.Wants(member) is not MemberKind.Skip) cycloneDx.Take(member, value, isItem);
            else spdx.Take(member, value, isItem);
        }

        public Inventory ToInventory()
        {
            if (spdx.Version is null) return cycloneDx.ToInventory();
            return onlyCycloneDx ? throw new InvalidDataException($"the SBOM is {spdx.Version}; only CycloneDX JSON is read") : spdx.ToInventory();
        }
    }
}
