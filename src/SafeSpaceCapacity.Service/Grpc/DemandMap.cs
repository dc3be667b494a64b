using System.Globalization;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Demand;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Service.Demand;
using DemandPeriod = SafeSpaceCapacity.Service.Demand.DemandPeriod;
using NeedOutcome = SafeSpaceCapacity.Domain.Demand.NeedOutcome;
using Outcome = SafeSpaceCapacity.Contract.V1.NeedOutcome;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>Demand in the words of the contract.</summary>
internal static class DemandMap
{
    public static GetDemandHistoryResponse.Types.Row ToContract(DemandRow from)
    {
        var to = new GetDemandHistoryResponse.Types.Row
        {
            AreaCode = from.Area,
            StartsAt = ContractMap.Stamp(from.StartsAt),
            LocalTime = from.StartsAt.InZone(DemandHistory.Zone).ToString("uuuu-MM-dd HH:mm x", CultureInfo.InvariantCulture),
        };
        if (from.IsImported)
            to.Counted = Count(from.Counted);
        else
            (to.Met, to.Unmet, to.Unknown) = (Count(from.Met), Count(from.Unmet), Count(from.Unknown));
        if (from.MinutesAway is { } minutes)
            to.AwayMinutes = minutes;
        if (from.Hidden is { } hidden)
            to.HiddenEstimate = hidden;
        to.Outcomes.AddRange(from.Outcomes.OrderBy(pair => pair.Key).Select(pair => new GetDemandHistoryResponse.Types.OutcomeCount
        {
            Outcome = pair.Key > NeedOutcome.Declined ? Outcome.Declined : (Outcome)pair.Key,
            Reason = pair.Key > NeedOutcome.Declined ? (RefusalReason)(pair.Key - NeedOutcome.Declined) : RefusalReason.Unspecified,
            Count = pair.Value,
        }));
        to.Codes.AddRange(from.Codes.OrderBy(pair => pair.Key).Select(pair => new GetDemandHistoryResponse.Types.CodeCount
        {
            Among = pair.Key.End switch { NeedEnd.Met => Outcome.Placed, NeedEnd.Unmet => Outcome.NothingFound, _ => Outcome.NotTakenUp },
            Need = ContractMap.NeedCodes(pair.Key.Code).FirstOrDefault(),
            AgeBand = ContractMap.AgeCodes(pair.Key.Code).FirstOrDefault(),
            Count = pair.Value,
        }));
        return to;
    }

    public static BackTestRecord ToContract(BackTest from)
    {
        var to = new BackTestRecord { Model = from.Model, Level = from.Level, Forecasts = from.Forecasts, Mae = from.Mae, Crps = from.Crps, Pit80 = from.Pit80, Champion = from.IsChampion };
        if (from.Mase is { } mase)
            to.Mase = mase;
        return to;
    }

    /// <summary>What is forecast of an area for periods that are not over.</summary>
    public static IEnumerable<GetForecastResponse.Types.Row> Rows(KeptForecast forecast, AreaForecast area, DemandPeriod period, Instant now)
    {
        var starts = LocalDateTimePattern.GeneralIso.Parse(forecast.StartsAt).Value;
        var local = now.InZone(DemandHistory.Zone).LocalDateTime;
        for (var i = 0; i < area.Mean.Length; i++)
        {
            var at = period == DemandPeriod.Hour ? starts.PlusHours(i) : starts.PlusDays(i);
            if ((period == DemandPeriod.Hour ? at.PlusHours(1) : at.PlusDays(1)) <= local)
                continue;
            yield return new GetForecastResponse.Types.Row
            {
                AreaCode = area.Area,
                LocalTime = LocalDateTimePattern.GeneralIso.Format(at),
                Model = area.Model,
                Mean = area.Mean[i],
                Quantiles = { area.Quantiles[i] },
            };
        }
    }

    private static SuppressibleCount Count(int? shown) => shown is { } count ? new() { Count = count } : new() { Suppressed = true };
}
