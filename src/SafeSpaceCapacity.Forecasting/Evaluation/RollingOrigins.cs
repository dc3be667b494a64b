using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Evaluation;

/// <summary>The origins of an evaluation. An origin is the first period that is forecast: all periods before it are known, it and all later ones are not.</summary>
/// <param name="Past">Before the test: what ensembles and champions learn from first.</param>
/// <param name="Test">What is scored, in order.</param>
public sealed record RollingOrigins(IReadOnlyList<int> Past, IReadOnlyList<int> Test)
{
    /// <summary>How many origins before the test are learnt from, at most.</summary>
    public const int PastAtMost = 12;

    /// <summary>The least history of an origin, in seasons (weeks, or years of months).</summary>
    public const int SeasonsAtLeast = 2;

    /// <summary>Origins one horizon apart: from <paramref name="testFrom"/> on, or else so that the last window ends with the data.</summary>
    /// <param name="axis">The periods.</param>
    /// <param name="length">How many there are.</param>
    /// <param name="horizon">Periods ahead.</param>
    /// <param name="count">How many origins; those for which there is too little history, or that would be after the data, are left out, and a window that ends after the data is cut short.</param>
    /// <param name="testFrom">The first origin, or nothing.</param>
    /// <exception cref="FormatException">There is too little history for any.</exception>
    public static RollingOrigins Every(TimeAxis axis, int length, int horizon, int count, int? testFrom)
    {
        var fit = (int)Math.Min(count, Math.Max(1, (length - ((long)SeasonsAtLeast * axis.Season)) / horizon));
        var first = testFrom ?? length - (fit * horizon);
        return At(axis, length, horizon, [.. Enumerable.Range(0, count).Select(k => first + ((long)k * horizon)).TakeWhile(origin => origin < length).Select(origin => (int)origin)], testFrom);
    }

    /// <summary>Given origins.</summary>
    /// <param name="axis">The periods.</param>
    /// <param name="length">How many there are.</param>
    /// <param name="horizon">Periods ahead.</param>
    /// <param name="origins">In order.</param>
    /// <param name="testFrom">Origins before it are learnt from and not scored; or nothing.</param>
    /// <exception cref="FormatException">There is none within the data, or too little history.</exception>
    public static RollingOrigins At(TimeAxis axis, int length, int horizon, IReadOnlyList<int> origins, int? testFrom)
    {
        var least = SeasonsAtLeast * axis.Season;
        var test = origins.Where(origin => testFrom is null || origin >= testFrom).ToList();
        if (test.Count == 0)
            throw new FormatException("no origin lies within the test");
        if (test[0] < least || test[^1] >= length)
        {
            throw new FormatException(
                $"too little data: there are {length} periods, an origin needs {least} before it and at least one after, and {axis.At(test[0] < least ? test[0] : test[^1]):uuuu'-'MM'-'dd' 'HH':'mm} has not");
        }

        var past = origins.Where(origin => origin < test[0] && origin >= least).ToList();
        if (past.Count == 0)
            past = [.. Enumerable.Range(1, PastAtMost).Select(k => (long)test[0] - ((long)k * horizon)).Where(origin => origin >= least).Reverse().Select(origin => (int)origin)];
        return new RollingOrigins(past, test);
    }
}
