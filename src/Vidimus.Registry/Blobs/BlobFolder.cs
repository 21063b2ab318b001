using Microsoft.Win32.SafeHandles;

namespace Vidimus.Registry.Blobs;

/// <summary>Blobs in a folder, each under its digest: <c>HEX</c> when it was verified, <c>HEX.part</c> until then. A folder that can't be used keeps nothing and fails nothing.</summary>
internal sealed class BlobFolder(string folder, long largest)
{
    private const string Part = ".part";

    /// <summary>The file of a blob: whole, begun, or new.</summary>
    /// <returns>Null when it can't be kept: another process writes it, there is no room, it is larger than half of what may be kept.</returns>
    public KeptBlob? Open(string digest, long size)
    {
        var path = Path.Combine(folder, digest[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        try
        {
            if (File.Exists(path))
            {
                var whole = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
                if (RandomAccess.GetLength(whole) == size)
                {
                    File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime);
                    return new(whole, path, size, isWhole: true);
                }

                whole.Dispose();
                File.Delete(path);
            }

            Directory.CreateDirectory(folder);
            if (size > largest / 2 || size > new DriveInfo(folder).AvailableFreeSpace / 4) return null;
            var part = File.OpenHandle(path + Part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new(part, path + Part, Math.Min(RandomAccess.GetLength(part), size), isWhole: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes what was used longest ago until the rest is small enough.</summary>
    public void Trim()
    {
        try
        {
            var total = 0L;
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles().OrderByDescending(f => f.LastWriteTimeUtc).ToArray())
            {
                if ((total += file.Length) > largest) file.Delete();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another process removes the same, or the folder never was.
        }
    }
}

/// <summary>An open file of a blob.</summary>
/// <param name="length">How many of its bytes are there.</param>
internal sealed class KeptBlob(SafeFileHandle file, string path, long length, bool isWhole) : IDisposable
{
    private bool isFull;

    /// <summary>How many bytes are there.</summary>
    public long Length { get; private set; } = length;

    public int Read(Span<byte> buffer, long at) => RandomAccess.Read(file, buffer[..(int)Math.Min(buffer.Length, Length - at)], at);

    /// <summary>Adds bytes at the end. When the disk is full the rest is not kept.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (isFull || isWhole) return;
        try
        {
            RandomAccess.Write(file, bytes, Length);
            Length += bytes.Length;
        }
        catch (IOException)
        {
            isFull = true;
        }
    }

    /// <summary>Its digest is its own: from now on it is whole.</summary>
    public void Keep(long size)
    {
        if (!isWhole && Length == size) File.Move(path, path[..^".part".Length], overwrite: true);
    }

    /// <summary>Its bytes are not what they should be.</summary>
    public void Discard() => File.Delete(path);

    public void Dispose() => file.Dispose();
}
