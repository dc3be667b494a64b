using System.Collections.Immutable;
using System.Text;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Service.Planning;

/// <summary>
/// The hours of a space on a day in an area. Never changes. There are many and few are looked at, so each is packed as its checkpoint is, and unpacked
/// when it is asked: most of its numbers are zero.
/// </summary>
/// <param name="packed">Its bytes.</param>
internal sealed class SpaceDay(ReadOnlyMemory<byte> packed)
{
    /// <summary>Of these hours and happenings.</summary>
    public SpaceDay(ReadOnlySpan<int> cells, IReadOnlyCollection<Happening> happenings)
        : this(Pack(cells, happenings))
    {
    }

    public static SpaceDay None { get; } = new([], []);

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

    /// <summary>Numbers of which most are zero: how many are not, then each after how many zeros.</summary>
    public static void WriteCells(BinaryWriter to, ReadOnlySpan<int> cells)
    {
        to.Write7BitEncodedInt(cells.Length - cells.Count(0));
        var zeros = 0;
        foreach (var cell in cells)
        {
            if (cell == 0)
            {
                zeros++;
                continue;
            }

            to.Write7BitEncodedInt(zeros);
            to.Write7BitEncodedInt(cell);
            zeros = 0;
        }
    }

    /// <summary>What <see cref="WriteCells"/> wrote.</summary>
    public static int[] ReadCells(BinaryReader from)
    {
        var cells = new int[HourSheet.NoCells.Length];
        var at = 0;
        for (var left = from.Read7BitEncodedInt(); left > 0; left--)
        {
            at += from.Read7BitEncodedInt();
            if (at >= cells.Length)
                throw new FormatException("more hours than a day has");
            cells[at++] = from.Read7BitEncodedInt();
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
