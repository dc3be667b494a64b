using System.CommandLine;
using System.Globalization;
using Grpc.Core;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>Forecasts that a service keeps, for planners.</summary>
internal static class StandingForecastCommands
{
    private const int HoursShown = 24;
    private const int DaysShown = 14;

    // Eight weeks of hours.
    private const int PeriodsMost = 56 * 24;

    /// <summary>Shows the last good forecast.</summary>
    public static Command Show(CommandLine line)
    {
        var areas = DemandCommands.Areas();
        var by = DemandCommands.By();
        var source = DemandCommands.Source();
        var periods = new Option<int?>("--periods") { Description = "How many periods from now on (24 hours or 14 days if not given)", HelpName = "N" };
        periods.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > PeriodsMost)
                result.AddError($"--periods is 1 to {PeriodsMost}.");
        });
        var csv = new Option<bool>("--csv") { Description = "A table (CSV) for other programs" };
        return line.Command(
            "show",
            "Show how many people will need a place, how sure that is, and how good such forecasts were",
            ["safespace forecast show --area S12000049", "safespace forecast show --area S12000049 --by hour --periods 48", "safespace forecast show --source ambulance --csv"],
            [areas, by, source, periods, csv],
            async session =>
            {
                var period = session.Get(by);
                var request = new GetForecastRequest
                {
                    AreaCodes = { session.Get(areas)! }, Period = period, Source = session.Get(source), Periods = session.Get(periods) ?? (period == DemandPeriod.Hour ? HoursShown : DaysShown),
                };
                var steps = await DemandCommands.ReadAsync(session, ends => session.BeginAsPlannerAsync(request.AreaCodes, (planning, options) => planning.GetForecast(request, options), ends));
                var rows = steps.Where(step => step.Row is not null).Select(step => step.Row).ToList();
                if (session.IsJson)
                {
                    foreach (var step in steps)
                        session.Answer(step, static _ => { });
                    return ExitCodes.Done;
                }

                if (steps.Find(step => step.None is not null)?.None is { } none)
                {
                    var next = none.NextTrainingAt is { } at ? $" The next training is on {at.ToInstant().InZone(London.Zone).ToString("d MMMM HH:mm", CultureInfo.InvariantCulture)}, or now with safespace forecast train." : "";
                    session.Terminal.Out.WriteLine(Words.Clean($"There is no forecast yet{(none.Failure.Length > 0 ? ": " + none.Failure : "")}.{next}"));
                    return ExitCodes.Rejected;
                }

                var header = steps.Find(step => step.Header is not null)!.Header;
                if (session.Get(csv))
                    WriteCsv(session.Terminal.Out, header, rows);
                else
                    ForecastPlot.Write(session.Terminal.Answers(), header, rows, period);
                return ExitCodes.Done;
            });
    }

    /// <summary>Trains all forecasts.</summary>
    public static Command Train(CommandLine line) => line.Command(
        "train",
        "Train all forecasts of the service now, instead of in the night; it takes minutes and gets what nobody else needs of the machine",
        ["safespace forecast train"],
        [],
        async session =>
        {
            var failures = 0;
            try
            {
                // A demo gives a planner's token for areas; training is of all.
                using var call = await session.BeginAsPlannerAsync(["S12000049"], (planning, options) => planning.TrainForecast(new TrainForecastRequest(), options), session.Stopped);
                if (session.IsJson || !session.Terminal.IsInteractive)
                {
                    await foreach (var step in call.ResponseStream.ReadAllAsync(session.Stopped))
                        session.Answer(step, console => Tell(console, step));
                }
                else
                {
                    await session.Terminal.Answers(live: true).Progress().AutoClear(false).StartAsync(async context =>
                    {
                        var bars = new Dictionary<string, ProgressTask>(StringComparer.Ordinal);
                        await foreach (var step in call.ResponseStream.ReadAllAsync(session.Stopped))
                            Draw(context, bars, step);
                    });
                }
            }
            catch (RpcException failed) when (!session.Stopped.IsCancellationRequested)
            {
                throw new FailureException(session.Failed(failed));
            }

            return failures > 0 ? ExitCodes.Rejected : ExitCodes.Done;

            void Draw(ProgressContext context, Dictionary<string, ProgressTask> bars, TrainForecastResponse step)
            {
                if (!bars.TryGetValue(NameOf(step), out var bar))
                    bars.Add(NameOf(step), bar = context.AddTask(Words.Safe(NameOf(step)), autoStart: true, maxValue: 1));
                bar.Value(step is { HasDone: true, Of: > 0 } ? (double)step.Done / step.Of : 0);
                if (step.Failure.Length > 0)
                    failures++;
                if (step.Failure.Length > 0 || step.Champion.Length > 0)
                    bar.Description(Words.Safe(Ended(step)));
            }

            void Tell(IAnsiConsole console, TrainForecastResponse step)
            {
                if (step.Failure.Length > 0)
                    failures++;
                if (step.Failure.Length > 0 || step.Champion.Length > 0)
                    console.WriteLine(Words.Clean(Ended(step)));
                else
                    session.Terminal.Error.WriteLine(Words.Clean(string.Create(CultureInfo.InvariantCulture, $"{NameOf(step)}: {step.Done} of {step.Of}")));
            }
        });

    private static string NameOf(TrainForecastResponse step) => $"{(step.Source.Length == 0 ? "needs" : step.Source)} by {(step.Period == DemandPeriod.Hour ? "hour" : "day")}";

    private static string Ended(TrainForecastResponse step) =>
        step.Failure.Length > 0 ? $"{NameOf(step)}: not trained, {step.Failure}. The last good forecast stays." : $"{NameOf(step)}: trained; the best for areas is {step.Champion}.";

    private static void WriteCsv(TextWriter to, GetForecastResponse.Types.Header header, IEnumerable<GetForecastResponse.Types.Row> rows)
    {
        to.WriteLine("area,timestamp,model,mean," + string.Join(',', header.Probabilities.Select(probability => "q" + probability.ToString("0.###", CultureInfo.InvariantCulture))));
        foreach (var row in rows)
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.AreaCode},{row.LocalTime},{row.Model},{row.Mean:0.####},{string.Join(',', row.Quantiles)}"));
    }
}
