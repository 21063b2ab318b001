using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vidimus.Api.Inspector2.Shapes;

namespace Vidimus.Api.Inspector2.Reports;

/// <summary>A folder of a destination, held open: what is below it is reached step by step and never through a link, so that nobody who can write there can lead a report elsewhere.</summary>
internal sealed class DestinationFolder : IDisposable
{
    private const uint FolderMode = 0b111_101_000;
    private const uint FileMode = 0b110_100_000;

    private readonly int fd;

    private DestinationFolder(int fd) => this.fd = fd;

    /// <param name="root">The operator's folder; only here a link is followed.</param>
    /// <param name="segments">Folders below it, made where they are missing.</param>
    /// <exception cref="ReportFailure">It is not there, or can't be written.</exception>
    public static DestinationFolder Open(string root, IEnumerable<string> segments)
    {
        if (!OperatingSystem.IsLinux()) throw new ReportFailure(ReportingErrorCode.InternalError, "Reports are written on Linux alone.");
        var folder = new DestinationFolder(Opened(LinuxFolders.OpenAt(LinuxFolders.CurrentFolder, root, LinuxFolders.FolderOnly | LinuxFolders.CloseOnExec, 0)));
        try
        {
            foreach (var segment in segments)
            {
                var next = folder.Below(segment);
                folder.Dispose();
                folder = next;
            }

            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Writes a file that is whole under its name or not there: under a name of its own first, which a process that died leaves and the next try removes.</summary>
    /// <returns>False when there is something of that name, which stays as it is.</returns>
    public async Task<bool> WriteAsync(string name, Func<Stream, Task> write)
    {
        var pending = $".vidimus-{name}.part";
        if (LinuxFolders.UnlinkAt(fd, pending, 0) != 0 && Marshal.GetLastPInvokeError() is not LinuxFolders.NoEntry) throw Failed(Marshal.GetLastPInvokeError());
        var file = Opened(LinuxFolders.OpenAt(fd, pending, LinuxFolders.WriteOnly | LinuxFolders.Create | LinuxFolders.Exclusive | LinuxFolders.NoFollow | LinuxFolders.CloseOnExec, FileMode));
        try
        {
            await using (var stream = new FileStream(new SafeFileHandle(file, ownsHandle: true), FileAccess.Write))
            {
                await write(stream);
                stream.Flush(flushToDisk: true);
            }

            if (LinuxFolders.LinkAt(fd, pending, fd, name, 0) == 0) return LinuxFolders.Sync(fd) == 0;
            var error = Marshal.GetLastPInvokeError();
            return error is LinuxFolders.Exists ? false : throw Failed(error);
        }
        finally
        {
            _ = LinuxFolders.UnlinkAt(fd, pending, 0); // what stays behind is removed by the next try
        }
    }

    /// <summary>Takes back a file that nobody wants any more.</summary>
    public void Remove(string name) => _ = LinuxFolders.UnlinkAt(fd, name, 0);

    public void Dispose() => _ = LinuxFolders.Close(fd);

    private DestinationFolder Below(string segment)
    {
        if (LinuxFolders.MakeFolderAt(fd, segment, FolderMode) != 0 && Marshal.GetLastPInvokeError() is var error and not LinuxFolders.Exists) throw Failed(error);
        return new(Opened(LinuxFolders.OpenAt(fd, segment, LinuxFolders.FolderOnly | LinuxFolders.NoFollow | LinuxFolders.CloseOnExec, 0)));
    }

    private static int Opened(int fd) => fd >= 0 ? fd : throw Failed(Marshal.GetLastPInvokeError());

    private static Exception Failed(int error) => error switch
    {
        LinuxFolders.NoEntry => new ReportFailure(ReportingErrorCode.BucketNotFound, "The folder of the bucket is not there."),
        LinuxFolders.AccessDenied or LinuxFolders.ReadOnlySystem or LinuxFolders.NotFolder or LinuxFolders.TooManyLinks => new ReportFailure(ReportingErrorCode.InvalidPermissions, "The place in the bucket can't be written."),
        _ => new IOException(Marshal.GetPInvokeErrorMessage(error)),
    };
}
