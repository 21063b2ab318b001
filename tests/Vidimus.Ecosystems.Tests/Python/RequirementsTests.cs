using System.Text;
using Vidimus.Ecosystems.Python;
using Vidimus.Ecosystems.Tests.Reading;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Python;

public sealed class RequirementsTests
{
    /// <summary>Reads a requirements file as pip does, line by line, and prints the exact pins; lines that pip refuses are passed over.</summary>
    private const string Judge = """
        import sys
        from pip._internal.req.req_file import parse_requirements
        from pip._internal.network.session import PipSession
        from packaging.requirements import Requirement, InvalidRequirement
        for line in parse_requirements(sys.argv[1], session=PipSession()):
            if line.is_editable: continue
            try: r = Requirement(line.requirement)
            except InvalidRequirement: continue
            pins = [s.version for s in r.specifier if s.operator in ('==', '===') and not s.version.endswith('.*')]
            if pins: print(f'{r.name}@{pins[0]}')
        """;

    [Fact]
    public void FindsThePinsThatPipFinds()
    {
        RealTool.Require("/usr/bin/python3");
        using var folder = Places.Temporary();
        var random = new Random(20261124);
        var text = new StringBuilder("\uFEFF");
        for (var i = 0; i < 3000; i++) text.Append(Line(random, i)).Append(random.Next(6) == 0 ? "\r\n" : "\n");
        File.WriteAllText(folder["requirements.txt"], text.ToString());

        var judged = RealTool.Run("/usr/bin/python3", ["-c", Judge, folder["requirements.txt"]]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(judged.Length, 800, 2500);
        Assert.Equal(judged.Distinct().Order(StringComparer.Ordinal), CollectorRun.Names(CollectorRun.Over(folder.Path, new Requirements())));
    }

    [Fact]
    public void ReadsWhatPowerShellWrites() =>
        Assert.Equal(["a@1.0"], CollectorRun.Names(new TestFile("requirements.txt", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("a==1.0\r\n")]).Packages(new Requirements())));

    [Theory]
    [InlineData("requirements.txt", true)]
    [InlineData("app/requirements-dev.txt", true)]
    [InlineData("app/dev-requirements.txt", true)]
    [InlineData("requirements/base.txt", true)]
    [InlineData("requires.txt", false)]
    public void WantsTheUsualNames(string path, bool wanted) => Assert.Equal(wanted, new Requirements().Wants.Any(w => w.Matches(path)));

    private static string Line(Random random, int number)
    {
        var name = $"{"abAB"[random.Next(4)]}{".-_x"[random.Next(4)]}n{number}";
        var space = random.Next(4) == 0 ? " " : "";
        var version = $"{random.Next(9)}.{random.Next(99)}{(random.Next(9) == 0 ? "rc1" : random.Next(9) == 0 ? ".post1" : random.Next(9) == 0 ? "+local.1" : "")}";
        var extras = random.Next(6) == 0 ? "[x, y]" : "";
        var tail = random.Next(8) switch
        {
            0 => " # comment == 9",
            1 => "  ; python_version < '3'",
            2 => $" --hash=sha256:{new string('a', 64)}",
            3 => $" \\\n    --hash=sha256:{new string('b', 64)} \\\n    --hash=sha256:{new string('c', 64)}",
            _ => "",
        };
        return random.Next(14) switch
        {
            0 => $"{name}{extras}>={version}",
            1 => $"{name}",
            2 => $"{name}=={random.Next(9)}.*",
            3 => "# " + name + "==" + version,
            4 => $"{name} @ https://host.example/{name}-{version}.tar.gz",
            5 => random.Next(2) == 0 ? "--no-binary :all:" : "",
            6 => $"{name}{extras}{space}=={space}{version},!=99",
            7 => $"{name}==={version}",
            8 => $"{name} ({(random.Next(2) == 0 ? "==" : ">")}{version})",
            9 => $"{name}\\\n=={version}",
            _ => $"{name}{extras}{space}=={space}{version}{tail}",
        };
    }
}
