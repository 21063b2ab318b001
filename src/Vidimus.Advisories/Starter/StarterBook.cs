using Vidimus.Model.Advisories;
using Vidimus.Model.Matching;

namespace Vidimus.Advisories.Starter;

/// <summary>The book of the advisories that the project carries: compiled on the first use of a version, in milliseconds.</summary>
public static class StarterBook
{
    /// <summary>Opens it, from the data folder where that can be written to.</summary>
    public static Book Open(string dataFolder, MatchKeys keys)
    {
        var folder = Path.Combine(dataFolder, "books", "starter");
        var name = $"starter-{typeof(StarterFeed).Module.ModuleVersionId:N}";
        try
        {
            return OpenOrCompile(folder, name, keys);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A data folder that can't be written to: the book then lives as long as its reader.
            var temporary = Directory.CreateTempSubdirectory("vidimus-");
            try
            {
                return OpenOrCompile(temporary.FullName, name, keys);
            }
            finally
            {
                temporary.Delete(recursive: true);
            }
        }
    }

    private static Book OpenOrCompile(string folder, string name, MatchKeys keys)
    {
        var path = Path.Combine(folder, name);
        if (File.Exists(path)) return Book.Open(path);

        Directory.CreateDirectory(folder);
        foreach (var old in Directory.EnumerateFiles(folder)) File.Delete(old);
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        Compile(temporary, keys);
        File.Move(temporary, path, overwrite: true);
        return Book.Open(path);
    }

    private static void Compile(string path, MatchKeys keys)
    {
        using var writer = new BookWriter(keys);
        var feed = new StarterFeed();
        var records = 0;
        DateTimeOffset? newest = null;
        foreach (var record in feed.Read(StarterFeed.Embedded, CancellationToken.None))
        {
            writer.Add(feed.Name, record);
            records++;
            if (record is Advisory { Published: { } day } && (newest is null || day > newest)) newest = day;
        }

        writer.AddSource(new(feed.Name, newest, records, 0, feed.Terms));
        writer.Write(path, newest ?? default);
    }
}
