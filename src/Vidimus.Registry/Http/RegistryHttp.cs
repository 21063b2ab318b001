using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Vidimus.Registry.Http;

/// <summary>Sends single requests: connects to the very address that was judged, follows nothing, adds nothing.</summary>
/// <remarks>There are two clients: one for hosts the user named, one for hosts a registry named, which may not lead nearer to this machine than the registry itself is.</remarks>
internal sealed class RegistryHttp : IDisposable
{
    private readonly HttpClient named;
    private readonly HttpClient referred;
    private readonly TimeSpan stall;
    private readonly IReadOnlyList<string> insecure;
    private readonly ConcurrentDictionary<string, AddressKind> kinds = new(StringComparer.Ordinal);

    public RegistryHttp(RegistryOptions options)
    {
        stall = options.Stall;
        insecure = options.Insecure;
        named = Client(ConnectNamedAsync);
        referred = Client(ConnectReferredAsync);
    }

    /// <summary>Whether a host may be spoken to in plain HTTP.</summary>
    public bool AllowsPlain(string authority) =>
        insecure.Contains(authority, StringComparer.OrdinalIgnoreCase) || (Uri.TryCreate($"http://{authority}/", UriKind.Absolute, out var uri) && Addresses.KindOfLiteral(uri.Host) is AddressKind.Loopback);

    /// <summary>Sends a request to a host that the user named.</summary>
    public HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancel) => named.Send(request, HttpCompletionOption.ResponseHeadersRead, cancel);

    /// <summary>Sends a request to where a registry pointed.</summary>
    /// <param name="by">The registry's authority.</param>
    /// <exception cref="RegistryException">It may not be asked to.</exception>
    public HttpResponseMessage SendReferred(HttpRequestMessage request, string by, CancellationToken cancel)
    {
        var target = request.RequestUri!;
        if (target.Authority == by || insecure.Contains(target.Authority, StringComparer.OrdinalIgnoreCase)) return Send(request, cancel);

        var isWeb = target.Scheme == Uri.UriSchemeHttps || (target.Scheme == Uri.UriSchemeHttp && AllowsPlain(target.Authority));
        if (!isWeb) throw new RegistryException($"{by} leads to {target.Scheme}://{target.Host}, which is neither https nor a host allowed by --insecure-registry");
        request.Options.Set(Limit, KindOf(by));
        if (Addresses.KindOfLiteral(target.Host) is { } kind && !Allows(KindOf(by), kind)) throw Refused(by, target.Host, kind);
        request.Options.Set(Referrer, by);
        return referred.Send(request, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    public void Dispose()
    {
        named.Dispose();
        referred.Dispose();
    }

    private static readonly HttpRequestOptionsKey<AddressKind> Limit = new("limit");
    private static readonly HttpRequestOptionsKey<string> Referrer = new("referrer");

    private static HttpClient Client(Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect)
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            MaxResponseHeadersLength = 64,
            ConnectCallback = connect,
        }) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("vidimus/0.1");
        return client;
    }

    /// <summary>A name that the user gave may stand for any host but those of <see cref="AddressKind.Local"/>, which must be given by their address.</summary>
    private async ValueTask<Stream> ConnectNamedAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var target = context.InitialRequestMessage.RequestUri!;
        var isProxy = IsProxy(context, target);
        var isLiteral = Addresses.KindOfLiteral(target.Host) is not null;
        var (stream, address) = await ConnectAsync(context.DnsEndPoint, kind => isProxy || isLiteral || kind is not AddressKind.Local, cancel);
        if (!isProxy) kinds[target.Authority] = Addresses.KindOf(address);
        return stream;
    }

    private async ValueTask<Stream> ConnectReferredAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var request = context.InitialRequestMessage;
        var isProxy = IsProxy(context, request.RequestUri!);
        request.Options.TryGetValue(Limit, out var limit);
        request.Options.TryGetValue(Referrer, out var by);
        try
        {
            return (await ConnectAsync(context.DnsEndPoint, kind => isProxy || Allows(limit, kind), cancel)).Stream;
        }
        catch (AddressException e)
        {
            throw Refused(by ?? "", context.DnsEndPoint.Host, e.Kind);
        }
    }

    /// <summary>Whether the connection goes to a proxy, which resolves the target's name itself.</summary>
    private static bool IsProxy(SocketsHttpConnectionContext context, Uri target) =>
        !target.IdnHost.Trim('[', ']').Equals(context.DnsEndPoint.Host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase) || target.Port != context.DnsEndPoint.Port;

    private async Task<(Stream Stream, IPAddress Address)> ConnectAsync(DnsEndPoint target, Func<AddressKind, bool> allows, CancellationToken cancel)
    {
        Exception? trouble = null;
        foreach (var address in await Dns.GetHostAddressesAsync(target.Host, cancel))
        {
            if (!allows(Addresses.KindOf(address)))
            {
                trouble = new AddressException(Addresses.KindOf(address));
                continue;
            }

            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = (int)stall.TotalMilliseconds, SendTimeout = (int)stall.TotalMilliseconds };
            try
            {
                await socket.ConnectAsync(address, target.Port, cancel);
                return (new NetworkStream(socket, ownsSocket: true), address);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                trouble = e;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw trouble ?? new SocketException((int)SocketError.HostNotFound);
    }

    private AddressKind KindOf(string authority) => kinds.GetValueOrDefault(authority);

    private static bool Allows(AddressKind registry, AddressKind target) => target is not AddressKind.Local && target <= registry;

    private static RegistryException Refused(string by, string host, AddressKind kind)
    {
        var what = kind switch { AddressKind.Private => "an address of a private network", AddressKind.Loopback => "this machine", _ => "a link-local address" };
        return new($"{by} leads to {host}, {what}, where a registry may not send us; allow it by --insecure-registry {host} if it is meant");
    }

    /// <summary>All addresses of a host are of kinds that are not allowed.</summary>
    private sealed class AddressException(AddressKind kind) : IOException($"the name stands for {(kind is AddressKind.Local ? "a link-local address" : "an address that is not allowed")}")
    {
        public AddressKind Kind => kind;
    }
}
