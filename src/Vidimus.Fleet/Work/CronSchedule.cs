using System.Globalization;

namespace Vidimus.Fleet.Work;

/// <summary>The five fields of crontab(5): minute, hour, day of the month, month, day of the week. Lists, ranges, steps and English names of three letters; 7 is Sunday too.</summary>
/// <remarks>As cron has it, a day is meant when either field of days says so, unless one of them begins with a star: then both must.</remarks>
public sealed class CronSchedule
{
    /// <summary>The 29th of February is at most eight years away (1896 to 1904).</summary>
    private const int LongestWait = 9;

    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly ulong minutes, hours, daysOfMonth, months, daysOfWeek;
    private readonly bool bothDays;

    private CronSchedule(string[] fields)
    {
        minutes = Field(fields[0], "minute", 0, 59, []);
        hours = Field(fields[1], "hour", 0, 23, []);
        daysOfMonth = Field(fields[2], "day of the month", 1, 31, []);
        months = Field(fields[3], "month", 1, 12, Months);
        var week = Field(fields[4], "day of the week", 0, 7, Days);
        daysOfWeek = (week | (week >> 7)) & 0x7F;
        bothDays = fields[2].StartsWith('*') || fields[4].StartsWith('*');
    }

    /// <exception cref="FormatException">It is no schedule, or one whose day never comes; the message says why.</exception>
    public static CronSchedule Parse(string text)
    {
        var fields = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5) throw new FormatException($"a schedule has five fields (minute, hour, day of the month, month, day of the week), not {fields.Length}");
        var schedule = new CronSchedule(fields);
        return schedule.Next(new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), TimeZoneInfo.Utc) is not null ? schedule : throw new FormatException("no month of the schedule has such a day");
    }

    /// <summary>The first moment after another; null when there is none in nine years.</summary>
    /// <param name="zone">Whose clock is meant. A time that the clock leaves out is the moment after the gap; one that it shows twice is the first of both.</param>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(after, zone).DateTime;
        local = new DateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, 0).AddMinutes(1);
        var end = local.AddYears(LongestWait);
        while (local < end)
        {
            if (!Has(months, local.Month)) local = new DateTime(local.Year, local.Month, 1).AddMonths(1);
            else if (!IsDay(local)) local = local.Date.AddDays(1);
            else if (!Has(hours, local.Hour)) local = local.Date.AddHours(local.Hour + 1);
            else if (!Has(minutes, local.Minute)) local = local.AddMinutes(1);
            else if (Moment(local, zone) is var moment && moment > after) return moment;
            else local = local.AddMinutes(1);
        }

        return null;
    }

    private bool IsDay(DateTime local)
    {
        var (month, week) = (Has(daysOfMonth, local.Day), Has(daysOfWeek, (int)local.DayOfWeek));
        return bothDays ? month && week : month || week;
    }

    private static DateTimeOffset Moment(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private static bool Has(ulong set, int value) => (set >> value & 1) != 0;

    private static ulong Field(string text, string name, int first, int last, string[] names)
    {
        var set = 0UL;
        foreach (var part in text.Split(','))
        {
            var steps = part.Split('/');
            if (steps.Length > 2) throw Wrong(name, part);
            var step = steps.Length == 2 ? Number(steps[1], name, 1, last, []) : 1;
            var (from, to) = steps[0].Split('-') switch
            {
                ["*"] => (first, last),
                [var one] when steps.Length == 1 => (Number(one, name, first, last, names), Number(one, name, first, last, names)),
                [var begin, var end] => (Number(begin, name, first, last, names), Number(end, name, first, last, names)),
                _ => throw Wrong(name, part),
            };
            if (from > to) throw Wrong(name, part);
            for (var value = from; value <= to; value += step) set |= 1UL << value;
        }

        return set;
    }

    private static int Number(string text, string name, int first, int last, string[] names)
    {
        if (Array.FindIndex(names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is >= 0 and var named) return first + named;
        return text.Length is 1 or 2 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= first && number <= last ? number : throw Wrong(name, text);
    }

    private static FormatException Wrong(string name, string text) => new($"'{text}' is no {name} of a schedule");
}
