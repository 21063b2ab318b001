using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Java;

/// <summary>The registration of <c>maven</c> packages.</summary>
public static class JavaEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "maven",
        Versions = new MavenVersions(),
        AdvisoryEcosystem = "Maven",
        Feeds = ["sap-project-kb"],
        AdvisoryName = p => p.Namespace is null ? p.Name : $"{p.Namespace}:{p.Name}", // without a group no advisory of Maven's is meant: those all have one
        Collectors =
        [
            new JavaArchive(),
            new PomXml(),
            new GradleLockfile(),
            new GradleVerification(),
            new GradleCatalog(),
            new SbtLock(),
            new JenkinsPlugins(),
        ],
    };
}
