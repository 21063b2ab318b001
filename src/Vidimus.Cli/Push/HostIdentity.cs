using System.Security.Cryptography;
using System.Text;

namespace Vidimus.Cli.Push;

/// <summary>What a machine is by itself: its machine-id and the uuid that its firmware names, so that a clone of its disk is another machine.</summary>
internal static class HostIdentity
{
    /// <summary><c>mi-</c> and 17 hexadecimal digits, the form of managed machines in no cloud; null when the system at the root has no machine-id.</summary>
    /// <param name="root">The root of the system; the firmware is asked only for the running one.</param>
    public static string? Of(string root)
    {
        if (Line(Path.Combine(root, "etc/machine-id")) is not { Length: 32 } machine) return null;
        var product = root == "/" ? Line("/sys/class/dmi/id/product_uuid") ?? Line("/sys/firmware/devicetree/base/vm,uuid") ?? "" : "";
        return $"mi-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"vidimus host\n{machine}\n{product.ToLowerInvariant()}")))[..17]}";
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
            return null; // not there, or for the superuser alone: then the machine-id tells machines apart
        }
    }
}
