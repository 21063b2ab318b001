using System.Globalization;
using Vidimus.Advisories;
using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>Carries the file of a book through the store, so that nodes need share no folder and no mirror.</summary>
/// <remarks>A book is named by the digest of its bytes. It is sent before it is taken into use, so that whoever hears of it can have it. The embedded store has one node, and nobody to send to.</remarks>
public sealed class BookCourier(IDatabase database, TimeProvider time)
{
    private const int PartLength = 1 << 20;
    private const long Longest = 16L << 30;
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private bool HasOthers => database.Engine is Engine.Postgres;

    /// <summary>The book that the fleet is judged by, and its file when the store has it.</summary>
    public async Task<(AdoptedBook? Book, BookFile? File)> InUseAsync(CancellationToken cancel)
    {
        await using var session = await database.ReadAsync(cancel);
        var book = await new FleetStore(session).BookAsync(cancel);
        return (book, book is { } adopted && HasOthers ? await new BookFileStore(session).FindAsync(adopted.Digest, cancel) : null);
    }

    /// <summary>Puts a book's file into the store, unless it is there. What was begun by this node or another and never ended is gone on with.</summary>
    public async Task SendAsync(FleetBook book, CancellationToken cancel)
    {
        if (!HasOthers || book.Path is not { } path) return;
        await using (var session = await database.ReadAsync(cancel))
        {
            if (await new BookFileStore(session).FindAsync(book.Digest, cancel) is not null) return;
        }

        // Its old name leads to it as long as it is borrowed, or to nothing: a book is never changed in place.
        await using var bytes = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, useAsync: true);
        var file = new BookFile(book.Digest, bytes.Length, (int)((bytes.Length + PartLength - 1) / PartLength), book.Feeds, time.GetUtcNow());
        do
        {
            await SendAsync(file, bytes, cancel);
        }
        while (!await Conflicts.WriteAsync(database, session => new BookFileStore(session).CompleteAsync(file, cancel), cancel));
        await Conflicts.WriteAsync(database, session => new BookFileStore(session).CleanAsync(book.Digest, time.GetUtcNow() - Abandoned, cancel), cancel);
    }

    /// <summary>Fetches a book's file into a folder under the name of its digest, and gives its path.</summary>
    /// <exception cref="InvalidDataException">The store has not what it says.</exception>
    public async Task<string> FetchAsync(BookFile file, string folder, CancellationToken cancel)
    {
        if (file.Length is <= 0 or > Longest || file.Parts != (file.Length + PartLength - 1) / PartLength) throw new InvalidDataException("the store's book has a length that can't be");
        Directory.CreateDirectory(folder);
        var path = PathOf(file.Digest, folder);
        var temporary = string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}.tmp");
        try
        {
            await using (var bytes = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                for (var part = 0; part < file.Parts; part++) await bytes.WriteAsync(await PartAsync(file, part, cancel), cancel);
                bytes.Flush(flushToDisk: true);
            }

            Book.Verify(temporary);
            using (var book = Book.Open(temporary))
            {
                if (!book.Digest.Span.SequenceEqual(file.Digest.ToBytes())) throw new InvalidDataException("the store's book is another than it says");
            }

            File.Move(temporary, path, overwrite: true);
            return path;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Where a fetched book lies.</summary>
    public static string PathOf(Digest digest, string folder) => Path.Combine(folder, Convert.ToHexStringLower(digest.ToBytes()));

    /// <summary>The feeds were asked, and the book of the digest is still what they say.</summary>
    public Task CheckedAsync(Digest digest, IReadOnlyList<string> feeds, CancellationToken cancel) =>
        Conflicts.WriteAsync(database, session => new BookFileStore(session).CheckedAsync(digest, feeds, time.GetUtcNow(), cancel), cancel);

    private async Task SendAsync(BookFile file, FileStream bytes, CancellationToken cancel)
    {
        IReadOnlySet<int> there;
        await using (var session = await database.ReadAsync(cancel)) there = await new BookFileStore(session).PartsAsync(file.Digest, cancel);
        foreach (var part in Enumerable.Range(0, file.Parts).Where(p => !there.Contains(p)))
        {
            bytes.Position = (long)part * PartLength;
            var body = new byte[Math.Min(PartLength, file.Length - bytes.Position)];
            await bytes.ReadExactlyAsync(body, cancel);
            await Conflicts.WriteAsync(database, session => new BookFileStore(session).PutAsync(file.Digest, part, body, time.GetUtcNow(), cancel), cancel);
        }
    }

    private async Task<byte[]> PartAsync(BookFile file, int part, CancellationToken cancel)
    {
        await using var session = await database.ReadAsync(cancel);
        var body = await new BookFileStore(session).ReadAsync(file.Digest, part, cancel) ?? throw new InvalidDataException("the store has not all of the book any more");
        return body.Length == Math.Min(PartLength, file.Length - ((long)part * PartLength)) ? body : throw new InvalidDataException("a part of the store's book is not as long as it should be");
    }
}
