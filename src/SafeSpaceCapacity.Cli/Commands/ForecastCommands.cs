using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Forecasting.Evaluation;
using SafeSpaceCapacity.Forecasting.Models;
using SafeSpaceCapacity.Forecasting.Series;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>Forecasts of demand, without the service.</summary>
internal static class ForecastCommands
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private static readonly Option<FileInfo> Input = new Option<FileInfo>("--input") { Description = "Counts (CSV): area,timestamp,count", HelpName = "FILE", Required = true }.AcceptExistingOnly();

    private static readonly Option<FileInfo> HierarchyFile = new Option<FileInfo>("--hierarchy") { Description = "Which area lies in which (CSV): area,parent", HelpName = "FILE" }.AcceptExistingOnly();

    private static readonly Option<FileInfo> CalendarFile = new Option<FileInfo>("--calendar") { Description = "Holidays and events (CSV): date", HelpName = "FILE" }.AcceptExistingOnly();

    private static readonly Option<Frequency> Periods = new("--freq") { Description = "The periods that are forecast: hour, day or month; finer counts are added up", HelpName = "PERIOD", Required = true };

    private static readonly Option<int> Horizon = Count("--horizon", "Periods ahead", null);

    private static readonly Option<int> ScoreFrom = Count("--score-from", "The first period ahead that is scored", 1);

    private static readonly Option<string> Origins = new("--origins") { Description = "How many origins, a horizon apart; or a file (CSV) with a column origin", HelpName = "N|FILE", Required = true };

    private static readonly Option<LocalDateTime?> TestFrom = new("--test-from") { Description = "The first origin (if not given, the last window ends with the data)", HelpName = "TIME", CustomParser = Moment };

    private static readonly Option<int> RefitEvery = Count("--refit-every", "Estimate parameters again at every so manieth origin", 1);

    private static readonly Option<string[]> Models = new("--models")
    {
        Description = $"Models, with commas between: {string.Join(", ", ModelCatalogue.Names)} (all if not given; the baselines are always shown)",
        HelpName = "NAMES",
        DefaultValueFactory = _ => [],
        CustomParser = given => given.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToArray(),
    };

    private static readonly Option<DirectoryInfo> Out = new("--out") { Description = "The folder for scores.csv, predictions.csv and champions.csv", HelpName = "DIR", Required = true };

    public static Command Create(CommandLine line)
    {
        var forecast = new Command("forecast", "Forecasts of demand, and how good they were")
        {
            StandingForecastCommands.Show(line),
            StandingForecastCommands.Train(line),
            line.Command(
                "evaluate",
                "Forecast a table of counts from moments of its past, as if the rest were not known, and score what came; needs no service",
                [
                    "safespace forecast evaluate --input counts.csv --hierarchy areas.csv --freq day --horizon 28 --origins 13 --out scores",
                    "safespace forecast evaluate --input counts.csv --freq hour --horizon 72 --score-from 25 --origins 8 --test-from 2026-01-01 --models regression,ensemble --out scores",
                ],
                [Input, HierarchyFile, CalendarFile, Periods, Horizon, ScoreFrom, Origins, TestFrom, RefitEvery, Models, Out],
                session => Task.Run(() => Evaluate(session), session.Stopped)),
        };
        return forecast;
    }

    private static int Evaluate(Session session)
    {
        var origins = session.Get(Origins)!;
        var isCount = int.TryParse(origins, NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        EvaluationReport report;
        try
        {
            report = EvaluationRun.Run(new EvaluationRequest
            {
                Input = session.Get(Input)!.FullName,
                Hierarchy = session.Get(HierarchyFile)?.FullName,
                Calendar = session.Get(CalendarFile)?.FullName,
                Frequency = session.Get(Periods),
                Horizon = session.Get(Horizon),
                ScoreFrom = session.Get(ScoreFrom),
                Origins = isCount ? count : 1,
                OriginsFile = isCount ? null : origins,
                TestFrom = session.Get(TestFrom),
                RefitEvery = session.Get(RefitEvery),
                Models = session.Get(Models)!,
                Out = session.Get(Out)!.FullName,
            });
        }
        catch (Exception refused) when (refused is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new FailureException(Failure.BadInput(refused.Message));
        }

        if (session.IsJson)
            session.Terminal.Out.WriteLine(JsonSerializer.Serialize(new { report.Notes, report.Result.Scores, Champions = Current(report) }, Json));
        else
            Write(session.Terminal.Answers(), report);
        return ExitCodes.Done;
    }

    private static void Write(IAnsiConsole console, EvaluationReport report)
    {
        foreach (var note in report.Notes)
            console.WriteLine("Note: " + Words.Clean(note));
        foreach (var group in report.Panel.Groups)
        {
            var table = Reports.Table("Model", "MAE", "RMSE", "MASE", "CRPS", "80 % covers", "by PIT", "CPU s");
            table.Columns[0].NoWrap = true;
            var whole = report.Result.Scores.Where(row => string.Equals(row.Level, group.Level, StringComparison.Ordinal)).GroupBy(row => row.Model, StringComparer.Ordinal).Select(rows => rows.First()).ToList();
            if (whole.Count == 0)
                continue;
            console.WriteLine();
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Words.Clean(group.Level)}: {whole[0].Score.Series} series, {whole[0].Score.Forecasts} forecasts by each model, horizon {whole[0].Band}, season of MASE {report.Panel.Axis.Season}"));
            foreach (var row in whole)
            {
                var score = row.Score;
                table.AddRow([row.Model, .. new[] { score.Mae, score.Rmse, score.Mase, score.Crps, score.Coverage[1], score.PitCoverage[1] }.Select(Number), row.Seconds.ToString("0.0", CultureInfo.InvariantCulture)]);
            }

            console.Write(table);
            var champion = Current(report).Single(record => string.Equals(record.Level, group.Level, StringComparison.Ordinal));
            if (champion.WindowsBefore > 0)
                console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Champion of the past: {champion.Champion}, CRPS {champion.PastCrps[champion.Champion]:0.0000} over {champion.WindowsBefore} windows before the last origin."));
        }
    }

    // The champions at the last origin.
    private static IEnumerable<ChampionRecord> Current(EvaluationReport report) => report.Result.Champions.Where(record => record.Origin == report.Plan.Origins.Test[^1]);

    private static string Number(double value) => double.IsNaN(value) ? "–" : value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static Option<int> Count(string name, string description, int? value)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", Required = value is null };
        if (value is { } given)
            option.DefaultValueFactory = _ => given;
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError($"{name} is at least 1.");
        });
        return option;
    }

    private static LocalDateTime? Moment(ArgumentResult given)
    {
        var text = given.Tokens.Single().Value;
        var moment = DemandReader.ParseTime(text);
        if (moment is null)
            given.AddError($"'{text}' is no time such as 2026-12-25, 2026-12-25T13:00 or 2026-12.");
        return moment;
    }
}
