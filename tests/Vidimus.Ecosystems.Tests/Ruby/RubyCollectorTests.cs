using Vidimus.Ecosystems.Ruby;
using Vidimus.Ecosystems.Tests.Reading;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Ruby;

public sealed class RubyCollectorTests
{
    /// <summary>Loads every specification below a folder with RubyGems and prints what it says.</summary>
    private const string Judge = """
        Dir.glob(ARGV[0] + '/**/specifications/**/*.gemspec').each { |f| s = Gem::Specification.load(f); puts "#{s.name}@#{s.version} #{s.licenses.join(',')}" if s }
        """;

    [Fact]
    public void ReadsTheSystemsGemsAsRubyGemsDoes()
    {
        RealTool.Require("ruby");
        foreach (var place in new[] { "/usr/lib/ruby", "/usr/share/rubygems-integration", "/var/lib/gems" }.Where(Directory.Exists)) Assert.Equal(Loaded(place), Found(place));
    }

    [Fact]
    public void ReadsWhatGemInstallsAndBundlerLocks()
    {
        RealTool.Require("ruby", "gem", "bundle");
        using var folder = Places.Temporary();
        foreach (var made in new[] { "src", "srv/gems", "app", "local" }) Directory.CreateDirectory(folder[made]);
        Gemspec(folder["src/a.gemspec"], "fixture-a", "1.2.3", """s.licenses = ["MIT", "Apache-2.0"]; s.add_dependency "fixture-b", ">= 0" """);
        Gemspec(folder["src/b.gemspec"], "fixture-b", "2.0.0.pre1", """s.platform = "x86_64-linux"; s.license = "MIT" """);
        Gemspec(folder["src/c.gemspec"], "fixture-b", "2.0.0", "");
        Gemspec(folder["src/d.gemspec"], "fixture-b", "2.0.0", """s.platform = "x86_64-linux" """);
        Gemspec(folder["local/local-gem.gemspec"], "local-gem", "0.0.1", "");
        RealTool.Bash($"""
            cd '{folder["src"]}'
            export HOME='{folder.Path}'
            for spec in *.gemspec; do gem build -q $spec 2>/dev/null; done
            cp *.gem ../srv/gems
            gem generate_index -q -d ../srv
            gem install -q --local --no-document --ignore-dependencies -i ../installed *.gem
            """);
        Assert.Equal(Loaded(folder.Path), Found(folder.Path));
        Assert.Equal(["fixture-a@1.2.3", "fixture-b@2.0.0", "fixture-b@2.0.0.pre1"], CollectorRun.Names(CollectorRun.Over(folder.Path, new InstalledGems())));

        using var server = new FileServer(folder["srv"]);
        File.WriteAllText(folder["app/Gemfile"], $"source '{server.Address}'\ngem 'fixture-a'\ngem 'local-gem', path: '../local'\n");
        RealTool.Bash($"cd '{folder["app"]}'; HOME='{folder.Path}' bundle lock --add-platform ruby");
        Assert.Contains("fixture-b (2.0.0-x86_64-linux)", File.ReadAllText(folder["app/Gemfile.lock"]));
        Assert.Equal(["fixture-a@1.2.3", "fixture-b@2.0.0"], CollectorRun.Names(CollectorRun.Over(folder["app"], new GemfileLock())));
    }

    [Fact]
    public void ReadsSectionsOfAGemfileLock()
    {
        // Written by hand after Bundler's own lock files: a fork, a plug-in's source, checksums, Windows line ends.
        var file = new TestFile("Gemfile.lock", """
            GIT
              remote: https://host.example/forked.git
              revision: 0123456789012345678901234567890123456789
              specs:
                forked (1.0.0)
                  dep (>= 1.0)

            PATH
              remote: engines/own
              specs:
                own (0.1.0)

            PLUGIN SOURCE
              remote: https://host.example
              type: x
              specs:
                plugged (3.0)

            GEM
              remote: https://host.example/
              specs:
                dep (1.2.0)
                dep (1.2.0-java)

            PLATFORMS
              java
              ruby

            DEPENDENCIES
              dep (~> 1.2)
              own!

            CHECKSUMS
              dep (1.2.0) sha256=00

            BUNDLED WITH
               2.5.0
            """.ReplaceLineEndings("\r\n"));
        Assert.Equal(["dep@1.2.0", "forked@1.0.0", "plugged@3.0"], CollectorRun.Names(file.Packages(new GemfileLock())));
        Assert.Empty(file.Notes);
    }

    [Theory]
    [InlineData("Gem::Specification.new do |s|\n  s.name = %q{a}\n  s.version = Gem::Version.new(\"1.0\")\nend\n", "a@1.0")]
    [InlineData("Gem::Specification.new do |gem|\n  gem.name    = 'b'.freeze\n  gem.version = '2.0'\nend\n", "b@2.0")]
    [InlineData("Gem::Specification.new do |s|\n  s.name = 'n'\n  s.version = Other::VERSION\nend\n", "odd-name@3.1.0")]
    [InlineData("# -*- encoding: utf-8 -*-\n# stub: c 4.0 ruby lib\n# stub: ext/c/extconf.rb ext/d/extconf.rb x\n", "c@4.0")]
    public void ReadsOlderSpecifications(string text, string expected) =>
        Assert.Equal(expected, CollectorRun.Name(Assert.Single(new TestFile("gems/specifications/odd-name-3.1.0-x86_64-linux.gemspec", text).Packages(new InstalledGems()))));

    [Theory]
    [InlineData("usr/lib/ruby/gems/3.1.0/specifications/default/json-2.6.1.gemspec", true)]
    [InlineData("var/lib/gems/3.1.0/specifications/rake-13.gemspec", true)]
    [InlineData("var/lib/gems/3.1.0/gems/rake-13/rake.gemspec", false)]
    public void WantsInstalledSpecificationsOnly(string path, bool wanted) => Assert.Equal(wanted, new InstalledGems().Wants.Any(w => w.Matches(path)));

    private static IEnumerable<string> Loaded(string folder) =>
        RealTool.Run("ruby", ["-e", Judge, folder]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<string> Found(string folder) =>
        CollectorRun.Over(folder, new InstalledGems()).Select(p => $"{CollectorRun.Name(p)} {string.Join(',', p.Licenses)}").Distinct().Order(StringComparer.Ordinal);

    private static void Gemspec(string path, string name, string version, string more) =>
        File.WriteAllText(path, $"Gem::Specification.new do |s|\n  s.name = '{name}'; s.version = '{version}'; s.summary = 'x'; s.authors = ['x']; s.files = []\n  {more}\nend\n");
}
