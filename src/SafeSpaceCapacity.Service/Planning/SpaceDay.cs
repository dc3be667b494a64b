using System.Collections.Immutable;
using System.Text;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Service.Planning;

/// <summary>
/// The hours of a space on a day in an area. Never changes. There are many and few are looked at, so each is packed as its checkpoint is, and unpacked
/// when it is asked.
/// </summary>
/// <param name="packed">Its bytes.</param>
internal sealed class SpaceDay(ReadOnlyMemory<byte> packed)
{
    /// <summary>Of these hours and happenings.</summary>
    public SpaceDay(ReadOnlySpan<int> cells, IReadOnlyCollection<Happening> happenings)
        : this(Pack(cells, happenings))
    {
    }

    public static SpaceDay None { get; } = new(HourSheet.NoCells.AsSpan(), []);

    public ReadOnlyMemory<byte> Packed { get; } = packed;

    /// <summary>The numbers of each hour: see <see cref="Measures.At"/>.</summary>
    public ImmutableArray<int> Cells => [.. ReadCells(Reader())];

    /// <summary>What happened, in order.</summary>
    public ImmutableArray<Happening> Happenings
    {
        get
        {
            var from = Reader();
            ReadCells(from);
            var happenings = ImmutableArray.CreateBuilder<Happening>(from.Read7BitEncodedInt());
            while (happenings.Count < happenings.Capacity)
            {
                happenings.Add(new Happening(
                    from.ReadInt64(), (HappeningKind)from.ReadByte(), (PauseReason)from.ReadByte(), from.ReadInt64(),
                    new OnDuty(Number(), Number(), Number(), Number(), Number()), Number()));
            }

            return happenings.MoveToImmutable();

            int Number() => from.Read7BitEncodedInt();
        }
    }

    /// <summary>
    /// Numbers that are mostly the same from hour to hour: for one measure after the other, how many hours in a row have which. What is zero to the end
    /// is left out.
    /// </summary>
    public static void WriteCells(BinaryWriter to, ReadOnlySpan<int> cells)
    {
        var runs = new List<(int Length, int Value)>();
        for (var measure = 0; measure < Measures.Count; measure++)
        {
            for (var hour = 0; hour < Measures.HoursOfDay; hour++)
            {
                var cell = cells[Measures.At(hour, (Measure)measure)];
                if (runs.Count > 0 && runs[^1].Value == cell)
                    runs[^1] = (runs[^1].Length + 1, cell);
                else
                    runs.Add((1, cell));
            }
        }

        if (runs is [.., { Value: 0 }])
            runs.RemoveAt(runs.Count - 1);
        to.Write7BitEncodedInt(runs.Count);
        foreach (var (length, value) in runs)
        {
            to.Write7BitEncodedInt(length);
            to.Write7BitEncodedInt(value);
        }
    }

    /// <summary>What <see cref="WriteCells"/> wrote.</summary>
    public static int[] ReadCells(BinaryReader from)
    {
        var cells = new int[HourSheet.NoCells.Length];
        var at = 0;
        for (var left = from.Read7BitEncodedInt(); left > 0; left--)
        {
            var length = from.Read7BitEncodedInt();
            var value = from.Read7BitEncodedInt();
            for (; length > 0; length--, at++)
            {
                if (at >= cells.Length)
                    throw new FormatException("more hours than a day has");
                cells[Measures.At(at % Measures.HoursOfDay, (Measure)(at / Measures.HoursOfDay))] = value;
            }
        }

        return cells;
    }

    private static byte[] Pack(ReadOnlySpan<int> cells, IReadOnlyCollection<Happening> happenings)
    {
        var body = new MemoryStream();
        using var to = new BinaryWriter(body, Encoding.UTF8);
        WriteCells(to, cells);
        to.Write7BitEncodedInt(happenings.Count);
        foreach (var happening in happenings)
        {
            to.Write(happening.At);
            to.Write((byte)happening.Kind);
            to.Write((byte)happening.Reason);
            to.Write(happening.Until);
            foreach (var number in (ReadOnlySpan<int>)
                [happening.Staff.TeamLeads, happening.Staff.Clinicians, happening.Staff.SupportWorkers, happening.Staff.PeerWorkers, happening.Staff.Volunteers, happening.SafeCapacity])
            {
                to.Write7BitEncodedInt(number);
            }
        }

        return body.ToArray();
    }

    private BinaryReader Reader() => new(new MemoryStream(Packed.ToArray(), writable: false), Encoding.UTF8);
}
