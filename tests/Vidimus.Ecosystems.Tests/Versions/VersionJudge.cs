using System.Security.Cryptography;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Versions;

/// <summary>The real tools that say how two versions compare: a small program of ours around each, in the folder Judges.</summary>
public static class VersionJudge
{
    private static string Sources => Path.Combine(Places.Repository, "tests", "Vidimus.Ecosystems.Tests", "Versions", "Judges");

    /// <summary>A sign for each pair: <c>&lt;</c>, <c>=</c>, <c>&gt;</c>, <c>!</c> when a version is refused, <c>?</c> when the tool orders them neither way.</summary>
    public static char[] Answers(string scheme, IReadOnlyList<(string Left, string Right)> pairs)
    {
        if (scheme == "nuget") return [.. pairs.Select(pair => NugetJudge.Answer(pair.Left, pair.Right))];

        var (program, arguments) = Command(scheme);
        var input = string.Concat(pairs.Select(pair => $"{pair.Left}\t{pair.Right}\n"));
        var answers = RealTool.Run(program, arguments, input).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(pairs.Count, answers.Length);
        return [.. answers.Select(answer => answer[0])];
    }

    private static (string Program, string[] Arguments) Command(string scheme) => scheme switch
    {
        "deb" => (Compiled("deb.c", "/usr/include/dpkg/dpkg.h", ["gcc"], "gcc -O1 -DLIBDPKG_VOLATILE_API -o judge deb.c -ldpkg -lmd"), []),
        "rpm" => (Tool("/usr/bin/python3", "/usr/lib/python3/dist-packages/rpm"), [Source("rpm_judge.py")]),
        "pypi" => (Tool("/usr/bin/python3", "/usr/lib/python3/dist-packages/packaging"), [Source("pypi.py")]),
        "npm" => (Tool("node"), [Source("npm.js"), NpmModules.Of("semver", "semver@7.8.6")]),
        "cargo" or "hex" or "swift" or "github" or "bitnami" => (Compiled("cargo.rs", "/usr/share/cargo/registry", ["cargo"], """
            mkdir -p src .cargo
            mv cargo.rs src/main.rs
            printf '[package]\nname = "judge"\nversion = "1.0.0"\nedition = "2021"\n[dependencies]\nsemver = "1"\n' > Cargo.toml
            printf '[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "/usr/share/cargo/registry"\n' > .cargo/config.toml
            cargo build --quiet --release --offline
            mv target/release/judge judge
            """), []),
        "alpm" => (Tool("bash", "/usr/bin/vercmp"), [Source("vercmp.sh")]),
        "cran" => (Tool("Rscript"), ["--vanilla", Source("cran.R")]),
        "hackage" => (Tool("/usr/bin/python3"), [Source("hackage.py")]),
        "golang" => (Compiled("golang.go", "/usr/share/gocode/src/golang.org/x/mod/semver", ["go"], "GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$PWD/cache go build -o judge golang.go"), []),
        "maven" => (Compiled("Maven.java", Maven.Split(':')[0], ["javac", "java"], $"""
            javac -cp {Maven} Maven.java
            printf '#!/bin/sh\nexec java -cp {Maven}:%s Maven\n' "$PWD" > judge
            chmod +x judge
            """), []),
        "gem" => (Tool("ruby"), [Source("gem.rb")]),
        "composer" => (Tool("php", "/usr/share/php/Composer/Semver/autoload.php"), [Source("composer.php")]),
        _ => throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "no judge"),
    };

    private const string Maven = "/usr/share/java/maven-artifact-3.x.jar:/usr/share/java/commons-lang3.jar";

    private static string Source(string name) => Path.Combine(Sources, name);

    private static string Tool(string program, string? alsoNeeds = null)
    {
        RealTool.Require(program);
        if (alsoNeeds is not null && !Path.Exists(alsoNeeds)) RealTool.Missing($"{alsoNeeds} is absent; ./test installs it when run as root");
        return program;
    }

    /// <summary>Builds a judge once for each state of its source and gives its program, <c>judge</c>.</summary>
    private static string Compiled(string source, string needs, string[] tools, string build)
    {
        RealTool.Require(tools);
        if (!Path.Exists(needs)) RealTool.Missing($"{needs} is absent; ./test installs it when run as root");

        var text = File.ReadAllText(Source(source));
        var state = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text + build)))[..16];
        var folder = Path.Combine(Places.Cache("judges"), $"{Path.GetFileNameWithoutExtension(source)}-{state}");
        var judge = Path.Combine(folder, "judge");
        using var turn = DebianRoot.Turn(folder + ".lock");
        if (File.Exists(judge)) return judge;

        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, source), text);
        RealTool.Bash(build, folder);
        return judge;
    }
}
