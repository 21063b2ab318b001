namespace Vidimus.Registry.Http;

/// <summary>Reads answers that are small or no answers.</summary>
internal static class Bounded
{
    /// <exception cref="RegistryException">It is larger.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static byte[] Read(HttpResponseMessage response, int most, CancellationToken cancel)
    {
        using var stopping = cancel.Register(response.Dispose);
        using var body = response.Content.ReadAsStream(cancel);
        using var bytes = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (body.Read(buffer) is > 0 and var read)
        {
            if (bytes.Length + read > most) throw new RegistryException($"{response.RequestMessage?.RequestUri?.Host} answers with more than the {most >> 20} MiB that are read");
            bytes.Write(buffer, 0, read);
        }

        if (response.Content.Headers.ContentLength is { } length && length != bytes.Length) throw new IOException($"{bytes.Length} of {length} bytes came");
        return bytes.ToArray();
    }
}
