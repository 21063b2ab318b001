using Vidimus.Ecosystems.AzureLinux;
using Vidimus.Ecosystems.Bitnami;
using Vidimus.Ecosystems.Bottlerocket;
using Vidimus.Ecosystems.ContainerOptimizedOs;
using Vidimus.Ecosystems.Flatpak;
using Vidimus.Ecosystems.Gentoo;
using Vidimus.Ecosystems.Java;
using Vidimus.Ecosystems.Opkg;
using Vidimus.Ecosystems.Pacman;
using Vidimus.Ecosystems.Snap;

namespace Vidimus.Ecosystems.Tests.Reading;

/// <summary>One file of each format of systems and their package managers, written by hand from its specification.</summary>
internal static class SystemFixtures
{
    public static IReadOnlyList<Fixture> All { get; } =
    [
        new(new OpkgStatus(), "usr/lib/opkg/status", "Package: busybox\nVersion: 1.36.1-1\nDepends: libc\nStatus: install user installed\nArchitecture: x86_64\n\nPackage: gone\nVersion: 1\nStatus: deinstall user not-installed\n", "busybox@1.36.1-1"),
        new(new OpkgStatus(), "rom/usr/lib/opkg/info/dropbear.control", "Package: dropbear\nVersion: 2022.82-6\nLicense: MIT\nDescription: a\n server\n", "dropbear@2022.82-6"),
        new(new PacmanDesc(), "var/lib/pacman/local/openssl-1.1-1:1.1.1.w-1/desc", "%NAME%\nopenssl-1.1\n\n%VERSION%\n1:1.1.1.w-1\n\n%BASE%\nopenssl-src\n\n%ARCH%\nx86_64\n\n%LICENSE%\ncustom:BSD\nMIT\n\n%DEPENDS%\nglibc\n\n", "openssl-1.1@1:1.1.1.w-1"),
        new(new PortagePackages(), "var/db/pkg/dev-libs/openssl-3.0.13-r2/PF", "openssl-3.0.13-r2\n", "dev-libs/openssl@3.0.13-r2"),
        new(new PortagePackages(), "var/db/pkg/media-libs/libpng-1.6.40/PF", "a-2b-1.6.40_p1\n", "media-libs/a-2b@1.6.40_p1"),
        new(new SnapMeta(), "snap/lxd/24322/meta/snap.yaml", "name: lxd\nversion: 5.0.2-838e1b2\narchitectures:\n- amd64\nlicense: Apache-2.0\napps: {a: {command: x}}\n", "lxd@5.0.2-838e1b2"),
        new(new FlatpakApps(), "var/lib/flatpak/app/org.gnome.Maps/x86_64/stable/0a1b/files/share/metainfo/org.gnome.Maps.metainfo.xml", "<?xml version=\"1.0\"?><component type=\"desktop-application\"><id>org.gnome.Maps</id><project_license>GPL-2.0+</project_license><releases><release version=\"45.3\" date=\"2024-01-01\"/><release version=\"45.2\"/></releases></component>", "org.gnome.Maps@45.3"),
        new(new ContainerManifest(), "var/lib/rpmmanifest/container-manifest-2", "openssl-libs\t1.1.1k-28.cm2\t1696000000\t1690000000\tMicrosoft Corporation\t(none)\t10\tx86_64\t0\topenssl-1.1.1k-28.cm2.src.rpm\nvim\t9.0-1.cm2\t1\t1\t(none)\t2\t1\tx86_64\t2\t(none)\n", "openssl-libs@1.1.1k-28.cm2", "vim@2:9.0-1.cm2"),
        new(new BottlerocketInventory(), "usr/share/bottlerocket/application-inventory.json", """{"Content":[{"Name":"kernel-6.1","Publisher":"Bottlerocket","InstalledTime":"2024-02-01T00:00:00Z","ApplicationType":"Unspecified","Architecture":"x86_64","Url":"","Version":"6.1.77","Release":"1.br1","Epoch":"0","Summary":""},{"Name":"a","Version":"1","Epoch":"2"}]}""", "kernel-6.1@6.1.77-1.br1", "a@2:1"),
        new(new CosPackages(), "etc/cos-package-info.json", """{"installedPackages":[{"category":"app-arch","name":"gzip","version":"1.9","revision":"1"}],"buildTimePackages":[{"category":"virtual","name":"x","version":"1"}]}""", "app-arch/gzip@1.9"),
        new(new BitnamiSpdx(), "opt/bitnami/postgresql/.spdx-postgresql.spdx", """{"SPDXID":"SPDXRef-DOCUMENT","spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"SPDXRef-postgresql","name":"postgresql","versionInfo":"15.3.0-1","licenseDeclared":"PostgreSQL","externalRefs":[{"referenceCategory":"SECURITY","referenceType":"cpe23Type","referenceLocator":"cpe:2.3:*:postgresql:postgresql:15.3.0:*:*:*:*:*:*:*"},{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:bitnami/postgresql@15.3.0-1?arch=amd64&distro=debian-11"}]},{"SPDXID":"SPDXRef-x","name":"no purl"}]}""", "postgresql@15.3.0-1"),
        new(new JenkinsPlugins(), "var/jenkins_home/plugins/git/META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nGroup-Id: org.jenkins-ci.plugins\r\nShort-Name: git\r\nPlugin-Version: 4.8.3 (private)\r\n\r\n", "org.jenkins-ci.plugins/git@4.8.3"),
    ];
}
