using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service.Demand;
using SafeSpaceCapacity.Service.Demo;
using SafeSpaceCapacity.Service.Tests.Support;
using DemandPeriod = SafeSpaceCapacity.Contract.V1.DemandPeriod;
using Need = SafeSpaceCapacity.Domain.Demand.Need;
using Role = SafeSpaceCapacity.Identity.Role;

namespace SafeSpaceCapacity.Service.Tests.Demand;

/// <summary>Forecasts as planners get them, on a service whose days pass at once.</summary>
public sealed class ForecastTests : IAsyncLifetime
{
    private const string Glasgow = "S12000049";
    private const string Edinburgh = "S12000036";
    private static readonly DateTimeOffset Midnight = new(2026, 1, 7, 0, 0, 0, TimeSpan.Zero);

    private readonly SimulatedTime _time = new(Midnight);
    private RunningService _service = null!;

    private PlanningService.PlanningServiceClient Planner => new(_service.Invoker);

    public async ValueTask InitializeAsync() => _service = await RunningService.StartAsync(new Wishes { Demo = true, Simulated = _time });

    public async ValueTask DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Needs_are_forecast_with_their_record_and_what_they_were_learnt_from()
    {
        const int days = 30;
        await NeedsAsync(days, perDay: 12);
        var progress = await TrainAsync();
        Assert.Equal([(DemandPeriod.Hour, ""), (DemandPeriod.Day, "")], progress.Where(step => step.Champion.Length > 0).Select(step => (step.Period, step.Failure)));
        Assert.All(progress, step => Assert.Empty(step.Failure));
        Assert.Contains(progress, step => step.Done > 0 && step.Done < step.Of);

        var (header, rows) = await ForecastAsync(Planner, DemandPeriod.Day, Glasgow);
        Assert.Equal(Midnight.AddDays(days), header!.TrainedAt.ToDateTimeOffset());
        Assert.Equal(("2026-01-07T00:00:00", "2026-02-06T00:00:00", days, 0, ""), (header.LearntFrom, header.LearntUntil, header.Periods, header.AgeMinutes, header.Failure));
        Assert.Equal(Midnight.AddDays(days).AddHours(3), header.NextTrainingAt.ToDateTimeOffset());
        Assert.Equal(["area", "total"], header.Record.Where(record => record.Champion).Select(record => record.Level).Order());
        Assert.DoesNotContain(header.Record, record => record.Model is "seasonal-naive" or "same-season");
        Assert.Equal(ForecastTraining.Models.Count * 2, header.Record.Count);
        Assert.Equal((56, "2026-02-06T00:00:00"), (rows.Count, rows[0].LocalTime));

        // Twelve a day with chance of Poisson's.
        Assert.InRange(rows.Average(row => row.Mean), 10, 14);
        Assert.All(rows, row => Assert.Equal(row.Quantiles.Order(), row.Quantiles));
        Assert.InRange(rows.Average(row => row.Quantiles[8] - row.Quantiles[0]), 8, 22);

        // As time goes on what is over is left out, and the age is told.
        _time.Advance(_time.GetUtcNow().AddHours(24));
        var (later, left) = await ForecastAsync(Planner, DemandPeriod.Day, Glasgow, periods: 5);
        Assert.Equal((24 * 60, 5, "2026-02-07T00:00:00"), (later!.AgeMinutes, left.Count, left[0].LocalTime));
        var (_, hours) = await ForecastAsync(Planner, DemandPeriod.Hour, Glasgow);
        Assert.Equal((55 * 24, "2026-02-07T00:00:00"), (hours.Count, hours[0].LocalTime));
        Assert.InRange(hours.Sum(row => row.Mean) / 55, 10, 14);

        // The sum of all is for who plans for all.
        var all = _service.With(_service.Token(Role.Planner, areas: [.. Codes]));
        Assert.DoesNotContain((await ForecastAsync(Planner, DemandPeriod.Day, Glasgow, Edinburgh)).Rows, row => row.AreaCode == ForecastKeeper.Scotland);
        var whole = (await ForecastAsync(new(all), DemandPeriod.Day)).Rows;

        // Twenty-four, of which a month of chance says 22 to 26 nineteen times in twenty.
        Assert.InRange(whole.Where(row => row.AreaCode == ForecastKeeper.Scotland).Average(row => row.Mean), 21, 27);
        Assert.Equal(33, whole.Select(row => row.AreaCode).Distinct().Count());
    }

    [Fact]
    public async Task Where_there_is_too_little_to_learn_from_that_is_said_each_night()
    {
        Assert.Equal((true, ""), await NoneAsync());
        _time.Advance(Midnight.AddHours(23));
        _service.Time.Advance(TimeSpan.FromMinutes(1));
        var since = TimeProvider.System.GetTimestamp();
        while ((await NoneAsync()).Failure.Length == 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience.Long, "nobody trained at night");
            await Task.Delay(10);
        }

        Assert.Equal((true, "at least 21 whole days of history are needed, and there are 0"), await NoneAsync());

        async Task<(bool IsPlanned, string Failure)> NoneAsync()
        {
            using var call = Planner.GetForecast(new GetForecastRequest { AreaCodes = { Glasgow }, Period = DemandPeriod.Day });
            Assert.True(await call.ResponseStream.MoveNext());
            var none = call.ResponseStream.Current.None;
            return (none.NextTrainingAt.ToDateTimeOffset().TimeOfDay == TimeSpan.FromHours(3), none.Failure);
        }
    }

    [Fact]
    public async Task The_last_good_forecast_stays_when_training_fails()
    {
        await SourceAsync(days: 60);
        await TrainAsync();
        var before = await ForecastAsync(Planner, DemandPeriod.Day, "police", Glasgow);
        Assert.Equal(56, before.Rows.Count);

        _time.Advance(Midnight.AddHours(10));
        await SourceAsync(days: 5);
        var failed = Assert.Single(await TrainAsync(), step => step is { Source: "police", Failure.Length: > 0 });
        Assert.Equal("at least 21 whole days of history are needed, and there are 5", failed.Failure);
        var after = await ForecastAsync(Planner, DemandPeriod.Day, "police", Glasgow);
        Assert.Equal(before.Rows, after.Rows);
        Assert.Equal((before.Header!.TrainedAt, 600, failed.Failure), (after.Header!.TrainedAt, after.Header.AgeMinutes, after.Header.Failure));
        Assert.Equal(Midnight.AddHours(10), after.Header.FailedAt.ToDateTimeOffset());

        // And over a restart: a simulation goes on from where it was.
        _service = await _service.RestartAsync(new Wishes { Demo = true, Simulated = _time });
        Assert.Equal(before.Rows, (await ForecastAsync(Planner, DemandPeriod.Day, "police", Glasgow)).Rows);
    }

    [Fact]
    public async Task Training_gets_what_nobody_else_wants_of_the_machine()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "nice values of threads are Linux's");

        // The 19th field; the name before it may hold spaces.
        var stat = await LowPriority.RunAsync("test", () => File.ReadAllText("/proc/thread-self/stat"));
        Assert.Equal("19", stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16]);
        var failure = await Assert.ThrowsAsync<IOException>(() => LowPriority.RunAsync<int>("test", () => throw new IOException("as if")));
        Assert.Equal("as if", failure.Message);
    }

    private static IEnumerable<string> Codes => SafeSpaceCapacity.Service.Region.RegionData.LoadDemo().CouncilAreas.Select(area => area.Code);

    // As if crews had searched in two areas for so many days, at hours of the evening.
    private async Task NeedsAsync(int days, int perDay)
    {
        var random = new Random(7);
        var needs = new List<Need>();
        for (var hour = 0; hour < days * 24; hour++)
        {
            foreach (var area in new[] { Glasgow, Edinburgh })
            {
                for (var i = 0; i < 60 && hour % 24 >= 12; i++)
                {
                    if (random.NextDouble() < perDay / 720.0)
                        needs.Add(Need.Searched(Ids.NextGuid(), area, Instant.FromDateTimeOffset(Midnight.AddHours(hour).AddMinutes(i)), Needs.None, offered: false));
                }
            }
        }

        foreach (var some in needs.Chunk(500))
            await _service.Log.Demand.MergeNeedsAsync(some);
        for (var day = 1; day <= days; day++)
            _time.Advance(Midnight.AddDays(day));
    }

    private async Task SourceAsync(int days)
    {
        var (first, random) = ((int)(Midnight.AddDays(-days).ToUnixTimeSeconds() / 3600), new Random(3));
        var counts = Enumerable.Range(0, days).Select(day => new DemandCount(Glasgow, first + (day * 24), 0, 0, random.Next(3, 9), 0)).ToList();
        var source = new DemandSource(
            "police", Instant.FromDateTimeOffset(_time.GetUtcNow()), "somebody", "0", days, first, first + (days * 24), IsDaily: true,
            new Dictionary<string, string>(StringComparer.Ordinal) { [Glasgow] = "" }, []);
        await _service.Log.Demand.ReplaceCountsAsync("police", counts, DemandSources.Write(source));
    }

    private async Task<List<TrainForecastResponse>> TrainAsync()
    {
        // It gets what others leave of the machine, which in a run of all tests is little: without the usual deadline.
        using var channel = GrpcChannel.ForAddress(_service.GrpcAddress);
        var token = _service.Token(Role.Planner, areas: [Glasgow]);
        using var call = new PlanningService.PlanningServiceClient(channel).TrainForecast(new TrainForecastRequest(), new Metadata { { "authorization", $"Bearer {token}" } });
        var steps = new List<TrainForecastResponse>();
        await foreach (var step in call.ResponseStream.ReadAllAsync())
            steps.Add(step);
        return steps;
    }

    private static async Task<(GetForecastResponse.Types.Header? Header, List<GetForecastResponse.Types.Row> Rows)> ForecastAsync(
        PlanningService.PlanningServiceClient planner, DemandPeriod period, params string[] areas)
    {
        var source = areas.FirstOrDefault(area => char.IsAsciiLetterLower(area[0])) ?? string.Empty;
        return await ForecastAsync(planner, new GetForecastRequest { AreaCodes = { areas.Where(area => area != source) }, Period = period, Source = source });
    }

    private static Task<(GetForecastResponse.Types.Header? Header, List<GetForecastResponse.Types.Row> Rows)> ForecastAsync(
        PlanningService.PlanningServiceClient planner, DemandPeriod period, string area, int periods) =>
        ForecastAsync(planner, new GetForecastRequest { AreaCodes = { area }, Period = period, Periods = periods });

    private static async Task<(GetForecastResponse.Types.Header? Header, List<GetForecastResponse.Types.Row> Rows)> ForecastAsync(
        PlanningService.PlanningServiceClient planner, GetForecastRequest request)
    {
        using var call = planner.GetForecast(request);
        var steps = new List<GetForecastResponse>();
        await foreach (var step in call.ResponseStream.ReadAllAsync())
            steps.Add(step);
        return (steps[0].Header, [.. steps.Skip(1).Select(step => step.Row)]);
    }
}
