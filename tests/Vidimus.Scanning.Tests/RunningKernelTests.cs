using Vidimus.Model.Inventory;

namespace Vidimus.Scanning.Tests;

/// <summary>Names of packages are Debian's, Ubuntu's, Red Hat's and Oracle's; what <c>uname -r</c> says with each is in their documentation.</summary>
public sealed class RunningKernelTests
{
    [Theory]
    [InlineData("deb", "linux-image-6.1.0-37-amd64", "6.1.140-1", "amd64", "6.1.0-37-amd64")]
    [InlineData("deb", "linux-image-unsigned-5.15.0-107-generic", "5.15.0-107.117", "amd64", "5.15.0-107-generic")]
    [InlineData("deb", "linux-modules-extra-5.15.0-107-generic", "5.15.0-107.117", "amd64", "5.15.0-107-generic")]
    [InlineData("deb", "linux-image-amd64", "6.1.140-1", "amd64", null)]
    [InlineData("deb", "linux-libc-dev", "6.1.140-1", "amd64", null)]
    [InlineData("rpm", "kernel-core", "5.14.0-427.13.1.el9_4", "x86_64", "5.14.0-427.13.1.el9_4.x86_64")]
    [InlineData("rpm", "kernel-uek-core", "5.15.0-206.153.7.el9uek", "x86_64", "5.15.0-206.153.7.el9uek.x86_64")]
    [InlineData("rpm", "kernel-headers", "5.14.0-427.13.1.el9_4", "x86_64", null)]
    [InlineData("rpm", "kernel-tools", "5.14.0-427.13.1.el9_4", "x86_64", null)]
    public void TellsAPackagesKernelRelease(string type, string name, string version, string architecture, string? release) =>
        Assert.Equal(release, RunningKernel.ReleaseOf(new() { Type = type, Name = name, Version = version, Architecture = architecture }));

    [Fact]
    public void MarksKernelsThatDoNotRun()
    {
        var inventory = RunningKernel.Mark(Of("linux-image-6.1.0-37-amd64", "linux-image-6.1.0-35-amd64", "bash"), "6.1.0-37-amd64");
        Assert.Equal([null, RunningKernel.NotRunning, null], inventory.Packages.Select(p => p.Package.Scope));
        Assert.Empty(inventory.Notes);
    }

    [Fact]
    public void MarksNothingWhenTheRunningKernelIsOfNoPackage()
    {
        var inventory = RunningKernel.Mark(Of("linux-image-6.1.0-37-amd64", "linux-image-6.1.0-35-amd64"), "6.18.5-own");
        Assert.All(inventory.Packages, p => Assert.Null(p.Package.Scope));
        Assert.Contains("6.18.5-own", Assert.Single(inventory.Notes).Message, StringComparison.Ordinal);
        Assert.Empty(RunningKernel.Mark(Of("bash"), "6.18.5-own").Notes);
        Assert.All(RunningKernel.Mark(Of("linux-image-6.1.0-37-amd64"), null).Packages, p => Assert.Null(p.Package.Scope));
    }

    private static Inventory Of(params string[] names) => new()
    {
        Target = new("host", "test", null, null, []),
        Packages = [.. names.Select(name => new InventoryPackage(name, $"pkg:deb/debian/{name}@1", new() { Type = "deb", Name = name, Version = "1" }, [], null))],
        Notes = [],
    };
}
