using Vidimus.Files.FileTree.Live;

namespace Vidimus.Files.FileTree.Images;

/// <summary>An image layout in a folder.</summary>
internal sealed class LayoutFolder(string path) : ImageFiles
{
    private readonly LiveTree folder = new(path);

    public override Stream? Open(string path) => folder.Open(path)?.Content;

    protected override void Dispose(bool disposing) => folder.Dispose();
}
