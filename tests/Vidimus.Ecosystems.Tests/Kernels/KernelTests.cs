using System.Text;
using Vidimus.Ecosystems.Kernels;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Kernels;

/// <summary>The image is written by hand from the kernel's arch/x86/boot.rst, the module by gcc with the section that the kernel's macros make.</summary>
public sealed class KernelTests
{
    [Fact]
    public void ReadsTheReleaseOfAnImage()
    {
        var package = Assert.IsType<Package>(Assert.Single(new TestFile("boot/vmlinuz-6.1.0-37-amd64", Image("6.1.0-37-amd64 (debian-kernel@lists.debian.org) #1 SMP")).Collect(new KernelImages())));
        Assert.Equal(("linux-kernel", "6.1.0-37-amd64"), (package.Name, package.Version));
        Assert.Equal("6.1.0-37-amd64 (debian-kernel@lists.debian.org) #1 SMP", package.Evidence?.Text);
    }

    [Fact]
    public void ATornImageTellsNothingOrANote()
    {
        var image = Image("6.1.0 (x) #1");
        for (var length = 0; length < image.Length; length += 7)
        {
            var facts = new TestFile("boot/vmlinuz", image[..length]).Collect(new KernelImages());
            Assert.True(facts.Count <= 1);
        }

        var none = new TestFile("boot/vmlinuz", Image("\u0001"));
        Assert.Empty(none.Collect(new KernelImages()));
        Assert.Single(none.Notes);
    }

    [Fact]
    public void ReadsWhatAModuleSaysOfItself()
    {
        RealTool.Require("gcc");
        using var folder = Places.Temporary();
        File.WriteAllText(folder["m.c"], """
            #define INFO(n, text) static const char n[] __attribute__((used, section(".modinfo"), aligned(1))) = text
            INFO(a, "version=535.183.01"); INFO(b, "license=NVIDIA"); INFO(c, "name=nvidia"); INFO(d, "vermagic=6.1.0-37-amd64 SMP preempt mod_unload modversions ");
            """);
        RealTool.Bash("gcc -c -o m.ko m.c", folder.Path);
        const string Path = "usr/lib/modules/6.1.0-37-amd64/updates/dkms/nvidia.ko";
        var package = Assert.IsType<Package>(Assert.Single(TestFile.Of(folder["m.ko"], Path).Collect(new KernelModules())));
        Assert.Equal("pkg:generic/linux-module/nvidia@535.183.01", Purls.Of(package, null).ToString());
        Assert.Equal("vermagic=6.1.0-37-amd64 SMP preempt mod_unload modversions ", package.Evidence?.Text);

        var whole = File.ReadAllBytes(folder["m.ko"]);
        for (var length = 0; length < whole.Length; length += 5) Assert.True(new TestFile(Path, whole[..length]).Collect(new KernelModules()).Count <= 1);
    }

    private static byte[] Image(string version)
    {
        var image = new byte[0x800];
        "MZ"u8.CopyTo(image);
        "HdrS"u8.CopyTo(image.AsSpan(0x202));
        image[0x20E] = 0x00;
        image[0x20F] = 0x03;
        Encoding.ASCII.GetBytes(version).CopyTo(image, 0x200 + 0x300);
        return image;
    }
}
