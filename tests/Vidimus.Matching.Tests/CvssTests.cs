using System.Globalization;
using Vidimus.Matching.Cvss;
using Vidimus.Model.Advisories;
using Vidimus.Testing;

namespace Vidimus.Matching.Tests;

/// <summary>Judge: npm's ae-cvss-calculator.</summary>
public class CvssTests
{
    private const string Script = """
        const { Cvss2, Cvss3P0, Cvss3P1, Cvss4P0 } = require('ae-cvss-calculator');
        for (const v of require('fs').readFileSync(0, 'utf8').split('\n')) {
            if (!v) continue;
            let score = '!';
            try {
                score = v.startsWith('CVSS:4.0') ? new Cvss4P0(v).calculateScores().overall
                    : (v.startsWith('CVSS:3.1') ? new Cvss3P1(v) : v.startsWith('CVSS:3.0') ? new Cvss3P0(v) : new Cvss2(v)).calculateScores().base;
            } catch (e) {
                score = '!';
            }
            console.log(score === undefined ? '!' : score);
        }
        """;

    private static readonly (string Metric, string[] Values)[] Base2 = [("AV", ["L", "A", "N"]), ("AC", ["H", "M", "L"]), ("Au", ["M", "S", "N"]), ("C", ["N", "P", "C"]), ("I", ["N", "P", "C"]), ("A", ["N", "P", "C"])];

    private static readonly (string Metric, string[] Values)[] Base3 =
    [
        ("AV", ["N", "A", "L", "P"]), ("AC", ["L", "H"]), ("PR", ["N", "L", "H"]), ("UI", ["N", "R"]), ("S", ["U", "C"]), ("C", ["N", "L", "H"]), ("I", ["N", "L", "H"]), ("A", ["N", "L", "H"]),
    ];

    private static readonly (string Metric, string[] Values)[] All4 =
    [
        ("AV", ["N", "A", "L", "P"]), ("AC", ["L", "H"]), ("AT", ["N", "P"]), ("PR", ["N", "L", "H"]), ("UI", ["N", "P", "A"]), ("VC", ["H", "L", "N"]), ("VI", ["H", "L", "N"]), ("VA", ["H", "L", "N"]),
        ("SC", ["H", "L", "N"]), ("SI", ["H", "L", "N"]), ("SA", ["H", "L", "N"]), ("E", ["X", "A", "P", "U"]), ("CR", ["X", "H", "M", "L"]), ("IR", ["X", "H", "M", "L"]), ("AR", ["X", "H", "M", "L"]),
        ("MAV", ["X", "N", "A", "L", "P"]), ("MAC", ["X", "L", "H"]), ("MAT", ["X", "N", "P"]), ("MPR", ["X", "N", "L", "H"]), ("MUI", ["X", "N", "P", "A"]),
        ("MVC", ["X", "H", "L", "N"]), ("MVI", ["X", "H", "L", "N"]), ("MVA", ["X", "H", "L", "N"]), ("MSC", ["X", "H", "L", "N"]), ("MSI", ["X", "S", "H", "L", "N"]), ("MSA", ["X", "S", "H", "L", "N"]),
    ];

    [Fact]
    public void ScoresEveryVersion2VectorAsTheJudgeDoes() => Judge(Every(Base2, 0).ToList());

    [Theory]
    [InlineData("CVSS:3.0/")]
    [InlineData("CVSS:3.1/")]
    public void ScoresEveryVersion3VectorAsTheJudgeDoes(string head) => Judge(Every(Base3, 0).Select(v => head + v).ToList());

    [Fact]
    public void ScoresRandomVersion4VectorsAsTheJudgeDoes()
    {
        var random = new Random(20261124);
        var vectors = Enumerable.Range(0, 8000).Select(i =>
            "CVSS:4.0/" + string.Join('/', All4.Take(i % 2 == 0 ? 11 : All4.Length).Select(m => $"{m.Metric}:{m.Values[random.Next(m.Values.Length)]}")));
        Judge(vectors.ToList());
    }

    [Fact]
    public void ScoresEveryVectorOfTheSharedAdvisoriesAsTheJudgeDoes()
    {
        var vectors = SharedAdvisories.Records.SelectMany(r => r.Record switch
        {
            Advisory a => a.Severities.Concat(a.Affected.SelectMany(x => x.Severities)),
            CveRecord c => c.Severities,
            _ => [],
        }).Where(s => s.Type.StartsWith("CVSS:", StringComparison.Ordinal)).Select(s => s.Value).Where(v => v.Length > 0).Distinct().ToList(); // RubySec gives scores without their vectors
        Assert.True(vectors.Count > 1000);
        Judge(vectors);
    }

    [Theory]
    [InlineData("")]
    [InlineData("CVSS:3.1/")]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H")]
    [InlineData("CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")]
    [InlineData("CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")]
    [InlineData("CVSS:5.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")]
    [InlineData("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N")]
    [InlineData("AV:N/AC:L/Au:N/C:P/I:P/A:")]
    public void RefusesWhatIsNoVector(string text) => Assert.False(CvssVector.TryParse(text, out _));

    [Fact]
    public void TakesMetricsInAnyOrder()
    {
        Assert.True(CvssVector.TryParse("CVSS:3.1/A:H/C:H/I:H/S:U/UI:N/PR:N/AC:L/AV:N/RL:O", out var vector));
        Assert.Equal(9.8, vector.Score); // the specification's own example of this vector
    }

    private static void Judge(List<string> vectors)
    {
        var folder = NpmModules.Of("cvss", "ae-cvss-calculator@1.0.13");
        var lines = RealTool.Run("node", ["-e", Script], string.Join('\n', vectors), folder).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(vectors.Count, lines.Length);
        var wrong = new List<string>();
        var judged = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            var score = lines[i];
            if (score == "!") continue;
            judged++;
            if (!CvssVector.TryParse(vectors[i], out var vector)) wrong.Add($"{vectors[i]}: refused, judged {score}");
            else if (vector.Score != double.Parse(score, CultureInfo.InvariantCulture)) wrong.Add($"{vectors[i]}: {vector.Score}, judged {score}");
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {judged}: {string.Join("; ", wrong.Take(5))}");
        Assert.True(judged >= vectors.Count * 99 / 100, $"only {judged} of {vectors.Count} were judged");
    }

    private static IEnumerable<string> Every((string Metric, string[] Values)[] metrics, int from) => from == metrics.Length
        ? [""]
        : metrics[from].Values.SelectMany(value => Every(metrics, from + 1).Select(rest => rest.Length == 0 ? $"{metrics[from].Metric}:{value}" : $"{metrics[from].Metric}:{value}/{rest}"));
}
