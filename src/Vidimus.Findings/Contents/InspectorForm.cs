using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Vidimus.Findings.Contents;

/// <summary>As what a resource of ours appears on Inspector's wire: the type and the id that its clients filter by and read.</summary>
/// <remarks>Hosts that are no EC2 instances take the form of managed nodes, <c>mi-</c> and 17 hexadecimal digits; images of any registry an ECR ARN with the registry's host in its path;
/// folders and repositories are code repositories. What a resource truly is stands in the tag <see cref="KindTag"/>.</remarks>
public static partial class InspectorForm
{
    public const string Ec2Instance = "AWS_EC2_INSTANCE";
    public const string EcrImage = "AWS_ECR_CONTAINER_IMAGE";
    public const string EcrRepository = "AWS_ECR_REPOSITORY";
    public const string LambdaFunction = "AWS_LAMBDA_FUNCTION";
    public const string CodeRepository = "CODE_REPOSITORY";
    public const string AzureMachine = "Microsoft.Compute/virtualMachines";
    public const string AzureImage = "Microsoft.ContainerRegistry/registry/containerImage";
    public const string AzureFunction = "Microsoft.Web/sites";
    public const string KindTag = "vidimus:kind";

    /// <summary>The tag, with the value <c>true</c>, of a resource whose last inventory is not whole.</summary>
    public const string PartialTag = "vidimus:partial";

    /// <summary>All types. The places are numbers in the store: only ever append.</summary>
    public static System.Collections.Immutable.ImmutableArray<string> Types { get; } = [Ec2Instance, EcrImage, EcrRepository, LambdaFunction, CodeRepository, AzureMachine, AzureImage, AzureFunction];

    public static string Type(ResourceKey key, ResourceFacts facts) => facts.WireType is { } named && Types.Contains(named) ? named : key.Kind switch
    {
        "host" or "disk" => Ec2Instance,
        "image" => EcrImage,
        "function" => LambdaFunction,
        "sbom" when facts.Image is not null => EcrImage,
        "sbom" when facts.Function is not null => LambdaFunction,
        "sbom" when facts.Machine is not null || facts.Os is not null => Ec2Instance,
        _ => CodeRepository,
    };

    /// <param name="account">Twelve digits.</param>
    /// <param name="region">The region's name.</param>
    public static string Id(ResourceKey key, ResourceFacts facts, string account, string region) => Type(key, facts) switch
    {
        Ec2Instance => Instance().IsMatch(key.Id) ? key.Id : $"mi-{Digits(key, 17)}",
        EcrImage when !key.Id.StartsWith("arn:", StringComparison.Ordinal) && facts.Image is { Repository: { } name, Digest: { } digest } image =>
            $"arn:aws:ecr:{region}:{account}:repository/{(IsAccount(image.Registry) ? "" : $"{image.Registry}/")}{name}/{digest}",
        LambdaFunction when !key.Id.StartsWith("arn:", StringComparison.Ordinal) => $"arn:aws:lambda:{region}:{account}:function:{facts.Function?.Name ?? key.Id}:$LATEST",
        _ => key.Id,
    };

    /// <summary>The tags of the resource, what it truly is, and whether its inventory is not whole.</summary>
    public static IReadOnlyDictionary<string, string> Tags(ResourceKey key, ResourceFacts facts)
    {
        var tags = new Dictionary<string, string>(facts.Tags) { [KindTag] = key.Kind };
        if (facts.IsPartial is true) tags[PartialTag] = "true";
        return tags;
    }

    /// <summary>Whether a registry is an account's ECR, or none was named: then it isn't part of the ARN.</summary>
    private static bool IsAccount(string? registry) => string.IsNullOrEmpty(registry) || (registry.Length == 12 && !registry.AsSpan().ContainsAnyExceptInRange('0', '9'));

    private static string Digits(ResourceKey key, int count) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Kind}\0{key.Id}")))[..count];

    [GeneratedRegex("^m?i-([0-9a-f]{8}|[0-9a-f]{17})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Instance();
}
