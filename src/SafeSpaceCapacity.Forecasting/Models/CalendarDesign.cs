using NodaTime;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Models;

/// <summary>
/// Buckets are what regressions and levels count by: the days of hourly and daily panels, the months of monthly ones. Columns of the design are functions of
/// a bucket alone, so all areas share them. Hours of a day follow from a profile (<see cref="HourProfiles"/>).
/// </summary>
internal sealed class CalendarDesign
{
    private const double DaysPerYear = 365.2425;
    private const int YearHarmonics = 2;
    private const int MonthHarmonics = 2;

    // Beyond the data a trend is carried on for this long and fades exponentially; of short histories for a quarter of them.
    private const double TrendFadeDays = 180;

    private readonly DemandPanel _panel;
    private readonly LocalDate _first;
    private readonly int _startHour;
    private readonly bool _trend;

    /// <summary>Lays the buckets over a panel.</summary>
    /// <param name="panel">What is known.</param>
    /// <param name="trend">Whether what is expected has a trend.</param>
    public CalendarDesign(DemandPanel panel, bool trend)
    {
        (_panel, _trend) = (panel, trend);
        _first = panel.Axis.Start.Date;
        _startHour = panel.Axis.Start.Hour;
        IsMonthly = panel.Axis.Frequency == Frequency.Month;
        Slots = panel.Axis.Frequency == Frequency.Hour ? 24 : 1;
        Classes = IsMonthly ? 12 : 7;
        Group = [.. Columns()];
    }

    public bool IsMonthly { get; }

    /// <summary>Periods in a bucket: 24 hours of a day, else 1.</summary>
    public int Slots { get; }

    /// <summary>Days of the week, or months of the year.</summary>
    public int Classes { get; }

    /// <summary>By column of <see cref="Row"/>: its group of random effects, or −1.</summary>
    public int[] Group { get; }

    /// <summary>By group: the variance of its effects on the log mean to begin with.</summary>
    public double[] Variances => [.. Enumerable.Repeat(0.01, Group.Max() + 1)];

    /// <summary>By column of <see cref="OwnRow"/>: its group, or −1.</summary>
    public int[] OwnGroup => [-1, .. Enumerable.Repeat(0, Classes), 1];

    /// <summary>Buckets that begin before a period.</summary>
    public int BucketsBefore(int period) => Slots == 1 ? period : (period + _startHour + 23) / 24;

    public int BucketOf(int period) => Slots == 1 ? period : (period + _startHour) / 24;

    public int SlotOf(int period) => Slots == 1 ? 0 : (period + _startHour) % 24;

    public LocalDate DateOf(int bucket) => IsMonthly ? _first.PlusMonths(bucket) : _first.PlusDays(bucket);

    public int ClassOf(int bucket) => IsMonthly ? (_first.Month - 1 + bucket) % 12 : ((int)_first.DayOfWeek - 1 + bucket) % 7;

    /// <summary>How much longer than others a bucket is: a month by its days, in 30.</summary>
    public double LengthOf(int bucket) => IsMonthly ? CalendarSystem.Iso.GetDaysInMonth(DateOf(bucket).Year, DateOf(bucket).Month) / 30.0 : 1;

    /// <summary>Years after the end of what parameters were estimated on; beyond what is known now it fades.</summary>
    private double TrendOf(int bucket, int fitted, int now)
    {
        var days = IsMonthly ? DaysPerYear / 12 : 1;
        var beyond = Math.Max(0, bucket - now) * days;
        var fade = Math.Min(TrendFadeDays, Math.Max(now, 1) * days / 4);
        return (((Math.Min(bucket, now) - fitted) * days) + (fade * (1 - Math.Exp(-beyond / fade)))) / DaysPerYear;
    }

    /// <summary>How far ahead levels and dispersions are judged: two weeks or months, less of a short history.</summary>
    public int Lag(int known) => Math.Clamp(known / 5, 1, IsMonthly ? 2 : 14);

    /// <summary>The row of the design that all areas share.</summary>
    /// <param name="bucket">Which.</param>
    /// <param name="fitted">How many buckets parameters are estimated on.</param>
    /// <param name="now">How many are known now.</param>
    public double[] Row(int bucket, int fitted, int now)
    {
        var row = new double[Group.Length];
        var at = 0;
        row[at++] = 1;
        row[at++] = _trend ? TrendOf(bucket, fitted, now) : 0;
        var date = DateOf(bucket);
        row[at + ClassOf(bucket)] = 1;
        at += Classes;
        if (IsMonthly)
        {
            if (!_panel.Calendar.IsEmpty)
                row[at] = _panel.Calendar.WorkdaysLost(date);
            return row;
        }

        row[at++] = date.DayOfWeek >= IsoDayOfWeek.Saturday ? 1 : 0;

        // A wave of which less than a whole one was seen would be a trend by another name, and one of a month that was seen once or twice is chance.
        at = fitted < DaysPerYear ? at + (2 * YearHarmonics) : Cycle(row, at, YearHarmonics, (date.DayOfYear - 1) / DaysPerYear);
        at = fitted < DaysPerYear / 4 ? at + (2 * MonthHarmonics) : Cycle(row, at, MonthHarmonics, (date.Day - 1.0) / CalendarSystem.Iso.GetDaysInMonth(date.Year, date.Month));
        if (_panel.Calendar.IsEmpty)
            return row;
        row[at++] = _panel.Calendar.Contains(date) ? 1 : 0;
        row[at++] = _panel.Calendar.Contains(date.PlusDays(1)) ? 1 : 0;
        row[at] = _panel.Calendar.Contains(date.PlusDays(-1)) ? 1 : 0;
        return row;
    }

    /// <summary>The row of what is an area's own: its rate, its days of the week or months, its trend.</summary>
    public double[] OwnRow(int bucket, int fitted, int now)
    {
        var row = new double[Classes + 2];
        row[0] = 1;
        row[1 + ClassOf(bucket)] = 1;
        row[^1] = _trend ? TrendOf(bucket, fitted, now) : 0;
        return row;
    }

    private static int Cycle(double[] row, int at, int harmonics, double phase)
    {
        for (var k = 1; k <= harmonics; k++)
        {
            row[at++] = Math.Sin(2 * Math.PI * k * phase);
            row[at++] = Math.Cos(2 * Math.PI * k * phase);
        }

        return at;
    }

    private IEnumerable<int> Columns()
    {
        var next = 0;
        yield return -1;
        yield return next++;
        for (var k = 0; k < Classes; k++)
            yield return next;
        next++;
        if (IsMonthly)
        {
            if (!_panel.Calendar.IsEmpty)
                yield return next;
            yield break;
        }

        yield return next++;
        foreach (var harmonics in (int[])[YearHarmonics, MonthHarmonics])
        {
            for (var k = 0; k < harmonics; k++, next++)
            {
                yield return next;
                yield return next;
            }
        }

        if (_panel.Calendar.IsEmpty)
            yield break;
        yield return next;
        yield return next + 1;
        yield return next + 1;
    }
}
