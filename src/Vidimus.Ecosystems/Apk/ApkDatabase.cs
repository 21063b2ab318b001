using System.Buffers.Text;
using System.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Apk;

/// <summary>Reads the installed database of Alpine's package manager: blocks of <c>K:value</c> lines parted by empty lines.</summary>
/// <remarks>
/// Format: apk-tools' <c>apk_package(5)</c> and <c>src/database.c</c>. <c>F:</c> opens a folder, <c>R:</c> names a file in it, <c>Z:</c> is that file's digest: <c>Q1</c> and
/// base64 of a SHA-1, <c>Q2</c> of a SHA-256. Advisories name the origin package (<c>o:</c>), which has the same version.
/// </remarks>
public sealed class ApkDatabase : ICollector
{
    public string Name => "apk/installed";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["lib/apk/db/installed", "usr/lib/apk/db/installed", "var/lib/apk/db/installed"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        using var stream = file.OpenRead();
        using var lines = new ByteLines(stream);
        var block = new Block();
        while (true)
        {
            var more = block.Fill(lines, file);
            cancel.ThrowIfCancellationRequested();
            foreach (var fact in block.Facts(file)) yield return fact;
            if (!more) break;
            block = new();
        }

        if (lines.WasOpen) file.Note("The file ends in the middle of a line; its last package may be incomplete.");
    }

    /// <summary>One package.</summary>
    private sealed class Block
    {
        private readonly Digests sha1 = new(DigestKind.Sha1, 20);
        private readonly Digests sha256 = new(DigestKind.Sha256, 32);

        /// <summary>The current folder with its slash, then the current file's name.</summary>
        private byte[] path = new byte[256];
        private int folderLength;
        private int pathLength;
        private string? name;
        private string? version;
        private string? architecture;
        private string? origin;
        private string? license;
        private bool isEmpty = true;

        /// <summary>Reads up to the empty line; false when the file ended.</summary>
        public bool Fill(ByteLines lines, SourceFile file)
        {
            var wrong = 0;
            var more = false;
            while (lines.TryRead(out var line) && !lines.WasOpen)
            {
                if (line.IsEmpty)
                {
                    if (isEmpty) continue;
                    more = true;
                    break;
                }

                isEmpty = false;
                if (line.Length < 2 || line[1] != ':' || !Set(line[0], line[2..])) wrong++;
            }

            if (wrong > 0) file.Note($"{wrong} line(s) of {PathText.Display(name ?? "a package")} do not follow the format.");
            return more;
        }

        public IEnumerable<Fact> Facts(SourceFile file)
        {
            if (isEmpty) yield break;
            if (string.IsNullOrEmpty(name) || string.IsNullOrEmpty(version))
            {
                file.Note(string.IsNullOrEmpty(name) ? "A block names no package." : $"The block of {PathText.Display(name)} names no version.");
                yield break;
            }

            yield return new Package
            {
                Type = "apk",
                Name = name,
                Version = version,
                Architecture = architecture,
                Source = string.IsNullOrEmpty(origin) ? null : new(origin, version),
                Licenses = string.IsNullOrEmpty(license) ? [] : [license],
            };
            if (sha1.Of(name, architecture) is { } first) yield return first;
            if (sha256.Of(name, architecture) is { } second) yield return second;
        }

        /// <summary>Takes a line; false when its value is not what its letter asks for. Letters that we don't know are apk's business.</summary>
        private bool Set(byte letter, ReadOnlySpan<byte> value)
        {
            switch (letter)
            {
                case (byte)'P': name = Encoding.UTF8.GetString(value); return true;
                case (byte)'V': version = Encoding.UTF8.GetString(value); return true;
                case (byte)'A': architecture = Encoding.UTF8.GetString(value); return true;
                case (byte)'o': origin = Encoding.UTF8.GetString(value); return true;
                case (byte)'L': license = Encoding.UTF8.GetString(value); return true;
                case (byte)'F':
                    pathLength = 0;
                    Append(value);
                    if (!value.IsEmpty) Append("/"u8);
                    folderLength = pathLength;
                    return true;
                case (byte)'R':
                    pathLength = folderLength;
                    Append(value);
                    return true;
                case (byte)'Z': return Digest(value);
                default: return true;
            }
        }

        private bool Digest(ReadOnlySpan<byte> value)
        {
            var kind = value.StartsWith("Q1"u8) ? sha1 : value.StartsWith("Q2"u8) ? sha256 : null;
            if (kind is null || pathLength == folderLength) return false;

            Span<byte> digest = stackalloc byte[64];
            if (value.Length > 64 || Base64.DecodeFromUtf8(value[2..], digest, out _, out var written) is not System.Buffers.OperationStatus.Done || written != kind.Length) return false;
            kind.Add(PathHash.Of(path.AsSpan(0, pathLength)), digest[..written]);
            return true;
        }

        private void Append(ReadOnlySpan<byte> part)
        {
            if (pathLength + part.Length > path.Length) Array.Resize(ref path, Math.Max(2 * path.Length, pathLength + part.Length));
            part.CopyTo(path.AsSpan(pathLength));
            pathLength += part.Length;
        }
    }

    /// <summary>The owned files of one kind of digest.</summary>
    private sealed class Digests(DigestKind kind, int length)
    {
        private readonly List<ulong> paths = [];
        private readonly List<byte> bytes = [];

        public int Length => length;

        public void Add(ulong path, ReadOnlySpan<byte> digest)
        {
            paths.Add(path);
            bytes.AddRange(digest);
        }

        public OwnedFiles? Of(string owner, string? architecture) => paths.Count == 0 ? null : new("apk", owner, kind, [.. paths], [.. bytes]) { Architecture = architecture };
    }
}
