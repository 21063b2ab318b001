namespace Vidimus.Model.Inventory;

/// <summary>Something that could not be read, decoded or determined. Partial is a value: a note travels with the result.</summary>
/// <param name="Kind">One of <see cref="Notes"/>' kinds.</param>
/// <param name="Path">Where in the tree; empty for the target as a whole.</param>
/// <param name="Message">One sentence for a person.</param>
public sealed record Note(string Kind, string Path, string Message)
{
    /// <summary>Whether something may be missing from the inventory because of this.</summary>
    public bool Partial => Kind is not (Notes.Information or Notes.Skipped);
}

/// <summary>The kinds of note.</summary>
public static class Notes
{
    /// <summary>Could not be opened or read (permissions, an I/O error, a torn file).</summary>
    public const string Unreadable = "unreadable";

    /// <summary>Was read but does not follow its format.</summary>
    public const string Malformed = "malformed";

    /// <summary>A bound was reached; what lies beyond it was not read.</summary>
    public const string Limit = "limit";

    /// <summary>Known to exist and known not to be supported (an encrypted entry, an unknown compression).</summary>
    public const string Unsupported = "unsupported";

    /// <summary>Left out by a rule that is no loss (pseudo file systems, --exclude).</summary>
    public const string Skipped = "skipped";

    /// <summary>Worth knowing; nothing is missing.</summary>
    public const string Information = "information";
}
