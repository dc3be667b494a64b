namespace SafeSpaceCapacity.Forecasting.Series;

/// <summary>Which area lies in which: a forest whose leaves are the areas that are counted. Others are the sums of what lies in them.</summary>
public sealed class Hierarchy
{
    private readonly Dictionary<string, string> _parents;
    private readonly HashSet<string> _inner;

    /// <summary>Takes parents by area.</summary>
    /// <exception cref="FormatException">An area lies in itself, directly or through others.</exception>
    public Hierarchy(IReadOnlyDictionary<string, string> parents)
    {
        _parents = new Dictionary<string, string>(parents, StringComparer.Ordinal);
        _inner = new HashSet<string>(_parents.Values, StringComparer.Ordinal);
        foreach (var area in _parents.Keys)
        {
            var steps = 0;
            for (var above = area; _parents.TryGetValue(above, out var next); above = next)
            {
                if (++steps > _parents.Count)
                    throw new FormatException($"the hierarchy goes in a circle at {area}");
            }
        }
    }

    /// <summary>No area lies in another.</summary>
    public static Hierarchy None { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>Whether others lie in an area.</summary>
    public bool IsInner(string area) => _inner.Contains(area);

    /// <summary>What an area lies in directly.</summary>
    public string? ParentOf(string area) => _parents.GetValueOrDefault(area);

    /// <summary>How many areas an area lies in.</summary>
    public int DepthOf(string area)
    {
        var depth = 0;
        for (var above = area; _parents.TryGetValue(above, out var next); above = next)
            depth++;
        return depth;
    }
}
