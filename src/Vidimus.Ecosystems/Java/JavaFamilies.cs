using System.Collections.Frozen;

namespace Vidimus.Ecosystems.Java;

/// <summary>The groups of projects whose archives hold nothing of Maven's, though their names are known there.</summary>
/// <remarks>
/// A group holds when two things in the archive agree: the artifact's name (from the file's name or the title) is one that the project publishes, and the manifest's module or bundle is
/// the one that the project gives to this artifact. Deriving a group from the bundle's name alone is not done: <c>com.google.guava</c> and <c>org.apache.tomcat-embed-core</c> would give groups that
/// these artifacts do not have. Sources: the projects' own build files (Spring's Automatic-Module-Name is <c>spring.</c> and the artifact's other words; Tomcat's embedded archives are the
/// bundles <c>org.apache.tomcat-embed-…</c> and the modules <c>org.apache.tomcat.embed.…</c>).
/// </remarks>
internal static class JavaFamilies
{
    private static readonly FrozenDictionary<string, string> Spring = Table("org.springframework", "spring-aop spring-aspects spring-beans spring-context spring-context-indexer spring-context-support spring-core spring-expression spring-instrument spring-jcl spring-jdbc spring-jms spring-messaging spring-orm spring-oxm spring-r2dbc spring-test spring-tx spring-web spring-webflux spring-webmvc spring-websocket")
        .Concat(Table("org.springframework.boot", "spring-boot spring-boot-actuator spring-boot-actuator-autoconfigure spring-boot-autoconfigure spring-boot-devtools spring-boot-loader spring-boot-test spring-boot-test-autoconfigure"))
        .Concat(Table("org.springframework.security", "spring-security-acl spring-security-aspects spring-security-cas spring-security-config spring-security-core spring-security-crypto spring-security-data spring-security-ldap spring-security-messaging spring-security-oauth2-client spring-security-oauth2-core spring-security-oauth2-jose spring-security-oauth2-resource-server spring-security-rsocket spring-security-saml2-service-provider spring-security-taglibs spring-security-test spring-security-web"))
        .ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> TomcatEmbed = FrozenSet.Create(StringComparer.Ordinal, "tomcat-embed-core", "tomcat-embed-el", "tomcat-embed-jasper", "tomcat-embed-websocket");

    /// <summary>The group of an artifact; null where the manifest does not agree or nobody knows.</summary>
    public static string? Group(string artifact, JavaManifest manifest)
    {
        var module = manifest["Automatic-Module-Name"];
        if (Spring.TryGetValue(artifact, out var group) && module == artifact.Replace('-', '.')) return group;
        var isTomcat = TomcatEmbed.Contains(artifact) && (module == $"org.apache.{artifact.Replace('-', '.')}" || manifest["Bundle-SymbolicName"]?.Split(';')[0].Trim() == $"org.apache.{artifact}");
        return isTomcat ? "org.apache.tomcat.embed" : null;
    }

    private static IEnumerable<KeyValuePair<string, string>> Table(string group, string artifacts) => artifacts.Split(' ').Select(artifact => KeyValuePair.Create(artifact, group));
}
