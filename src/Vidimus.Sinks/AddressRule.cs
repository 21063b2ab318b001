using System.Net;
using System.Net.Sockets;

namespace Vidimus.Sinks;

/// <summary>The address is one that nobody may have us call.</summary>
public sealed class AddressRefusedException(string message) : IOException(message);

/// <summary>Where we connect to when somebody else names the host: a name is resolved once, every address it has must be of the public Internet or in a network that the operator allowed, and the connection goes to
/// the address that was looked at. So no name leads to this machine, the network behind it or a cloud's metadata, also not by resolving differently the second time.</summary>
/// <param name="allowed">Networks that the operator allowed.</param>
/// <param name="resolve">The resolver.</param>
public sealed class AddressRule(IReadOnlyList<IPNetwork> allowed, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    private const int Attempts = 3;

    /// <summary>What IANA's special-purpose registries keep from the public: this host, private, shared, loopback, link-local (metadata), protocol, documentation, benchmark, multicast and reserved ranges.</summary>
    private static readonly IPNetwork[] Special4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(n => IPNetwork.Parse(n)),
    ];

    /// <summary>Of IPv6 only the global unicast range is public, without the ranges in it that lead elsewhere: protocol assignments with Teredo, documentation, 6to4.</summary>
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] Special6 = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(n => IPNetwork.Parse(n))];

    public AddressRule(IReadOnlyList<IPNetwork> allowed) : this(allowed, (host, cancel) => Dns.GetHostAddressesAsync(host, cancel))
    {
    }

    /// <summary>Whether the operator named the network of the address.</summary>
    public bool IsNamed(IPAddress address) => allowed.Any(n => n.Contains(Plain(address)));

    public bool Allows(IPAddress address)
    {
        var plain = Plain(address);
        return IsNamed(plain) || (plain.AddressFamily == AddressFamily.InterNetwork
            ? !Special4.Any(n => n.Contains(plain))
            : Global6.Contains(plain) && !Special6.Any(n => n.Contains(plain)));
    }

    /// <summary>Resolves, checks and connects.</summary>
    /// <param name="mustBeNamed">Only networks that the operator named will do: for connections that nothing protects.</param>
    /// <exception cref="AddressRefusedException"/>
    /// <exception cref="SocketException">The name has no address, or nobody answers there.</exception>
    public async Task<Socket> ConnectAsync(string host, int port, bool mustBeNamed, CancellationToken cancel)
    {
        var literal = host.Trim('[', ']');
        IPAddress[] addresses = IPAddress.TryParse(literal, out var address) ? [address] : await resolve(literal, cancel);
        if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        if (addresses.FirstOrDefault(a => !Allows(a)) is { } refused) throw new AddressRefusedException($"{(host == refused.ToString() ? host : $"{host} is {refused}, which")} is not on the public Internet; the operator can allow its network with --sink-networks");
        if (mustBeNamed && !addresses.All(IsNamed)) throw new AddressRefusedException($"{host} is on the public Internet: the connection must be encrypted");

        for (var i = 0; ; i++)
        {
            var target = Plain(addresses[i]);
            var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(target, port), cancel);
                return socket;
            }
            catch (SocketException) when (i + 1 < Math.Min(addresses.Length, Attempts))
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
