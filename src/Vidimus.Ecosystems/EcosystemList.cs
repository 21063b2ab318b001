using Vidimus.Ecosystems.AlmaLinux;
using Vidimus.Ecosystems.Alpaquita;
using Vidimus.Ecosystems.Alpine;
using Vidimus.Ecosystems.Amazon;
using Vidimus.Ecosystems.Apk;
using Vidimus.Ecosystems.Arch;
using Vidimus.Ecosystems.AzureLinux;
using Vidimus.Ecosystems.Bitnami;
using Vidimus.Ecosystems.CentOs;
using Vidimus.Ecosystems.CocoaPods;
using Vidimus.Ecosystems.Conan;
using Vidimus.Ecosystems.Conda;
using Vidimus.Ecosystems.ContainerOptimizedOs;
using Vidimus.Ecosystems.Dart;
using Vidimus.Ecosystems.Debian;
using Vidimus.Ecosystems.DotNet;
using Vidimus.Ecosystems.Dpkg;
using Vidimus.Ecosystems.EditorExtensions;
using Vidimus.Ecosystems.Fedora;
using Vidimus.Ecosystems.Flatpak;
using Vidimus.Ecosystems.Gentoo;
using Vidimus.Ecosystems.GitHubActions;
using Vidimus.Ecosystems.Go;
using Vidimus.Ecosystems.Haskell;
using Vidimus.Ecosystems.Hex;
using Vidimus.Ecosystems.Java;
using Vidimus.Ecosystems.Jenkins;
using Vidimus.Ecosystems.Julia;
using Vidimus.Ecosystems.Kernels;
using Vidimus.Ecosystems.Lua;
using Vidimus.Ecosystems.Mageia;
using Vidimus.Ecosystems.Nim;
using Vidimus.Ecosystems.Nix;
using Vidimus.Ecosystems.Npm;
using Vidimus.Ecosystems.OCaml;
using Vidimus.Ecosystems.OpenEuler;
using Vidimus.Ecosystems.Opkg;
using Vidimus.Ecosystems.Oracle;
using Vidimus.Ecosystems.OsRelease;
using Vidimus.Ecosystems.Otp;
using Vidimus.Ecosystems.Pacman;
using Vidimus.Ecosystems.Perl;
using Vidimus.Ecosystems.Photon;
using Vidimus.Ecosystems.Php;
using Vidimus.Ecosystems.Programs;
using Vidimus.Ecosystems.Python;
using Vidimus.Ecosystems.R;
using Vidimus.Ecosystems.RedHat;
using Vidimus.Ecosystems.RockyLinux;
using Vidimus.Ecosystems.Rpm;
using Vidimus.Ecosystems.Ruby;
using Vidimus.Ecosystems.Rust;
using Vidimus.Ecosystems.Snap;
using Vidimus.Ecosystems.Suse;
using Vidimus.Ecosystems.Swift;
using Vidimus.Ecosystems.Terraform;
using Vidimus.Ecosystems.Ubuntu;
using Vidimus.Ecosystems.Vcpkg;
using Vidimus.Ecosystems.Windows;
using Vidimus.Ecosystems.Wolfi;
using Vidimus.Ecosystems.WordPress;
using Vidimus.Model.Advisories;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems;

/// <summary>The ecosystems that Vidimus knows. Adding one is a folder beside this file and a line here.</summary>
public static class EcosystemList
{
    public static IReadOnlyList<Ecosystem> All { get; } =
    [
        DpkgEcosystem.Ecosystem,
        RpmEcosystem.Ecosystem,
        ApkEcosystem.Ecosystem,
        NpmEcosystem.Ecosystem,
        PythonEcosystem.Ecosystem,
        JavaEcosystem.Ecosystem,
        GoEcosystem.Ecosystem,
        RustEcosystem.Ecosystem,
        DotNetEcosystem.Ecosystem,
        RubyEcosystem.Ecosystem,
        PhpEcosystem.Ecosystem,
        PhpEcosystem.Pear,
        CondaEcosystem.Ecosystem,
        SwiftEcosystem.Ecosystem,
        CocoaPodsEcosystem.Ecosystem,
        DartEcosystem.Ecosystem,
        HexEcosystem.Ecosystem,
        OtpEcosystem.Ecosystem,
        HaskellEcosystem.Ecosystem,
        REcosystem.Ecosystem,
        JuliaEcosystem.Ecosystem,
        LuaEcosystem.Ecosystem,
        OCamlEcosystem.Ecosystem,
        PerlEcosystem.Ecosystem,
        NimEcosystem.Ecosystem,
        ConanEcosystem.Ecosystem,
        VcpkgEcosystem.Ecosystem,
        GitHubActionsEcosystem.Ecosystem,
        TerraformEcosystem.Ecosystem,
        WordPressEcosystem.Ecosystem,
        ProgramsEcosystem.Ecosystem,
        OpkgEcosystem.Ecosystem,
        PacmanEcosystem.Ecosystem,
        GentooEcosystem.Ecosystem,
        NixEcosystem.Ecosystem,
        SnapEcosystem.Ecosystem,
        FlatpakEcosystem.Ecosystem,
        CosEcosystem.Ecosystem,
        BitnamiEcosystem.Ecosystem,
        EditorExtensionsEcosystem.Ecosystem,
    ];

    /// <summary>Collectors of what belongs to no kind of package: which system it is, and kernels that no package owns.</summary>
    public static IReadOnlyList<ICollector> SystemCollectors { get; } = [new OsReleaseFiles(), new KernelImages(), new KernelModules()];

    /// <summary>All collectors, each once.</summary>
    public static IReadOnlyList<ICollector> Collectors { get; } = [.. SystemCollectors, .. All.SelectMany(ecosystem => ecosystem.Collectors)];

    /// <summary>All collectors, of which the one for Java's archives looks them up in a table.</summary>
    public static IReadOnlyList<ICollector> CollectorsWith(JavaNames? known) => known is null ? Collectors : [.. Collectors.Select(collector => collector is JavaArchive ? new JavaArchive(known) : collector)];

    /// <summary>The distributions, a folder beside this file each.</summary>
    public static IReadOnlyList<Distribution> Distributions { get; } =
    [
        DebianDistribution.Distribution,
        UbuntuDistribution.Distribution,
        AlpineDistribution.Distribution,
        AlpaquitaDistributions.Alpaquita,
        AlpaquitaDistributions.HardenedContainers,
        RedHatDistribution.Distribution,
        AlmaLinuxDistribution.Distribution,
        RockyLinuxDistribution.Distribution,
        SuseDistributions.Enterprise,
        SuseDistributions.Micro,
        SuseDistributions.OpenSuse,
        MageiaDistribution.Distribution,
        OpenEulerDistribution.Distribution,
        AmazonLinuxDistribution.Distribution,
        AzureLinuxDistribution.Distribution,
        CentOsDistribution.Distribution,
        FedoraDistribution.Distribution,
        OracleDistribution.Distribution,
        PhotonDistribution.Distribution,
        WolfiDistributions.Wolfi,
        WolfiDistributions.Chainguard,
        ArchLinux.Distribution,
        GentooLinux.Distribution,
    ];

    /// <summary>The feeds that tell of one distribution or language alone.</summary>
    public static IReadOnlyList<IFeed> Feeds { get; } =
    [
        new AlpineSecdbFeed(),
        new DebianTrackerFeed(),
        new DebianListsFeed(),
        new AlmaLinuxFeed(),
        new AmazonLinuxFeed(),
        new ArchFeed(),
        new AzureLinuxFeed(),
        WolfiFeed.Chainguard,
        new DotNetReleaseFeed(),
        new FedoraFeed(),
        new FedoraBodhiFeed(),
        new FriendsOfPhpFeed(),
        new GlsaFeed(),
        new JenkinsFeed(),
        new MsrcFeed(),
        new MsrcCsafFeed(),
        new NodeSecurityFeed(),
        new OpenEulerFeed(),
        new OracleOvalFeed(),
        new PhotonFeed(),
        new ProjectKbFeed(),
        RedHatCsafFeed.Vex,
        RedHatCsafFeed.Advisories,
        new RetireJsFeed(),
        new RockyLinuxFeed(),
        new RubySecFeed(),
        new SuseCsafFeed(),
        new SuseCvrfFeed(),
        new SuseOvalFeed(),
        new UbuntuTrackerFeed(),
        new UbuntuOvalFeed(),
        WolfiFeed.Wolfi,
    ];

    /// <summary>The one maker of match keys over all of them.</summary>
    public static MatchKeys Keys { get; } = new(All, Distributions);
}
