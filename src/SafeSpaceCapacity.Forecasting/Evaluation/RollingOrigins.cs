using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Evaluation;

/// <summary>The origins of an evaluation. An origin is the first period that is forecast: all periods before it are known, it and all later ones are not.</summary>
/// <param name="Past">Before the test: what ensembles and champions learn from first. Their windows end before the test begins.</param>
/// <param name="Test">What is scored, in order.</param>
public sealed record RollingOrigins(IReadOnlyList<int> Past, IReadOnlyList<int> Test)
{
    /// <summary>How many origins before the test are learnt from, at most.</summary>
    public const int PastAtMost = 12;

    /// <summary>The least history of an origin, in seasons (weeks, or years of months).</summary>
    public const int SeasonsAtLeast = 3;

    /// <summary>Origins one horizon apart: from <paramref name="testFrom"/> on, or else so that the last window ends with the data.</summary>
    /// <param name="axis">The periods.</param>
    /// <param name="length">How many there are.</param>
    /// <param name="horizon">Periods ahead.</param>
    /// <param name="count">How many origins; windows that would begin after the data are left out, one that ends after it is cut short.</param>
    /// <param name="testFrom">The first origin, or nothing.</param>
    /// <exception cref="FormatException">There is too little history.</exception>
    public static RollingOrigins Every(TimeAxis axis, int length, int horizon, int count, int? testFrom)
    {
        var first = testFrom ?? Math.Max(length - (count * horizon), length - (horizon * Math.Max(0, (length - (SeasonsAtLeast * axis.Season)) / horizon)));
        return At(axis, length, horizon, [.. Enumerable.Range(0, count).Select(k => first + (k * horizon)).Where(origin => origin < length)]);
    }

    /// <summary>Given origins.</summary>
    /// <exception cref="FormatException">There is none within the data, or too little history.</exception>
    public static RollingOrigins At(TimeAxis axis, int length, int horizon, IReadOnlyList<int> test)
    {
        var least = SeasonsAtLeast * axis.Season;
        if (test.Count == 0)
            throw new FormatException("no origin lies within the data");
        if (test[0] < least || test[^1] >= length)
            throw new FormatException($"too little history: an origin needs {least} periods before it and at least one after, and {axis.At(Math.Max(0, test[0] < least ? test[0] : test[^1])):uuuu'-'MM'-'dd' 'HH':'mm} has not");
        var past = Enumerable.Range(1, PastAtMost).Select(k => test[0] - (k * horizon)).Where(origin => origin >= least).Reverse();
        return new RollingOrigins([.. past], test);
    }
}
