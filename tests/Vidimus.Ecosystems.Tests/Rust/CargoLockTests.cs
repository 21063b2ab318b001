using System.Text.Json;
using Vidimus.Ecosystems.Rust;
using Vidimus.Ecosystems.Tests.Reading;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Rust;

public sealed class CargoLockTests
{
    [Fact]
    public void FindsThePackagesThatCargoResolves()
    {
        const string Registry = "/usr/share/cargo/registry";
        RealTool.Require("cargo");
        if (!Directory.Exists(Registry) || Directory.GetDirectories(Registry, "serde_json-*").Length == 0) RealTool.Missing("librust-serde-json-dev is not installed");
        using var folder = Places.Temporary();
        Write(folder, ".cargo/config.toml", $"[source.crates-io]\nreplace-with = \"deb\"\n[source.deb]\ndirectory = \"{Registry}\"\n");
        Write(folder, "Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[workspace]\nmembers = [\"member\"]\n[dependencies]\nserde_json = \"1\"\nmember = { path = \"member\" }\n");
        Write(folder, "member/Cargo.toml", "[package]\nname = \"member\"\nversion = \"0.2.0\"\nedition = \"2021\"\n[dependencies]\nsemver = \"1\"\n");
        Write(folder, "src/lib.rs", "");
        Write(folder, "member/src/lib.rs", "");
        RealTool.Run("cargo", ["generate-lockfile", "--offline"], folder: folder.Path);

        using var metadata = JsonDocument.Parse(RealTool.Run("cargo", ["metadata", "--offline", "--format-version", "1"], folder: folder.Path));
        var expected = metadata.RootElement.GetProperty("packages").EnumerateArray().Where(p => p.GetProperty("source").ValueKind is JsonValueKind.String)
            .Select(p => $"{p.GetProperty("name").GetString()}@{p.GetProperty("version").GetString()}").Order(StringComparer.Ordinal).ToList();
        Assert.True(expected.Count >= 4);
        Assert.Equal(expected, CollectorRun.Names(CollectorRun.Over(folder.Path, new CargoLock())));
    }

    [Fact]
    public void ReadsTheFirstFormat()
    {
        // Written by hand after Cargo's description of its older lock files: [root] is the project, checksums stand in [metadata].
        var file = new TestFile("Cargo.lock", """
            [root]
            name = "app"
            version = "0.1.0"
            dependencies = ["libc 0.2.0 (registry+https://index.example/)"]

            [[package]]
            name = "libc"
            version = "0.2.0"
            source = "registry+https://index.example/"

            [[package]]
            name = "forked"
            version = "1.0.0"
            source = "git+https://host.example/forked?branch=x#0123456789012345678901234567890123456789"

            [[package]]
            name = "own"
            version = "0.3.0"

            [metadata]
            "checksum libc 0.2.0 (registry+https://index.example/)" = "00"
            """);
        Assert.Equal(["forked@1.0.0", "libc@0.2.0"], CollectorRun.Names(file.Packages(new CargoLock())));
        Assert.Empty(file.Notes);
    }

    private static void Write(TemporaryFolder folder, string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[path])!);
        File.WriteAllText(folder[path], text);
    }
}
