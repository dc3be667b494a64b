using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.Service.Planning;

/// <summary>
/// Hours as checkpoints: one for each day of an area, one for each space in an area with all its days, and one that says up to where. Days of areas
/// take turns under as many names as are kept, so that a new one takes the place of one that is too old.
/// </summary>
internal static class HourlyCheckpoints
{
    /// <summary>Part of the streams' names: another form is not of use, and goes.</summary>
    public const int Form = 4;

    private const string Until = "until";
    private const string OfArea = "area/";
    private const string OfSpace = "space/";

    /// <summary>What changed, and up to where.</summary>
    public static IReadOnlyList<Checkpoint> Write(
        string prefix, HourlyView view, IEnumerable<DayKey> days, IEnumerable<(string Area, string Space)> spaces, HistoryKept kept, Guid epoch, long position)
    {
        var checkpoints = new List<Checkpoint>();
        foreach (var key in days.Where(view.Days.ContainsKey))
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"{OfArea}{key.Area}/{key.Day % kept.AreaDays}"), to =>
            {
                to.Write(key.Day);
                SpaceDay.WriteCells(to, view.Days[key].AsSpan());
            });
        }

        foreach (var (area, space) in spaces)
        {
            Add($"{OfSpace}{area}/{space}", to =>
            {
                to.Write(view.Spaces[space].Until);
                to.Write((view.Areas.GetValueOrDefault(area)?.GetValueOrDefault(space) ?? SpaceDays.None).Packed.Span);
            });
        }

        Add(Until, _ => { });
        return checkpoints;

        void Add(string name, Action<BinaryWriter> write)
        {
            var body = new MemoryStream();
            using (var to = new BinaryWriter(body, Encoding.UTF8))
                write(to);
            checkpoints.Add(new Checkpoint(epoch, prefix + name, 0, position, Form, body.ToArray()));
        }
    }

    /// <summary>The hours that were kept; null where they are not all there, unreadable or of another position.</summary>
    public static HourlyView? Read(string prefix, IReadOnlyList<Checkpoint> kept, long covered)
    {
        if (!kept.Any(one => string.Equals(one.Stream, prefix + Until, StringComparison.Ordinal) && one.Position == covered))
            return null;
        try
        {
            var days = ImmutableDictionary.CreateBuilder<DayKey, ImmutableArray<int>>();
            var marks = HourlyView.Empty.Spaces.ToBuilder();
            var areas = new Dictionary<string, ImmutableDictionary<string, SpaceDays>.Builder>(StringComparer.Ordinal);
            foreach (var one in kept)
            {
                var name = one.Stream.AsSpan(prefix.Length);
                if (name.StartsWith(OfArea, StringComparison.Ordinal))
                    AddDay(one.Body, name[OfArea.Length..]);
                else if (name.StartsWith(OfSpace, StringComparison.Ordinal))
                    AddSpace(one.Body, name[OfSpace.Length..]);
            }

            return new HourlyView(
                days.ToImmutable(),
                HourlyView.Empty.Areas.AddRange(areas.Select(area => KeyValuePair.Create(area.Key, area.Value.ToImmutable()))),
                marks.ToImmutable(),
                HourlyView.Empty.FirstOfSpaces);

            void AddDay(ReadOnlyMemory<byte> body, ReadOnlySpan<char> name)
            {
                using var from = new BinaryReader(new MemoryStream(body.ToArray(), writable: false), Encoding.UTF8);
                days.Add(new DayKey(AreaOf(name), from.ReadInt32()), [.. SpaceDay.ReadCells(from)]);
            }

            void AddSpace(ReadOnlyMemory<byte> body, ReadOnlySpan<char> name)
            {
                var area = AreaOf(name);
                if (!areas.TryGetValue(area, out var spaces))
                    areas.Add(area, spaces = HourlyView.NoSpaces.ToBuilder());
                var space = name[(name.IndexOf('/') + 1)..].ToString();
                var until = BinaryPrimitives.ReadInt64LittleEndian(body.Span);
                spaces.Add(space, new SpaceDays(body[sizeof(long)..]));

                // A space that moved is in the hours of two areas.
                if (marks.GetValueOrDefault(space) is not { } mark || mark.Until < until)
                    marks[space] = new SpaceMark(until, null, null);
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    // Areas are few: one text for all.
    private static string AreaOf(ReadOnlySpan<char> name) => string.Intern(name[..name.IndexOf('/')].ToString());
}
