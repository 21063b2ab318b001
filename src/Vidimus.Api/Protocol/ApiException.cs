using System.Text.Json;

namespace Vidimus.Api.Protocol;

/// <summary>The members <c>reason</c> of ValidationException that both services know.</summary>
public static class ValidationReason
{
    public const string CannotParse = "CANNOT_PARSE";
    public const string FieldValidationFailed = "FIELD_VALIDATION_FAILED";
    public const string Other = "OTHER";
}

/// <summary>A refusal as the caller is to see it: the error's code, its HTTP status and its members.</summary>
/// <remarks>The factories below are the errors of the service models; those of AWS's front (signatures, unknown operations, sizes) are in <see cref="Refusals"/>.</remarks>
public sealed class ApiException : Exception
{
    public ApiException(string code, int status, string message, params (string Name, string Value)[] members) : base(message)
    {
        Code = code;
        Status = status;
        Members = members;
    }

    /// <summary>As the header <c>x-amzn-ErrorType</c> says it.</summary>
    public string Code { get; }

    public int Status { get; }

    /// <summary>What the model gives this error beside its message.</summary>
    public IReadOnlyList<(string Name, string Value)> Members { get; }

    public IReadOnlyList<FieldError> Fields { get; private init; } = [];

    /// <summary>For the header <c>Retry-After</c>.</summary>
    public int? RetryAfterSeconds { get; private init; }

    public static ApiException Validation(string message, string reason = ValidationReason.Other, params FieldError[] fields) =>
        new("ValidationException", 400, message, ("reason", reason)) { Fields = fields };

    public static ApiException AccessDenied(string message) => new("AccessDeniedException", 403, message);

    public static ApiException NotFound(string message) => new("ResourceNotFoundException", 404, message);

    public static ApiException BadRequest(string message) => new("BadRequestException", 400, message);

    public static ApiException Conflict(string message, string resourceId, string resourceType) =>
        new("ConflictException", 409, message, ("resourceId", resourceId), ("resourceType", resourceType));

    /// <summary>Status 402, as the model has it.</summary>
    public static ApiException QuotaExceeded(string message, string resourceId) => new("ServiceQuotaExceededException", 402, message, ("resourceId", resourceId));

    public static ApiException Throttled(string message, int retryAfterSeconds) => new("ThrottlingException", 429, message) { RetryAfterSeconds = retryAfterSeconds };

    /// <summary>The model of inspector-scan requires a reason, that of inspector2 ignores it.</summary>
    public static ApiException Internal() => new("InternalServerException", 500, "An internal error occurred; the server's log has it under this request id.", ("reason", "OTHER")) { RetryAfterSeconds = 1 };

    internal void Write(Utf8JsonWriter writer, bool withType)
    {
        writer.WriteStartObject();
        if (withType) writer.WriteString("__type"u8, Code);
        writer.WriteString("message"u8, Message);
        foreach (var (name, value) in Members) writer.WriteString(name, value);
        if (Fields.Count > 0)
        {
            writer.WriteStartArray("fields"u8);
            foreach (var field in Fields)
            {
                writer.WriteStartObject();
                writer.WriteString("name"u8, field.Name);
                writer.WriteString("message"u8, field.Message);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
