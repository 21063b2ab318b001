using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Vidimus.Server.CommandLine;

namespace Vidimus.Server.Hosting;

/// <summary>The server's certificate from PEM files. Renewed files are taken over with the next connections, without a restart.</summary>
internal sealed partial class TlsFiles
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    private readonly string certificateFile;
    private readonly string keyFile;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Lock turn = new();
    private X509Certificate2 certificate;
    private (DateTime Certificate, DateTime Key) written;
    private long looked;

    /// <exception cref="UnfinishedException">The files are no certificate with its key.</exception>
    public TlsFiles(string certificateFile, string keyFile, TimeProvider time, ILogger logger)
    {
        (this.certificateFile, this.keyFile, this.time, this.logger) = (certificateFile, keyFile, time, logger);
        try
        {
            certificate = Load();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new UnfinishedException($"{certificateFile} and {keyFile} are no certificate with its key: {e.Message}", e);
        }
    }

    public void Apply(HttpsConnectionAdapterOptions options)
    {
        options.ServerCertificateSelector = (_, _) => Current();
        options.SslProtocols = System.Security.Authentication.SslProtocols.Tls12 | System.Security.Authentication.SslProtocols.Tls13;
    }

    private X509Certificate2 Current()
    {
        lock (turn)
        {
            if (time.GetElapsedTime(looked) < Look) return certificate;
            looked = time.GetTimestamp();
            try
            {
                if (Times() != written) certificate = Load();
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
            {
                // Half of a renewal, or a broken one: the old certificate goes on.
                NotRenewed(logger, e.Message);
            }

            return certificate;
        }
    }

    private X509Certificate2 Load()
    {
        var times = Times();
        var loaded = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        (written, looked) = (times, time.GetTimestamp());
        return loaded;
    }

    private (DateTime, DateTime) Times() => (File.GetLastWriteTimeUtc(certificateFile), File.GetLastWriteTimeUtc(keyFile));

    [LoggerMessage(LogLevel.Warning, "the certificate's files changed and can't be read, the old one goes on: {Reason}")]
    private static partial void NotRenewed(ILogger logger, string reason);
}
