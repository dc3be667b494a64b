using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Spaces;

/// <summary>
/// What a space can do over the coming days if nobody reports anything: hours, shifts, holds and pauses, cut into stretches within which
/// nothing changes. The one rule by which searches and holds judge the future.
/// </summary>
public sealed class CapacityTimeline
{
    /// <summary>How far ahead it looks: a week of hours and one day, so that a weekly opening is always in sight.</summary>
    public static readonly Duration Horizon = Duration.FromDays(8);

    private readonly ImmutableArray<Stretch> _stretches;

    private CapacityTimeline(Instant from, Instant until, int occupied, ImmutableArray<(Instant From, Duty Duty)> duty, ImmutableArray<Stretch> stretches)
    {
        Duty = duty;
        From = from;
        Until = until;
        Occupied = occupied;
        _stretches = stretches;
    }

    /// <summary>The instant it begins at; earlier instants must not be asked about.</summary>
    public Instant From { get; }

    /// <summary>The instant it ends at.</summary>
    public Instant Until { get; }

    /// <summary>People here, taken to stay.</summary>
    public int Occupied { get; }

    /// <summary>Who is on duty until then, cut where it changes.</summary>
    public ImmutableArray<(Instant From, Duty Duty)> Duty { get; }

    /// <summary>A stretch within which nothing changes by itself.</summary>
    /// <param name="From">Begins; the next stretch, or the horizon, ends it.</param>
    /// <param name="Open">Open by its hours.</param>
    /// <param name="Paused">Takes nobody new.</param>
    /// <param name="SafeCapacity">People that those on duty can safely support.</param>
    /// <param name="Held">Places held or asked for.</param>
    public readonly record struct Stretch(Instant From, bool Open, bool Paused, int SafeCapacity, int Held);

    /// <summary>The timeline of a registered space from an instant on.</summary>
    /// <param name="state">The space.</param>
    /// <param name="from">The first instant.</param>
    /// <param name="without">A hold to leave out, to judge it anew.</param>
    /// <param name="horizon">How far it looks; <see cref="Horizon"/> if not given.</param>
    public static CapacityTimeline Of(SpaceState state, Instant from, Guid? without = null, Duration? horizon = null)
    {
        var details = state.Details ?? throw new ArgumentException("the space is not registered", nameof(state));
        var until = from + (horizon ?? Horizon);
        var open = details.Hours.Between(from, until);
        var cuts = new List<Instant>(16) { from };
        foreach (var interval in open)
        {
            Cut(interval.Start);
            Cut(interval.End);
        }

        var duty = DutyTimeline.Of(details.Staffing, state.ShiftsBetween(from, until), from, until);
        foreach (var change in duty)
            Cut(change.From);

        foreach (var hold in state.Holds)
        {
            if (hold.IsActive(from))
                Cut(hold.ExpiresAt);
        }

        if (state.Pause is { } pause)
            Cut(pause.Until);
        cuts.Sort();

        var stretches = ImmutableArray.CreateBuilder<Stretch>(cuts.Count);
        var next = 0;
        var onDuty = 0;
        foreach (var cut in cuts)
        {
            if (stretches.Count > 0 && stretches[^1].From == cut)
                continue;
            while (next < open.Length && open[next].End <= cut)
                next++;
            while (onDuty + 1 < duty.Length && duty[onDuty + 1].From <= cut)
                onDuty++;
            var held = 0;
            foreach (var hold in state.Holds)
            {
                if (hold.Id != without && hold.IsActive(cut))
                    held++;
            }

            stretches.Add(new(
                cut,
                next < open.Length && open[next].Start <= cut,
                state.Pause is { } paused && cut < paused.Until,
                duty[onDuty].Duty.SafeCapacity(details.Staffing, details.Places),
                held));
        }

        return new CapacityTimeline(from, until, state.Occupied, duty, stretches.ToImmutable());

        void Cut(Instant at)
        {
            if (at > from && at < until)
                cuts.Add(at);
        }
    }

    /// <summary>What holds at an instant.</summary>
    public Stretch At(Instant at) => _stretches[IndexAt(at)];

    /// <summary>Free places at an instant: safe capacity less people here less places held; may be negative.</summary>
    public int FreeAt(Instant at) => Free(At(at));

    /// <summary>The fewest free places at any instant from one instant to another; may be negative.</summary>
    public int FewestFree(Instant from, Instant until)
    {
        var fewest = int.MaxValue;
        for (var i = IndexAt(from); i < _stretches.Length && (_stretches[i].From < until || _stretches[i].From <= from); i++)
            fewest = Math.Min(fewest, Free(_stretches[i]));
        return fewest;
    }

    /// <summary>The first instant after <see cref="From"/> at which it opens, having been closed; <see cref="Until"/> where none is in sight.</summary>
    public Instant OpensFrom()
    {
        for (var i = 1; i < _stretches.Length; i++)
        {
            if (_stretches[i].Open && !_stretches[i - 1].Open)
                return _stretches[i].From;
        }

        return Until;
    }

    /// <summary>Until when the stretch of opening at an instant lasts; null if it reaches the horizon. The instant itself when closed.</summary>
    public Instant? OpenUntil(Instant at)
    {
        for (var i = IndexAt(at); i < _stretches.Length; i++)
        {
            if (!_stretches[i].Open)
                return Instant.Max(_stretches[i].From, at);
        }

        return null;
    }

    /// <summary>The first instant at or after another for which a stretch satisfies a condition; null if none within the horizon.</summary>
    public Instant? FirstWhere(Instant at, Func<Stretch, bool> condition)
    {
        for (var i = IndexAt(at); i < _stretches.Length; i++)
        {
            if (condition(_stretches[i]))
                return Instant.Max(_stretches[i].From, at);
        }

        return null;
    }

    /// <summary>The first instant from which the space is open, with a place free and staffed, for as long as asked; null if none within the horizon.</summary>
    public Instant? FirstFree(Instant at, Duration length) => FirstWhere(at, stretch =>
    {
        var start = Instant.Max(stretch.From, at);
        return stretch.Open && FewestFree(start, start + length) >= 1 && !(OpenUntil(start) < start + length);
    });

    /// <summary>The next instant at which time alone changes something; null if none within the horizon.</summary>
    public Instant? NextChange(Instant at)
    {
        var next = IndexAt(at) + 1;
        return next < _stretches.Length ? _stretches[next].From : null;
    }

    /// <summary>Free places in a stretch; may be negative.</summary>
    public int Free(Stretch stretch) => stretch.SafeCapacity - Occupied - stretch.Held;

    private int IndexAt(Instant at)
    {
        if (at < From)
            throw new ArgumentOutOfRangeException(nameof(at), at, $"the timeline begins at {From}");
        var low = 0;
        var high = _stretches.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_stretches[middle].From <= at)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }
}
