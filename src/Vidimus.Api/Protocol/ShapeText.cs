using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Vidimus.Api.Protocol;

/// <summary>Shapes as text, for configurations that are kept as they came.</summary>
internal static class ShapeText
{
    public static byte[] Bytes(IShape shape)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output)) shape.Write(writer);
        return output.WrittenSpan.ToArray();
    }

    public static string Write(IShape shape) => Encoding.UTF8.GetString(Bytes(shape));

    public static T Read<T>(string text) where T : IShape<T>
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        reader.Read();
        return T.Read(ref reader);
    }
}
