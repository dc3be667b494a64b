using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Demand;
using SafeSpaceCapacity.Service.Access;
using SafeSpaceCapacity.Service.Demand;
using SafeSpaceCapacity.Service.ReadModel;
using SafeSpaceCapacity.Service.Region;
using BackTest = SafeSpaceCapacity.Service.Demand.BackTest;
using DemandPeriod = SafeSpaceCapacity.Service.Demand.DemandPeriod;
using Period = SafeSpaceCapacity.Contract.V1.DemandPeriod;
using Status = Grpc.Core.Status;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>What planners ask of demand. See <c>planning_service.proto</c>.</summary>
internal sealed class PlanningGrpcService(
    CommandRunner runner, SpaceReadModel readModel, DemandHistory history, DemandSources sources, ForecastKeeper forecasts, NeedLog searches, RegionData region)
    : PlanningService.PlanningServiceBase
{
    private static readonly Duration HoursMost = Duration.FromDays(31);
    private static readonly Duration DaysMost = Duration.FromDays(400);
    private const int PeriodsMost = ForecastTraining.DaysAhead * 24;
    private const int MinutesMost = int.MaxValue;

    public override async Task GetDemandHistory(
        GetDemandHistoryRequest request, IServerStreamWriter<GetDemandHistoryResponse> responseStream, ServerCallContext context)
    {
        var check = runner.Check();
        var asked = check.Areas(request.AreaCodes, region);
        var period = (DemandPeriod)check.Code(request.Period, "period");
        var (from, until) = Range(request.From, request.Until, request.Period, check);
        var source = check.Text(request.Source, "source", DemandSources.NameMost);
        check.ThrowIfBroken();
        var areas = Granted(asked, CallNotes.Of(context));
        await RequireAsync(source, context.CancellationToken);
        var root = readModel.Root;
        var question = new DemandQuestion(source, [.. areas.Select(area => area.Code)], from, until, period);
        var rows = await history.ReadAsync(question, context.CancellationToken);
        var header = new GetDemandHistoryResponse.Types.Header
        {
            Areas = { areas.Select(area => new GetDemandHistoryResponse.Types.Area { AreaCode = area.Code, Name = area.Name }) },
            ReadModel = ContractMap.ToContract(readModel.LagOf(root)),
            Sources = { (await sources.ListAsync(context.CancellationToken)).Select(known => known.Name) },
        };
        if (source.Length == 0)
        {
            header.RecordedSince = ContractMap.Stamp(await history.RecordedSinceAsync(context.CancellationToken));
            header.SettledUntil = ContractMap.Stamp(check.Now - NeedKeeper.SettledAfter);
            header.Lost = searches.Lost;
        }

        await responseStream.WriteAsync(new GetDemandHistoryResponse { Header = header }, context.CancellationToken);
        foreach (var row in rows)
            await responseStream.WriteAsync(new GetDemandHistoryResponse { Row = DemandMap.ToContract(row) }, context.CancellationToken);
    }

    public override async Task GetForecast(GetForecastRequest request, IServerStreamWriter<GetForecastResponse> responseStream, ServerCallContext context)
    {
        var check = runner.Check();
        var asked = check.Areas(request.AreaCodes, region);
        var period = (DemandPeriod)check.Code(request.Period, "period");
        var source = check.Text(request.Source, "source", DemandSources.NameMost);
        var periods = check.Number(request.HasPeriods, request.Periods, "periods", 1, PeriodsMost, PeriodsMost);
        check.ThrowIfBroken();
        var areas = Granted(asked, CallNotes.Of(context));
        await RequireAsync(source, context.CancellationToken);
        var standing = await forecasts.FindAsync(source, period, context.CancellationToken);
        if (standing.Forecast is not { } forecast)
        {
            await responseStream.WriteAsync(
                new GetForecastResponse
                {
                    None = new() { Failure = standing.Failure ?? string.Empty, FailedAt = ContractMap.Stamp(standing.FailedAt), NextTrainingAt = ContractMap.Stamp(ForecastKeeper.NextNight(check.Now)) },
                },
                context.CancellationToken);
            return;
        }

        await responseStream.WriteAsync(new GetForecastResponse { Header = Header(standing, forecast, check.Now) }, context.CancellationToken);
        var shown = await forecasts.ShownAsync(source, forecast, [.. areas.Select(area => area.Code)], context.CancellationToken);
        foreach (var area in shown)
        {
            foreach (var row in DemandMap.Rows(forecast, area, period, check.Now).Take(periods))
                await responseStream.WriteAsync(new GetForecastResponse { Row = row }, context.CancellationToken);
        }
    }

    public override async Task TrainForecast(TrainForecastRequest request, IServerStreamWriter<TrainForecastResponse> responseStream, ServerCallContext context)
    {
        await foreach (var progress in forecasts.TrainAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(
                new TrainForecastResponse
                {
                    Source = progress.Source,
                    Period = (Period)progress.Period,
                    Done = progress.Done,
                    Of = progress.Of,
                    Failure = progress.Failure ?? string.Empty,
                    Champion = progress.Trained?.BackTests.FirstOrDefault(record => record.IsChampion)?.Model ?? string.Empty,
                },
                context.CancellationToken);
        }
    }

    private static GetForecastResponse.Types.Header Header(StandingForecast standing, KeptForecast forecast, Instant now)
    {
        var trained = Instant.FromDateTimeOffset(forecast.TrainedAt);
        return new()
        {
            TrainedAt = ContractMap.Stamp(trained),
            AgeMinutes = (int)Math.Clamp((now - trained).TotalMinutes, 0, MinutesMost),
            LearntFrom = forecast.FirstPeriod,
            LearntUntil = forecast.StartsAt,
            Periods = forecast.Periods,
            Windows = forecast.Windows,
            WindowPeriods = forecast.WindowPeriods,
            Record = { forecast.BackTests.Select(DemandMap.ToContract) },
            Failure = standing.Failure ?? string.Empty,
            FailedAt = ContractMap.Stamp(standing.FailedAt),
            NextTrainingAt = ContractMap.Stamp(ForecastKeeper.NextNight(now)),
            Probabilities = { KeptForecast.Probabilities },
        };
    }

    private List<CouncilArea> Granted(IReadOnlySet<string> asked, CallNotes notes)
    {
        var granted = notes.Grant!.Areas;
        if (!asked.IsSubsetOf(granted))
            throw new RpcException(new Status(StatusCode.PermissionDenied, "area_codes: not all are areas of the token"));
        var areas = region.CouncilAreas.Where(area => asked.Count == 0 ? granted.Contains(area.Code) : asked.Contains(area.Code)).OrderBy(area => area.Code, StringComparer.Ordinal).ToList();
        notes.Area = string.Join(' ', areas.Select(area => area.Code));
        return areas;
    }

    private async Task RequireAsync(string source, CancellationToken cancellationToken)
    {
        if (source.Length > 0 && await sources.FindAsync(source, cancellationToken) is null)
            throw new RpcException(new Status(StatusCode.NotFound, $"source: nothing was imported under the name '{source}'"));
    }

    private static (Instant From, Instant Until) Range(Timestamp? from, Timestamp? until, Period period, RequestCheck check)
    {
        var (most, words) = period == Period.Hour ? (HoursMost, "31") : (DaysMost, "400");
        var starts = check.AnyTime(from, "from");
        var ends = check.AnyTime(until, "until");
        if (from is null)
            check.Break("from", "is required: the first period asked about");
        if (until is null)
            check.Break("until", $"is required: at most {words} days after from");
        if (starts is not { } first || ends is not { } last)
            return default;
        if (last <= first)
            check.Break("until", "must be after from");
        else if (last - first > most)
            check.Break("until", $"must be at most {words} days after from");

        // What is not over yet would tell of each need as it comes.
        return (Instant.Max(first, Instant.FromUnixTimeSeconds(0)), Instant.Min(last, check.Now));
    }
}
