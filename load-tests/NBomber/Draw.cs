namespace SafeSpaceCapacity.LoadTests;

/// <summary>Seeded chance that scenarios running side by side share.</summary>
internal sealed class Draw(int seed)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);

    /// <summary>One of these, each as likely.</summary>
    public T OneOf<T>(IReadOnlyList<T> all)
    {
        lock (_gate)
            return all[_random.Next(all.Count)];
    }

    /// <summary>True in so many of a hundred cases.</summary>
    public bool InPercent(int percent)
    {
        lock (_gate)
            return _random.Next(100) < percent;
    }
}
