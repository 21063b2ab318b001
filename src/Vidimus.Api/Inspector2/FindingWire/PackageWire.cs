using System.Globalization;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Findings.Contents;

namespace Vidimus.Api.Inspector2.FindingWire;

/// <summary>The packages of a finding, with the command that puts each right.</summary>
internal static class PackageWire
{
    /// <summary>Inspector's word where no version is free of the vulnerability.</summary>
    private const string NotAvailable = "NotAvailable";

    /// <param name="os">The resource's system; says whose command it is.</param>
    public static VulnerablePackage ToWire(this AffectedPackage package, OperatingSystemFacts? os) => new()
    {
        Name = package.Name,
        Version = package.Version,
        Release = string.IsNullOrEmpty(package.Release) ? null : package.Release,
        Epoch = package.Epoch,
        Arch = string.IsNullOrEmpty(package.Arch) ? null : package.Arch,
        PackageManager = PackageManager.Values.Contains(package.Manager) ? package.Manager : null,
        FilePath = string.IsNullOrEmpty(package.Path) ? null : package.Path,
        SourceLayerHash = package.Layer,
        FixedInVersion = FixedIn(package),
        Remediation = package.Fixed is null ? null : Command(package, os),
    };

    /// <summary>Versions of system packages carry their epoch, also when it is nought.</summary>
    private static string FixedIn(AffectedPackage package) => package.Fixed switch
    {
        null or "" => NotAvailable,
        { } version when package.Manager == PackageManager.Os && package.Epoch is not null && !version.Contains(':') => $"0:{version}",
        { } version => version,
    };

    private static string? Command(AffectedPackage package, OperatingSystemFacts? os) => package.Manager switch
    {
        PackageManager.Os => SystemCommand(package, os?.Id),
        PackageManager.Pip or PackageManager.Pythonpkg => string.Create(CultureInfo.InvariantCulture, $"pip install {package.Name}=={package.Fixed}"),
        PackageManager.Pipenv => $"pipenv update {package.Name}",
        PackageManager.Poetry => $"poetry update {package.Name}",
        PackageManager.Npm or PackageManager.Nodepkg => $"npm install {package.Name}@{package.Fixed}",
        PackageManager.Yarn => $"yarn upgrade {package.Name}@{package.Fixed}",
        PackageManager.Bundler or PackageManager.Gemspec => $"bundle update {package.Name}",
        PackageManager.Composer => $"composer update {package.Name}",
        PackageManager.Cargo => $"cargo update {package.Name}",
        PackageManager.Gomod => $"go get {package.Name}@{(package.Fixed!.StartsWith('v') ? "" : "v")}{package.Fixed}",
        PackageManager.Nuget or PackageManager.DotnetCore => $"dotnet add package {package.Name} --version {package.Fixed}",
        _ => null,
    };

    private static string? SystemCommand(AffectedPackage package, string? os) => os switch
    {
        "debian" or "ubuntu" => "apt-get update && apt-get upgrade",
        "alpine" or "wolfi" or "chainguard" => $"apk update && apk upgrade {package.Name}",
        "amzn" or "rhel" or "centos" or "rocky" or "almalinux" or "ol" or "fedora" => $"yum update {package.Name}",
        "sles" or "opensuse-leap" or "opensuse-tumbleweed" => $"zypper update {package.Name}",
        _ => null,
    };
}
