using System.Globalization;
using System.Net.Http.Headers;

namespace Vidimus.Advisories.Fetch;

/// <summary>By what a server knows a file that we saved: kept beside it, so that only a changed one is fetched again and a broken one is gone on with.</summary>
/// <param name="Etag">The entity tag, quotes included.</param>
/// <param name="LastModified">When the server says that it changed.</param>
/// <param name="Length">The saved file's length: a mark whose file has another one is of another file.</param>
internal sealed record FileMark(string? Etag, DateTimeOffset? LastModified, long Length)
{
    private const string Suffix = ".mark";

    public static string PartialPath(string path) => path + ".part";

    public static FileMark? Of(string path) => Read(path, path + Suffix) is { } mark && mark.Length == new FileInfo(path).Length ? mark : null;

    /// <summary>The mark of a file that broke off, with the length that is there; null when it can't be gone on with.</summary>
    public static FileMark? OfPartial(string path)
    {
        var part = PartialPath(path);
        return Read(part, part + Suffix) is { } mark && new FileInfo(part).Length is > 0 and var length && mark.Condition is not null ? mark with { Length = length } : null;
    }

    public static FileMark Of(HttpResponseMessage response) => new(response.Headers.ETag?.ToString(), response.Content.Headers.LastModified, 0);

    public static void Delete(string path)
    {
        if (!Directory.Exists(Path.GetDirectoryName(path))) return;

        File.Delete(path + Suffix);
        File.Delete(path);
        DeletePartial(path);
    }

    public static void DeletePartial(string path)
    {
        File.Delete(PartialPath(path));
        File.Delete(PartialPath(path) + Suffix);
    }

    public void Write(string path, long length) => AtomicFile.Write(path + Suffix, (this with { Length = length }).ToString());

    public void WriteForPartial(string path)
    {
        File.Delete(PartialPath(path));
        AtomicFile.Write(PartialPath(path) + Suffix, ToString());
    }

    public void AskForChange(HttpRequestMessage request)
    {
        if (Etag is not null && EntityTagHeaderValue.TryParse(Etag, out var tag)) request.Headers.IfNoneMatch.Add(tag);
        else request.Headers.IfModifiedSince = LastModified;
    }

    public void AskForRest(HttpRequestMessage request)
    {
        request.Headers.Range = new(Length, null);
        request.Headers.IfRange = Condition;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"etag {Etag}\nmodified {LastModified:O}\nlength {Length}\n");

    /// <summary>What proves that the rest is of the same file: a strong tag, or the time.</summary>
    private RangeConditionHeaderValue? Condition =>
        Etag is not null && EntityTagHeaderValue.TryParse(Etag, out var tag) && !tag.IsWeak ? new(tag) : LastModified is { } time ? new(time) : null;

    private static FileMark? Read(string file, string mark)
    {
        if (!File.Exists(file) || !File.Exists(mark)) return null;

        var lines = File.ReadLines(mark).Take(3).Select(line => line.Split(' ', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        var etag = lines.GetValueOrDefault("etag");
        DateTimeOffset? modified = DateTimeOffset.TryParse(lines.GetValueOrDefault("modified"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
        return long.TryParse(lines.GetValueOrDefault("length"), CultureInfo.InvariantCulture, out var length) ? new(string.IsNullOrEmpty(etag) ? null : etag, modified, length) : null;
    }
}
