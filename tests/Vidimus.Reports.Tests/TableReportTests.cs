using Vidimus.Testing;

namespace Vidimus.Reports.Tests;

/// <summary>Golden files that a person has read; <c>VIDIMUS_GOLDEN=write</c> writes them anew.</summary>
public sealed class TableReportTests
{
    [Theory]
    [InlineData("narrow", 60, false)]
    [InlineData("normal", 100, false)]
    [InlineData("wide", 160, false)]
    [InlineData("colour", 100, true)]
    public void LooksAsTheGoldenFileDoes(string name, int width, bool colour)
    {
        var text = Samples.Text(new TableReport(), Samples.Full, new(colour, width));
        var file = Path.Combine(Places.Repository, "tests/Vidimus.Reports.Tests/golden", $"{name}.txt");
        if (Environment.GetEnvironmentVariable("VIDIMUS_GOLDEN") is "write") File.WriteAllText(file, text);
        Assert.Equal(File.ReadAllText(file), text);
    }

    [Fact]
    public void SaysSoWhenThereIsNothing() => Assert.Equal("/srv/app\n  dir · 0 packages\n\nno findings\n", Samples.Text(new TableReport(), Samples.Empty));

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(79)]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(250)]
    public void NoLineIsWiderThanTheTerminal(int width)
    {
        foreach (var report in Samples.All)
        {
            Assert.All(Samples.Text(new TableReport(), report, new(false, width)).Split('\n'), line =>
            {
                Assert.InRange(TextWidth.Of(line), 0, Math.Max(40, width));
                Assert.InRange(line.Length, 0, 6 * Math.Max(40, width));
            });
        }
    }

    [Fact]
    public void ScannedTextNeverBecomesAnEscapeSequence()
    {
        var text = Samples.Text(new TableReport(), Samples.Hostile, new(Colour: false, 200));
        Assert.DoesNotContain(text, c => (char.IsControl(c) && c != '\n') || c is '\u202E' or '\u2066' or '\u2069' || char.IsLowSurrogate(c));
        Assert.Contains(@"\x1b[2Jclear", text);
        Assert.Contains(@"ev\x1b[31mil[red]\u202egnp", text);
        Assert.Contains(@"opt/\xff\x80/漢字", text);
    }

    [Theory]
    [InlineData("abc", 3)]
    [InlineData("漢字", 4)]
    [InlineData("e\u0301", 1)]
    [InlineData("한글", 4)]
    [InlineData("ﾊﾝｶｸ", 4)]
    [InlineData("😀", 2)]
    [InlineData("→ é", 3)]
    public void AWidthIsInColumns(string text, int columns) => Assert.Equal(columns, TextWidth.Of(text));

    [Theory]
    [InlineData("abcdef", 4, "abc…")]
    [InlineData("漢字漢字", 5, "漢字…")]
    [InlineData("漢字漢字", 4, "漢…")]
    [InlineData("abc", 3, "abc")]
    [InlineData("abc", 0, "")]
    public void ACutTextFits(string text, int columns, string cut) => Assert.Equal(cut, TextWidth.Cut(text, columns));
}
