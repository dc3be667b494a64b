using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Search;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Service.ReadModel;

/// <summary>Everything a query needs, as of one position of the log. Never changes: a query that takes one sees one moment.</summary>
/// <param name="Position">The position of the log it includes.</param>
/// <param name="At">When it was made: no record in it begins later.</param>
/// <param name="Spaces">All spaces by id.</param>
/// <param name="Keys">Their ids in order, for lists.</param>
/// <param name="Index">All spaces by where they are and what they can do.</param>
public sealed record ReadRoot(
    long Position, Instant At, ImmutableDictionary<string, SpaceRecord> Spaces, ImmutableSortedSet<string> Keys, SpatialIndex<SpaceRecord> Index)
{
    // So many, and that much of all: it is quicker to build everything anew, as after an import.
    private const int ManyAtOnce = 256;

    /// <summary>No space.</summary>
    public static ReadRoot Empty { get; } = Of(0, Instant.MinValue, []);

    /// <summary>A root of many spaces at once.</summary>
    public static ReadRoot Of(long position, Instant at, IReadOnlyCollection<SpaceRecord> records) => new(
        position,
        at,
        records.ToImmutableDictionary(record => record.Key, StringComparer.Ordinal),
        records.Select(record => record.Key).ToImmutableSortedSet(StringComparer.Ordinal),
        SpatialIndex<SpaceRecord>.Build([.. records.SelectMany(EntriesOf)]));

    /// <summary>The space of that id, or null.</summary>
    public SpaceRecord? Find(SpaceId id) => Spaces.GetValueOrDefault(id.Value);

    /// <summary>A root with newer records, and without some spaces, as of a position.</summary>
    public ReadRoot With(long position, Instant at, IReadOnlyCollection<SpaceRecord> records, IReadOnlyCollection<string> retired)
    {
        var spaces = Spaces.ToBuilder();
        if (records.Count > ManyAtOnce && records.Count > Spaces.Count / 4)
        {
            spaces.RemoveRange(records.Select(record => record.Key).Concat(retired));
            return Of(position, at, [.. spaces.Values, .. records]);
        }

        var keys = Keys;
        var index = Index;
        foreach (var record in records)
        {
            if (!spaces.TryGetValue(record.Key, out var before))
                keys = keys.Add(record.Key);
            foreach (var entry in EntriesOf(before).Where(entry => EntriesOf(record).All(kept => kept.Point != entry.Point)))
                index = index.Without(entry);
            spaces[record.Key] = record;
            foreach (var entry in EntriesOf(record))
                index = index.With(entry);
        }

        foreach (var key in retired)
        {
            foreach (var entry in EntriesOf(spaces.GetValueOrDefault(key)))
                index = index.Without(entry);
            spaces.Remove(key);
            keys = keys.Remove(key);
        }

        return new ReadRoot(position, at, spaces.ToImmutable(), keys, index);
    }

    private static IEnumerable<SpaceRecord> EntriesOf(SpaceRecord? record) => record is null ? [] : record.Elsewhere.Prepend(record);
}

/// <summary>How far a root is behind the log.</summary>
/// <param name="Position">The position it includes.</param>
/// <param name="Behind">Entries of the log it does not include.</param>
/// <param name="BehindFor">How long it has been behind, to half a second; zero when it is not.</param>
/// <param name="Stopped">It will not catch up.</param>
/// <param name="SimulatedAt">What a simulated clock says; null where the time is real.</param>
public readonly record struct ReadLag(long Position, long Behind, TimeSpan BehindFor, bool Stopped, Instant? SimulatedAt = null)
{
    /// <summary>How long behind is too long to keep quiet about (assumption).</summary>
    public static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(2);

    /// <summary>Whether answers must say that they may be old.</summary>
    public bool IsDegraded => Stopped || BehindFor > Tolerated;
}
