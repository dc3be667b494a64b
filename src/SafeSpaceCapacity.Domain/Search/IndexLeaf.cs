namespace SafeSpaceCapacity.Domain.Search;

/// <summary>
/// A leaf: entries in order, and beside them what a search reads of them, so that it touches only those it may yield. An entry replaced by
/// one at the same place shares the placements, and the summaries too if they are the same.
/// </summary>
internal sealed class IndexLeaf<T> : IndexNode<T>
    where T : class, IIndexedSpace
{
    private IndexLeaf(T[] items, Placement[] placements, ServiceSummary[] summaries, in UnitBox box, in ServiceSummary summary)
        : base(level: 0, new SortKey(placements[0].Code, items[0].Key), box, summary)
    {
        Items = items;
        Placements = placements;
        Summaries = summaries;
    }

    /// <summary>The entries.</summary>
    public T[] Items { get; }

    /// <summary>Where each entry is.</summary>
    public Placement[] Placements { get; }

    /// <summary>What each entry could do.</summary>
    public ServiceSummary[] Summaries { get; }

    /// <inheritdoc/>
    public override int Size => Items.Length;

    /// <summary>A leaf of entries that are in order.</summary>
    public static IndexLeaf<T> Of(T[] items, Placement[] placements, ServiceSummary[] summaries) =>
        new(items, placements, summaries, BoxOf(placements), SummaryOf(summaries));

    /// <summary>The box around all placements.</summary>
    public static UnitBox BoxOf(ReadOnlySpan<Placement> placements)
    {
        var box = UnitBox.Nothing;
        foreach (ref readonly var placement in placements)
            box = UnitBox.Union(box, UnitBox.Around(placement.Vector));
        return box;
    }

    /// <summary>The summary of all summaries.</summary>
    public static ServiceSummary SummaryOf(ReadOnlySpan<ServiceSummary> summaries)
    {
        var summary = ServiceSummary.Nothing;
        foreach (ref readonly var one in summaries)
            summary = ServiceSummary.Union(summary, one);
        return summary;
    }

    /// <inheritdoc/>
    public override IndexNode<T> Put(T item, in Placement placement, out IndexNode<T>? right, out bool added)
    {
        var at = Find(new SortKey(placement.Code, item.Key));
        right = null;
        added = at < 0;
        if (!added)
            return Replaced(at, item, placement);

        var items = CopiedArray.Inserted(Items, ~at, item);
        var placements = CopiedArray.Inserted(Placements, ~at, placement);
        var summaries = CopiedArray.Inserted(Summaries, ~at, ServiceSummary.Of(item));
        if (items.Length <= SizeMax)
            return Of(items, placements, summaries);

        var half = items.Length / 2;
        right = Of(items[half..], placements[half..], summaries[half..]);
        return Of(items[..half], placements[..half], summaries[..half]);
    }

    /// <inheritdoc/>
    public override IndexNode<T>? Remove(in SortKey key)
    {
        var at = Find(key);
        if (at < 0)
            return this;
        return Size == 1
            ? null
            : Of(CopiedArray.Removed(Items, at), CopiedArray.Removed(Placements, at), CopiedArray.Removed(Summaries, at));
    }

    /// <inheritdoc/>
    public override IndexNode<T> JoinedWith(IndexNode<T> right)
    {
        var other = (IndexLeaf<T>)right;
        return Of([.. Items, .. other.Items], [.. Placements, .. other.Placements], [.. Summaries, .. other.Summaries]);
    }

    private IndexLeaf<T> Replaced(int at, T item, in Placement placement)
    {
        var items = Items.AsSpan().ToArray();
        items[at] = item;
        var placements = CopiedArray.Replaced(Placements, at, placement);
        var summaries = CopiedArray.Replaced(Summaries, at, ServiceSummary.Of(item));
        return new IndexLeaf<T>(
            items,
            placements,
            summaries,
            ReferenceEquals(placements, Placements) ? Box : BoxOf(placements),
            ReferenceEquals(summaries, Summaries) ? Summary : SummaryOf(summaries));
    }

    /// <summary>The position of the entry, or the complement of where it would be.</summary>
    private int Find(in SortKey key)
    {
        var low = 0;
        var high = Items.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = SortKey.Compare(new SortKey(Placements[middle].Code, Items[middle].Key), key);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }
}
