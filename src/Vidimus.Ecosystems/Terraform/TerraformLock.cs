using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Terraform;

/// <summary>Reads <c>.terraform.lock.hcl</c>: a block for each provider, <c>provider "registry/namespace/name"</c>, with its <c>version</c>.</summary>
/// <remarks>Format: Terraform's and OpenTofu's documentation of the dependency lock file. Modules are not locked in it.</remarks>
public sealed partial class TerraformLock : ICollector
{
    public string Name => "terraform/lock";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/.terraform.lock.hcl"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        string? provider = null;
        foreach (var line in TextLines.Of(file, cancel))
        {
            if (Provider().Match(line) is { Success: true } block) provider = block.Groups["name"].Value;
            else if (provider is not null && Locked().Match(line) is { Success: true } version)
            {
                var slash = provider.LastIndexOf('/');
                found.Add(new() { Type = "terraform", Namespace = slash > 0 ? provider[..slash] : null, Name = provider[(slash + 1)..], Version = version.Groups["version"].Value });
                provider = null;
            }
        }

        return found.Packages;
    }

    [GeneratedRegex(@"^provider\s+""(?<name>[^""]+)""\s*\{", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Provider();

    [GeneratedRegex(@"^\s+version\s*=\s*""(?<version>[^""]+)""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Locked();
}
