using Vidimus.Ecosystems.Tests.Apk;
using Vidimus.Ecosystems.Tests.Dpkg;
using Vidimus.Ecosystems.Tests.DotNet;
using Vidimus.Ecosystems.Tests.EditorExtensions;
using Vidimus.Ecosystems.Tests.Go;
using Vidimus.Ecosystems.Tests.Java;
using Vidimus.Ecosystems.Tests.Kernels;
using Vidimus.Ecosystems.Tests.Npm;
using Vidimus.Ecosystems.Tests.OsRelease;
using Vidimus.Ecosystems.Tests.Programs;
using Vidimus.Ecosystems.Tests.Python;
using Vidimus.Ecosystems.Tests.Rpm;
using Vidimus.Ecosystems.Tests.Rust;
using Vidimus.Ecosystems.Tests.Systems;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Tests.Reading;

/// <summary>A small file of a format, written by hand from its specification, and what its collector finds in it.</summary>
/// <param name="Packages"><c>namespace/name@version</c>, behind it <c>:scope</c> where there is one; in the file's order.</param>
public sealed record Fixture(ICollector Collector, string Path, string Text, params string[] Packages)
{
    public static IReadOnlyList<Fixture> All { get; } = [.. TextFixtures.All, .. NpmFixtures.All, .. BuildToolFixtures.All, .. LanguageFixtures.All, .. SystemFixtures.All];

    /// <summary>The collectors whose files are no text, or are made by their own tools, by the tests that have them.</summary>
    public static IReadOnlyDictionary<string, Type> Elsewhere { get; } = new Dictionary<string, Type>
    {
        ["os-release"] = typeof(OsReleaseFilesTests),
        ["dpkg/status"] = typeof(DpkgStatusTests),
        ["dpkg/md5sums"] = typeof(DpkgMd5sumsTests),
        ["rpm/database"] = typeof(RpmDatabaseTests),
        ["apk/installed"] = typeof(ApkDatabaseTests),
        ["java/archive"] = typeof(JavaArchiveTests),
        ["python/archive"] = typeof(PythonArchiveTests),
        ["npm/bun-lockb"] = typeof(NpmManagersTests),
        ["go/sum"] = typeof(GoSumTests),
        ["go/binary"] = typeof(GoBinaryTests),
        ["rust/auditable"] = typeof(RustAuditableTests),
        ["dotnet/deps"] = typeof(DotNetTests),
        ["dotnet/package-folder"] = typeof(DotNetTests),
        ["dotnet/packages-lock"] = typeof(DotNetTests),
        ["dotnet/pe-version"] = typeof(EmbeddedTests),
        ["nix/store"] = typeof(SystemFamilyTests),
        ["chisel/manifest"] = typeof(SystemFamilyTests),
        ["ai/gguf"] = typeof(SystemFamilyTests),
        ["ai/safetensors"] = typeof(SystemFamilyTests),
        ["programs/versions"] = typeof(ProgramVersionsTests),
        ["programs/elf-note"] = typeof(EmbeddedTests),
        ["programs/native-image-sbom"] = typeof(EmbeddedTests),
        ["kernels/image"] = typeof(KernelTests),
        ["kernels/module"] = typeof(KernelTests),
        ["editor/extension"] = typeof(EditorExtensionManifestTests),
    };

    public static string Shown(Package package) => CollectorRun.Name(package) + (package.Scope is null ? "" : ":" + package.Scope);
}
