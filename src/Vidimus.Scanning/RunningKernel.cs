using Vidimus.Model.Inventory;

namespace Vidimus.Scanning;

/// <summary>Tells the kernel that runs from those that are only installed.</summary>
/// <remarks>
/// A machine keeps some kernels to fall back to; what is wrong in one that does not run can be reached by nobody until it does. Inspector reports the running kernel alone. We keep the others, marked by the scope
/// <see cref="NotRunning"/>, so that a report, a policy or a person can tell them apart. When no installed package is of the running release (in a container, or with a kernel built by hand) nothing is marked: then we don't know.
/// </remarks>
public static class RunningKernel
{
    /// <summary>The scope of a kernel's package whose kernel does not run.</summary>
    public const string NotRunning = "not-running";

    private static readonly string[] DebianNames = ["linux-image-unsigned-", "linux-image-", "linux-modules-extra-", "linux-modules-"];

    /// <summary>What <c>uname -r</c> says on this machine; null where that can't be told.</summary>
    public static string? Release
    {
        get
        {
            try
            {
                return File.ReadAllText("/proc/sys/kernel/osrelease").Trim() is { Length: > 0 } release ? release : null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>Marks the packages of other kernels than the running one.</summary>
    /// <param name="running">What <c>uname -r</c> says; null when unknown, and then nothing is marked.</param>
    public static Inventory Mark(Inventory inventory, string? running)
    {
        if (running is null) return inventory;
        var kernels = inventory.Packages.Where(p => ReleaseOf(p.Package) is not null).ToList();
        if (kernels.Count == 0) return inventory;
        if (!kernels.Exists(p => ReleaseOf(p.Package) == running)) return inventory with { Notes = [.. inventory.Notes, new(Notes.Information, "", $"the running kernel {running} is of none of the {kernels.Count} installed packages of kernels")] };

        return inventory with { Packages = [.. inventory.Packages.Select(p => ReleaseOf(p.Package) is { } release && release != running ? p with { Package = p.Package with { Scope = NotRunning } } : p)] };
    }

    /// <summary>The release of the kernel that a package holds the image or modules of, as <c>uname -r</c> has it; null for every other package.</summary>
    /// <remarks>Debian's and Ubuntu's packages have it in their name; rpm's are <c>kernel</c>, <c>kernel-core</c>, <c>kernel-uek-modules</c> and so on, and the release is <c>VERSION-RELEASE.ARCH</c> (SUSE adds the flavour: <c>6.4.0-150600.21-default</c>, without the last part of the
    /// package's release, so that its kernels are not told apart and not marked).</remarks>
    public static string? ReleaseOf(Package package)
    {
        ArgumentNullException.ThrowIfNull(package);
        if (package.Type is "deb")
        {
            var prefix = Array.Find(DebianNames, name => package.Name.StartsWith(name, StringComparison.Ordinal));
            return prefix is not null && package.Name.Length > prefix.Length && char.IsAsciiDigit(package.Name[prefix.Length]) ? package.Name[prefix.Length..] : null;
        }

        if (package.Type is not "rpm" || !IsRpmKernel(package.Name)) return null;
        var version = Purls.Epoch(package.Version) is { } epoch ? package.Version[(epoch.Length + 1)..] : package.Version;
        return $"{version}.{package.Architecture}";
    }

    private static bool IsRpmKernel(string name) => name is "kernel" or "kernel-core" or "kernel-modules" or "kernel-modules-core" or "kernel-modules-extra"
        or "kernel-uek" or "kernel-uek-core" or "kernel-uek-modules" or "kernel-uek-modules-core" or "kernel6.12" or "kernel6.18";
}
