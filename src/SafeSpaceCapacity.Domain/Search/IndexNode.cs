namespace SafeSpaceCapacity.Domain.Search;

/// <summary>
/// A node of a <see cref="SpatialIndex{T}"/>: a leaf of entries or an inner node of nodes. No node changes once it is made; a change makes
/// new nodes from the place of the change up to the root, which share all else with the old ones.
/// </summary>
internal abstract class IndexNode<T>(int level, SortKey low, UnitBox box, ServiceSummary summary)
    where T : class, IIndexedSpace
{
    /// <summary>The most that a node holds.</summary>
    public const int SizeMax = 32;

    /// <summary>A node that shrinks below this joins a neighbour if both fit into one.</summary>
    public const int SizeSparse = SizeMax / 4;

    /// <summary>How far above the leaves; a leaf is at 0.</summary>
    public int Level { get; } = level;

    /// <summary>The first of all entries below.</summary>
    public SortKey Low { get; } = low;

    /// <summary>The box around all entries below.</summary>
    public UnitBox Box { get; } = box;

    /// <summary>The most that any entry below could do.</summary>
    public ServiceSummary Summary { get; } = summary;

    /// <summary>How many entries or nodes it holds itself.</summary>
    public abstract int Size { get; }

    /// <summary>This node with an entry put in, or put in place of the one with the same code and key.</summary>
    /// <param name="item">The entry.</param>
    /// <param name="placement">Where it is.</param>
    /// <param name="right">The node to come after the returned one, if both were too large for one.</param>
    /// <param name="added">Whether there is one entry more.</param>
    public abstract IndexNode<T> Put(T item, in Placement placement, out IndexNode<T>? right, out bool added);

    /// <summary>This node without an entry: null if nothing is left, the same node if there is no such entry.</summary>
    public abstract IndexNode<T>? Remove(in SortKey key);

    /// <summary>This node and the neighbour after it, of the same level, in one.</summary>
    public abstract IndexNode<T> JoinedWith(IndexNode<T> right);
}
