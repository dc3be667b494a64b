using MathNet.Numerics;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Models;

/// <summary>
/// How a day's count spreads over its hours, by day of the week. Each area's profile is drawn towards that of all areas of its level, and the level's day of the
/// week towards the mean day, by Dirichlet–multinomial weights that the data choose: small areas borrow, large ones keep their own.
/// </summary>
internal static class HourProfiles
{
    // Counts that the profile drawn towards is worth.
    private static readonly double[] Weights = [5, 20, 50, 100, 200, 500, 1000, 2000, 5000, 20_000, 1e6];

    /// <summary>Shares by series of the group, day of the week and hour (7 × 24; each day adds up to 1); a single 1 for each class of days and months.</summary>
    public static double[][] Of(DemandPanel panel, CalendarDesign design, SeriesGroup group)
    {
        var classes = design.Classes;
        if (design.Slots == 1)
        {
            var whole = Enumerable.Repeat(1.0, classes).ToArray();
            return [.. group.Members.Select(_ => whole)];
        }

        var own = group.Members.Select(i => Count(panel.Series[i], design)).ToArray();
        var together = new double[classes * design.Slots];
        foreach (var counts in own)
        {
            for (var k = 0; k < together.Length; k++)
                together[k] += counts[k];
        }

        // The mean day of all, with a count for each hour so that none is impossible; then each day of the week.
        var uniform = Enumerable.Repeat(1.0 / design.Slots, design.Slots).ToArray();
        var day = Drawn(Marginal(together, design.Slots), uniform, design.Slots);
        double[] week = Drawn(together, [.. Enumerable.Range(0, classes).SelectMany(_ => day)], design.Slots);
        if (own.Length == 1)
            return [week];

        // Each area: its mean day, then its days of the week, starting from the level's week bent to the area's mean day.
        var ownDays = Drawn([.. own.Select(counts => Marginal(counts, design.Slots))], [.. own.Select(_ => day)], design.Slots);
        return Drawn(own, [.. ownDays.Select(mean => Bent(week, mean, day))], design.Slots);
    }

    /// <summary>Counts by class and slot; where a slot was known less often than others of its class, as if it had been as often.</summary>
    public static double[] Count(DemandSeries series, CalendarDesign design)
    {
        var (counts, known) = (new double[design.Classes * design.Slots], new int[design.Classes * design.Slots]);
        for (var t = series.First; t < series.Counts.Length; t++)
        {
            if (series.Counts[t] == DemandPanel.Missing)
                continue;
            var cell = (design.ClassOf(design.BucketOf(t)) * design.Slots) + design.SlotOf(t);
            counts[cell] += series.Counts[t];
            known[cell]++;
        }

        for (var from = 0; from < counts.Length; from += design.Slots)
        {
            var most = 0;
            for (var k = from; k < from + design.Slots; k++)
                most = Math.Max(most, known[k]);
            for (var k = from; k < from + design.Slots; k++)
                counts[k] *= known[k] == 0 ? 0 : (double)most / known[k];
        }

        return counts;
    }

    private static double[] Marginal(double[] counts, int slots)
    {
        var sum = new double[slots];
        for (var k = 0; k < counts.Length; k++)
            sum[k % slots] += counts[k];
        return sum;
    }

    private static double[] Bent(double[] week, double[] mean, double[] day)
    {
        var bent = new double[week.Length];
        for (var from = 0; from < week.Length; from += day.Length)
        {
            double sum = 0;
            for (var h = 0; h < day.Length; h++)
                sum += bent[from + h] = week[from + h] * mean[h] / day[h];
            for (var h = 0; h < day.Length; h++)
                bent[from + h] /= sum;
        }

        return bent;
    }

    private static double[] Drawn(double[] counts, double[] towards, int slots) => Drawn([counts], [towards], slots)[0];

    /// <summary>(counts + weight · towards) / (sum + weight), by day, with the weight that makes the counts most likely.</summary>
    private static double[][] Drawn(double[][] counts, double[][] towards, int slots)
    {
        // Enough areas to choose one number.
        var stride = Math.Max(1, counts.Length / 300);
        var weight = Weights.MaxBy(candidate => Enumerable.Range(0, (counts.Length + stride - 1) / stride).Sum(k => LogLikelihood(counts[k * stride], towards[k * stride], slots, candidate)));
        return [.. counts.Select((own, i) =>
        {
            var drawn = new double[own.Length];
            for (var from = 0; from < own.Length; from += slots)
            {
                var sum = own.AsSpan(from, slots).ToArray().Sum();
                for (var k = from; k < from + slots; k++)
                    drawn[k] = (own[k] + (weight * towards[i][k])) / (sum + weight);
            }

            return drawn;
        })];
    }

    private static double LogLikelihood(double[] counts, double[] towards, int slots, double weight)
    {
        double sum = 0;
        for (var from = 0; from < counts.Length; from += slots)
        {
            double n = 0;
            for (var k = from; k < from + slots; k++)
            {
                if (counts[k] <= 0)
                    continue;
                n += counts[k];
                sum += SpecialFunctions.GammaLn(counts[k] + (weight * towards[k])) - SpecialFunctions.GammaLn(weight * towards[k]);
            }

            sum += SpecialFunctions.GammaLn(weight) - SpecialFunctions.GammaLn(n + weight);
        }

        return sum;
    }
}
