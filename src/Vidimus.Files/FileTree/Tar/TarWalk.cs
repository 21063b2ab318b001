using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.FileTree.Tar;

/// <summary>Offers an archive's entries to a visitor.</summary>
internal sealed class TarWalk(TarReader reader, IFileVisitor visitor)
{
    private readonly NoteBook notes = new(visitor);
    private readonly FolderGate gate = new(visitor);

    public void Run(CancellationToken cancel)
    {
        while (reader.Next())
        {
            cancel.ThrowIfCancellationRequested();
            if (reader.Fault is { } fault) notes.Add(Notes.Malformed, reader.Path.ToString(), fault);
            else if (!reader.Path.IsEmpty && gate.Enters(reader.Path)) Offer();
        }
    }

    private void Offer()
    {
        switch (visitor.InterestIn(reader.Path, reader.Kind))
        {
            case Interest.Content when reader.Kind is FileKind.File:
            case Interest.ContentIfExecutable when reader.Kind is FileKind.File && reader.IsExecutable:
                using (var content = reader.Content()) visitor.Visit(reader.Entry(), content);
                break;
            case Interest.Entry or Interest.Content:
                visitor.Visit(reader.Entry(), null);
                break;
        }
    }
}
