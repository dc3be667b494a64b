namespace SafeSpaceCapacity.Domain.Search;

/// <summary>What a <see cref="SpatialIndex{T}"/> promises about its own shape, checked over the whole tree.</summary>
internal static class IndexInvariants
{
    /// <summary>Throws at the first promise that is not kept.</summary>
    /// <exception cref="InvalidOperationException">A promise is not kept; the message says which.</exception>
    public static void Check<T>(SpatialIndex<T> index)
        where T : class, IIndexedSpace
    {
        var count = 0;
        SortKey? before = null;
        if (index.Root is not null)
            CheckNode(index.Root, ref before, ref count);
        Require(index.Root is not IndexInner<T> { Size: 1 }, "an inner root holds at least two nodes");
        Require(count == index.Count, "the count is that of the entries");
    }

    private static void CheckNode<T>(IndexNode<T> node, ref SortKey? before, ref int count)
        where T : class, IIndexedSpace
    {
        Require(node.Size is >= 1 and <= IndexNode<T>.SizeMax, "a node is neither empty nor too large");
        if (node is IndexLeaf<T> leaf)
            CheckLeaf(leaf, ref before, ref count);
        else
            CheckInner((IndexInner<T>)node, ref before, ref count);
    }

    private static void CheckLeaf<T>(IndexLeaf<T> leaf, ref SortKey? before, ref int count)
        where T : class, IIndexedSpace
    {
        Require(leaf.Level == 0, "leaves are at the bottom");
        Require(leaf.Placements.Length == leaf.Size && leaf.Summaries.Length == leaf.Size, "arrays of a leaf are of one length");
        for (var at = 0; at < leaf.Size; at++)
        {
            var item = leaf.Items[at];
            var key = new SortKey(leaf.Placements[at].Code, item.Key);
            Require(before is null || SortKey.Compare(before.Value, key) < 0, "entries ascend");
            Require(at > 0 || leaf.Low == key, "a leaf knows its first entry");
            Require(leaf.Placements[at] == Placement.Of(item.Point), "placements are those of the entries");
            Require(leaf.Summaries[at] == ServiceSummary.Of(item), "summaries are those of the entries");
            before = key;
            count++;
        }

        Require(leaf.Box == IndexLeaf<T>.BoxOf(leaf.Placements), "the box of a leaf is that of its entries");
        Require(leaf.Summary == IndexLeaf<T>.SummaryOf(leaf.Summaries), "the summary of a leaf is that of its entries");
    }

    private static void CheckInner<T>(IndexInner<T> inner, ref SortKey? before, ref int count)
        where T : class, IIndexedSpace
    {
        Require(
            inner.Lows.Length == inner.Size && inner.Boxes.Length == inner.Size && inner.Summaries.Length == inner.Size,
            "arrays of an inner node are of one length");
        for (var at = 0; at < inner.Size; at++)
        {
            var node = inner.Nodes[at];
            Require(node.Level == inner.Level - 1, "all leaves are equally deep");
            Require(inner.Lows[at] == node.Low, "an inner node knows the first entry of each node");
            Require(inner.Boxes[at] == node.Box, "an inner node knows the box of each node");
            Require(inner.Summaries[at] == node.Summary, "an inner node knows the summary of each node");
            CheckNode(node, ref before, ref count);
        }

        Require(inner.Low == inner.Lows[0], "an inner node begins with its first node");
        Require(inner.Box == IndexInner<T>.BoxOf(inner.Boxes), "the box of an inner node is that of its nodes");
        Require(inner.Summary == IndexLeaf<T>.SummaryOf(inner.Summaries), "the summary of an inner node is that of its nodes");
    }

    private static void Require(bool holds, string promise)
    {
        if (!holds)
            throw new InvalidOperationException($"The index is broken: {promise}.");
    }
}
