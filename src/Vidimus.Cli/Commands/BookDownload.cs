using System.Security.Cryptography;
using System.Text;
using Vidimus.Advisories;
using Vidimus.Cli.CommandLine;

namespace Vidimus.Cli.Commands;

/// <summary>Fetches a ready book from an address the user named. It is in use only when it is whole.</summary>
internal static class BookDownload
{
    private const long Largest = 2L << 30;

    /// <summary>Gives the path of the book.</summary>
    /// <exception cref="UnfinishedException">It can't be had or is not a whole book, and there is no earlier one.</exception>
    public static async Task<string> FetchAsync(Uri address, string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address.AbsoluteUri)))[..16]);
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(10) };
            using (var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancel))
            {
                answer.EnsureSuccessStatusCode();
                await using var body = await answer.Content.ReadAsStreamAsync(cancel);
                await using var file = File.Create(temporary);
                var buffer = new byte[128 << 10];
                for (int read; (read = await body.ReadAsync(buffer, cancel)) > 0;)
                {
                    if (file.Length + read > Largest) throw new InvalidDataException($"it is larger than {Largest >> 30} GiB");
                    await file.WriteAsync(buffer.AsMemory(0, read), cancel);
                }
            }

            Book.Verify(temporary);
            File.Move(temporary, path, overwrite: true);
            return path;
        }
        catch (Exception e) when (e is HttpRequestException or InvalidDataException or IOException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            throw new UnfinishedException($"the book at {address.Host} could not be had: {e.Message}", e);
        }
        finally
        {
            if (File.Exists(temporary)) File.Delete(temporary);
        }
    }
}
