using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Organizations;

/// <summary>What an organization switches on for its new members.</summary>
internal sealed record AutoEnabling(AutoEnable Shape)
{
    private const string Kind = "organization";
    private const string Name = "auto-enable";

    public IReadOnlyList<string> Types =>
    [
        .. new[]
        {
            (Shape.Ec2, ResourceScanType.Ec2), (Shape.Ecr, ResourceScanType.Ecr), (Shape.Lambda, ResourceScanType.Lambda), (Shape.LambdaCode, ResourceScanType.LambdaCode),
            (Shape.CodeRepository, ResourceScanType.CodeRepository),
        }.Where(t => t.Item1 == true).Select(t => t.Item2),
    ];

    public static async Task<AutoEnabling> OfAsync(Session session, Position position, CancellationToken cancel)
    {
        var stored = await new ConfigurationStore(session).GetAsync(position.OrganizationScope, Kind, Name, cancel);
        return new(stored is null ? new() { Ec2 = false, Ecr = false, Lambda = false, LambdaCode = false, CodeRepository = false } : ShapeText.Read<AutoEnable>(stored.Body));
    }

    public static Task PutAsync(Session session, Position position, AutoEnable shape, DateTimeOffset now, CancellationToken cancel) =>
        new ConfigurationStore(session).PutAsync(position.OrganizationScope, Kind, Name, ShapeText.Write(shape), now, cancel);
}
