using System.Security.Cryptography;
using System.Text;

namespace Vidimus.Cli.Push;

/// <summary>What a machine is by itself: its machine-id, which everybody on it may read.</summary>
/// <remarks>The firmware's uuid would tell a clone of its disk from it, but only the superuser may read that: the same machine would be two, by who asks. A clone gets a machine-id of its own as machine-id(5) has it, or a name by <c>--as host:ID</c>.</remarks>
internal static class HostIdentity
{
    /// <summary><c>mi-</c> and 17 hexadecimal digits, the form of managed machines in no cloud; null when the system at the root has no machine-id.</summary>
    public static string? Of(string root)
    {
        if (Line(Path.Combine(root, "etc/machine-id")) is not { Length: 32 } machine) return null;
        return $"mi-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"vidimus host\n{machine}")))[..17]}";
    }

    private static string? Line(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            var text = new char[64];
            var length = reader.ReadBlock(text);
            return new string(text, 0, length).Trim('\0', '\n', '\r', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // It has none.
        }
    }
}
