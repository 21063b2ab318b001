using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>The file of a book as the store has it.</summary>
/// <param name="Feeds">The feeds and their parts that it was made of, by name.</param>
/// <param name="Checked">When it was last known to be what the feeds say.</param>
public sealed record BookFile(Digest Digest, long Length, int Parts, IReadOnlyList<string> Feeds, DateTimeOffset Checked);

/// <summary>Files of books, in parts, by which nodes that share nothing else come to judge by the same book.</summary>
/// <remarks>They are in no backup: feeds give them again.</remarks>
[AcrossTenants("advisories are public")]
public sealed class BookFileStore(Session session)
{
    /// <summary>Of the tables.</summary>
    internal const string Prefix = "book_";

    /// <summary>The file of a book, when all of it is there.</summary>
    public async Task<BookFile?> FindAsync(Digest digest, CancellationToken cancel) =>
        await session.QueryAsync("select length, parts, feeds, checked_ms from book_file where digest = @digest",
            r => new BookFile(digest, r.Int64(0), r.Int32(1), r.GetString(2).Split('\n', StringSplitOptions.RemoveEmptyEntries), r.Time(3)), cancel, ("digest", digest.ToBytes())) is [var found] ? found : null;

    /// <summary>The parts that are there.</summary>
    public async Task<IReadOnlySet<int>> PartsAsync(Digest digest, CancellationToken cancel) =>
        (await session.QueryAsync("select number from book_part where digest = @digest", r => r.Int32(0), cancel, ("digest", digest.ToBytes()))).ToHashSet();

    public Task<int> PutAsync(Digest digest, int number, byte[] body, DateTimeOffset now, CancellationToken cancel) => session.ExecuteAsync(
        "insert into book_part (digest, number, body, sent_ms) values (@digest, @number, @body, @now) on conflict (digest, number) do nothing",
        cancel, ("digest", digest.ToBytes()), ("number", number), ("body", body), ("now", now.Milliseconds()));

    /// <summary>A part; null when it is gone.</summary>
    public async Task<byte[]?> ReadAsync(Digest digest, int number, CancellationToken cancel) =>
        await session.QueryAsync("select body from book_part where digest = @digest and number = @number", r => r.Bytes(0), cancel, ("digest", digest.ToBytes()), ("number", number)) is [var body] ? body : null;

    /// <summary>Says that a file is whole; false when parts are missing, which are then to be put. Under a lock that <see cref="CleanAsync"/> takes too.</summary>
    public async Task<bool> CompleteAsync(BookFile file, CancellationToken cancel)
    {
        await session.LockAsync("book files", cancel);
        if ((await PartsAsync(file.Digest, cancel)).Count != file.Parts) return false;
        const string put = """
            insert into book_file (digest, length, parts, feeds, checked_ms) values (@digest, @length, @parts, @feeds, @checked)
            on conflict (digest) do update set feeds = excluded.feeds, checked_ms = excluded.checked_ms
            """;
        await session.ExecuteAsync(put, cancel, ("digest", file.Digest.ToBytes()), ("length", file.Length), ("parts", file.Parts), ("feeds", string.Join('\n', file.Feeds)), ("checked", file.Checked.Milliseconds()));
        return true;
    }

    /// <summary>The feeds were asked and a book is still what they say.</summary>
    public Task<int> CheckedAsync(Digest digest, IReadOnlyList<string> feeds, DateTimeOffset now, CancellationToken cancel) => session.ExecuteAsync(
        "update book_file set checked_ms = @now, feeds = @feeds where digest = @digest", cancel, ("digest", digest.ToBytes()), ("feeds", string.Join('\n', feeds)), ("now", now.Milliseconds()));

    /// <summary>Deletes files of books that are neither the one given nor one of the last two in use, and what was begun before a time and never whole.</summary>
    public async Task CleanAsync(Digest kept, DateTimeOffset begun, CancellationToken cancel)
    {
        await session.LockAsync("book files", cancel);
        await session.ExecuteAsync("delete from book_file where digest <> @kept and digest not in (select digest from book order by id desc limit 2)", cancel, ("kept", kept.ToBytes()));
        await session.ExecuteAsync("delete from book_part where digest not in (select digest from book_file) and digest <> @kept and sent_ms < @begun", cancel, ("kept", kept.ToBytes()), ("begun", begun.Milliseconds()));
    }
}
