using Vidimus.Ecosystems.CocoaPods;
using Vidimus.Ecosystems.Conan;
using Vidimus.Ecosystems.Conda;
using Vidimus.Ecosystems.Dart;
using Vidimus.Ecosystems.GitHubActions;
using Vidimus.Ecosystems.Haskell;
using Vidimus.Ecosystems.Hex;
using Vidimus.Ecosystems.Julia;
using Vidimus.Ecosystems.Lua;
using Vidimus.Ecosystems.Nim;
using Vidimus.Ecosystems.OCaml;
using Vidimus.Ecosystems.Otp;
using Vidimus.Ecosystems.Perl;
using Vidimus.Ecosystems.Php;
using Vidimus.Ecosystems.R;
using Vidimus.Ecosystems.Swift;
using Vidimus.Ecosystems.Terraform;
using Vidimus.Ecosystems.Vcpkg;
using Vidimus.Ecosystems.WordPress;

namespace Vidimus.Ecosystems.Tests.Reading;

/// <summary>One file of each format of the smaller ecosystems, written by hand from its specification.</summary>
internal static class LanguageFixtures
{
    public static IReadOnlyList<Fixture> All { get; } =
    [
        new(new CondaMeta(), "opt/conda/conda-meta/openssl-3.0.13-h7f8727e_0.json", """{"name":"openssl","version":"3.0.13","build":"h7f8727e_0","build_number":0,"channel":"https://repo.example/main","subdir":"linux-64","license":"Apache-2.0","files":["bin/openssl"]}""", "openssl@3.0.13"),
        new(new PearRegistry(), "usr/share/php/.registry/.channel.pecl.php.net/redis.reg", """a:4:{s:4:"name";s:5:"redis";s:7:"channel";s:12:"pecl.php.net";s:7:"version";a:2:{s:7:"release";s:5:"5.3.7";s:3:"api";s:5:"5.0.0";}s:1:"x";a:3:{i:0;N;i:1;b:1;i:2;d:0.5;}}""", "pecl.php.net/redis@5.3.7"),
        new(new PackageResolved(), "Package.resolved", """
            {"object":{"pins":[{"package":"NIO","repositoryURL":"https://github.com/apple/swift-nio.git","state":{"branch":null,"revision":"00","version":"2.30.0"}},
             {"package":"B","repositoryURL":"git@github.com:user/B","state":{"branch":"main","revision":"00","version":null}}]},"version":1}
            """, "github.com/apple/swift-nio@2.30.0", "github.com/user/B@"),
        new(new PackageResolved(), "App.xcodeproj/project.xcworkspace/xcshareddata/swiftpm/Package.resolved", """
            {"originHash":"00","pins":[{"identity":"swift-nio","kind":"remoteSourceControl","location":"https://github.com/apple/swift-nio","state":{"revision":"00","version":"2.30.0"}},
             {"identity":"mona.linkedlist","kind":"registry","location":"","state":{"version":"1.2.0"}},
             {"identity":"own","kind":"localSourceControl","location":"/home/u/own","state":{"revision":"00","version":"1.0.0"}}],"version":3}
            """, "github.com/apple/swift-nio@2.30.0", "mona/linkedlist@1.2.0"),
        new(new PodfileLock(), "Podfile.lock", """
            PODS:
              - AFNetworking (4.0.1):
                - AFNetworking/NSURLSession (= 4.0.1)
              - AFNetworking/NSURLSession (4.0.1)
              - Own (0.1.0)

            DEPENDENCIES:
              - AFNetworking
              - Own (from `../Own`)

            EXTERNAL SOURCES:
              Own:
                :path: "../Own"

            COCOAPODS: 1.12.0
            """, "AFNetworking@4.0.1"),
        new(new PubspecLock(), "pubspec.lock", """
            packages:
              archive:
                dependency: "direct main"
                description: {name: archive, url: "https://pub.example"}
                source: hosted
                version: "3.3.1"
              flutter:
                dependency: "direct main"
                source: sdk
                version: "0.0.0"
              lints:
                dependency: "direct dev"
                source: hosted
                version: "2.0.0"
            sdks:
              dart: ">=2.17.0 <3.0.0"
            """, "archive@3.3.1", "lints@2.0.0:dev"),
        new(new MixLock(), "mix.lock", """
            %{
              "cowboy": {:hex, :cowboy, "2.9.0", "00", [:make, :rebar3], [{:cowlib, "2.11.0", [hex: :cowlib, repo: "hexpm", optional: false]}], "hexpm", "00"},
              "mine": {:git, "https://host.example/mine.git", "0123456", []},
              "other": {:hex, :"real_name", "1.0.0-rc.1", "00", [:mix], [], "hexpm", "00"},
            }
            """, "cowboy@2.9.0", "mine@", "real_name@1.0.0-rc.1"),
        new(new RebarLock(), "rebar.lock", """
            {"1.2.0",
            [{<<"cowboy">>,{pkg,<<"cowboy">>,<<"2.9.0">>},0},
             {<<"mine">>,
              {git,"https://host.example/mine.git",
                   {ref,"0123456"}},
              0}]}.
            [
            {pkg_hash,[
             {<<"cowboy">>, <<"00">>}]}
            ].
            """, "cowboy@2.9.0", "mine@"),
        new(new GleamManifest(), "manifest.toml", """
            packages = [
              { name = "gleam_stdlib", version = "0.34.0", build_tools = ["gleam"], requirements = [], otp_app = "gleam_stdlib", source = "hex", outer_checksum = "00" },
              { name = "own", version = "0.1.0", build_tools = ["gleam"], requirements = [], source = "local", path = "../own" },
            ]

            [requirements]
            gleam_stdlib = { version = "~> 0.34" }
            """, "gleam_stdlib@0.34.0"),
        new(new OtpApplication(), "app/lib/cowboy-2.9.0/ebin/cowboy.app", """
            {application, 'cowboy', [
                {description, "Small, fast, modern HTTP server."},
                {vsn, "2.9.0"},
                {modules, ['cowboy']}
            ]}.
            """, "cowboy@2.9.0"),
        new(new CabalFreeze(), "cabal.project.freeze", """
            active-repositories: hackage.haskell.org:merge
            constraints: any.aeson ==2.0.3.0,
                         aeson -cffi +ordered-keymap,
                         any.base ==4.16.4.0,
                         any.text-short ==0.1.5
            index-state: hackage.haskell.org 2023-01-01T00:00:00Z
            """, "aeson@2.0.3.0", "base@4.16.4.0", "text-short@0.1.5"),
        new(new StackLock(), "stack.yaml.lock", """
            packages:
            - completed:
                hackage: text-short-0.1.5@sha256:00,123
                pantry-tree: {sha256: "00", size: 1}
              original:
                hackage: text-short-0.1.5
            - completed:
                name: mine
                version: 0.2.0.0
                git: https://host.example/mine.git
                commit: "0123456"
              original: {git: x}
            snapshots:
            - original: {resolver: lts-20.0}
            """, "text-short@0.1.5", "mine@0.2.0.0"),
        new(new RenvLock(), "renv.lock", """
            {"R":{"Version":"4.2.2","Repositories":[{"Name":"CRAN","URL":"https://cran.example"}]},
             "Packages":{"readxl":{"Package":"readxl","Version":"1.0.0","Source":"Repository","Repository":"CRAN","Hash":"00"},
              "limma":{"Package":"limma","Version":"3.54.0","Source":"Bioconductor"},"own":{"Package":"own","Version":"0.1","Source":"Local"}}}
            """, "readxl@1.0.0", "limma@3.54.0"),
        new(new RDescription(), "usr/lib/R/site-library/readxl/DESCRIPTION", "Package: readxl\nTitle: Read\n  Version: 9\nVersion: 1.0.0\nLicense: GPL-3\nBuilt: R 4.2.2; ; 2023-01-20 18:24:21 UTC; unix\n", "readxl@1.0.0"),
        new(new RDescription(), "src/own/DESCRIPTION", "Package: own\nVersion: 1.0.0\n"),
        new(new JuliaManifest(), "Manifest.toml", """
            julia_version = "1.9.0"
            manifest_format = "2.0"

            [[deps.HTTP]]
            deps = ["Dates"]
            git-tree-sha1 = "00"
            uuid = "cd3eb016-35fb-5094-929b-558a96fad6f3"
            version = "1.9.5"

            [[deps.Dates]]
            uuid = "ade2ca70-3891-5945-98fb-dc099432e06a"

            [[deps.OpenSSL_jll]]
            git-tree-sha1 = "00"
            uuid = "458c3c95-2e84-50aa-8efc-19380b2a3a95"
            version = "1.1.20+0"
            """, "HTTP@1.9.5", "OpenSSL_jll@1.1.20+0"),
        new(new JuliaManifest(), "old/Manifest.toml", "[[HTTP]]\ngit-tree-sha1 = \"00\"\nuuid = \"cd3eb016\"\nversion = \"0.9.1\"\n\n[[Own]]\npath = \"../Own\"\nuuid = \"01\"\nversion = \"0.1.0\"\n", "HTTP@0.9.1"),
        new(new LuaRocks(), "usr/local/lib/luarocks/rocks-5.3/luasocket/3.0rc1-2/luasocket-3.0rc1-2.rockspec", "package = \"LuaSocket\"\nversion = '3.0rc1-2'\ndependencies = {\n  version = \"9\"\n}\n", "LuaSocket@3.0rc1-2"),
        new(new OpamInstalled(), "home/u/.opam/default/.opam-switch/packages/lwt.5.6.1/opam", "opam-version: \"2.0\"\n", "lwt@5.6.1"),
        new(new OpamLocked(), "app.opam.locked", """
            opam-version: "2.0"
            version: "0.1"
            depends: [
              "alcotest" {= "1.7.0" & with-test}
              "lwt" {= "5.6.1"}
              "odoc" {= "2.2.0" & with-doc}
            ]
            conflicts: [
              "x" {= "1"}
            ]
            """, "alcotest@1.7.0:test", "lwt@5.6.1", "odoc@2.2.0:dev"),
        new(new CartonSnapshot(), "cpanfile.snapshot", """
            # carton snapshot format: version 1.0
            DISTRIBUTIONS
              HTTP-Tiny-0.076
                pathname: D/DA/DAGOLDEN/HTTP-Tiny-0.076.tar.gz
                provides:
                  HTTP::Tiny 0.076
                requirements:
                  Carp 0
              Mojolicious-v9.0-TRIAL
                pathname: S/SR/SRI/Mojolicious-v9.0-TRIAL.tar.gz
            """, "DAGOLDEN/HTTP-Tiny@0.076", "SRI/Mojolicious@v9.0-TRIAL"),
        new(new CpanInstall(), "usr/local/lib/perl5/x86_64-linux/.meta/HTTP-Tiny-0.076/install.json", """{"dist":"HTTP-Tiny-0.076","name":"HTTP::Tiny","pathname":"D/DA/DAGOLDEN/HTTP-Tiny-0.076.tar.gz","version":"0.076","provides":{}}""", "DAGOLDEN/HTTP-Tiny@0.076"),
        new(new NimbleLock(), "nimble.lock", """{"version":2,"packages":{"nim":{"version":"1.6.10"},"chronos":{"version":"3.2.0","vcsRevision":"00","url":"https://host.example/chronos"},"head":{"version":"#head"}},"tasks":{}}""", "chronos@3.2.0", "head@"),
        new(new ConanLock(), "conan.lock", """{"version":"0.5","requires":["zlib/1.2.11#00%1675278126.0","openssl/3.0.1@user/stable#00"],"build_requires":["cmake/3.25.1#00"],"python_requires":[]}""", "zlib@1.2.11", "openssl@3.0.1", "cmake@3.25.1:dev"),
        new(new ConanLock(), "old/conan.lock", """{"graph_lock":{"nodes":{"0":{"path":"conanfile.txt","context":"host"},"1":{"ref":"zlib/1.2.11#00","context":"host"},"2":{"ref":"cmake/3.25.1","context":"build"}},"revisions_enabled":false},"version":"0.4"}""", "zlib@1.2.11", "cmake@3.25.1:dev"),
        new(new VcpkgStatus(), "vcpkg_installed/vcpkg/status", """
            Package: zlib
            Version: 1.2.13
            Port-Version: 1
            Architecture: x64-linux
            Status: install ok installed

            Package: curl
            Feature: ssl
            Architecture: x64-linux
            Status: install ok installed

            Package: gone
            Version: 1.0
            Status: purge ok not-installed

            Package: curl
            Version: 8.0.1
            Status: install ok installed
            """, "zlib@1.2.13#1", "curl@8.0.1"),
        new(new Workflows(), ".github/workflows/ci.yml", """
            on: [push]
            jobs:
              build:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v4
                  - &setup
                    uses: github/codeql-action/init@v2.21.0
                  - *setup
                  - uses: ./.github/actions/own
                  - uses: docker://alpine:3.8
                  - run: "uses: no/action@v1"
              call:
                uses: octo/shared/.github/workflows/reuse.yml@0123456789012345678901234567890123456789
            """, "actions/checkout@v4", "github/codeql-action@v2.21.0", "octo/shared@0123456789012345678901234567890123456789"),
        new(new Workflows(), "action.yml", "runs:\n  using: composite\n  steps:\n    - uses: actions/cache@v3.0.1\n", "actions/cache@v3.0.1"),
        new(new TerraformLock(), ".terraform.lock.hcl", """
            provider "registry.terraform.io/hashicorp/aws" {
              version     = "4.67.0"
              constraints = "~> 4.0"
              hashes = [
                "h1:00",
              ]
            }
            """, "registry.terraform.io/hashicorp/aws@4.67.0"),
        new(new WordPressFiles(), "var/www/wp-includes/version.php", "<?php\n/**\n * @global string $wp_version\n */\n$wp_version = '6.1.1';\n$wp_db_version = 53496;\n", "wordpress@6.1.1"),
        new(new WordPressFiles(), "var/www/wp-content/plugins/akismet/akismet.php", "<?php\n/*\nPlugin Name: Akismet Anti-Spam\nVersion: 5.0.2\nAuthor: x\n*/\n", "plugin/akismet@5.0.2"),
        new(new WordPressFiles(), "var/www/wp-content/plugins/akismet/class.akismet.php", "<?php\nclass Akismet { const Version = '1'; }\n"),
        new(new WordPressFiles(), "var/www/wp-content/themes/twentytwenty/style.css", "/*\nTheme Name: Twenty Twenty\nVersion: 2.1\n*/\n", "theme/twentytwenty@2.1"),
    ];
}
