using Vidimus.Ecosystems.Alpine;
using Vidimus.Ecosystems.Apk;
using Vidimus.Ecosystems.Debian;
using Vidimus.Ecosystems.DotNet;
using Vidimus.Ecosystems.Dpkg;
using Vidimus.Ecosystems.Go;
using Vidimus.Ecosystems.Java;
using Vidimus.Ecosystems.Npm;
using Vidimus.Ecosystems.Php;
using Vidimus.Ecosystems.Python;
using Vidimus.Ecosystems.Rpm;
using Vidimus.Ecosystems.Ruby;
using Vidimus.Ecosystems.Rust;
using Vidimus.Model.Advisories;
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
    ];

    /// <summary>The distributions, a folder beside this file each.</summary>
    public static IReadOnlyList<Distribution> Distributions { get; } =
    [
    ];

    /// <summary>The feeds that tell of one distribution alone.</summary>
    public static IReadOnlyList<IFeed> Feeds { get; } = [new AlpineSecdbFeed(), new DebianTrackerFeed()];

    /// <summary>The one maker of match keys over all of them.</summary>
    public static MatchKeys Keys { get; } = new(All, Distributions);
}
