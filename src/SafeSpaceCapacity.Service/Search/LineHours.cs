using System.Collections.Frozen;
using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Service.Region;

namespace SafeSpaceCapacity.Service.Search;

/// <summary>When telephone lines are open, worked out once for the days around an instant: doing that in every search took longer than the search.</summary>
internal sealed class LineHours
{
    private readonly Instant _from;
    private readonly Instant _until;
    private readonly FrozenDictionary<string, ImmutableArray<Interval>> _open;

    /// <summary>The hours around an instant.</summary>
    public LineHours(IEnumerable<SupportLine> lines, Instant at)
    {
        // Crews set off up to a day ahead: asked about now and then by turns, two days hold both.
        (_from, _until) = (at - Duration.FromDays(1), at + Duration.FromDays(1));
        _open = lines.ToFrozenDictionary(line => line.Code, line => line.Hours.Between(_from, _until + CapacityTimeline.Horizon), StringComparer.Ordinal);
    }

    /// <summary>Whether it tells of an instant.</summary>
    public bool Covers(Instant at) => at >= _from && at < _until;

    public bool IsOpen(SupportLine line, Instant at)
    {
        foreach (var open in _open[line.Code])
        {
            if (open.Contains(at))
                return true;
        }

        return false;
    }

    /// <summary>When a line that is closed opens; null where it does not in the days that can be seen.</summary>
    public Instant? OpensAt(SupportLine line, Instant at)
    {
        foreach (var open in _open[line.Code])
        {
            if (open.Start > at)
                return open.Start < at + CapacityTimeline.Horizon ? open.Start : null;
        }

        return null;
    }
}
