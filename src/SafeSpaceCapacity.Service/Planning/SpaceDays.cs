using System.Buffers.Binary;

namespace SafeSpaceCapacity.Service.Planning;

/// <summary>
/// The days of a space in an area, packed as they are kept, in their order. Never changes. There are many and few are looked at: a start takes one for
/// each space, however long its past, and a day is found by passing over those before it.
/// </summary>
/// <param name="packed">For each day its number and length, four bytes each, and its <see cref="SpaceDay"/>.</param>
internal sealed class SpaceDays(ReadOnlyMemory<byte> packed)
{
    private const int Head = 2 * sizeof(int);

    public static SpaceDays None { get; } = new(default);

    public ReadOnlyMemory<byte> Packed { get; } = packed;

    /// <summary>A day; null where the space was not there.</summary>
    /// <exception cref="FormatException">These are no days.</exception>
    public SpaceDay? Of(int day)
    {
        for (var left = Packed; !left.IsEmpty; left = left[LengthOf(left)..])
        {
            if (DayOf(left) == day)
                return new SpaceDay(left[Head..LengthOf(left)]);
        }

        return null;
    }

    /// <summary>These days with others in place of what they were, from a day on.</summary>
    public SpaceDays With(IReadOnlyDictionary<int, SpaceDay> changed, int first)
    {
        var all = new SortedDictionary<int, ReadOnlyMemory<byte>>();
        for (var left = Packed; !left.IsEmpty; left = left[LengthOf(left)..])
            all[DayOf(left)] = left[Head..LengthOf(left)];
        foreach (var (day, own) in changed)
            all[day] = own.Packed;
        var kept = all.Where(day => day.Key >= first).ToList();
        var body = new byte[kept.Sum(day => Head + day.Value.Length)];
        var to = body.AsSpan();
        foreach (var (day, own) in kept)
        {
            BinaryPrimitives.WriteInt32LittleEndian(to, day);
            BinaryPrimitives.WriteInt32LittleEndian(to[sizeof(int)..], own.Length);
            own.Span.CopyTo(to[Head..]);
            to = to[(Head + own.Length)..];
        }

        return new SpaceDays(body);
    }

    private static int DayOf(ReadOnlyMemory<byte> days) => BinaryPrimitives.ReadInt32LittleEndian(days.Span);

    private static int LengthOf(ReadOnlyMemory<byte> days)
    {
        var length = days.Length < Head ? -1 : BinaryPrimitives.ReadInt32LittleEndian(days.Span[sizeof(int)..]);
        return length >= 0 && length <= days.Length - Head ? Head + length : throw new FormatException("days of a space end before they should");
    }
}
