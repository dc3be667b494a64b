using System.Buffers;
using NodaTime;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Domain.Search;

/// <summary>
/// Goes through the entries of one <see cref="SpatialIndex{T}"/> from the nearest on, looking only as far as it is moved. It keeps the index
/// it began with, whatever the writer does. For one thread; dispose of it, so that its memory is used again.
/// </summary>
/// <typeparam name="T">The entry.</typeparam>
public sealed class NearestCursor<T> : IDisposable
    where T : class, IIndexedSpace
{
    private const int FirstCapacity = 512;

    // What rounding may take from a distance on the way to its chord, in metres: an entry just within the furthest must not be lost.
    private const double RoundingMetres = 0.01;

    private readonly UnitVector _from;
    private readonly Needs _asked;
    private readonly Instant _servingAt;
    private readonly Instant _opensBy;
    private Candidate[]? _heap;
    private int _count;
    private int _countMax;
    private T? _current;
    private double _chordMax = double.PositiveInfinity;

    internal NearestCursor(IndexNode<T>? root, in UnitVector from, Needs asked, Instant servingAt, Instant opensBy)
    {
        _from = from;
        _asked = asked;
        _servingAt = servingAt;
        _opensBy = opensBy;
        _heap = ArrayPool<Candidate>.Shared.Rent(FirstCapacity);
        if (root is not null && root.Summary.MayServe(asked, servingAt, opensBy))
            Push(new Candidate(root.Box.SquaredChordFrom(from), root, Item: null));
    }

    /// <summary>The entry the cursor is at.</summary>
    /// <exception cref="InvalidOperationException">The cursor is before the first entry or past the last.</exception>
    public T Current => _current ?? throw new InvalidOperationException("The cursor is not at an entry.");

    /// <summary>
    /// Great-circle distance to <see cref="Current"/>; never less than that of the entry before. Within a millimetre of
    /// <see cref="Geography.GeoPoint.DistanceMetresTo"/>, or a metre near the opposite side of the earth.
    /// </summary>
    public double CurrentDistanceMetres { get; private set; }

    /// <summary>No entry still to come is nearer than this; infinite if none is to come.</summary>
    public double FrontierMetres => _heap is null || _count == 0 ? double.PositiveInfinity : UnitVector.MetresOver(_heap[0].SquaredChord);

    /// <summary>How many nodes it has looked into.</summary>
    internal int NodesVisited { get; private set; }

    /// <summary>Goes no further than this from now on: the entries beyond it are not to come.</summary>
    /// <param name="metres">By great circle.</param>
    public void EndAt(double metres) =>
        _chordMax = metres < 0 ? double.NegativeInfinity : UnitVector.SquaredChordUnder(metres + RoundingMetres);

    /// <summary>Goes to the next entry.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="ObjectDisposedException">The cursor has been disposed of.</exception>
    public bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_heap is null, this);
        while (_count > 0)
        {
            var nearest = Pop();
            if (nearest.SquaredChord > _chordMax)
            {
                _count = 0;
                break;
            }

            if (nearest.Node is null)
            {
                _current = nearest.Item;
                CurrentDistanceMetres = UnitVector.MetresOver(nearest.SquaredChord);
                return true;
            }

            NodesVisited++;
            if (nearest.Node is IndexLeaf<T> leaf)
                Open(leaf);
            else
                Open((IndexInner<T>)nearest.Node);
        }

        _current = null;
        return false;
    }

    /// <summary>Gives the memory back. Doing it again does nothing.</summary>
    public void Dispose()
    {
        if (_heap is not { } heap)
            return;
        _heap = null;
        _current = null;
        _count = 0;

        // What lies in the pool must not keep an old index alive.
        heap.AsSpan(0, _countMax).Clear();
        ArrayPool<Candidate>.Shared.Return(heap);
    }

    private void Open(IndexInner<T> inner)
    {
        var summaries = inner.Summaries;
        for (var at = 0; at < summaries.Length; at++)
        {
            if (summaries[at].MayServe(_asked, _servingAt, _opensBy))
                Push(new Candidate(inner.Boxes[at].SquaredChordFrom(_from), inner.Nodes[at], Item: null));
        }
    }

    private void Open(IndexLeaf<T> leaf)
    {
        var summaries = leaf.Summaries;
        for (var at = 0; at < summaries.Length; at++)
        {
            if (summaries[at].MayServe(_asked, _servingAt, _opensBy))
                Push(new Candidate(leaf.Placements[at].Vector.SquaredChordTo(_from), Node: null, leaf.Items[at]));
        }
    }

    private void Push(in Candidate candidate)
    {
        if (candidate.SquaredChord > _chordMax)
            return;
        var heap = _heap!;
        if (_count == heap.Length)
            heap = Grow(heap);

        var at = _count++;
        _countMax = Math.Max(_countMax, _count);
        while (at > 0)
        {
            var parent = (at - 1) / 2;
            if (!candidate.IsBefore(heap[parent]))
                break;
            heap[at] = heap[parent];
            at = parent;
        }

        heap[at] = candidate;
    }

    private Candidate Pop()
    {
        var heap = _heap!;
        var top = heap[0];
        var last = heap[--_count];
        var at = 0;
        while (true)
        {
            var child = (2 * at) + 1;
            if (child >= _count)
                break;
            if (child + 1 < _count && heap[child + 1].IsBefore(heap[child]))
                child++;
            if (!heap[child].IsBefore(last))
                break;
            heap[at] = heap[child];
            at = child;
        }

        heap[at] = last;
        return top;
    }

    private Candidate[] Grow(Candidate[] heap)
    {
        var larger = ArrayPool<Candidate>.Shared.Rent(2 * heap.Length);
        heap.AsSpan(0, _count).CopyTo(larger);
        heap.AsSpan(0, _count).Clear();
        ArrayPool<Candidate>.Shared.Return(heap);
        _heap = larger;
        return larger;
    }

    /// <summary>A node to look into or an entry to yield.</summary>
    private readonly record struct Candidate(double SquaredChord, IndexNode<T>? Node, T? Item)
    {
        /// <summary>By distance; then nodes, which may hold an entry just as far; then by key.</summary>
        public bool IsBefore(in Candidate other)
        {
            if (SquaredChord != other.SquaredChord)
                return SquaredChord < other.SquaredChord;
            if (Item is null || other.Item is null)
                return Item is null && other.Item is not null;
            return string.CompareOrdinal(Item.Key, other.Item.Key) < 0;
        }
    }
}
