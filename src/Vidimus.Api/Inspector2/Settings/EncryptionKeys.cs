using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Settings;

/// <summary>Which key an account wants its code snippets to be encrypted under: one for functions, one for repositories.</summary>
internal static class EncryptionKeys
{
    public const string Kind = "encryption-key";

    /// <exception cref="ApiException">Nothing of that kind is encrypted under a customer's key.</exception>
    public static string Name(string scanType, string resourceType) =>
        scanType == ScanType.Code && resourceType is ResourceType.AwsLambdaFunction or ResourceType.CodeRepository
            ? resourceType
            : throw ApiException.Validation("A key is for the scan type CODE of AWS_LAMBDA_FUNCTION or CODE_REPOSITORY.");

    public static ApiException None() => ApiException.NotFound("There is no customer managed key for this scan type and resource type.");
}
