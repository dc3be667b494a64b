using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Privacy;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service.ReadModel;
using SafeSpaceCapacity.Service.Region;

namespace SafeSpaceCapacity.Service.Planning;

/// <summary>How long hours are kept.</summary>
/// <param name="AreaDays">Days for which those of areas are.</param>
/// <param name="SpaceDays">Days for which those of single spaces, and what happened to them, are.</param>
internal sealed record HistoryKept(int AreaDays, int SpaceDays)
{
    /// <summary>The documented default; of single spaces the longest that can be asked about, and a few days to ask (assumption).</summary>
    public static HistoryKept Default { get; } = new(ServiceChoices.HistoryDaysDefault, ServiceChoices.SpaceHistoryDays);
}

/// <summary>Until when a space is in the hours.</summary>
/// <param name="Until">Seconds since 1970.</param>
/// <param name="State">As it has been since; null where no event of it was told in this run, which leaves it as readers know it.</param>
/// <param name="Stood">How it stood then, as far as it was told; null where <paramref name="State"/> is.</param>
internal sealed record SpaceMark(long Until, SpaceState? State, Standing? Stood);

/// <summary>Hours as of one position of the log. Never changes.</summary>
/// <param name="Days">The numbers of each hour of areas, by area and day: see <see cref="Measures.At"/>.</param>
/// <param name="Areas">The same of each space in an area, by area and space.</param>
/// <param name="Spaces">Until when each space is in them.</param>
/// <param name="FirstOfSpaces">The first day of which those of single spaces are kept.</param>
internal sealed record HourlyView(
    ImmutableDictionary<DayKey, ImmutableArray<int>> Days,
    ImmutableDictionary<string, ImmutableDictionary<string, SpaceDays>> Areas,
    ImmutableDictionary<string, SpaceMark> Spaces,
    int FirstOfSpaces)
{
    public static ImmutableDictionary<string, SpaceDays> NoSpaces { get; } = ImmutableDictionary.Create<string, SpaceDays>(StringComparer.Ordinal);

    public static HourlyView Empty { get; } = new(
        ImmutableDictionary<DayKey, ImmutableArray<int>>.Empty,
        ImmutableDictionary.Create<string, ImmutableDictionary<string, SpaceDays>>(StringComparer.Ordinal),
        ImmutableDictionary.Create<string, SpaceMark>(StringComparer.Ordinal),
        int.MinValue);

    /// <summary>A day of a space in an area; null where it was not there, or is no longer kept.</summary>
    public SpaceDay? OfSpace(string area, string space, int day) => day < FirstOfSpaces ? null : Areas.GetValueOrDefault(area)?.GetValueOrDefault(space)?.Of(day);
}

/// <summary>
/// What planners see of the past, added up by area and hour as events come: how a space stood between two of its events counts from when the
/// one was recorded until the other was, arrivals and refusals when they were observed. Time since a space's last event is not in it: see
/// <see cref="HourlyReader"/>.
/// </summary>
/// <param name="region">The council areas.</param>
/// <param name="kept">How long.</param>
internal sealed class HourlyHistory(RegionData region, HistoryKept kept) : ILogFold
{
    private readonly FrozenDictionary<string, string> _codes = region.CouncilAreas.ToFrozenDictionary(area => area.Name, area => area.Code, StringComparer.Ordinal);
    private readonly HashSet<DayKey> _unsavedDays = [];
    private readonly HashSet<(string Area, string Space)> _unsavedSpaces = [];
    private readonly Dictionary<string, SpaceMark> _marks = new(StringComparer.Ordinal);
    private volatile HourlyView _view = HourlyView.Empty;
    private HourSheet _sheet = new(HourlyView.Empty);

    // Of the newest event, and up to which what is too old was dropped.
    private int _day;
    private int _droppedOn;

    /// <summary>Names their form and how long days are kept: where that was changed, the hours are counted from the whole log again.</summary>
    public string Prefix { get; } = string.Create(CultureInfo.InvariantCulture, $"fold/hours/{HourlyCheckpoints.Form}/{kept.AreaDays}-{kept.SpaceDays}/");

    /// <summary>The newest hours.</summary>
    public HourlyView View => _view;

    public HistoryKept Kept => kept;

    /// <summary>The code of the council area that a space lies in; empty where the region has none of that name.</summary>
    public string AreaOf(SpaceDetails details) => _codes.GetValueOrDefault(details.CouncilArea, string.Empty);

    /// <inheritdoc/>
    public bool Restore(IReadOnlyList<Checkpoint> kept, long covered)
    {
        _marks.Clear();
        _unsavedDays.Clear();
        _unsavedSpaces.Clear();
        var restored = covered == 0 ? HourlyView.Empty : HourlyCheckpoints.Read(Prefix, kept, covered);
        _view = restored ?? HourlyView.Empty;
        _day = HourSheet.DayOf(_view.Spaces.Values.Select(mark => mark.Until).DefaultIfEmpty().Max());
        _droppedOn = 0;
        _view = Dropped(_view) with { FirstOfSpaces = FirstOfSpaces };
        _sheet = new HourSheet(_view);
        return restored is not null;
    }

    /// <inheritdoc/>
    public void Apply(RecordedEvent recorded, SpaceChange? change)
    {
        if (change is not var (happened, before, after) || after.Details is null)
            return;
        var space = after.Details.Id.Value;
        var now = happened.DecidedAt.ToUnixTimeSeconds();
        if (!_marks.TryGetValue(space, out var mark))
            mark = _view.Spaces.GetValueOrDefault(space) ?? new SpaceMark(now, null, null);
        _day = Math.Max(_day, HourSheet.DayOf(now));
        var stood = before.Details is { } details ? LetTimePass(_sheet, AreaOf(details), before, mark, now) : (Standing?)null;
        var stands = Standing.At(after, happened.DecidedAt);
        Tell(happened, before, after, stood, stands);
        Count(happened, before, after);
        _marks[space] = new SpaceMark(Math.Max(mark.Until, now), after, stands);
    }

    /// <inheritdoc/>
    public void Publish(long position)
    {
        if (_marks.Count == 0)
            return;
        _unsavedDays.UnionWith(_sheet.ChangedDays);
        _unsavedSpaces.UnionWith(_sheet.ChangedSpaces);

        // A mark is kept with the days of its space.
        _unsavedSpaces.UnionWith(_marks.Select(mark => (AreaOf(mark.Value.State!.Details!), mark.Key)));
        _view = Dropped(_sheet.Frozen(FirstOfSpaces) with { Spaces = _view.Spaces.SetItems(_marks) });
        _sheet = new HourSheet(_view);
        _marks.Clear();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Checkpoint> Checkpoints(Guid epoch, long position)
    {
        var checkpoints = HourlyCheckpoints.Write(Prefix, _view, _unsavedDays, _unsavedSpaces, kept, epoch, position);
        _unsavedDays.Clear();
        _unsavedSpaces.Clear();
        return checkpoints;
    }

    /// <summary>Adds how a space stood from its last event on, with what time alone changed; says how it stood at the end.</summary>
    public static Standing LetTimePass(HourSheet sheet, string area, SpaceState state, SpaceMark mark, long until)
    {
        var space = state.Details!.Id.Value;
        var stood = mark.Stood ?? Standing.At(state, Instant.FromUnixTimeSeconds(mark.Until));
        if (state.Retired is not null)
            return stood;
        foreach (var (start, end, standing) in Standing.Between(state, mark.Until, until))
        {
            foreach (var happening in Happening.Between(stood, standing, start))
                sheet.Tell(area, space, happening);
            sheet.Spread(area, space, start, end, standing, state.Occupied);
            stood = standing;
        }

        return stood;
    }

    private void Tell(SpaceEvent happened, SpaceState before, SpaceState after, Standing? stood, Standing stands)
    {
        var now = happened.DecidedAt.ToUnixTimeSeconds();
        if (after.Retired is not null)
        {
            if (before.Retired is null)
                Tell(HappeningKind.Retired);
            return;
        }

        if (before.Details != after.Details)
            Tell(HappeningKind.EntryChanged);
        foreach (var happening in Happening.Between(stood, stands, now))
            _sheet.Tell(AreaOf(after.Details!), after.Details!.Id.Value, happening);

        // How many are too many for those on duty would tell a small number of people from above or below.
        if (before.IsOverSafeCapacity != after.IsOverSafeCapacity && SmallNumbers.Shows(after.Occupied))
            Tell(after.IsOverSafeCapacity ? HappeningKind.OverSafeCapacity : HappeningKind.WithinSafeCapacity);

        // Once it is closed, staffing is unsafe while anybody is still here.
        if (happened is StaffingBecameUnsafe or StaffingBecameSafe && stands.Open)
            Tell(happened is StaffingBecameUnsafe ? HappeningKind.StaffingUnsafe : HappeningKind.StaffingSafe);

        void Tell(HappeningKind kind) => _sheet.Tell(AreaOf(after.Details!), after.Details!.Id.Value, new Happening(now, kind));
    }

    private void Count(SpaceEvent happened, SpaceState before, SpaceState after)
    {
        if (happened is ActUndone { ActId: var id } && before.LastAct is { } act && act.Id == id)
        {
            if (act.Kind == ActKind.Arrival)
                Count(Measure.Arrivals, act.Moved?.ObservedAt ?? act.At, -1, after);
            if (act is { Kind: ActKind.Decline, HoldBefore: { } hold } && before.FindHold(hold.Id) is { DeclinedReason: { } reason })
                Count(Measures.Refused(reason), act.At, -1, after);
            return;
        }

        Measure? measure = happened switch
        {
            ArrivalRecorded => Measure.Arrivals,
            HoldPlaced => Measure.HoldsPlaced,
            HoldRequested => Measure.HoldsRequested,
            HoldExpired => Measure.HoldsExpired,
            HoldLapsed => Measure.HoldsLapsed,
            HoldDeclined declined => Measures.Refused(declined.Reason),

            // Staff who declined a hold, and a crew who says that it was turned away with it, speak of one person.
            RefusalReported { HoldId: { } held } when before.FindHold(held) is { Status: HoldStatus.Declined } => null,
            RefusalReported refused => Measures.Refused(refused.Reason),
            _ => null,
        };
        if (measure is { } counted)
            Count(counted, happened.ObservedAt, 1, after);
    }

    private void Count(Measure measure, Instant at, int amount, SpaceState space)
    {
        var second = at.ToUnixTimeSeconds();
        if (HourSheet.DayOf(second) >= FirstOfSpaces)
            _sheet.Add(AreaOf(space.Details!), space.Details!.Id.Value, second, measure, amount);
    }

    private int FirstOfSpaces => _day - kept.SpaceDays + 1;

    // Days of areas that are older than they are kept, by the newest event. Those of a space go as others are put to them.
    private HourlyView Dropped(HourlyView view)
    {
        if (_day == _droppedOn)
            return view;
        _droppedOn = _day;
        return view with { Days = view.Days.RemoveRange(view.Days.Keys.Where(key => key.Day <= _day - kept.AreaDays)) };
    }
}
