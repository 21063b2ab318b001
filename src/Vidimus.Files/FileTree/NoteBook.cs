using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.FileTree;

/// <summary>Passes a walk's notes on, up to a bound: a tree made of nothing but trouble must not fill the memory with it.</summary>
internal sealed class NoteBook(IFileVisitor visitor)
{
    private const int Most = 1000;
    private int count;

    public void Add(string kind, string path, string message)
    {
        if (++count < Most) visitor.Note(new(kind, path, message));
        else if (count == Most) visitor.Note(new(Notes.Limit, "", $"more than {Most} notes on this tree; the others are not listed"));
    }
}
