using System.Text;
using Vidimus.Ecosystems.Programs;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Programs;

public sealed class ProgramVersionsTests
{
    private const uint Executable = 0b111_101_101;

    /// <summary>The judge is dpkg: the version of the Debian package that the program comes from.</summary>
    [Theory]
    [InlineData("libssl3", "libcrypto.so.3", "openssl")]
    [InlineData("bash", "bash", "bash")]
    [InlineData("busybox-static", "busybox", "busybox")]
    [InlineData("curl", "curl", "curl")]
    [InlineData("libcurl4", "libcurl.so.4.*", "curl")]
    [InlineData("apache2-bin", "apache2", "apache/httpd")]
    [InlineData("nginx", "nginx", "nginx")]
    [InlineData("redis-tools", "redis-cli", "redis")]
    [InlineData("postgresql-15", "postgres", "postgresql")]
    [InlineData("mariadb-server-core", "mariadbd", "mariadb")]
    [InlineData("haproxy", "haproxy", "haproxy")]
    [InlineData("memcached", "memcached", "memcached")]
    [InlineData("libsqlite3-0", "libsqlite3.so.*", "sqlite")]
    [InlineData("zlib1g", "libz.so.*", "zlib")]
    [InlineData("php8.2-cli", "php8.2", "php")]
    [InlineData("libruby3.1", "libruby-3.1.so.*", "ruby")]
    [InlineData("openjdk-17-jre-headless", "libjvm.so", "openjdk")]
    [InlineData("perl-base", "perl", "perl")]
    [InlineData("python3.11-minimal", "python3.11", "python")]
    [InlineData("libnode108", "libnode.so.*", "node")]
    [InlineData("gawk", "gawk", "gawk")]
    [InlineData("git", "git", "git")]
    [InlineData("dnsmasq-base", "dnsmasq", "dnsmasq")]
    [InlineData("dovecot-core", "dovecot", "dovecot")]
    [InlineData("bind9", "named", "bind")]
    [InlineData("unbound", "unbound", "unbound")]
    [InlineData("exim4-daemon-light", "exim4", "exim")]
    [InlineData("lighttpd", "lighttpd", "lighttpd")]
    [InlineData("squid", "squid", "squid")]
    [InlineData("varnish", "varnishd", "varnish")]
    [InlineData("lua5.4", "lua5.4", "lua")]
    [InlineData("mosquitto", "mosquitto", "mosquitto")]
    [InlineData("proftpd-core", "proftpd", "proftpd")]
    [InlineData("vsftpd", "vsftpd", "vsftpd")]
    [InlineData("nmap", "nmap", "nmap")]
    [InlineData("tcpdump", "tcpdump", "tcpdump")]
    [InlineData("openssh-server", "sshd", "openssh")]
    [InlineData("openvpn", "openvpn", "openvpn")]
    [InlineData("stunnel4", "stunnel4", "stunnel")]
    [InlineData("sudo", "sudoers.so", "sudo")]
    [InlineData("slapd", "slapd", "openldap")]
    [InlineData("libexpat1", "libexpat.so.*", "expat")]
    [InlineData("libgcrypt20", "libgcrypt.so.*", "libgcrypt")]
    [InlineData("libgnutls30", "libgnutls.so.*", "gnutls")]
    [InlineData("libmbedcrypto7", "libmbedcrypto.so.*", "mbedtls")]
    [InlineData("libwolfssl35", "libwolfssl.so.*", "wolfssl")]
    [InlineData("libpng16-16", "libpng16.so.*", "libpng")]
    [InlineData("libtiff6", "libtiff.so.*", "libtiff")]
    [InlineData("libjpeg62-turbo", "libjpeg.so.*", "libjpeg-turbo")]
    [InlineData("libarchive13", "libarchive.so.*", "libarchive")]
    [InlineData("libssh-4", "libssh.so.*", "libssh")]
    [InlineData("libssh2-1", "libssh2.so.*", "libssh2")]
    [InlineData("libpcap0.8", "libpcap.so.*", "libpcap")]
    [InlineData("libavutil57", "libavutil.so.*", "ffmpeg")]
    [InlineData("libevent-2.1-7", "libevent-2.1.so.*", "libevent")]
    [InlineData("libuv1", "libuv.so.*", "libuv")]
    [InlineData("libbz2-1.0", "libbz2.so.*", "bzip2")]
    [InlineData("libc6", "libc.so.6", "glibc")]
    [InlineData("rsync", "rsync", "rsync")]
    [InlineData("tmux", "tmux", "tmux")]
    public void RecognisesWhatDebianBuilt(string package, string file, string product)
    {
        var (folder, version) = DebianFiles.Of(package);
        var path = Directory.EnumerateFiles(folder, file, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).First(IsElf);
        var found = TestFile.Of(path, "opt/" + Path.GetFileName(path)).Packages(new ProgramVersions());

        var own = Assert.Single(found, p => Product(p) == product);
        Assert.Equal(DebianFiles.Upstream(version), own.Version);
        Assert.InRange(own.Evidence!.Confidence, 0.5, 1);
        Assert.Contains(own.Version is var v && product is "sqlite" ? "fts5: 20" : v, own.Evidence.Text);
    }

    /// <summary>What Debian has not: the texts that the programs' sources print, as their documents or answers on the network show them.</summary>
    [Theory]
    [InlineData("envoy", "\0816188b86a0a52095b116b107f576324082c7c02/1.30.1/Clean/RELEASE/BoringSSL\0", "1.30.1")]
    [InlineData("openresty", "\0nginx version: openresty/1.21.4.1\n\0", "1.21.4.1")]
    [InlineData("tengine", "\0nginx version: Tengine/2.3.3\0", "2.3.3")]
    [InlineData("libressl", "\0LibreSSL 3.8.2\0..\0OPENSSLDIR: \"/etc/ssl\"\0", "3.8.2")]
    [InlineData("dropbear", "\0SSH-2.0-dropbear_2022.83\0", "2022.83")]
    [InlineData("thttpd", "\0thttpd/2.29 23May2018\0", "2.29")]
    [InlineData("mini_httpd", "\0mini_httpd/1.30 26Oct2018\0", "1.30")]
    [InlineData("boa", "\0Boa/0.94.14rc21\0", "0.94.14rc21")]
    [InlineData("mysql", "\0/build/mysql-8.0.36/sql/item.cc\0", "8.0.36")]
    [InlineData("hostapd", "\0hostapd v2.10\0", "2.10")]
    [InlineData("wpa_supplicant", "\0wpa_supplicant v2.10\0", "2.10")]
    [InlineData("miniupnpd", "\0MiniUPnPd/2.3.3\0", "2.3.3")]
    [InlineData("libupnp", "\0Portable SDK for UPnP devices/1.14.12\0", "1.14.12")]
    [InlineData("ntp", "\0ntpd 4.2.8p15@1.3728-o Wed Sep 23 11:46:38 UTC 2020 (1)\0", "4.2.8p15")]
    [InlineData("imagemagick", "\0ImageMagick 6.9.11-60 Q16 x86_64 2021-01-25 https://imagemagick.org\0", "6.9.11-60")]
    [InlineData("gdal", "\0GDAL 3.6.2, released 2023/01/02\0", "3.6.2")]
    [InlineData("luajit", "\0LuaJIT 2.1.0-beta3\0", "2.1.0-beta3")]
    [InlineData("mruby", "\0mruby 3.1.0 (2022-05-12)\0", "3.1.0")]
    [InlineData("postfix", "\0mail_version=3.7.11\0", "3.7.11")]
    [InlineData("vim", "\0VIM - Vi IMproved 9.0\0", "9.0")]
    [InlineData("u-boot", "\0U-Boot 2023.01 (Jan 09 2023 - 16:07:33 +0000)\0", "2023.01")]
    [InlineData("linux", "\0Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0)\0", "6.1.0-18-amd64")]
    [InlineData("python", "\0pymalloc\0pymalloc_debug\03.12.1\0strict\0", "3.12.1")]
    [InlineData("redis", "\0Private_Dirty:\07.2.41704067200000000000\0", "7.2.4")]
    [InlineData("openssl", "\0OpenSSL 1.1.1w  11 Sep 2023\0..\0OPENSSLDIR: \"/usr/lib/ssl\"\0", "1.1.1w")]
    [InlineData("openssl", "\0OpenSSL 3.0.2-quic1 15 Mar 2022\0OPENSSLDIR: \"/\"\0", "3.0.2")]
    public void RecognisesWhatSourcesSay(string product, string text, string version)
    {
        var found = Find(text);
        var own = Assert.Single(found);
        Assert.Equal((product, version), (Product(own), own.Version));
        Assert.Equal("opt/tool", new TestFile("opt/tool", "").Path);
    }

    /// <summary>A mention is no evidence, and neither is the version of headers: nginx, PHP and Tor hold the text of the OpenSSL that they were compiled with and load another.</summary>
    [Theory]
    [InlineData("\0Usage: tool [--tls]\nNeeds OpenSSL 1.1.1 or newer, see OPENSSLDIR: x\0")]
    [InlineData("\0this needs OpenSSL 1.1.1k  25 Mar 2021 or newer, OPENSSLDIR: x\0")]
    [InlineData("\0OpenSSL 1.1.1k  25 Mar 2021\0")]
    [InlineData("\0runs with nginx/1.18.0 and Apache/2.4.1 too\0")]
    [InlineData("\0Bash version 5.2 or newer\0BusyBox vX\0")]
    [InlineData("\0see https://zlib.net: deflate 1.2.11 is old\0")]
    [InlineData("\0OpenSSH_%s\0SSH-2.0-libssh_%d\0mysql-8.0.36\0")]
    [InlineData("\0curl/7.88.1\0")]
    public void AMentionIsNoEvidence(string text) => Assert.Empty(Find(text));

    [Theory]
    [InlineData("nginx", "nginx")]
    [InlineData("php8.2-cli", "php8.2")]
    [InlineData("tor", "tor")]
    public void ADynamicallyLinkedProgramDoesNotHoldTheLibrary(string package, string file)
    {
        var path = Directory.EnumerateFiles(DebianFiles.Of(package).Folder, file, SearchOption.AllDirectories).First(f => new FileInfo(f).Length > 100_000);
        Assert.DoesNotContain(TestFile.Of(path, file).Packages(new ProgramVersions()), p => p.Name is "openssl");
    }

    /// <summary>A real static link of Debian's own archives, then stripped: dpkg says their versions.</summary>
    [Fact]
    public void FindsLibrariesInsideAProgram()
    {
        RealTool.Require("gcc", "strip");
        using var folder = Places.Temporary();
        var libraries = new[] { ("libssl-dev", "libcrypto.a", "openssl"), ("zlib1g-dev", "libz.a", "zlib"), ("libsqlite3-dev", "libsqlite3.a", "sqlite") };
        var archives = libraries.Select(l => Directory.EnumerateFiles(DebianFiles.Of(l.Item1).Folder, l.Item2, SearchOption.AllDirectories).First()).ToList();
        File.WriteAllText(folder["a.c"], "const char *OpenSSL_version(int); int deflateInit_(void *, int, const char *, int); int sqlite3_open(const char *, void **);\nint main(void) { void *d; return OpenSSL_version(0)[0] + deflateInit_(0, 0, 0, 0) + sqlite3_open(\"\", &d); }\n");
        RealTool.Run("gcc", ["-w", "-o", "tool", "a.c", archives[2], archives[0], archives[1], "-lm", "-ldl", "-lpthread"], folder: folder.Path);
        RealTool.Run("strip", ["tool"], folder: folder.Path);

        var found = TestFile.Of(folder["tool"], "opt/tool").Packages(new ProgramVersions());
        Assert.Equal(
            libraries.Select(l => $"{l.Item3}@{DebianFiles.Upstream(DebianFiles.Of(l.Item1).Version)}").Order(StringComparer.Ordinal),
            found.Select(p => $"{p.Name}@{p.Version}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TheTableNamesSixtyProgramsAndMore()
    {
        Assert.InRange(ProgramRules.All.Select(r => r.Product).Distinct().Count(), 60, 1000);
        Assert.All(ProgramRules.All, r => Assert.InRange(r.Anchor.Length, 5, 64));
        Assert.All(ProgramRules.All, r => Assert.True(r.Takes("x") || r.File is not null));
    }

    /// <summary>A text may lie across the pieces in which a part is read.</summary>
    [Fact]
    public void FindsATextWhereverItLies()
    {
        foreach (var before in new[] { 0, 1, 95, 97, (256 << 10) - 200, (256 << 10) - 30, (256 << 10) - 5, 256 << 10, (512 << 10) - 300, (512 << 10) - 96 })
        {
            var own = Assert.Single(Find(new string('\0', before) + "\0nginx version: nginx/1.22.1\n\0" + new string('\0', 300)));
            Assert.Equal("1.22.1", own.Version);
        }
    }

    [Fact]
    public void SurvivesTornAndDamagedFiles()
    {
        var whole = SmallElf.Of(Encoding.Latin1.GetBytes("\0OpenSSL 1.1.1w  11 Sep 2023\0OPENSSLDIR: \0deflate 1.2.13 Copyright 1995-2022\0\0ruby 3.1.2p20 (2022-04-12 revision 4491bb740a)\0"));
        for (var length = 0; length < whole.Length; length++) new TestFile("a", whole[..length], Executable).Collect(new ProgramVersions());
        foreach (var damaged in Mutations.Of(whole, seed: 3, count: 3000)) new TestFile("a", damaged, Executable).Collect(new ProgramVersions());
        var noise = string.Concat(Enumerable.Repeat("\0OpenSSL 1.1.1w  1\0GNU C Library (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa stable release version ", 20_000));
        var file = new TestFile("a", SmallElf.Of(Encoding.Latin1.GetBytes(noise)), Executable);
        Assert.Empty(file.Packages(new ProgramVersions()));
        Assert.Equal(Notes.Limit, Assert.Single(file.Notes).Kind);
    }

    /// <summary>The judge of the search is the plain one, text by text.</summary>
    [Fact]
    public void SearchesAsThePlainWayDoes()
    {
        var random = new Random(11);
        for (var run = 0; run < 300; run++)
        {
            var patterns = Enumerable.Range(0, random.Next(1, 12)).Select(_ => Enumerable.Range(0, random.Next(2, 9)).Select(_ => (byte)random.Next('a', 'd')).ToArray()).ToList();
            var text = Enumerable.Range(0, random.Next(0, 400)).Select(_ => (byte)random.Next('a', 'd')).ToArray();
            var found = new List<(int, int)>();
            new PatternSearch(patterns).Find(text, (pattern, at) => found.Add((at, pattern)));
            var plain = from at in Enumerable.Range(0, text.Length) from p in Enumerable.Range(0, patterns.Count) where text.AsSpan(at).StartsWith(patterns[p]) select (at, p);
            Assert.Equal(plain, found);
        }
    }

    private static IReadOnlyList<Package> Find(string text) => new TestFile("opt/tool", SmallElf.Of(Encoding.Latin1.GetBytes(text)), Executable).Packages(new ProgramVersions());

    private static bool IsElf(string path)
    {
        Span<byte> head = stackalloc byte[4];
        using var stream = File.OpenRead(path);
        return stream.ReadAtLeast(head, 4, throwOnEndOfStream: false) == 4 && head.SequenceEqual("\u007fELF"u8);
    }

    private static string Product(Package package) => package.Namespace is null ? package.Name : $"{package.Namespace}/{package.Name}";
}
