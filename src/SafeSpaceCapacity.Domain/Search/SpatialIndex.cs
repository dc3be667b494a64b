using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using NodaTime;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Domain.Search;

/// <summary>
/// Spaces by where they are, as a tree that never changes: <see cref="With"/> and <see cref="Without"/> give another index, which shares
/// with this one all but the few nodes on the way to the entry. One writer publishes the latest index; any number of readers take it and
/// search without locks, each seeing one state throughout.
/// </summary>
/// <remarks>
/// A Hilbert R-tree: entries are sorted along a Hilbert curve over the earth and cut into nodes of at most 32. Each node knows the box around
/// what is below it and the most that anything below could do, an upper bound: a search skips what cannot serve, and nothing that could, also
/// not what only time will open. A search is near-logarithmic even if almost every space is full.
/// </remarks>
/// <typeparam name="T">The entry; it must not change while it is in an index.</typeparam>
[SuppressMessage("Design", "CA1000", Justification = "Empty and Build are of one entry type, as in the immutable collections.")]
public sealed class SpatialIndex<T>
    where T : class, IIndexedSpace
{
    private SpatialIndex(IndexNode<T>? root, int count)
    {
        Root = root;
        Count = count;
    }

    /// <summary>The index of no entries.</summary>
    public static SpatialIndex<T> Empty { get; } = new(root: null, count: 0);

    /// <summary>How many entries it holds.</summary>
    public int Count { get; }

    /// <summary>The topmost node; null if there are no entries.</summary>
    internal IndexNode<T>? Root { get; }

    /// <summary>An index of many entries, made at once and packed tightly; the same as adding them in turn by <see cref="With"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A point is not on the earth, or not a number.</exception>
    public static SpatialIndex<T> Build(IEnumerable<T> items)
    {
        var entries = InOrder(items);
        if (entries.Count == 0)
            return Empty;

        var nodes = Packed(entries.Count, range => (IndexNode<T>)Leaf(CollectionsMarshal.AsSpan(entries)[range]));
        while (nodes.Length > 1)
        {
            var below = nodes;
            nodes = Packed(below.Length, range => (IndexNode<T>)IndexInner<T>.Of(below[range]));
        }

        return new SpatialIndex<T>(nodes[0], entries.Count);
    }

    /// <summary>
    /// The index with an entry put in; it takes the place of the entry with the same key at the same point (to the centimetre). An entry that
    /// moves is taken out with <see cref="Without"/> first, where it was.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The point is not on the earth, or not a number.</exception>
    public SpatialIndex<T> With(T item)
    {
        var placement = Placement.Of(item.Point);
        if (Root is null)
            return new SpatialIndex<T>(IndexLeaf<T>.Of([item], [placement], [ServiceSummary.Of(item)]), count: 1);

        var left = Root.Put(item, placement, out var right, out var added);
        var root = right is null ? left : IndexInner<T>.Of([left, right]);
        return new SpatialIndex<T>(root, added ? Count + 1 : Count);
    }

    /// <summary>
    /// The index without the entry of this key at this point (to the centimetre), whatever else the entry says; this index if there is none.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The point is not on the earth, or not a number.</exception>
    public SpatialIndex<T> Without(T item)
    {
        var root = Root?.Remove(new SortKey(HilbertCurve.CodeOf(item.Point), item.Key));
        if (ReferenceEquals(root, Root))
            return this;
        while (root is IndexInner<T> { Size: 1 } only)
            root = only.Nodes[0];
        return root is null ? Empty : new SpatialIndex<T>(root, Count - 1);
    }

    /// <summary>
    /// The entries that provide all that is asked and could serve, from the nearest on, by great circle. Entries equally far come in the order
    /// of their keys. The caller judges each in full: being yielded is not yet being able to serve.
    /// </summary>
    /// <param name="from">Where distances are measured from.</param>
    /// <param name="asked">What an entry must provide.</param>
    /// <param name="servingAt">
    /// When it would have to serve: entries that cannot serve are left out if that verdict still holds then. Null leaves none out for it.
    /// </param>
    /// <returns>A cursor before the first entry, to be disposed of.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="from"/> is not on the earth, or not a number.</exception>
    public NearestCursor<T> Nearest(GeoPoint from, Needs asked, Instant? servingAt) =>
        new(Root, Placement.Of(from).Vector, asked, servingAt ?? Instant.MaxValue, Instant.MaxValue);

    /// <summary>As <see cref="Nearest"/>, of the entries that could open by an instant.</summary>
    /// <param name="from">Where distances are measured from.</param>
    /// <param name="asked">What an entry must provide.</param>
    /// <param name="by">Entries that do not open until after it are left out.</param>
    /// <returns>A cursor before the first entry, to be disposed of.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="from"/> is not on the earth, or not a number.</exception>
    public NearestCursor<T> NearestOpening(GeoPoint from, Needs asked, Instant by) =>
        new(Root, Placement.Of(from).Vector, asked, Instant.MaxValue, by);

    /// <summary>Throws unless everything holds that the tree promises about itself. For tests: it reads every node.</summary>
    internal void CheckInvariants() => IndexInvariants.Check(this);

    /// <summary>Sorted, and of entries with one key at one point only the last.</summary>
    private static List<Entry> InOrder(IEnumerable<T> items)
    {
        var entries = new List<Entry>();
        foreach (var item in items)
            entries.Add(new Entry(item, Placement.Of(item.Point), entries.Count));
        entries.Sort(static (one, other) => Entry.Compare(one, other));

        var kept = 0;
        for (var at = 0; at < entries.Count; at++)
        {
            if (at + 1 == entries.Count || !entries[at].IsReplacedBy(entries[at + 1]))
                entries[kept++] = entries[at];
        }

        entries.RemoveRange(kept, entries.Count - kept);
        return entries;
    }

    private static IndexLeaf<T> Leaf(ReadOnlySpan<Entry> entries)
    {
        var items = new T[entries.Length];
        var placements = new Placement[entries.Length];
        var summaries = new ServiceSummary[entries.Length];
        for (var at = 0; at < entries.Length; at++)
        {
            items[at] = entries[at].Item;
            placements[at] = entries[at].Placement;
            summaries[at] = ServiceSummary.Of(items[at]);
        }

        return IndexLeaf<T>.Of(items, placements, summaries);
    }

    /// <summary>As few nodes as hold so many, all about equally full.</summary>
    private static IndexNode<T>[] Packed(int count, Func<Range, IndexNode<T>> node)
    {
        var nodes = new IndexNode<T>[(count + IndexNode<T>.SizeMax - 1) / IndexNode<T>.SizeMax];
        for (var at = 0; at < nodes.Length; at++)
            nodes[at] = node(Start(at)..Start(at + 1));
        return nodes;

        int Start(int at) => (int)((long)count * at / nodes.Length);
    }

    private readonly record struct Entry(T Item, Placement Placement, int Order)
    {
        public static int Compare(in Entry first, in Entry second)
        {
            // The code decides almost always; the key lies elsewhere in memory.
            var byCode = first.Placement.Code.CompareTo(second.Placement.Code);
            if (byCode != 0)
                return byCode;
            var byKey = string.CompareOrdinal(first.Item.Key, second.Item.Key);
            return byKey != 0 ? byKey : first.Order.CompareTo(second.Order);
        }

        public bool IsReplacedBy(in Entry next) =>
            Placement.Code == next.Placement.Code && string.Equals(Item.Key, next.Item.Key, StringComparison.Ordinal);
    }
}
