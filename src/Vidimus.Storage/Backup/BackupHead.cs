using System.Text.Json.Serialization;

namespace Vidimus.Storage.Backup;

/// <summary>The first line of a backup.</summary>
/// <param name="Migrations">The numbers of those that its tables are of.</param>
/// <param name="KeyCheck">Names the key file that its secrets are sealed under, see <see cref="IdentityStore.KeyCheckAsync"/>.</param>
public sealed record BackupHead(string Format, DateTimeOffset Made, IReadOnlyList<int> Migrations, string KeyCheck)
{
    public const string TheFormat = "vidimus-backup-1";
}

/// <summary>Begins a table's rows; each is a line with an array of its values, bytes as an array of one text in base64.</summary>
/// <param name="Highest">The last number that was given out in it, so that none is given out again.</param>
internal sealed record BackupTable(string Table, IReadOnlyList<string> Columns, long? Highest);

/// <summary>The last line: without it the backup is torn.</summary>
/// <param name="Sha256">Of all bytes before it.</param>
internal sealed record BackupEnd(long Rows, string Sha256);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackupHead))]
[JsonSerializable(typeof(BackupTable))]
[JsonSerializable(typeof(BackupEnd))]
internal sealed partial class BackupJson : JsonSerializerContext;
