using Vidimus.Model.Reports;

namespace Vidimus.Reports.Tests;

public sealed class GateTests
{
    /// <summary>One finding of each severity, an exploited one, a likely one, an end of life, a malicious package, and a hidden critical one.</summary>
    private static readonly ReportFinding[] Findings =
    [
        Of("CRITICAL"), Of("HIGH"), Of("MEDIUM"), Of("LOW"), Of("INFORMATIONAL"), Of("UNTRIAGED"),
        Of("LOW") with { Kev = new("2024-01-01", null, false) },
        Of("LOW") with { Epss = new(0.5, null, null) },
        Of("MEDIUM") with { Kind = "end-of-life" },
        Of("CRITICAL") with { Kind = "malicious" },
        Of("CRITICAL") with { Hidden = new("vex", "not built", null), Kev = new("2024-01-01", null, false), Epss = new(1, null, null) },
    ];

    private static readonly ScanReport Report = Samples.Empty with { Findings = Findings, Summary = Severities.Summarize(Findings, 1) };

    [Theory]
    [InlineData("critical", 2)]
    [InlineData("high", 3)]
    [InlineData("medium", 5)]
    [InlineData("low", 8)]
    [InlineData("informational", 9)]
    [InlineData("untriaged", 1)]
    [InlineData("kev", 1)]
    [InlineData("eol", 1)]
    [InlineData("malicious", 1)]
    [InlineData("epss=0.5", 1)]
    [InlineData("epss=0.51", 0)]
    [InlineData("high:3", 0)]
    [InlineData("high:2", 3)]
    [InlineData("kev:1", 0)]
    [InlineData("High, KEV", 4)]
    [InlineData("high,high,high:9", 3)]
    public void CountsTheShownFindingsThatCross(string list, int count)
    {
        Assert.True(Gate.TryParse(list, out var gate, out _));
        var judged = gate.Judge(Report);
        Assert.Equal((count > 0, count), (judged.Failed, judged.Count));
    }

    [Theory]
    [InlineData("hihg", "'hihg'")]
    [InlineData("high,:3", "':3'")]
    [InlineData("high:", "'high:'")]
    [InlineData("high:-1", "'high:-1'")]
    [InlineData("high:99999999999", "'high:99999999999'")]
    [InlineData("epss", "'epss'")]
    [InlineData("epss=2", "'epss=2'")]
    [InlineData("epss=0,5", "'5'")]
    [InlineData("epss=1e-1", "'epss=1e-1'")]
    [InlineData("epss=0.5:3", "'epss=0.5:3'")]
    [InlineData(" , ", "nothing")]
    public void NamesTheWordThatIsNoRule(string list, string word)
    {
        Assert.False(Gate.TryParse(list, out _, out var error));
        Assert.Contains(word, error);
        Assert.Contains("critical, high", error);
    }

    [Fact]
    public void AFilterCountsAnew()
    {
        Assert.True(ReportFilter.TryParse("critical,LOW", onlyFixed: false, out var filter, out _));
        var summary = filter.Apply(Report).Summary;
        Assert.Equal(new ReportSummary(2, 0, 0, 3, 0, 0, 0, 1, 1), summary);
        Assert.Equal(2, new ReportFilter([], OnlyFixed: true).Apply(Samples.Full).Findings.Count);
        Assert.Same(Report, new ReportFilter([], OnlyFixed: false).Apply(Report));
    }

    [Fact]
    public void AFilterNamesTheWordThatIsNoSeverity()
    {
        Assert.False(ReportFilter.TryParse("high,bad", onlyFixed: false, out _, out var error));
        Assert.Equal("'bad' is no severity; use critical, high, medium, low, informational, untriaged", error);
    }

    private static ReportFinding Of(string severity) => Samples.Finding("CVE-2024-1", "a", "1", severity, null, null);
}
