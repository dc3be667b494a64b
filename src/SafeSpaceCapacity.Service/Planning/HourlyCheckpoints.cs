using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.Service.Planning;

/// <summary>
/// Hours as checkpoints: one for each day of an area, one for each day of a space in an area, one for all marks. Days take turns under as many
/// names as days are kept, so that a new one takes the place of one that is too old.
/// </summary>
internal static class HourlyCheckpoints
{
    private const int Schema = 1;
    private const string Marks = "marks";

    /// <summary>What changed, and the marks.</summary>
    public static IReadOnlyList<Checkpoint> Write(
        string prefix, HourlyView view, IEnumerable<(DayKey Key, string? Space)> changed, HistoryKept kept, Guid epoch, long position)
    {
        var checkpoints = new List<Checkpoint>();
        foreach (var (key, space) in changed)
        {
            if (!view.Days.TryGetValue(key, out var day))
                continue;
            if (space is null)
                Add(string.Create(CultureInfo.InvariantCulture, $"area/{key.Area}/{key.Day % kept.AreaDays}"), to => WriteDay(to, key, string.Empty, day.Cells, []));
            else if (day.Spaces.TryGetValue(space, out var own))
                Add(string.Create(CultureInfo.InvariantCulture, $"space/{key.Area}/{space}/{key.Day % kept.SpaceDays}"), to => WriteDay(to, key, space, own.Cells, own.Happenings));
        }

        Add(Marks, to =>
        {
            to.Write7BitEncodedInt(view.Spaces.Count);
            foreach (var (space, mark) in view.Spaces)
            {
                to.Write(space);
                to.Write(mark.Until);
            }
        });
        return checkpoints;

        void Add(string name, Action<BinaryWriter> write)
        {
            var body = new MemoryStream();
            using (var to = new BinaryWriter(body, Encoding.UTF8))
                write(to);
            checkpoints.Add(new Checkpoint(epoch, prefix + name, 0, position, Schema, body.ToArray()));
        }
    }

    /// <summary>The hours that were kept; null where they are not all there, unreadable or of another position.</summary>
    public static HourlyView? Read(string prefix, IReadOnlyList<Checkpoint> kept, long covered)
    {
        if (kept.FirstOrDefault(one => string.Equals(one.Stream, prefix + Marks, StringComparison.Ordinal)) is not { } marks || marks.Position != covered)
            return null;
        var days = new Dictionary<DayKey, AreaDay>();
        try
        {
            // Areas first: by name they come before spaces.
            foreach (var one in kept)
            {
                if (one.Schema != Schema)
                    return null;
                if (one != marks)
                    ReadDay(one, days);
            }

            return new HourlyView(days.ToImmutableDictionary(), ReadMarks(marks));
        }
        catch (Exception unreadable) when (unreadable is IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static ImmutableDictionary<string, SpaceMark> ReadMarks(Checkpoint marks)
    {
        using var from = Reader(marks);
        var count = from.Read7BitEncodedInt();
        var spaces = ImmutableDictionary.CreateBuilder<string, SpaceMark>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
            spaces.Add(from.ReadString(), new SpaceMark(from.ReadInt64(), null, null));
        return spaces.ToImmutable();
    }

    private static void WriteDay(BinaryWriter to, DayKey key, string space, ImmutableArray<int> cells, ImmutableArray<Happening> happenings)
    {
        to.Write(key.Area);
        to.Write(key.Day);
        to.Write(space);
        foreach (var cell in cells)
            to.Write7BitEncodedInt(cell);
        to.Write7BitEncodedInt(happenings.Length);
        foreach (var happening in happenings)
        {
            to.Write(happening.At);
            to.Write((byte)happening.Kind);
            to.Write((byte)happening.Reason);
            to.Write(happening.Until);
            foreach (var number in (int[])
                [happening.Staff.TeamLeads, happening.Staff.Clinicians, happening.Staff.SupportWorkers, happening.Staff.PeerWorkers, happening.Staff.Volunteers, happening.SafeCapacity])
            {
                to.Write7BitEncodedInt(number);
            }
        }
    }

    private static void ReadDay(Checkpoint kept, Dictionary<DayKey, AreaDay> days)
    {
        using var from = Reader(kept);
        var key = new DayKey(from.ReadString(), from.ReadInt32());
        var space = from.ReadString();
        var cells = new int[AreaDay.None.Cells.Length];
        for (var i = 0; i < cells.Length; i++)
            cells[i] = from.Read7BitEncodedInt();
        var happenings = new Happening[from.Read7BitEncodedInt()];
        for (var i = 0; i < happenings.Length; i++)
        {
            happenings[i] = new Happening(
                from.ReadInt64(), (HappeningKind)from.ReadByte(), (PauseReason)from.ReadByte(), from.ReadInt64(),
                new OnDuty(Number(), Number(), Number(), Number(), Number()), Number());
        }

        var day = days.GetValueOrDefault(key, AreaDay.None);
        days[key] = space.Length == 0
            ? day with { Cells = [.. cells] }
            : day with { Spaces = day.Spaces.SetItem(space, new SpaceDay([.. cells], [.. happenings])) };

        int Number() => from.Read7BitEncodedInt();
    }

    private static BinaryReader Reader(Checkpoint kept) => new(new MemoryStream(kept.Body.ToArray(), writable: false), Encoding.UTF8);
}
