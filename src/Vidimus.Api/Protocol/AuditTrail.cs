using System.Buffers;
using System.Text;
using System.Text.Json;
using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Api.Protocol;

/// <summary>Writes down every call that changes something: before it is carried out, so that none is missed when the process dies, and then what came of it.</summary>
internal sealed class AuditTrail(IDatabase database, Callers callers, TimeProvider time)
{
    /// <summary>The outcome of a call that has not ended, or whose process died.</summary>
    public const string Begun = "begun";

    public const string Done = "done";

    /// <summary>Longer requests are told by their size.</summary>
    private const int Longest = 16 << 10;

    private static readonly string[] Secrets = ["token", "secret", "password", "credential", "authcode"];
    private static readonly string[] NoSecrets = ["nextToken", "clientToken"];

    /// <returns>What <see cref="EndAsync"/> wants.</returns>
    public async Task<(Scope Scope, long Id)> BeginAsync(Caller caller, OperationModel operation, RequestTarget target, ReadOnlyMemory<byte> body, string outcome, CancellationToken cancel)
    {
        var scope = (await callers.SightAsync(caller, cancel)).Own;
        var (now, text) = (time.GetUtcNow(), Text(caller, target, body));
        var id = await Conflicts.WriteAsync(database, session => new AuditLog(session).AddAsync(scope, now, $"{caller.Arn} {caller.AccessKeyId}", $"{operation.Service.SigningName}:{operation.Name}", text, outcome, cancel), cancel);
        return (scope, id);
    }

    public Task EndAsync((Scope Scope, long Id) entry, string outcome) =>
        Conflicts.WriteAsync(database, session => new AuditLog(session).EndAsync(entry.Scope, entry.Id, outcome, CancellationToken.None), CancellationToken.None);

    /// <summary>The request, its id and what stands in its path, as JSON; members that name a secret keep their name alone.</summary>
    private static string Text(Caller caller, RequestTarget target, ReadOnlyMemory<byte> body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("requestId"u8, caller.RequestId);
            writer.WriteString("path"u8, target.Path.Length <= 2048 ? target.Path : target.Path[..2048]);
            writer.WritePropertyName("body"u8);
            WriteBody(writer, body);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteBody(Utf8JsonWriter writer, ReadOnlyMemory<byte> body)
    {
        if (body.Length > Longest)
        {
            writer.WriteStringValue($"{body.Length} bytes");
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(body.IsEmpty ? "{}"u8.ToArray() : body);
            using var masked = new MemoryStream();
            using (var inner = new Utf8JsonWriter(masked)) Write(inner, document.RootElement);
            writer.WriteRawValue(masked.ToArray());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            writer.WriteStringValue("unreadable");
        }
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    if (IsSecret(member.Name)) writer.WriteStringValue("***");
                    else Write(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray()) Write(writer, item);
                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    /// <summary><c>code</c> is what an authorization of GitHub's or GitLab's is exchanged for.</summary>
    private static bool IsSecret(string name) => name is "code" || (!NoSecrets.Contains(name) && Array.Exists(Secrets, s => name.Contains(s, StringComparison.OrdinalIgnoreCase)));
}
