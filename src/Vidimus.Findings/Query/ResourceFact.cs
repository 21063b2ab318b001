using Vidimus.Findings.Contents;

namespace Vidimus.Findings.Query;

/// <summary>What is filtered by of a resource. The numbers are in the store and never change their meaning.</summary>
public enum ResourceFact : short
{
    Type = 1,
    Id = 2,

    /// <summary>See <see cref="ResourceFactValue.OfTag"/>.</summary>
    Tag = 3,
    MachineImage = 4,
    Network = 5,
    Subnet = 6,
    ImageArchitecture = 7,
    Registry = 8,
    Repository = 9,
    ImageTag = 10,
    ImageDigest = 11,
    ImagePushed = 12,
    ImageLastInUse = 13,
    ImageInUse = 14,
    FunctionName = 15,
    FunctionLayer = 16,
    FunctionRuntime = 17,
    FunctionModified = 18,
    FunctionRole = 19,
    Project = 20,
    ProjectProvider = 21,
    Provider = 22,
    ProviderRegion = 23,
    ProviderAccount = 24,
    ProviderOrganization = 25,
    Platform = 26,
    LastCommit = 27,
}

/// <summary>One fact as it is indexed: a text, or a number (times as milliseconds) beside an empty text.</summary>
public readonly record struct ResourceFactValue(ResourceFact Fact, string Text, double? Number)
{
    /// <summary>The longest text that is indexed whole; a longer one is found by this many characters.</summary>
    public const int TextLength = 512;

    /// <summary>A tag as one text that no other tag has and of which the key alone is a prefix.</summary>
    public static string OfTag(string key, string? value) => $"{key.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)}:{key}{value}";

    /// <summary>All facts of a resource.</summary>
    /// <param name="account">Twelve digits.</param>
    /// <param name="region">The region's name.</param>
    public static IReadOnlyList<ResourceFactValue> Of(ResourceKey key, ResourceFacts facts, string account, string region)
    {
        var values = new HashSet<ResourceFactValue>();
        void Text(ResourceFact fact, string? text)
        {
            if (!string.IsNullOrEmpty(text)) values.Add(new(fact, Cut(text), null));
        }

        void Number(ResourceFact fact, double? number)
        {
            if (number is not null) values.Add(new(fact, "", number));
        }

        var type = InspectorForm.Type(key, facts);
        Text(ResourceFact.Type, type);
        Text(ResourceFact.Id, InspectorForm.Id(key, facts, account, region));
        foreach (var (name, value) in InspectorForm.Tags(key, facts)) Text(ResourceFact.Tag, OfTag(name, value));
        Text(ResourceFact.Platform, facts.Platform);
        Text(ResourceFact.Provider, facts.Provider);
        Text(ResourceFact.ProviderRegion, facts.ProviderRegion ?? region);
        Text(ResourceFact.ProviderAccount, facts.ProviderAccount);
        Text(ResourceFact.ProviderOrganization, facts.ProviderOrganization);
        switch (type)
        {
            case InspectorForm.Ec2Instance or InspectorForm.AzureMachine:
                Text(ResourceFact.MachineImage, facts.Machine?.ImageReference);
                Text(ResourceFact.Network, facts.Machine?.Network);
                foreach (var subnet in facts.Machine?.Subnets ?? []) Text(ResourceFact.Subnet, subnet);
                break;
            case InspectorForm.EcrImage or InspectorForm.AzureImage:
                Text(ResourceFact.ImageArchitecture, facts.Architecture);
                Text(ResourceFact.Registry, facts.Image?.Registry);
                Text(ResourceFact.Repository, facts.Image?.Repository);
                Text(ResourceFact.ImageDigest, facts.Image?.Digest);
                foreach (var tag in facts.Image?.Tags ?? []) Text(ResourceFact.ImageTag, tag);
                Number(ResourceFact.ImagePushed, facts.Image?.PushedAt?.ToUnixTimeMilliseconds());
                Number(ResourceFact.ImageLastInUse, facts.Image?.LastInUseAt?.ToUnixTimeMilliseconds());
                Number(ResourceFact.ImageInUse, facts.Image?.InUseCount);
                break;
            case InspectorForm.LambdaFunction or InspectorForm.AzureFunction:
                Text(ResourceFact.FunctionName, facts.Function?.Name);
                Text(ResourceFact.FunctionRuntime, facts.Function?.Runtime);
                Text(ResourceFact.FunctionRole, facts.Function?.ExecutionRole);
                foreach (var layer in facts.Function?.Layers ?? []) Text(ResourceFact.FunctionLayer, layer);
                Number(ResourceFact.FunctionModified, facts.Function?.LastModifiedAt?.ToUnixTimeMilliseconds());
                break;
            default:
                Text(ResourceFact.Project, facts.Repository?.ProjectName);
                Text(ResourceFact.ProjectProvider, facts.Repository?.ProviderType);
                Text(ResourceFact.LastCommit, facts.Repository?.LastCommit);
                break;
        }

        return [.. values];
    }

    public static string Cut(string text) => text.Length <= TextLength ? text : text[..TextLength];
}
