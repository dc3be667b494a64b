using NodaTime;
using SafeSpaceCapacity.Domain.Demand;
using SafeSpaceCapacity.Domain.Privacy;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service.Planning;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Service.Demand;

/// <summary>The demand of the past as planners may see it: each count suppressed by itself, sums of whole days where they give none away.</summary>
/// <param name="parts">Holds the counts.</param>
/// <param name="keeper">Writes what is not counted yet.</param>
/// <param name="sources">What was imported.</param>
/// <param name="hours">How spaces stood.</param>
/// <param name="readModel">Spaces.</param>
internal sealed class DemandHistory(ServiceParts parts, NeedKeeper keeper, DemandSources sources, HourlyHistory hours, SpaceReadModel readModel)
{
    private const int SecondsOfHour = 3600;
    private static readonly NeedOutcome[] Outcomes =
        [.. Enum.GetValues<NeedOutcome>().Where(outcome => outcome != NeedOutcome.Declined), .. Enum.GetValues<Domain.Holds.RefusalReason>().Select(reason => NeedOutcome.Declined + (int)reason)];

    /// <summary>Scotland's clock.</summary>
    public static DateTimeZone Zone { get; } = DateTimeZoneProviders.Tzdb["Europe/London"];

    /// <summary>Since when needs are recorded.</summary>
    public async Task<Instant> RecordedSinceAsync(CancellationToken cancellationToken) =>
        (await parts.Log.Demand.ReadDocumentsAsync(NeedKeeper.Since, cancellationToken)).GetValueOrDefault(NeedKeeper.Since)?.MadeAt ?? readModel.Now();

    /// <summary>The rows by area, then by time. A source that was never imported has none.</summary>
    public async Task<IReadOnlyList<DemandRow>> ReadAsync(DemandQuestion question, CancellationToken cancellationToken)
    {
        var isRecorded = question.Source.Length == 0;
        var isDaily = !isRecorded && await sources.FindAsync(question.Source, cancellationToken) is { IsDaily: true };
        var areas = isRecorded ? question.Areas : await sources.AreasWithinAsync(question.Source, question.Areas, cancellationToken);
        var recorded = isRecorded ? FirstHour(await RecordedSinceAsync(cancellationToken)) : 0;
        var (from, until) = (Math.Max(FirstHour(question.From), recorded), NeedKeeper.HourOf(question.Until));
        if (from >= until)
            return [];
        // Only of days is what is hidden estimated.
        var estimates = isRecorded && question.Period == DemandPeriod.Day;
        var first = estimates ? Math.Max(from - (HiddenDemand.Weeks * 168), recorded) : from;
        var counts = await CountsAsync(question.Source, first, until, cancellationToken);
        var stood = estimates ? Stood(areas, first, until) : static _ => [];
        var rows = new List<DemandRow>();
        foreach (var area in areas)
        {
            var censored = stood(area);
            var hidden = Rates(counts, area, censored, first, until);
            foreach (var period in Periods(question.Period, from, until))
                rows.Add(Row(area, period, counts, isRecorded, isDaily, censored, hidden));
        }

        return rows;
    }

    /// <summary>All that was asked or counted by area and hour, to learn from: nothing is suppressed in it.</summary>
    public async Task<IReadOnlyDictionary<(string Area, int Hour), int>> TotalsAsync(string source, int from, int until, CancellationToken cancellationToken) =>
        (await CountsAsync(source, from, until, cancellationToken)).ToDictionary(cell => cell.Key, cell => cell.Value.Where(count => count.Code == 0).Sum(count => count.People));

    // Needs that are not counted yet, and before them the counts: what is counted in between is in only one of them.
    private async Task<Dictionary<(string Area, int Hour), List<DemandCount>>> CountsAsync(string source, int from, int until, CancellationToken cancellationToken)
    {
        var all = new List<DemandCount>();
        if (source.Length == 0)
        {
            await keeper.WriteAsync(cancellationToken);
            var (counted, needs) = await parts.Log.Demand.ReadNeedsAsync(from, until, cancellationToken);
            all.AddRange(DemandCount.Of(needs));
            all.AddRange(await parts.Log.Demand.ReadCountsAsync(source, from, Math.Min(until, counted), withCodes: true, cancellationToken));
        }
        else
        {
            all.AddRange(await parts.Log.Demand.ReadCountsAsync(source, from, until, withCodes: false, cancellationToken));
        }

        return all.GroupBy(count => (count.Area, count.Hour)).ToDictionary(cell => cell.Key, cell => cell.ToList());
    }

    // In which hours everything in an area was full or closed. An area without a space has none to be full.
    private Func<string, HashSet<int>> Stood(IReadOnlyList<string> areas, int from, int until)
    {
        var root = readModel.Root;
        var reader = new HourlyReader(
            hours, root, areas.ToHashSet(StringComparer.Ordinal), Instant.FromUnixTimeSeconds((long)from * SecondsOfHour), Instant.FromUnixTimeSeconds((long)until * SecondsOfHour));
        return area => [.. reader.Hours().Where(hour => IsCensored(reader.OfArea(area, hour))).Select(hour => (int)(hour / SecondsOfHour))];
    }

    private static bool IsCensored(Hour? hour) =>
        hour is not null && hour[Measure.Present] > 0 && (hour[Measure.Open] == 0 || hour[Measure.Occupied] >= hour[Measure.SafeCapacity]);

    private static HiddenDemand Rates(
        Dictionary<(string Area, int Hour), List<DemandCount>> counts, string area, HashSet<int> censored, int first, int until)
    {
        var hidden = new HiddenDemand();
        for (var hour = first; hour < until; hour++)
        {
            if (!censored.Contains(hour))
                hidden.Add(HourOfWeek(hour), People(counts, area, hour));
        }

        return hidden;
    }

    private static DemandRow Row(
        string area, Stretch period, Dictionary<(string Area, int Hour), List<DemandCount>> counts, bool isRecorded, bool isDaily, HashSet<int> censored, HiddenDemand hidden)
    {
        var cells = Enumerable.Range(period.From, period.Until - period.From).Select(hour => counts.GetValueOrDefault((area, hour)) ?? []).ToList();
        var starts = Instant.FromUnixTimeSeconds((long)period.From * SecondsOfHour);
        if (!isRecorded)
            return new DemandRow(area, starts, null, null, null, true, Shown(_ => true), null, null, NoOutcomes, NoCodes);
        var (met, unmet, unknown) = (Shown(Ends(NeedEnd.Met)), Shown(Ends(NeedEnd.Unmet)), Shown(Ends(NeedEnd.Unknown)));
        var minutes = met is { } people ? (int)Math.Round(cells.Sum(cell => cell.Where(count => count.Code == 0 && Ends(NeedEnd.Met)(count)).Sum(count => count.MinutesAway)) / (double)people) : (int?)null;

        // Of an hour it would tell that the spaces were full then, and with their safe capacity how many were in them at least.
        var full = Enumerable.Range(period.From, period.Until - period.From).Where(censored.Contains).ToList();
        var estimate = (int)Math.Round(Math.Max(0, full.Sum(hour => hidden.RateOf(HourOfWeek(hour)) is { } rate ? rate - People(counts, area, hour) : 0)));
        var (outcomes, codes) = period.IsDay ? Within(cells.SelectMany(cell => cell).ToList(), met, unmet, unknown) : (NoOutcomes, NoCodes);
        return new DemandRow(area, starts, met, unmet, unknown, false, null, minutes, period.IsDay && SmallNumbers.Shows(estimate) ? estimate : null, outcomes, codes);

        // An hour stands for itself, and so does a day that was counted whole; another day is shown where it gives none of its hours away.
        int? Shown(Func<DemandCount, bool> which)
        {
            var hourly = cells.ConvertAll(cell => cell.Where(count => count.Code == 0 && which(count)).Sum(count => count.People));
            var shows = period.IsDay && !isDaily ? SmallNumbers.ShowsSum(hourly) : SmallNumbers.Shows(hourly.Sum());
            return shows ? hourly.Sum() : null;
        }
    }

    // Parts of a sum that is shown: only where what is left gives no small part away.
    private static (IReadOnlyDictionary<NeedOutcome, int> Outcomes, IReadOnlyDictionary<(NeedEnd End, Needs Code), int> Codes) Within(
        List<DemandCount> day, int? met, int? unmet, int? unknown)
    {
        var outcomes = new Dictionary<NeedOutcome, int>();
        var codes = new Dictionary<(NeedEnd End, Needs Code), int>();
        foreach (var (end, sum) in new[] { (NeedEnd.Met, met), (NeedEnd.Unmet, unmet), (NeedEnd.Unknown, unknown) })
        {
            if (sum is not { } all)
                continue;
            var kinds = Outcomes.Where(outcome => Need.EndOf(outcome) == end).Select(outcome => (outcome, People: day.Where(count => count.Code == 0 && count.Outcome == (int)outcome).Sum(count => count.People))).ToList();
            if (SmallNumbers.KeepsParts(kinds.ConvertAll(kind => kind.People), SmallNumbers.Fewest))
            {
                foreach (var (outcome, people) in kinds.Where(kind => SmallNumbers.Shows(kind.People)))
                    outcomes.Add(outcome, people);
            }

            foreach (var code in day.Where(count => count.Code > 0 && Ends(end)(count)).GroupBy(count => count.Code))
            {
                var people = code.Sum(count => count.People);
                if (SmallNumbers.Shows(people) && SmallNumbers.Shows(all - people))
                    codes.Add((end, (Needs)(1UL << (code.Key - 1))), people);
            }
        }

        return (outcomes, codes);
    }

    private static IEnumerable<Stretch> Periods(DemandPeriod period, int from, int until)
    {
        if (period == DemandPeriod.Hour)
        {
            for (var hour = from; hour < until; hour++)
                yield return new Stretch(hour, hour + 1, IsDay: false);
            yield break;
        }

        var date = Local(from).Date;
        if (Begins(date) < from)
            date = date.PlusDays(1);
        for (; Begins(date.PlusDays(1)) <= until; date = date.PlusDays(1))
            yield return new Stretch(Begins(date), Begins(date.PlusDays(1)), IsDay: true);

        static int Begins(LocalDate day) => (int)(Zone.AtStartOfDay(day).ToInstant().ToUnixTimeSeconds() / SecondsOfHour);
    }

    private static int People(Dictionary<(string Area, int Hour), List<DemandCount>> counts, string area, int hour) =>
        counts.GetValueOrDefault((area, hour))?.Where(count => count.Code == 0).Sum(count => count.People) ?? 0;

    private static Func<DemandCount, bool> Ends(NeedEnd end) => count => Need.EndOf((NeedOutcome)count.Outcome) == end;

    /// <summary>The first hour that begins from then on, in hours since 1970.</summary>
    public static int FirstHour(Instant from) => (int)Math.Ceiling(from.ToUnixTimeSeconds() / (double)SecondsOfHour);

    private static ZonedDateTime Local(int hour) => Instant.FromUnixTimeSeconds((long)hour * SecondsOfHour).InZone(Zone);

    private static int HourOfWeek(int hour) => Local(hour) is var local ? (((int)local.DayOfWeek - 1) * 24) + local.Hour : 0;

    private static IReadOnlyDictionary<NeedOutcome, int> NoOutcomes { get; } = new Dictionary<NeedOutcome, int>();

    private static IReadOnlyDictionary<(NeedEnd End, Needs Code), int> NoCodes { get; } = new Dictionary<(NeedEnd End, Needs Code), int>();

    // Hours since 1970.
    private readonly record struct Stretch(int From, int Until, bool IsDay);
}
