using System.Globalization;
using System.Text;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Rpm;

/// <summary>Packages made by rpmbuild: some hundred from a few sources, with epochs, versions of their own, vendors, modules, licences and files.</summary>
public sealed class RpmPackages : IDisposable
{
    private readonly TemporaryFolder folder = Places.Temporary();

    public RpmPackages()
    {
        RealTool.Require("rpmbuild", "rpm");
        var random = new Random(12);
        for (var source = 0; source < 6; source++)
        {
            File.WriteAllText(folder[$"{source}.spec"], Spec(source, random));
            RealTool.Run("rpmbuild", ["-bb", "--quiet", "--define", $"_topdir {folder["top"]}", "--define", "_binary_payload w1.gzdio", folder[$"{source}.spec"]]);
        }
    }

    /// <summary>The built files.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFiles(folder["top/RPMS"], "*.rpm", SearchOption.AllDirectories);

    public void Dispose() => folder.Dispose();

    private static string Spec(int source, Random random)
    {
        var spec = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"""
            %define _binary_filedigest_algorithm {new[] { 8, 8, 1, 2, 8, 10 }[source]}
            %define debug_package %nil
            %define __os_install_post %nil
            Name: source-{source}.x
            Version: {random.Next(9)}.{random.Next(30)}~rc{source}
            Release: {random.Next(20)}.el9
            Summary: s
            License: {new[] { "MIT", "GPLv2+ and BSD", "Apache-2.0" }[source % 3]}

            """));
        if (source % 2 == 1) spec.Append(CultureInfo.InvariantCulture, $"Epoch: {random.Next(1, 9)}\n");
        if (source != 4) spec.Append(CultureInfo.InvariantCulture, $"Vendor: {new[] { "Red Hat, Inc.", "Rocky Enterprise Software Foundation", "Ünïcode", "SUSE LLC <https://www.suse.com/>" }[source % 4]}\n");
        if (source is 1 or 3) spec.Append(CultureInfo.InvariantCulture, $"Modularitylabel: nodejs:{source}8:8080020230301:abcd1234\n");
        spec.Append("%description\nd\n%files\n");

        var install = new StringBuilder("%install\n");
        for (var n = 0; n < 50; n++)
        {
            var name = n == 0 && source == 0 ? "gpg-pubkey" : $"package-{source}-{n}{new[] { "", "+x", "-libs", ".5" }[random.Next(4)]}";
            spec.Append(CultureInfo.InvariantCulture, $"%package -n {name}\nSummary: s\nAutoReqProv: no\n");
            if (random.Next(3) == 0) spec.Append(CultureInfo.InvariantCulture, $"Version: {random.Next(50)}.{random.Next(50)}\n");
            if (random.Next(4) == 0) spec.Append(CultureInfo.InvariantCulture, $"Epoch: {random.Next(3)}\n");
            if (random.Next(3) == 0) spec.Append("BuildArch: noarch\n");
            spec.Append(CultureInfo.InvariantCulture, $"%description -n {name}\nd\n%files -n {name}\n");

            // One in twenty has so many files that its header fills pages of its own in every kind of database.
            var files = random.Next(20) == 0 ? 500 : random.Next(6);
            if (files > 0) install.Append(CultureInfo.InvariantCulture, $"mkdir -p %buildroot/usr/share/p{source}-{n}/ä\n");
            for (var f = 0; f < files; f++)
            {
                var path = $"/usr/share/p{source}-{n}/{(f % 3 == 0 ? "ä/" : "")}file-{f}";
                install.Append(CultureInfo.InvariantCulture, $"echo {source}-{n}-{f % 7} > %buildroot{path}\n");
                spec.Append(path).Append('\n');
            }

            if (files > 0) spec.Append(CultureInfo.InvariantCulture, $"%dir /usr/share/p{source}-{n}\n");
        }

        return spec.Append(install).ToString();
    }
}
