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
            if (shift.From >= until || shift.Until <= from)
                continue;
            var throughout = Duty.Of(rule, shift);
            foreach (var held in shift.Trained)
            {
                if (held.CurrentUntil < shift.Until)
                    Add(Duty.Of(shift, held.Code), shift, held.CurrentUntil.Value);
                else
                    throughout = throughout.Plus(Duty.Of(shift, held.Code));
            }

            Add(throughout, shift, shift.Until);
        }

        // Sorted beside the changes, which are large.
        var times = changes.ConvertAll(static change => change.At).ToArray();
        var order = Enumerable.Range(0, times.Length).ToArray();
        Array.Sort(times, order);
        var timeline = ImmutableArray.CreateBuilder<(Instant, Duty)>(changes.Count + 1);
        var duty = default(Duty);
        var next = 0;
        for (var at = from; ; at = times[next])
        {
            for (; next < times.Length && times[next] <= at; next++)
            {
                var (_, change, ends) = changes[order[next]];
                duty = ends ? duty.Minus(change) : duty.Plus(change);
            }

            timeline.Add((at, duty));
            if (next == times.Length)
                return timeline.ToImmutable();
        }

        // What a shift adds counts while it lasts, but not during breaks, which may overlap, nor after an end of its own.
        void Add(Duty change, Shift shift, Instant end)
        {
            end = Instant.Min(end, until);
            var at = Instant.Max(shift.From, from);
            foreach (var pause in shift.Breaks.Length > 1 ? shift.Breaks.Sort(static (one, other) => one.From.CompareTo(other.From)) : shift.Breaks)
            {
                if (pause.From >= pause.Until)
                    continue;
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
