using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Evaluation;

/// <summary>What errors are divided by in MASE and RMSSE.</summary>
/// <param name="Absolute">Mean absolute seasonal difference of the history before the first origin of the test; 0 where there is none.</param>
/// <param name="Square">Mean squared seasonal difference.</param>
internal readonly record struct NaiveScale(double Absolute, double Square)
{
    public static NaiveScale Of(ReadOnlySpan<int> history, int season)
    {
        double absolute = 0, square = 0;
        var n = 0;
        for (var t = season; t < history.Length; t++)
        {
            if (history[t] == DemandPanel.Missing || history[t - season] == DemandPanel.Missing)
                continue;
            double difference = history[t] - history[t - season];
            absolute += Math.Abs(difference);
            square += difference * difference;
            n++;
        }

        return n == 0 ? default : new NaiveScale(absolute / n, square / n);
    }
}

/// <summary>A uniform random number for each series and period, the same for every model and run.</summary>
internal static class UniformHash
{
    public static double Of(int series, int period)
    {
        // splitmix64 (Steele, Lea and Flood 2014).
        var z = unchecked((((ulong)(uint)series << 32) | (uint)period) + 0x9E3779B97F4A7C15UL);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
