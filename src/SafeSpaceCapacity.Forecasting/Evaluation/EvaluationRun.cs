using NodaTime;
using SafeSpaceCapacity.Forecasting.Models;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Evaluation;

/// <summary>What to evaluate, as the command line has it.</summary>
public sealed record EvaluationRequest
{
    /// <summary>The table of counts, <c>area,timestamp,count</c>.</summary>
    public required string Input { get; init; }

    /// <summary>The table <c>area,parent</c>, or nothing.</summary>
    public string? Hierarchy { get; init; }

    /// <summary>The table with a column <c>date</c>, or nothing.</summary>
    public string? Calendar { get; init; }

    /// <summary>The periods.</summary>
    public required Frequency Frequency { get; init; }

    /// <summary>Periods ahead, at least 1.</summary>
    public required int Horizon { get; init; }

    /// <summary>The first step that is scored, from 1.</summary>
    public int ScoreFrom { get; init; } = 1;

    /// <summary>How many origins; not used where there is a file of them.</summary>
    public int Origins { get; init; } = 1;

    /// <summary>The table with a column <c>origin</c>, or nothing.</summary>
    public string? OriginsFile { get; init; }

    /// <summary>The first period of the test, or nothing. Of a file's origins, those before it are learnt from and not scored.</summary>
    public LocalDateTime? TestFrom { get; init; }

    /// <summary>At every so manieth origin, parameters are estimated again.</summary>
    public int RefitEvery { get; init; } = 1;

    /// <summary>Names of models; all where empty.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>The folder for what is written; made where it is missing.</summary>
    public required string Out { get; init; }
}

/// <summary>What was found, with the remarks of the reader.</summary>
/// <param name="Notes">What was done to the data.</param>
/// <param name="Panel">The data.</param>
/// <param name="Plan">What was done.</param>
/// <param name="Result">Scores and champions, as in the files.</param>
public sealed record EvaluationReport(IReadOnlyList<string> Notes, DemandPanel Panel, EvaluationPlan Plan, EvaluationResult Result);

/// <summary>An evaluation from files to files.</summary>
public static class EvaluationRun
{
    /// <summary>Runs one.</summary>
    /// <exception cref="FormatException">A file or a request is refused; the message says why.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static EvaluationReport Run(EvaluationRequest request)
    {
        var hierarchy = Read(request.Hierarchy, DemandReader.ReadHierarchy) ?? Hierarchy.None;
        var calendar = Read(request.Calendar, DemandReader.ReadCalendar) ?? EventCalendar.None;
        var file = Read(request.Input, text => DemandReader.ReadCounts(text, request.Frequency, hierarchy, calendar))!;
        var plan = Plan(request, file.Panel);
        List<string> notes = [.. file.Notes, .. Remarks(request, file.Panel, plan)];
        Directory.CreateDirectory(request.Out);
        EvaluationResult result;
        using (var predictions = new StreamWriter(Path.Combine(request.Out, "predictions.csv")))
        {
            EvaluationFiles.WriteHeader(predictions);
            result = Evaluator.Run(file.Panel, plan, (origin, model, forecast, series, steps) => EvaluationFiles.WriteForecast(predictions, file.Panel, origin, model, forecast, series, steps));
        }

        using (var scores = new StreamWriter(Path.Combine(request.Out, "scores.csv")))
            EvaluationFiles.WriteScores(scores, result, file.Panel.Axis.Season);
        using (var champions = new StreamWriter(Path.Combine(request.Out, "champions.csv")))
            EvaluationFiles.WriteChampions(champions, result, file.Panel.Axis);
        return new EvaluationReport(notes, file.Panel, plan, result);
    }

    private static EvaluationPlan Plan(EvaluationRequest request, DemandPanel panel)
    {
        if (request.Horizon < 1 || request.ScoreFrom < 1 || request.ScoreFrom > request.Horizon || request.Origins < 1 || request.RefitEvery < 1)
            throw new FormatException("horizon, score-from, origins and refit-every are at least 1, and score-from is at most the horizon");
        if (request.Models.FirstOrDefault(name => !ModelCatalogue.Names.Contains(name, StringComparer.Ordinal)) is { } unknown)
            throw new FormatException($"there is no model {unknown}; there are {string.Join(", ", ModelCatalogue.Names)}");
        int? testFrom = request.TestFrom is { } moment ? panel.Axis.IndexOf(moment) : null;
        if (testFrom is { } first && (first < 0 || first >= panel.Length))
            throw new FormatException($"the test begins {(first < 0 ? "before" : "after")} the data, which reach from {panel.Axis.At(0):uuuu'-'MM'-'dd} until before {panel.Axis.At(panel.Length):uuuu'-'MM'-'dd}");
        var origins = Read(request.OriginsFile, DemandReader.ReadOrigins) is { } given
            ? RollingOrigins.At(panel.Axis, panel.Length, request.Horizon, [.. given.Select(panel.Axis.IndexOf).Distinct()], testFrom)
            : RollingOrigins.Every(panel.Axis, panel.Length, request.Horizon, request.Origins, testFrom);
        var models = request.Models.Count == 0 ? ModelCatalogue.Names : [.. ModelCatalogue.Baselines.Union(request.Models, StringComparer.Ordinal)];
        return new EvaluationPlan(origins, request.Horizon, request.ScoreFrom, request.RefitEvery, [.. ModelCatalogue.Names.Where(name => models.Contains(name, StringComparer.Ordinal))]);
    }

    private static IEnumerable<string> Remarks(EvaluationRequest request, DemandPanel panel, EvaluationPlan plan)
    {
        var test = plan.Origins.Test;
        if (request.OriginsFile is null && test.Count < request.Origins)
            yield return $"{test.Count} origins are scored, not {request.Origins}: more do not fit into the data with enough history before them";
        if (test.Count(origin => origin + request.Horizon > panel.Length) is var cut and > 0)
            yield return $"the windows of {cut} origin(s) are cut short by the end of the data";
        if (plan.Origins.Past.Count < 3)
            yield return $"only {plan.Origins.Past.Count} window(s) lie before the test: ensemble and champion start with little to learn from";
        var late = panel.Series.Where(one => test[^1] - one.First < RollingOrigins.SeasonsAtLeast * panel.Axis.Season).Select(one => one.Area).ToList();
        if (late.Count > 0)
            yield return $"never forecast, for want of history before any origin: {string.Join(", ", late.Take(5))}{(late.Count > 5 ? ", …" : "")}";
    }

    private static T? Read<T>(string? path, Func<TextReader, T> read)
        where T : class
    {
        if (path is null)
            return null;
        try
        {
            using var text = new StreamReader(path);
            return read(text);
        }
        catch (FormatException refused)
        {
            throw new FormatException($"{Path.GetFileName(path)}: {refused.Message}", refused);
        }
    }
}
