namespace Vidimus.Api.Protocol;

/// <summary>The errors of AWS's front, which no service model names; codes, statuses and the words that clients look for are AWS's.</summary>
internal static class Refusals
{
    public static ApiException MissingAuthentication() => new("MissingAuthenticationTokenException", 403, "Missing Authentication Token");

    public static ApiException Incomplete(string message) => new("IncompleteSignatureException", 400, message);

    public static ApiException UnknownClient() => new("UnrecognizedClientException", 403, "The security token included in the request is invalid.");

    public static ApiException ExpiredToken() => new("ExpiredTokenException", 403, "The security token included in the request is expired");

    public static ApiException InvalidSignature(string message) => new("InvalidSignatureException", 403, message);

    public static ApiException WrongSignature() =>
        InvalidSignature("The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.");

    public static ApiException UnknownOperation(int status) => new("UnknownOperationException", status, "The requested operation is not recognized by the service.");

    /// <summary>For an operation of the model that this server does not offer. 501, as no client repeats such a call.</summary>
    public static ApiException NotOffered(string operation) => new("NotImplementedException", 501, $"This server does not offer the operation {operation}.");

    public static ApiException TooLarge(long limit) => new("RequestEntityTooLargeException", 413, $"The request body is larger than {limit} bytes.");

    public static ApiException UnsupportedMediaType(string wanted) => new("UnsupportedMediaTypeException", 415, $"The content type of this request's body must be {wanted}.");

    public static ApiException BadTarget() => new("BadRequestException", 400, "The request target is malformed.");

    public static ApiException BodyBroken() => new("BadRequestException", 400, "The request body could not be read.");

    public static ApiException Serialization(string message) => new("SerializationException", 400, message);
}
