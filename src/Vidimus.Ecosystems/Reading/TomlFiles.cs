namespace Vidimus.Ecosystems.Reading;

/// <summary>What all lock files in TOML share.</summary>
internal static class TomlFiles
{
    /// <summary>The largest file that is read, in bytes: real ones of the largest projects have a tenth.</summary>
    public const int Largest = 32 << 20;
}
