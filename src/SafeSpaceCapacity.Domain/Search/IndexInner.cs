namespace SafeSpaceCapacity.Domain.Search;

/// <summary>
/// An inner node: nodes in order, and beside them their first entries, boxes and summaries, so that a search or a change touches only the
/// nodes it goes into. A node replaced by one that differs in none of these shares the arrays of them.
/// </summary>
internal sealed class IndexInner<T> : IndexNode<T>
    where T : class, IIndexedSpace
{
    private IndexInner(
        IndexNode<T>[] nodes, SortKey[] lows, UnitBox[] boxes, ServiceSummary[] summaries, in UnitBox box, in ServiceSummary summary)
        : base(nodes[0].Level + 1, lows[0], box, summary)
    {
        Nodes = nodes;
        Lows = lows;
        Boxes = boxes;
        Summaries = summaries;
    }

    /// <summary>The nodes.</summary>
    public IndexNode<T>[] Nodes { get; }

    /// <summary>The first entry below each node.</summary>
    public SortKey[] Lows { get; }

    /// <summary>The box of each node.</summary>
    public UnitBox[] Boxes { get; }

    /// <summary>The summary of each node.</summary>
    public ServiceSummary[] Summaries { get; }

    /// <inheritdoc/>
    public override int Size => Nodes.Length;

    /// <summary>An inner node of nodes that are in order and on one level.</summary>
    public static IndexInner<T> Of(IndexNode<T>[] nodes)
    {
        var lows = Array.ConvertAll(nodes, static node => node.Low);
        var boxes = Array.ConvertAll(nodes, static node => node.Box);
        var summaries = Array.ConvertAll(nodes, static node => node.Summary);
        return new IndexInner<T>(nodes, lows, boxes, summaries, BoxOf(boxes), IndexLeaf<T>.SummaryOf(summaries));
    }

    /// <summary>The box around all boxes.</summary>
    public static UnitBox BoxOf(ReadOnlySpan<UnitBox> boxes)
    {
        var box = UnitBox.Nothing;
        foreach (ref readonly var one in boxes)
            box = UnitBox.Union(box, one);
        return box;
    }

    /// <inheritdoc/>
    public override IndexNode<T> Put(T item, in Placement placement, out IndexNode<T>? right, out bool added)
    {
        var at = Find(new SortKey(placement.Code, item.Key));
        var node = Nodes[at].Put(item, placement, out var after, out added);
        right = null;
        if (after is null)
            return Replaced(at, node);

        var nodes = CopiedArray.Inserted(Nodes, at + 1, after);
        nodes[at] = node;
        if (nodes.Length <= SizeMax)
            return Of(nodes);

        var half = nodes.Length / 2;
        right = Of(nodes[half..]);
        return Of(nodes[..half]);
    }

    /// <inheritdoc/>
    public override IndexNode<T>? Remove(in SortKey key)
    {
        var at = Find(key);
        var node = Nodes[at].Remove(key);
        if (ReferenceEquals(node, Nodes[at]))
            return this;
        if (node is null)
            return Size == 1 ? null : Of(CopiedArray.Removed(Nodes, at));

        if (node.Size >= SizeSparse)
            return Replaced(at, node);
        if (at > 0 && Nodes[at - 1].Size + node.Size <= SizeMax)
            return Joined(at - 1, Nodes[at - 1].JoinedWith(node));
        if (at < Size - 1 && Nodes[at + 1].Size + node.Size <= SizeMax)
            return Joined(at, node.JoinedWith(Nodes[at + 1]));
        return Replaced(at, node);
    }

    /// <inheritdoc/>
    public override IndexNode<T> JoinedWith(IndexNode<T> right) => Of([.. Nodes, .. ((IndexInner<T>)right).Nodes]);

    private IndexInner<T> Replaced(int at, IndexNode<T> node)
    {
        var lows = CopiedArray.Replaced(Lows, at, node.Low);
        var boxes = CopiedArray.Replaced(Boxes, at, node.Box);
        var summaries = CopiedArray.Replaced(Summaries, at, node.Summary);
        return new IndexInner<T>(
            CopiedArray.Replaced(Nodes, at, node),
            lows,
            boxes,
            summaries,
            ReferenceEquals(boxes, Boxes) ? Box : BoxOf(boxes),
            ReferenceEquals(summaries, Summaries) ? Summary : IndexLeaf<T>.SummaryOf(summaries));
    }

    /// <summary>This node with one node in place of the two from position <paramref name="at"/> on.</summary>
    private IndexInner<T> Joined(int at, IndexNode<T> node)
    {
        var nodes = CopiedArray.Removed(Nodes, at + 1);
        nodes[at] = node;
        return Of(nodes);
    }

    /// <summary>The position of the only node that may hold the entry: the last that does not begin after it, else the first.</summary>
    private int Find(in SortKey key)
    {
        var low = 0;
        var high = Lows.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (SortKey.Compare(Lows[middle], key) <= 0)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }
}
