using System.CommandLine;
using System.Globalization;
using Grpc.Core;
using NodaTime;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>The demand of the past, for planners.</summary>
internal static class DemandCommands
{
    private const int DaysAsked = 28;

    public static Command Create(CommandLine line) => new("demand", "How many people needed a place, where and when, and how many found none; small numbers are withheld")
    {
        Command(
            line,
            "history",
            "Show by area and hour or day who was placed, who was not, and of whom nobody said",
            ["safespace demand history --area S12000049", "safespace demand history --area S12000049 --by hour --from 08:00", "safespace demand history --by day --csv"],
            DemandPeriod.Unspecified),
        Command(
            line,
            "unmet",
            "Show by area and day who found no place, why, what they had asked for, and an estimate of who did not even ask",
            ["safespace demand unmet --area S12000049", "safespace demand unmet --area S12000049 --from 2026-10-01T00:00Z --csv"],
            DemandPeriod.Day),
        Sources(line),
    };

    /// <summary>Which areas.</summary>
    public static Option<string[]> Areas() => new("--area")
    {
        Description = "The code of a council area, may be given several times (all of your token if not given; a demo needs one)",
        HelpName = "CODE",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Whose counts.</summary>
    public static Option<string> Source() => new("--source")
    {
        Description = "Counts that were imported under this name (the needs that this service saw if not given)",
        HelpName = "NAME",
        DefaultValueFactory = _ => string.Empty,
    };

    /// <summary>Hours or days.</summary>
    public static Option<DemandPeriod> By() => new("--by")
    {
        Description = "hour or day (day if not given)",
        HelpName = "PERIOD",
        DefaultValueFactory = _ => DemandPeriod.Day,
        CustomParser = given =>
        {
            if (given.Tokens.Single().Value is "hour")
                return DemandPeriod.Hour;
            if (given.Tokens.Single().Value is not "day")
                given.AddError($"'{given.Tokens.Single().Value}' is no period; these are: hour, day.");
            return DemandPeriod.Day;
        },
    };

    /// <summary>Reads a stream of answers to its end.</summary>
    public static async Task<List<T>> ReadAsync<T>(Session session, Func<CancellationToken, Task<AsyncServerStreamingCall<T>>> begin)
    {
        try
        {
            using var call = await begin(session.Stopped);
            var answers = new List<T>();
            await foreach (var answer in call.ResponseStream.ReadAllAsync(session.Stopped))
                answers.Add(answer);
            return answers;
        }
        catch (RpcException failed) when (!session.Stopped.IsCancellationRequested)
        {
            throw new FailureException(session.Failed(failed));
        }
    }

    private static Command Command(CommandLine line, string name, string description, string[] examples, DemandPeriod always)
    {
        var areas = Areas();
        var by = By();
        var source = Source();
        var csv = new Option<bool>("--csv") { Description = "A table (CSV) for other programs: what is withheld is empty" };
        var from = TypedTime.Option("--from", "Periods that begin from then on: HH:MM for the last such time, or ISO 8601 with an offset (28 days before the end if not given, of hours one)");
        var until = TypedTime.Option("--until", "Periods that are over by then: HH:MM for the last such time, or ISO 8601 with an offset (now if not given)");
        Symbol[] takes = always == DemandPeriod.Unspecified ? [areas, by, source, from, until, csv] : [areas, from, until, csv];
        return line.Command(name, description, examples, takes, async session =>
        {
            var period = always == DemandPeriod.Unspecified ? session.Get(by) : always;
            var now = await NowAsync(session, session.Get(areas)!);
            var end = session.Get(until)?.Before(now) ?? now;
            var start = session.Get(from)?.Before(end) ?? end - Duration.FromDays(period == DemandPeriod.Hour ? 1 : DaysAsked);
            var request = new GetDemandHistoryRequest
            {
                AreaCodes = { session.Get(areas)! },
                From = start.ToTimestamp(),
                Until = end.ToTimestamp(),
                Period = period,
                Source = always == DemandPeriod.Unspecified ? session.Get(source) : string.Empty,
            };
            var steps = await AskAsync(session, request);
            if (session.IsJson)
            {
                foreach (var step in steps)
                    session.Answer(step, static _ => { });
                return ExitCodes.Done;
            }

            var rows = steps.Where(step => step.Row is not null).Select(step => step.Row).ToList();
            if (session.Get(csv))
                DemandTable.WriteCsv(session.Terminal.Out, rows);
            else
                DemandTable.Write(session.Terminal.Answers(), steps.Count > 0 ? steps[0].Header : null, rows, unmet: always != DemandPeriod.Unspecified);
            return ExitCodes.Done;
        });
    }

    private static Task<List<GetDemandHistoryResponse>> AskAsync(Session session, GetDemandHistoryRequest request) =>
        ReadAsync(session, ends => session.BeginAsPlannerAsync(request.AreaCodes, (planning, options) => planning.GetDemandHistory(request, options), ends));

    /// <summary>What time it is for the service: a simulation, which is only ever on this machine, has one of its own.</summary>
    private static async Task<Instant> NowAsync(Session session, string[] areas)
    {
        if (!session.IsServerHere)
            return session.Now;
        var lastHour = new GetDemandHistoryRequest
        {
            AreaCodes = { areas }, From = (session.Now - Duration.FromHours(1)).ToTimestamp(), Until = session.Now.ToTimestamp(), Period = DemandPeriod.Hour,
        };
        return (await AskAsync(session, lastHour)).FirstOrDefault()?.Header?.ReadModel?.SimulatedAt?.ToInstant() ?? session.Now;
    }

    private static Command Sources(CommandLine line) => line.Command(
        "sources",
        "List the counts of other organisations that were imported",
        ["safespace demand sources"],
        [],
        async session =>
        {
            var found = await session.OfDirectoryAsync((files, options) => files.ListDemandSourcesAsync(new ListDemandSourcesRequest(), options));
            session.Answer(found, console =>
            {
                if (found.Sources.Count == 0)
                    console.WriteLine("None was imported.");
                foreach (var source in found.Sources)
                {
                    console.WriteLine(Words.Clean(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{source.Source_}: {source.Rows} counts by {(source.Daily ? "day" : "hour")} of {source.Areas} areas, imported {source.ImportedAt?.ToInstant().InZone(London.Zone):d MMMM uuuu HH:mm} by {source.ImportedBy}, SHA-256 {source.Sha256}")));
                }
            });
            return ExitCodes.Done;
        });
}
