using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Grpc.Core;
using NodaTime;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Cli.Simulation;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.EventLog;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>A region that lives, in a demo.</summary>
internal static class SimulateCommand
{
    private const int ReplayAreas = 17;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private static readonly Option<Duration> For = new("--for")
    {
        Description = "How long needs arise: a number with m, h or d for minutes, hours or days",
        HelpName = "TIME",
        DefaultValueFactory = _ => Duration.FromDays(7),
        CustomParser = Length,
    };

    private static readonly Option<FileInfo> ReplayFile = new Option<FileInfo>("--replay")
    {
        Description = "Needs of a table (CSV) of real events instead: date, hour, division, count. Each division, of at most 17, becomes one of the council areas with most people",
        HelpName = "FILE",
    }.AcceptExistingOnly();

    private static readonly Option<DirectoryInfo> Data = new Option<DirectoryInfo>("--data")
    {
        Description = "The data directory of the service: in the end every answer is compared with its log",
        HelpName = "DIR",
    }.AcceptExistingOnly();

    private static readonly Option<int> Seed = new("--seed") { Description = "Of everything that is drawn", HelpName = "N", DefaultValueFactory = _ => 1 };

    private static readonly Option<double> NeedsPerDay = Number("--needs-per-day", "Needs a day in the whole region", Demand.NeedsPerDayDefault, 0, 100_000);

    private static readonly Option<double> Speed = Number("--speed", "How much faster than real time, in simulated time; 0 for as fast as it goes", 0, 0, 1_000_000);

    private static readonly Option<double> Lost = Number("--lost", "Of a hundred calls, those whose connection is lost on purpose", 2, 0, 90);

    private static readonly Option<double> Forget = Number("--forget", "Of a hundred departures and confirmations, those that staff forget to tell", 10, 0, 100);

    private static readonly Option<double> AtOnce = Number("--at-once", "Calls that may be under way at once", 32, 1, 1000);

    private static readonly Option<double> Patience = Number("--patience", "Seconds for which a call that nobody answers is made again", 30, 1, 3600);

    private static readonly Option<double> Step = Number("--step", "Minutes in one step: what falls into one happens side by side, so that longer ones go faster and are coarser", 1, 1, 15);

    public static Command Create(CommandLine line)
    {
        var command = line.Command(
            "simulate",
            "Let crews, staff and people in crisis live in a demo, and check the service from outside; start it with ./run --simulated-from for more than real time",
            ["safespace simulate --for 7d --step 5 --data simulated-data", "safespace simulate --replay mha_date_hour_division.csv --data simulated-data", "safespace simulate --for 10m --seed 7"],
            [For, ReplayFile, Data, Seed, NeedsPerDay, Speed, Lost, Forget, AtOnce, Patience, Step],
            RunAsync);
        command.Validators.Add(result =>
        {
            if (result.GetValue(ReplayFile) is not null && new Option[] { For, NeedsPerDay }.Any(option => result.GetResult(option) is { Implicit: false }))
                result.AddError("--replay takes needs and times from the file: leave --for and --needs-per-day out.");
        });
        return command;
    }

    private static async Task<int> RunAsync(Session session)
    {
        var (start, simulated, position) = await AskAsync(session);
        var seed = session.Get(Seed);
        var random = new Random(seed);
        SimulatedRegion region;
        Replay? replay = null;
        IEnumerable<SimulatedNeed> needs;
        var until = start + session.Get(For);
        if (session.Get(ReplayFile) is { } file)
        {
            replay = ReadReplay(file, SimulatedRegion.Largest(ReplayAreas), Duration.FromMinutes(session.Get(Step)), random);
            region = SimulatedRegion.Largest(Math.Max(1, replay.AreaOf.Count));
            if (!simulated || start > replay.From)
                throw Bad($"--replay begins at {replay.From}, and the service's time is {start}: start it with ./run --simulated-from {replay.From:uuuu'-'MM'-'dd} and a new --data.");
            (needs, until) = (replay.Needs, replay.Until);
        }
        else
        {
            region = SimulatedRegion.Scotland();
            needs = Demand.Draw(region, start, until, session.Get(NeedsPerDay), random);
        }

        var plan = new SimulationPlan(
            seed, start, until, session.Get(Speed) is var speed and > 0 ? speed : null, !simulated, session.Get(Lost) / 100, session.Get(Forget) / 100, (int)session.Get(AtOnce),
            TimeSpan.FromSeconds(session.Get(Patience)), Duration.FromMinutes(session.Get(Step)));
        using var simulation = new RegionSimulation(session.Channel, plan, region, needs, start, session.Stopped);
        var began = TimeProvider.System.GetTimestamp();
        await simulation.SetUpAsync();
        await FollowAsync(session, simulation, plan);
        var took = TimeProvider.System.GetElapsedTime(began);
        var comparison = session.Get(Data) is { } data ? new LogCheck(simulation.Ledger, position).Run(LogReader.Read(data.FullName)) : null;
        var summary = new SimulationSummary(simulation, replay, comparison, took);
        if (session.IsJson)
            session.Terminal.Out.WriteLine(JsonSerializer.Serialize(summary.ForScripts(), Json));
        else
            summary.Write(session.Terminal.Answers());
        return comparison is { ProblemCount: > 0 } || comparison?.Counts.Any(count => !count.AddsUp) == true ? ExitCodes.Damaged : ExitCodes.Done;
    }

    /// <summary>What time it is there, whether that is simulated, and how far the log is. A service that is no demo is refused.</summary>
    private static async Task<(Instant Now, bool Simulated, long Position)> AskAsync(Session session)
    {
        if (!await session.IsDemoAsync())
            throw Bad("This service is no demo: what a simulation makes up must never be in a log that people rely on.");
        var request = new ListSpacesRequest { PageSize = 1 };
        var model = (await session.AsAdministratorAsync((admin, options) => admin.ListSpacesAsync(request, options))).ReadModel;
        return (model.SimulatedAt?.ToInstant() ?? session.Now, model.SimulatedAt is not null, model.Position);
    }

    private static Replay ReadReplay(FileInfo file, SimulatedRegion region, Duration step, Random random)
    {
        try
        {
            using var text = file.OpenText();
            return Demand.Read(text, region, step, random);
        }
        catch (Exception unreadable) when (unreadable is FormatException or IOException or UnauthorizedAccessException)
        {
            throw Bad($"--replay {file.Name}: {unreadable.Message}");
        }
    }

    private static async Task FollowAsync(Session session, RegionSimulation simulation, SimulationPlan plan)
    {
        try
        {
            if (!session.Terminal.IsInteractive || session.IsJson)
            {
                await simulation.RunAsync(Remarks(session, simulation));
                return;
            }

            await session.Terminal.Answers(live: true).Progress().AutoClear(true).StartAsync(async context =>
            {
                var bar = context.AddTask("Simulated", maxValue: (plan.Until - plan.From).TotalMinutes);
                await simulation.RunAsync(now =>
                {
                    bar.Description = Markup.Escape(Line(simulation, now));
                    bar.Value = (now - plan.From).TotalMinutes;
                });
            });
        }
        catch (RpcException failed)
        {
            throw new FailureException(session.Failed(failed));
        }
    }

    // Where nobody watches, a line now and then.
    private static Action<Instant> Remarks(Session session, RegionSimulation simulation)
    {
        var last = TimeProvider.System.GetTimestamp();
        return now =>
        {
            if (TimeProvider.System.GetElapsedTime(last) < TimeSpan.FromSeconds(10))
                return;
            last = TimeProvider.System.GetTimestamp();
            session.Terminal.Error.WriteLine("safespace: " + Line(simulation, now));
        };
    }

    private static string Line(RegionSimulation simulation, Instant now)
    {
        var tally = simulation.Tally;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{now.InZone(Demand.Zone):uuuu'-'MM'-'dd HH':'mm}  {tally.Needs} needs, {tally.Endings.GetValueOrDefault(Ending.Placed)} came to a space, {tally.UnderWay} under way");
    }

    private static FailureException Bad(string message) => new(Failure.BadInput(message));

    private static Option<double> Number(string name, string description, double value, double least, double most)
    {
        var option = new Option<double>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() is var given && given >= least && given <= most))
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is {least} to {most}."));
        });
        return option;
    }

    private static Duration Length(ArgumentResult given)
    {
        var text = given.Tokens.Single().Value;
        if (double.TryParse(text.AsSpan(..^1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            var length = text[^1] switch
            {
                'm' => Duration.FromMinutes(number),
                'h' => Duration.FromHours(number),
                'd' => Duration.FromDays(number),
                _ => Duration.Zero,
            };
            if (length > Duration.Zero && length <= Duration.FromDays(3660))
                return length;
        }

        given.AddError($"'{text}' is not a length of time such as 90m, 36h or 365d, at most 3660d.");
        return default;
    }
}
