using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Cli.CommandLine;

/// <summary>Notes on standard error.</summary>
internal static class NoteLines
{
    private const int Most = 10;

    /// <summary>Writes what may be missing from a result; what is only worth knowing stands in the report.</summary>
    public static void Write(IReadOnlyList<Note> notes, TextWriter error)
    {
        var partial = notes.Where(n => n.Partial).ToArray();
        foreach (var note in partial.Take(Most)) error.WriteLine($"note: {(note.Path.Length > 0 ? PathText.Display(note.Path) + ": " : "")}{PathText.Display(note.Message)}");
        if (partial.Length > Most) error.WriteLine($"note: {partial.Length - Most} more like these");
    }
}
