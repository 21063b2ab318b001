using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Findings.Contents;
using Vidimus.Storage;
using WireResource = Vidimus.Api.Inspector2.Shapes.Resource;

namespace Vidimus.Api.Inspector2.FindingWire;

/// <summary>The resource of a finding: AWS's details and the provider-neutral ones beside them, made of the same facts.</summary>
internal static class ResourceWire
{
    public static WireResource ToResource(this FindingContents contents) => ToWire(contents.Resource, contents.Facts, contents.Account, contents.Region);

    public static WireResource ToWire(Storage.Resource resource, ResourceFacts facts, string account, string region)
    {
        var type = InspectorForm.Type(resource.Key, facts);
        return new()
        {
            Type = type,
            Id = InspectorForm.Id(resource.Key, facts, account, region),
            Partition = "aws",
            Region = facts.ProviderRegion ?? region,
            Provider = Provider.Values.Contains(facts.Provider) ? facts.Provider : null,
            ProviderAccountId = facts.ProviderAccount,
            ProviderOrgId = facts.ProviderOrganization,
            Tags = new Dictionary<string, string>(InspectorForm.Tags(resource.Key, facts)),
            Details = Details(type, facts),
        };
    }

    private static ResourceDetails? Details(string type, ResourceFacts facts) => type switch
    {
        InspectorForm.Ec2Instance => new() { AwsEc2Instance = Instance(facts), Vm = Vm(facts) },
        InspectorForm.AzureMachine => new() { Vm = Vm(facts) },
        InspectorForm.EcrImage => new() { AwsEcrContainerImage = EcrImage(facts), Image = Image(facts) },
        InspectorForm.AzureImage => new() { Image = Image(facts) },
        InspectorForm.LambdaFunction => new() { AwsLambdaFunction = Lambda(facts), ServerlessFunction = Function(facts) },
        InspectorForm.AzureFunction => new() { ServerlessFunction = Function(facts) },
        InspectorForm.CodeRepository => new() { CodeRepository = new() { ProjectName = facts.Repository?.ProjectName, ProviderType = facts.Repository?.ProviderType } },
        _ => null,
    };

    private static AwsEc2InstanceDetails Instance(ResourceFacts facts) => new()
    {
        Type = facts.Machine?.InstanceType,
        ImageId = facts.Machine?.ImageReference,
        IpV4Addresses = [.. facts.Machine?.Ipv4 ?? []],
        IpV6Addresses = [.. facts.Machine?.Ipv6 ?? []],
        KeyName = facts.Machine?.KeyName,
        IamInstanceProfileArn = facts.Machine?.ExecutionRole,
        VpcId = facts.Machine?.Network,
        SubnetId = facts.Machine?.Subnets is [var subnet, ..] ? subnet : null,
        LaunchedAt = facts.Machine?.LaunchedAt,
        Platform = facts.Platform,
    };

    private static Vm Vm(ResourceFacts facts) => new()
    {
        Type = facts.Machine?.InstanceType,
        VmImageReference = facts.Machine?.ImageReference,
        IpV4Addresses = [.. facts.Machine?.Ipv4 ?? []],
        IpV6Addresses = [.. facts.Machine?.Ipv6 ?? []],
        NetworkId = facts.Machine?.Network,
        SubnetIds = [.. facts.Machine?.Subnets ?? []],
        LaunchedAt = facts.Machine?.LaunchedAt,
        Platform = facts.Platform,
        ExecutionRole = facts.Machine?.ExecutionRole,
        KeyName = facts.Machine?.KeyName,
    };

    /// <summary>Null where a member that the shape requires is not known, as of an image in a file: the neutral details still stand.</summary>
    private static AwsEcrContainerImageDetails? EcrImage(ResourceFacts facts) => facts.Image is { Repository: { } repository, Digest: { } digest } image ? new()
    {
        RepositoryName = repository,
        ImageHash = digest,
        Registry = image.Registry ?? "",
        ImageTags = [.. image.Tags],
        PushedAt = image.PushedAt,
        Author = image.Author,
        Architecture = facts.Architecture,
        Platform = facts.Platform,
        LastInUseAt = image.LastInUseAt,
        InUseCount = image.InUseCount,
    }
    : null;

    private static Image Image(ResourceFacts facts) => new()
    {
        RepositoryName = facts.Image?.Repository,
        Registry = facts.Image?.Registry,
        ImageDigest = facts.Image?.Digest,
        ImageTags = [.. facts.Image?.Tags ?? []],
        PushedAt = facts.Image?.PushedAt,
        Author = facts.Image?.Author,
        Architecture = facts.Architecture,
        Platform = facts.Platform,
        LastInUseAt = facts.Image?.LastInUseAt,
        InUseCount = facts.Image?.InUseCount,
    };

    private static AwsLambdaFunctionDetails? Lambda(ResourceFacts facts) => facts.Function is { Name: { } name, Runtime: { } runtime, CodeSha256: { } code, ExecutionRole: { } role } function ? new()
    {
        FunctionName = name,
        Runtime = runtime,
        CodeSha256 = code,
        Version = function.Version ?? "$LATEST",
        ExecutionRoleArn = role,
        Layers = function.Layers.Count > 0 ? [.. function.Layers] : null,
        PackageType = function.PackageType,
        Architectures = Architectures(facts),
        LastModifiedAt = function.LastModifiedAt,
    }
    : null;

    private static ServerlessFunction Function(ResourceFacts facts) => new()
    {
        ServerlessFunctionName = facts.Function?.Name,
        Runtime = facts.Function?.Runtime,
        Version = facts.Function?.Version,
        CodeDigest = facts.Function?.CodeSha256,
        ExecutionRole = facts.Function?.ExecutionRole,
        PackageType = facts.Function?.PackageType,
        Architectures = Architectures(facts),
        Layers = [.. facts.Function?.Layers ?? []],
        LastModifiedAt = facts.Function?.LastModifiedAt,
    };

    private static string[]? Architectures(ResourceFacts facts) => facts.Architecture switch
    {
        "amd64" or "x86_64" => [Architecture.X8664],
        "arm64" or "aarch64" => [Architecture.Arm64],
        _ => null,
    };
}
