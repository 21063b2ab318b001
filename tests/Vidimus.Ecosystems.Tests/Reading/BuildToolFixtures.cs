using Vidimus.Ecosystems.DotNet;
using Vidimus.Ecosystems.Go;
using Vidimus.Ecosystems.Java;
using Vidimus.Ecosystems.Python;

namespace Vidimus.Ecosystems.Tests.Reading;

/// <summary>Lock files and manifests of Python, Java, Go and .NET, written by hand from their specifications.</summary>
internal static class BuildToolFixtures
{
    public static IReadOnlyList<Fixture> All { get; } =
    [
        new(new PdmLock(), "pdm.lock", """
            [metadata]
            groups = ["default", "dev"]
            lock_version = "4.4.1"

            [[package]]
            name = "a"
            version = "1.0"
            groups = ["default", "dev"]

            [[package]]
            name = "b"
            version = "2.0"
            groups = ["dev"]

            [[package]]
            name = "own"
            version = "0.1"
            path = "./own"
            groups = ["default"]

            [[package]]
            name = "packed"
            version = "3.0"
            path = "./packed-3.0-py3-none-any.whl"
            """, "a@1.0", "b@2.0:dev", "packed@3.0"),
        new(new PylockToml(), "pylock.prod.toml", """
            lock-version = '1.0'
            created-by = 'x'

            [[packages]]
            name = 'attrs'
            version = '25.1.0'
            wheels = [{name = 'attrs-25.1.0-py3-none-any.whl', hashes = {sha256 = '00'}}]

            [[packages]]
            name = 'from-git'
            vcs = {type = 'git', url = 'https://host.example/x', commit-id = '00'}

            [[packages]]
            name = 'own'
            directory = {path = '.', editable = true}
            """, "attrs@25.1.0", "from-git@"),
        new(new GoVendor(), "vendor/modules.txt", """
            # golang.org/x/text v0.3.0
            ## explicit; go 1.17
            golang.org/x/text/language
            golang.org/x/text/unicode/norm
            # example.com/unused v1.0.0
            ## explicit
            # example.com/old v1.0.0 => example.com/new v1.1.0
            ## explicit
            example.com/old/p
            # example.com/folder v1.0.0 => ./folder
            example.com/folder
            # example.com/old => example.com/new v1.1.0
            """, "golang.org/x/text@v0.3.0", "example.com/new@v1.1.0"),
        new(new PackagesConfig(), "packages.config", """
            <?xml version="1.0" encoding="utf-8"?>
            <packages>
              <package id="Newtonsoft.Json" version="12.0.1" targetFramework="net472" />
              <package id="StyleCop" version="1.0.0" developmentDependency="true" />
            </packages>
            """, "Newtonsoft.Json@12.0.1", "StyleCop@1.0.0:dev"),
        new(new ProjectAssets(), "obj/project.assets.json", """
            {"version":3,"targets":{"net8.0":{"A/1.0.0":{"type":"package","compile":{"lib/A.dll":{}},"runtime":{"lib/A.dll":{}}},"B/2.0.0":{"type":"package","build":{"build/B.props":{}}},"Own/1.0.0":{"type":"project"}}},
             "libraries":{"A/1.0.0":{"sha512":"00","type":"package"},"B/2.0.0":{"type":"package"},"Own/1.0.0":{"type":"project"}}}
            """, "A@1.0.0", "B@2.0.0:dev"),
        new(new CentralPackages(), "Directory.Packages.props", """
            <Project>
              <PropertyGroup><XVersion>1.2.3</XVersion></PropertyGroup>
              <ItemGroup>
                <PackageVersion Include="X.Core;X.More" Version="$(XVersion)" />
                <PackageVersion Include="Y" Version="[2.0.0]" />
                <PackageVersion Include="Z" Version="3.*" />
                <GlobalPackageReference Include="G"><Version>4.0.0-rc.1</Version></GlobalPackageReference>
              </ItemGroup>
            </Project>
            """, "X.Core@1.2.3", "X.More@1.2.3", "Y@2.0.0", "Z@", "G@4.0.0-rc.1:dev"),
        new(new PomXml(), "pom.xml", """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <parent><groupId>org.example</groupId><artifactId>parent</artifactId><version>7</version></parent>
              <artifactId>app</artifactId>
              <properties><x.major>1</x.major><x.version>${x.major}.2.3</x.version></properties>
              <dependencyManagement><dependencies><dependency><groupId>m</groupId><artifactId>managed</artifactId><version>4.0</version></dependency></dependencies></dependencyManagement>
              <dependencies>
                <dependency><groupId>x</groupId><artifactId>core</artifactId><version>${x.version}</version></dependency>
                <dependency><groupId>m</groupId><artifactId>managed</artifactId></dependency>
                <dependency><groupId>${project.groupId}</groupId><artifactId>sibling</artifactId><version>${project.version}</version></dependency>
                <dependency><groupId>p</groupId><artifactId>of-parent</artifactId></dependency>
                <dependency><groupId>p</groupId><artifactId>by-parent</artifactId><version>${of.parent}</version></dependency>
                <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>[4.13]</version><scope>test</scope></dependency>
                <dependency><groupId>r</groupId><artifactId>range</artifactId><version>[1,2)</version><optional>true</optional></dependency>
              </dependencies>
            </project>
            """, "x/core@1.2.3", "m/managed@4.0", "org.example/sibling@7", "p/of-parent@", "p/by-parent@", "junit/junit@4.13:test", "r/range@:optional"),
        new(new GradleLockfile(), "gradle.lockfile", """
            # This is a Gradle generated file for dependency locking.
            com.google.guava:guava:31.1-jre=compileClasspath,runtimeClasspath,testRuntimeClasspath
            junit:junit:4.13=testCompileClasspath,testRuntimeClasspath
            empty=annotationProcessor
            """, "com.google.guava/guava@31.1-jre", "junit/junit@4.13:test"),
        new(new GradleLockfile(), "buildscript-gradle.lockfile", "org.example:plugin:1.0=classpath\nempty=\n", "org.example/plugin@1.0:dev"),
        new(new GradleLockfile(), "gradle/dependency-locks/compileClasspath.lockfile", "# old\norg.example:lib:1.0\n", "org.example/lib@1.0"),
        new(new GradleVerification(), "gradle/verification-metadata.xml", """
            <verification-metadata xmlns="https://schema.gradle.org/dependency-verification">
              <configuration><verify-metadata>true</verify-metadata></configuration>
              <components>
                <component group="com.google.guava" name="guava" version="31.1-jre"><artifact name="guava-31.1-jre.jar"><sha256 value="00"/></artifact></component>
              </components>
            </verification-metadata>
            """, "com.google.guava/guava@31.1-jre"),
        new(new GradleCatalog(), "gradle/libs.versions.toml", """
            [versions]
            groovy = "3.0.5"
            strict = { strictly = "[1.7, 1.8[", prefer = "1.7.25" }

            [libraries]
            groovy-core = { module = "org.codehaus.groovy:groovy", version.ref = "groovy" }
            lang = { group = "org.apache.commons", name = "commons-lang3", version.ref = "strict" }
            short = "g:a:1.0"
            open = { module = "g:b", version = "1.+" }
            none = { module = "g:c" }

            [plugins]
            versions = { id = "com.example.versions", version = "0.45.0" }
            """, "org.codehaus.groovy/groovy@3.0.5", "org.apache.commons/commons-lang3@1.7.25", "g/a@1.0", "g/b@", "g/c@", "com.example.versions/com.example.versions.gradle.plugin@0.45.0:dev"),
        new(new SbtLock(), "build.sbt.lock", """
            {"lockVersion":1,"timestamp":"2023-01-01T00:00:00Z","configurations":["compile","runtime","test"],
             "dependencies":[{"org":"org.typelevel","name":"cats-core_2.13","version":"2.9.0","artifacts":[],"configurations":["compile","runtime","test"]},
              {"org":"org.scalatest","name":"scalatest_2.13","version":"3.2.15","artifacts":[],"configurations":["test"]}]}
            """, "org.typelevel/cats-core_2.13@2.9.0", "org.scalatest/scalatest_2.13@3.2.15:test"),
    ];
}
