using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Vidimus.Registry.Http;

/// <summary>Whose an address is, in the order of how far away one must be to be sent there by somebody else.</summary>
internal enum AddressKind
{
    /// <summary>Anybody's on the internet.</summary>
    Public,

    /// <summary>Of this network (RFC 1918, 4193, 6598).</summary>
    Private,

    /// <summary>Of this machine.</summary>
    Loopback,

    /// <summary>Of this wire, where clouds keep their metadata services, and everything that is no host at all.</summary>
    Local,
}

/// <summary>Tells the kinds of addresses apart (IANA's special-purpose registries; addresses that carry an IPv4 one are judged by it).</summary>
internal static class Addresses
{
    /// <summary>Azure's metadata and wire server, a public address by its number alone.</summary>
    private static readonly IPAddress AzureWire = IPAddress.Parse("168.63.129.16");

    /// <summary>AWS's metadata service by IPv6, a private address by its number alone.</summary>
    private static readonly IPAddress AwsMetadata = IPAddress.Parse("fd00:ec2::254");

    public static AddressKind KindOf(IPAddress address)
    {
        if (address.AddressFamily is not AddressFamily.InterNetworkV6) return KindOfV4(address);
        if (Embedded(address) is { } v4) return KindOfV4(v4);
        if (IPAddress.IsLoopback(address)) return AddressKind.Loopback;
        if (address.Equals(AwsMetadata) || address.IsIPv6LinkLocal || address.IsIPv6Multicast || address.Equals(IPAddress.IPv6Any)) return AddressKind.Local;
        return address.IsIPv6UniqueLocal || address.IsIPv6SiteLocal ? AddressKind.Private : AddressKind.Public;
    }

    /// <summary>Of a host that is an address, or <c>localhost</c>; null for a name.</summary>
    public static AddressKind? KindOfLiteral(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? AddressKind.Loopback : IPAddress.TryParse(host.Trim('[', ']'), out var address) ? KindOf(address) : null;

    private static AddressKind KindOfV4(IPAddress address)
    {
        Span<byte> b = stackalloc byte[4];
        address.TryWriteBytes(b, out _);
        return b switch
        {
            [127, ..] => AddressKind.Loopback,
            [0, ..] or [169, 254, ..] or [>= 224, ..] => AddressKind.Local,
            [10, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..] or [100, >= 64 and <= 127, ..] or [198, 18 or 19, ..] => AddressKind.Private,
            _ => address.Equals(AzureWire) ? AddressKind.Local : AddressKind.Public,
        };
    }

    /// <summary>The IPv4 address within a mapped, compatible, NAT64 (64:ff9b::/96) or 6to4 (2002::/16) one.</summary>
    private static IPAddress? Embedded(IPAddress address)
    {
        Span<byte> b = stackalloc byte[16];
        address.TryWriteBytes(b, out _);
        if (b.StartsWith((ReadOnlySpan<byte>)[0x20, 0x02])) return new(b[2..6]);
        var isNat = b.StartsWith((ReadOnlySpan<byte>)[0, 0x64, 0xff, 0x9b]) && b[4..12].IndexOfAnyExcept((byte)0) < 0;
        var isCompatible = b[..12].IndexOfAnyExcept((byte)0) < 0 && BinaryPrimitives.ReadUInt32BigEndian(b[12..]) > 1;
        return isNat || isCompatible || address.IsIPv4MappedToIPv6 ? new(b[12..]) : null;
    }
}
