using Vidimus.Server.CommandLine;

namespace Vidimus.Server.Configuration;

/// <summary>Reads the configuration file: <c>name = value</c> lines. What no setting is called is refused, so that a slip does not pass for a default.</summary>
internal static class ConfigurationFile
{
    private const int Largest = 1 << 20;

    /// <exception cref="UsageException">It is not there, or says what can't be.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        if (!File.Exists(path)) throw new UsageException($"the configuration file {path} does not exist");
        if (new FileInfo(path).Length > Largest) throw new UsageException($"the configuration file {path} is larger than 1 MiB");

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in File.ReadLines(path).Select(l => l.Trim()))
        {
            number++;
            if (line.Length == 0 || line[0] is '#') continue;
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? line : line[..equals].TrimEnd();
            if (equals < 0) throw new UsageException($"{path}, line {number}: not 'name = value'");
            if (!SettingTable.All.Any(s => s.Name == name && s != SettingTable.Config)) throw new UsageException($"{path}, line {number}: there is no setting '{name}'");
            if (!values.TryAdd(name, line[(equals + 1)..].TrimStart())) throw new UsageException($"{path}, line {number}: '{name}' is set a second time");
        }

        return values;
    }
}
