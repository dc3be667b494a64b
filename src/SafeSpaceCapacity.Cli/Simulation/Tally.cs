using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Simulation;

/// <summary>How the needs of an area ended.</summary>
/// <param name="Area">Its name.</param>
/// <param name="Needs">Needs that arose there.</param>
/// <param name="Placed">Of those, people who came to a space.</param>
/// <param name="Unmet">Of those, people for whom there was no place.</param>
internal sealed record AreaTally(string Area, int Needs, int Placed, int Unmet);

/// <summary>What the people of a simulation lived through, counted by themselves.</summary>
internal sealed class Tally
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Ending, int> _endings = [];
    private readonly Dictionary<string, Dictionary<Ending, int>> _areas = new(StringComparer.Ordinal);
    private readonly Dictionary<RejectionCode, int> _rejections = [];
    private readonly Dictionary<RefusalReason, int> _refusals = [];
    private readonly Dictionary<Degradation, int> _degradations = [];
    private readonly SortedDictionary<int, int> _minutes = [];

    public int Needs { get; private set; }

    public int OutOfHours { get; private set; }

    public int AtWeekend { get; private set; }

    public int Searches { get; private set; }

    public int UnderWay { get; private set; }

    public int Forgotten { get; private set; }

    public IReadOnlyDictionary<Ending, int> Endings => _endings;

    public IReadOnlyDictionary<RejectionCode, int> Rejections => _rejections;

    public IReadOnlyDictionary<RefusalReason, int> TurnedAway => _refusals;

    public IReadOnlyDictionary<Degradation, int> Degradations => _degradations;

    /// <summary>By area, most needs first.</summary>
    public IEnumerable<AreaTally> Areas => _areas
        .Select(area => new AreaTally(area.Key, area.Value.Values.Sum(), area.Value.GetValueOrDefault(Ending.Placed), area.Value.Where(ending => IsUnmet(ending.Key)).Sum(ending => ending.Value)))
        .OrderByDescending(area => area.Needs);

    /// <summary>Whether somebody ended with no place.</summary>
    public static bool IsUnmet(Ending ending) => ending is Ending.NothingFound or Ending.Declined or Ending.TurnedAway or Ending.NoAnswer;

    public void Begun(SimulatedNeed need)
    {
        lock (_gate)
        {
            Needs++;
            UnderWay++;
            if (Demand.IsOutOfHours(need.At))
                OutOfHours++;
            if (Demand.IsWeekend(need.At))
                AtWeekend++;
        }
    }

    public void Ended(SimulatedNeed need, Ending ending)
    {
        lock (_gate)
        {
            UnderWay--;
            Add(_endings, ending);
            if (!_areas.TryGetValue(need.From.Area, out var area))
                _areas.Add(need.From.Area, area = []);
            Add(area, ending);
        }
    }

    public void Searched(FindSpacesResponse found)
    {
        lock (_gate)
        {
            Searches++;
            foreach (var degradation in found.Degradations)
                Add(_degradations, degradation);
        }
    }

    public void Rejected(RejectionCode code)
    {
        lock (_gate)
            Add(_rejections, code);
    }

    public void Refused(RefusalReason reason)
    {
        lock (_gate)
            Add(_refusals, reason);
    }

    public void Forgot()
    {
        lock (_gate)
            Forgotten++;
    }

    public void Arrived(int minutes)
    {
        lock (_gate)
            Add(_minutes, minutes);
    }

    /// <summary>Minutes that a share of those placed travelled at most; null where nobody was.</summary>
    public int? Minutes(double share)
    {
        var wanted = share * _minutes.Values.Sum();
        foreach (var (minutes, people) in _minutes)
        {
            wanted -= people;
            if (wanted <= 0)
                return minutes;
        }

        return null;
    }

    private static void Add<T>(IDictionary<T, int> counts, T what)
        where T : notnull => counts[what] = counts.TryGetValue(what, out var known) ? known + 1 : 1;
}
