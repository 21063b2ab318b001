using System.Buffers.Binary;

namespace Vidimus.Testing;

/// <summary>A program of one line that Go's own toolchain built for a system and an architecture, once, in the cache outside the tree.</summary>
public static class GoProgram
{
    public static string Of(string system, string architecture)
    {
        RealTool.Require("go");
        var folder = Places.Cache(Path.Combine("go", "hello"));
        var program = Path.Combine(folder, $"{system}-{architecture}");
        using var turn = DebianRoot.Turn(folder + ".lock");
        if (File.Exists(program)) return program;

        File.WriteAllText(Path.Combine(folder, "main.go"), "package main\n\nfunc main() { println(\"hello\") }\n");
        File.WriteAllText(Path.Combine(folder, "go.mod"), "module example.com/hello\n\ngo 1.19\n");
        RealTool.Run("go", ["build", "-o", program, "."], folder: folder, environment: new Dictionary<string, string> { ["GOOS"] = system, ["GOARCH"] = architecture, ["CGO_ENABLED"] = "0", ["GOFLAGS"] = "", ["GO111MODULE"] = "on" });
        return program;
    }

    /// <summary>A fat Mach-O file of several images, as Apple's <c>fat.h</c> has it; with 64-bit places or not.</summary>
    public static byte[] Fat(bool wide, params ReadOnlySpan<byte[]> images)
    {
        var size = wide ? 32 : 20;
        var header = new byte[4096];
        BinaryPrimitives.WriteUInt32BigEndian(header, wide ? 0xCAFEBABF : 0xCAFEBABE);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), images.Length);
        List<byte> file = [.. header];
        for (var i = 0; i < images.Length; i++)
        {
            var record = header.AsSpan(8 + (i * size));
            if (wide)
            {
                BinaryPrimitives.WriteInt64BigEndian(record[8..], file.Count);
                BinaryPrimitives.WriteInt64BigEndian(record[16..], images[i].Length);
            }
            else
            {
                BinaryPrimitives.WriteInt32BigEndian(record[8..], file.Count);
                BinaryPrimitives.WriteInt32BigEndian(record[12..], images[i].Length);
            }

            file.AddRange(images[i]);
        }

        var bytes = file.ToArray();
        header.CopyTo(bytes.AsSpan());
        return bytes;
    }
}
