using System.Globalization;
using Vidimus.Fleet.Work;
using Vidimus.Testing;

namespace Vidimus.Fleet.Tests;

/// <summary>Schedules as cron has them, judged by python's croniter.</summary>
public class CronTests
{
    private const string Judge = """
        import sys, datetime, croniter
        for line in sys.stdin:
            start, schedule = line.rstrip("\n").split("\t")
            it = croniter.croniter(schedule, datetime.datetime.fromtimestamp(int(start), datetime.timezone.utc))
            try:
                print(" ".join(str(int(it.get_next())) for _ in range(5)))
            except croniter.CroniterBadDateError:
                print("never")
        """;

    [Fact]
    public void RunsWhenCroniterSays()
    {
        RealTool.Require("python3");
        var random = new Random(5);
        var lines = Enumerable.Range(0, 2000).Select(_ => (Start: random.NextInt64(946684800, 4102444800), Text: Schedule(random))).ToList();
        var answers = RealTool.Run("/usr/bin/python3", ["-c", Judge], string.Join('\n', lines.Select(l => $"{l.Start}\t{l.Text}")) + "\n").TrimEnd().Split('\n');
        Assert.Equal(lines.Count, answers.Length);
        foreach (var ((start, text), answer) in lines.Zip(answers))
        {
            if (answer == "never")
            {
                Assert.Throws<FormatException>(() => CronSchedule.Parse(text));
                continue;
            }

            var at = DateTimeOffset.FromUnixTimeSeconds(start);
            var schedule = CronSchedule.Parse(text);
            var found = new List<string>();
            for (var i = 0; i < 5; i++)
            {
                at = schedule.Next(at, TimeZoneInfo.Utc)!.Value;
                found.Add(at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            }

            Assert.Equal((text, answer), (text, string.Join(' ', found)));
        }
    }

    /// <summary>The clock of Berlin: 2026-03-29 02:00 to 03:00 is left out, 2026-10-25 02:00 to 03:00 comes twice (tzdata).</summary>
    [Theory]
    [InlineData("30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("30 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")]
    [InlineData("30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    [InlineData("0 6 * * mon-fri", "2026-11-27T12:00:00Z", "2026-11-30T05:00:00Z")]
    public void FollowsTheClockOfAZone(string text, string after, string next) =>
        Assert.Equal(Time(next), CronSchedule.Parse(text).Next(Time(after), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")));

    /// <summary>crontab(5): a field of days that begins with a star restricts nothing by itself, so both must hold; croniter has it otherwise.</summary>
    [Fact]
    public void AStarWithAStepMakesBothDaysCount() =>
        Assert.Equal(Time("2026-11-09T00:00:00Z"), CronSchedule.Parse("0 0 */2 * mon").Next(Time("2026-11-02T00:00:00Z"), TimeZoneInfo.Utc));

    [Theory]
    [InlineData("0 0 13 * 0-6", "2026-11-02T00:00:00Z")]
    [InlineData("0 0 31 * *", "2026-12-31T00:00:00Z")]
    [InlineData("0 0 * * 6,7", "2026-11-07T00:00:00Z")]
    [InlineData("0 0 29 feb *", "2028-02-29T00:00:00Z")]
    public void DaysAreCronsOwn(string text, string next) => Assert.Equal(Time(next), CronSchedule.Parse(text).Next(Time("2026-11-01T00:00:00Z"), TimeZoneInfo.Utc));

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("* * * * * *")]
    [InlineData("60 * * * *")]
    [InlineData("* 24 * * *")]
    [InlineData("* * 0 * *")]
    [InlineData("* * * 13 *")]
    [InlineData("* * * * 8")]
    [InlineData("*/0 * * * *")]
    [InlineData("5/2 * * * *")]
    [InlineData("5-1 * * * *")]
    [InlineData("1,,2 * * * *")]
    [InlineData("-1 * * * *")]
    [InlineData("1-2-3 * * * *")]
    [InlineData("*/2/2 * * * *")]
    [InlineData("+1 * * * *")]
    [InlineData("mon * * * *")]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 4,6,9,11 *")]
    public void RefusesWhatIsNone(string text) => Assert.Throws<FormatException>(() => CronSchedule.Parse(text));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static string Schedule(Random random)
    {
        // A step after a star of days is left to the test above; and croniter takes a field that names every day for a star, which cron does not.
        string[] fields = [Field(random, 0, 59, true, []), Field(random, 0, 23, true, []), Field(random, 1, 30, false, []), Field(random, 1, 12, true, ["jan", "jun", "dec"]), Field(random, 0, 5, false, ["sun", "wed", "thu"])];
        return string.Join(' ', fields);
    }

    private static string Field(Random random, int first, int last, bool steps, string[] names)
    {
        if (random.Next(3) == 0) return steps && random.Next(2) == 0 ? $"*/{random.Next(1, last + 1)}" : "*";
        return string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
        {
            var from = random.Next(first, last + 1);
            return random.Next(4) switch
            {
                0 when names.Length > 0 => names[random.Next(names.Length)],
                1 => $"{from}-{random.Next(from, last + 1)}",
                2 => $"{from}-{random.Next(from, last + 1)}/{random.Next(1, 5)}",
                _ => $"{from}",
            };
        }));
    }
}
