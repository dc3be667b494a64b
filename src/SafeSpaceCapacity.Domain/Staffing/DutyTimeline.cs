using System.Collections.Immutable;
using NodaTime;

namespace SafeSpaceCapacity.Domain.Staffing;

/// <summary>Who is on duty over time, cut where it changes: one pass over the shifts, however many.</summary>
public static class DutyTimeline
{
    /// <summary>The duty from an instant on and every change of it before another, in order; the first begins at <paramref name="from"/>.</summary>
    public static ImmutableArray<(Instant From, Duty Duty)> Of(StaffingRule rule, IEnumerable<Shift> shifts, Instant from, Instant until)
    {
        var changes = new List<(Instant At, Duty Change, bool Ends)>();
        foreach (var shift in shifts)
        {
            Add(Duty.Of(rule, shift), shift, Instant.MaxValue);
            foreach (var held in shift.Trained)
                Add(Duty.Of(shift, held.Code), shift, held.CurrentUntil ?? Instant.MaxValue);
        }

        changes.Sort((one, other) => one.At.CompareTo(other.At));
        var timeline = ImmutableArray.CreateBuilder<(Instant, Duty)>(changes.Count + 1);
        var duty = default(Duty);
        var next = 0;
        for (var at = from; ; at = changes[next].At)
        {
            for (; next < changes.Count && changes[next].At <= at; next++)
                duty = changes[next].Ends ? duty.Minus(changes[next].Change) : duty.Plus(changes[next].Change);
            timeline.Add((at, duty));
            if (next == changes.Count)
                return timeline.ToImmutable();
        }

        // What a shift adds counts while it lasts, but not during breaks, which may overlap, nor after an end of its own.
        void Add(Duty change, Shift shift, Instant atMost)
        {
            var end = Instant.Min(Instant.Min(shift.Until, atMost), until);
            var at = Instant.Max(shift.From, from);
            foreach (var pause in shift.Breaks.Where(pause => pause.From < pause.Until).OrderBy(pause => pause.From))
            {
                Span(change, at, Instant.Min(pause.From, end));
                at = Instant.Max(at, pause.Until);
            }

            Span(change, at, end);
        }

        void Span(Duty change, Instant start, Instant end)
        {
            if (start >= end)
                return;
            changes.Add((start, change, false));
            if (end < until)
                changes.Add((end, change, true));
        }
    }
}
