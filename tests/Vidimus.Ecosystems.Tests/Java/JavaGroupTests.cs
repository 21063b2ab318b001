using System.IO.Compression;
using Vidimus.Ecosystems.Java;
using Vidimus.Ecosystems.Tests.Reading;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Java;

/// <summary>Groups of archives without a <c>pom.properties</c>. The manifests are written by hand as the projects' builds write them.</summary>
public sealed class JavaGroupTests
{
    [Theory]
    [InlineData("spring-core-5.3.1.jar", "Implementation-Title: spring-core\nAutomatic-Module-Name: spring.core\nImplementation-Version: 5.3.1\n", "org.springframework/spring-core@5.3.1")]
    [InlineData("spring-core-5.3.1.jar", "Automatic-Module-Name: other.core\n", "spring-core@5.3.1")]
    [InlineData("tomcat-embed-core-9.0.50.jar", "Bundle-SymbolicName: org.apache.tomcat-embed-core\nBundle-Version: 9.0.50\n", "org.apache.tomcat.embed/tomcat-embed-core@9.0.50")]
    [InlineData("guava-31.1-jre.jar", "Bundle-SymbolicName: com.google.guava\n", "guava@31.1-jre")]
    public void AreKnownOnlyWhereTheManifestAgrees(string name, string manifest, string package) =>
        Assert.Equal([package], CollectorRun.Names(new TestFile(name, Jar(("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n" + manifest))).Packages(new JavaArchive())));

    [Fact]
    public void ComeFromAnEmbeddedPom()
    {
        const string Pom = "<project><parent><groupId>org.example</groupId><artifactId>p</artifactId><version>3</version></parent><artifactId>lib</artifactId></project>";
        Assert.Equal(["org.example/lib@3"], CollectorRun.Names(new TestFile("lib-3.jar", Jar(("META-INF/maven/org.example/lib/pom.xml", Pom))).Packages(new JavaArchive())));
    }

    private static byte[] Jar(params (string Name, string Text)[] entries)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in entries)
            {
                using var content = new StreamWriter(zip.CreateEntry(name).Open());
                content.Write(text);
            }
        }

        return stream.ToArray();
    }
}
