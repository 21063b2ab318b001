using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Tests.Versions;

/// <summary>The orders under test, by their names.</summary>
public static class VersionSchemes
{
    public static IVersionScheme Of(string name) => EcosystemList.All.Single(ecosystem => ecosystem.Versions.Name == name).Versions;

    private static IEnumerable<string> Names => EcosystemList.All.Select(ecosystem => ecosystem.Versions.Name).Where(name => name != UnorderedVersions.Instance.Name);

    public static TheoryData<string> All => [.. Names];

    /// <summary>Those with a real tool to judge them; apk has none outside its own distribution, for opam, Dart, Julia and Gentoo their own documents' examples stand in.</summary>
    public static TheoryData<string> Judged => [.. Names.Where(name => name is not ("apk" or "opam" or "pub" or "julia" or "ebuild"))];

    public static int Count(int usual) => int.TryParse(Environment.GetEnvironmentVariable("VIDIMUS_TEST_LONG"), out var times) && times > 0 ? usual * times : usual;
}
