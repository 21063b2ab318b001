namespace Vidimus.Advisories;

/// <summary>A compiled, read-only book of advisories, mapped into memory: opening it reads its section table only.</summary>
public sealed class Book : IDisposable
{
    private Book()
    {
    }

    public DateTimeOffset Built => throw new NotSupportedException();

    public IReadOnlyList<BookSource> Sources => throw new NotSupportedException();

    /// <summary>Opens a book.</summary>
    /// <exception cref="InvalidDataException">It is not a book, is torn, or is of another format.</exception>
    public static Book Open(string path) => throw new NotSupportedException();

    /// <summary>Reads the whole file and compares its digest: done once, when a book is installed.</summary>
    /// <exception cref="InvalidDataException">It is not a book, is torn, of another format, or its content does not have the digest it names.</exception>
    public static void Verify(string path) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
