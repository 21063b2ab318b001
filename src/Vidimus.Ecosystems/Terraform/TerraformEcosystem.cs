using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Terraform;

/// <summary>The registration of <c>terraform</c> packages. Nobody publishes advisories for them in an open form, so they have no order here.</summary>
public static class TerraformEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "terraform",
        Collectors = [new TerraformLock()],
    };
}
