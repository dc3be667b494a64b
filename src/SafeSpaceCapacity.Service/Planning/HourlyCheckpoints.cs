using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.Service.Planning;

/// <summary>
/// Hours as checkpoints: one for each day of an area, one for each day of a space in an area, one for all marks. Days take turns under as many
/// names as days are kept, so that a new one takes the place of one that is too old. Days of spaces stay packed: reading them is what a start waits for.
/// </summary>
internal static class HourlyCheckpoints
{
    private const int Schema = 2;
    private const string Marks = "marks";
    private const string OfArea = "area/";
    private const string OfSpace = "space/";

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
            {
                Add(string.Create(CultureInfo.InvariantCulture, $"{OfArea}{key.Area}/{key.Day % kept.AreaDays}"), to =>
                {
                    to.Write(key.Day);
                    SpaceDay.WriteCells(to, day.Cells.AsSpan());
                });
            }
            else if (day.Spaces.TryGetValue(space, out var own))
            {
                Add(string.Create(CultureInfo.InvariantCulture, $"{OfSpace}{key.Area}/{space}/{key.Day % kept.SpaceDays}"), to =>
                {
                    to.Write(key.Day);
                    to.Write(own.Packed.Span);
                });
            }
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
        try
        {
            if (kept.Any(one => one.Schema != Schema))
                return null;
            var none = AreaDay.None.Spaces;
            var spaces = ReadMarks(marks);
            var areaDays = new Dictionary<DayKey, ImmutableArray<int>>();
            var spaceDays = new Dictionary<DayKey, ImmutableDictionary<string, SpaceDay>.Builder>();
            foreach (var one in kept)
            {
                var name = one.Stream.AsSpan(prefix.Length);
                if (name.StartsWith(OfArea, StringComparison.Ordinal))
                    areaDays.Add(KeyOf(one, name[OfArea.Length..]), [.. SpaceDay.ReadCells(Reader(one.Body[sizeof(int)..]))]);
                else if (name.StartsWith(OfSpace, StringComparison.Ordinal))
                    AddSpaceDay(one, name[OfSpace.Length..]);
            }

            return new HourlyView(
                areaDays.ToImmutableDictionary(day => day.Key, day => new AreaDay(day.Value, spaceDays.TryGetValue(day.Key, out var own) ? own.ToImmutable() : none)),
                spaces);

            void AddSpaceDay(Checkpoint one, ReadOnlySpan<char> name)
            {
                var key = KeyOf(one, name);
                if (!spaceDays.TryGetValue(key, out var own))
                    spaceDays.Add(key, own = none.ToBuilder());
                name = name[(name.IndexOf('/') + 1)..];
                var space = name[..name.IndexOf('/')].ToString();

                // One text for all days of a space.
                own.Add(spaces.TryGetKey(space, out var known) ? known : space, new SpaceDay(one.Body[sizeof(int)..]));
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    // Areas are few: one text for all.
    private static DayKey KeyOf(Checkpoint kept, ReadOnlySpan<char> name) =>
        new(string.Intern(name[..name.IndexOf('/')].ToString()), BinaryPrimitives.ReadInt32LittleEndian(kept.Body.Span));

    private static ImmutableDictionary<string, SpaceMark> ReadMarks(Checkpoint marks)
    {
        using var from = Reader(marks.Body);
        var count = from.Read7BitEncodedInt();
        var spaces = ImmutableDictionary.CreateBuilder<string, SpaceMark>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
            spaces.Add(from.ReadString(), new SpaceMark(from.ReadInt64(), null, null));
        return spaces.ToImmutable();
    }

    private static BinaryReader Reader(ReadOnlyMemory<byte> body) => new(new MemoryStream(body.ToArray(), writable: false), Encoding.UTF8);
}
