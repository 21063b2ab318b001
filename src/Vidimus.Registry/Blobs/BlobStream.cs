using Vidimus.Files.FileTree;
using Vidimus.Files.FileTree.Images;
using Vidimus.Registry.Http;

namespace Vidimus.Registry.Blobs;

/// <summary>A blob's bytes as they come: first those that are kept, then the rest from the registry, kept on the way. A connection that breaks is gone on with where it broke.</summary>
internal sealed class BlobStream(Repository repository, string digest, long size, KeptBlob? kept, RegistryOptions options, CancellationToken cancel) : Stream, IVerifiedBlob
{
    /// <summary>So much must come through before a further broken connection is a first one again.</summary>
    private const long Progress = 1 << 20;

    private HttpResponseMessage? response;
    private CancellationTokenRegistration stopping;
    private Stream? body;
    private long position;
    private long lastTrouble = -Progress;
    private int troubles;
    private bool isVerified;
    private bool isBroken;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => size;

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    /// <summary>Opens the connection, unless all bytes are at hand.</summary>
    /// <returns>False when the registry has no such blob.</returns>
    /// <exception cref="RegistryException">It can't be had.</exception>
    public bool Begin() => (kept?.Length ?? 0) == size || Retry.Run(digest, options, () => Connect(kept?.Length ?? 0), cancel);

    public override int Read(Span<byte> buffer)
    {
        if (position == size || buffer.IsEmpty) return 0;
        if (kept is not null && position < kept.Length && kept.Read(buffer, position) is > 0 and var read)
        {
            position += read;
            return read;
        }

        try
        {
            return ReadFromNetwork(buffer[..(int)Math.Min(buffer.Length, size - position)]);
        }
        catch (RegistryException e)
        {
            isBroken = true;
            throw new TargetException(e.Message, e);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public void Verified()
    {
        isVerified = true;
        kept?.Keep(size);
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Disconnect();

            // Whatever is wrong with the bytes is not gone on with; a connection that broke, or a person who stopped us, says nothing against them.
            if (!isVerified && !isBroken && !cancel.IsCancellationRequested) kept?.Discard();
            kept?.Dispose();
        }

        base.Dispose(disposing);
    }

    private int ReadFromNetwork(Span<byte> buffer)
    {
        while (true)
        {
            try
            {
                if (body is null && !Connect(position)) throw new RegistryException($"{digest} is no longer there");
                if (body!.Read(buffer) is > 0 and var read)
                {
                    options.Progress.Add(read);
                    if (kept?.Length == position) kept.Append(buffer[..read]);
                    position += read;
                    return read;
                }

                throw new RetryException($"the connection ended after {position} of {size} bytes");
            }
            catch (Exception e) when (cancel.IsCancellationRequested)
            {
                throw new OperationCanceledException(e.Message, e, cancel);
            }
            catch (Exception e) when (Retry.MayPass(e))
            {
                Disconnect();
                troubles = position - lastTrouble >= Progress ? 1 : troubles + 1;
                lastTrouble = position;
                Retry.Wait(digest, e, troubles, options, cancel);
            }
        }
    }

    private bool Connect(long from)
    {
        if (repository.OpenBlob(digest, from, size) is not var (opened, at)) return false;
        response = opened;
        stopping = cancel.Register(opened.Dispose);
        body = opened.Content.ReadAsStream(cancel);
        Pass(from - at);
        return true;
    }

    /// <summary>Reads past what we have, where a registry knows no ranges.</summary>
    private void Pass(long count)
    {
        var buffer = new byte[count > 0 ? 64 << 10 : 0];
        while (count > 0)
        {
            var read = body!.Read(buffer, 0, (int)Math.Min(count, buffer.Length));
            if (read == 0) throw new RetryException("the connection ended");
            options.Progress.Add(read);
            count -= read;
        }
    }

    private void Disconnect()
    {
        stopping.Dispose();
        body?.Dispose();
        response?.Dispose();
        body = null;
        response = null;
    }
}
