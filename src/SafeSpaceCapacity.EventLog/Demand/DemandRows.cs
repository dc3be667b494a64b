using System.Data.Common;
using NodaTime;
using SafeSpaceCapacity.Domain.Demand;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.EventLog;

/// <summary>What both databases share: rows, merging, counting.</summary>
internal static class DemandRows
{
    /// <summary>The hours by which needs are counted.</summary>
    public const int SecondsOfHour = 3600;

    /// <summary>The columns of a need.</summary>
    public const string NeedColumns = "need_id, area, asked_at_ns, asked, search, search_at_ns, step, step_at_ns, minutes_away";

    /// <summary>The columns of a count without its source.</summary>
    public const string CountColumns = "area, hour, outcome, code, people, minutes_away";

    /// <summary>The hour that an instant lies in.</summary>
    public static int HourOf(Instant at) => (int)Math.Floor(at.ToUnixTimeSeconds() / (double)SecondsOfHour);

    /// <summary>The beginning of an hour in nanoseconds.</summary>
    public static long Nanoseconds(int hour) => Instant.FromUnixTimeSeconds((long)hour * SecondsOfHour).ToNanoseconds();

    public static Need Need(DbDataReader row, Guid id) => new(
        id, row.GetString(1), row.GetInt64(2).ToInstant(), (Needs)row.GetInt64(3), (SearchResult)row.GetInt32(4), row.GetInt64(5).ToInstant(),
        (NeedStep)row.GetInt32(6), row.GetInt64(7).ToInstant(), row.GetInt32(8));

    public static DemandCount Count(DbDataReader row) => new(row.GetString(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), row.GetInt32(5));

    /// <summary>What is to be written of new records beside what there is; those of hours that were counted are left out.</summary>
    public static IReadOnlyList<Need> Merged(IReadOnlyList<Need> told, IReadOnlyDictionary<Guid, Need> kept, int countedUntil)
    {
        var merged = new List<Need>();
        foreach (var need in told)
        {
            if (HourOf(need.AskedAt) < countedUntil)
                continue;
            var all = kept.TryGetValue(need.Id, out var before) ? before.With(need) : need;
            if (all != before)
                merged.Add(all);
        }

        return merged;
    }

    /// <summary>Counts needs by area, hour and outcome: all of them, and those who asked for each thing.</summary>
    public static IReadOnlyList<DemandCount> Counted(IEnumerable<Need> needs)
    {
        var counts = new Dictionary<(string Area, int Hour, int Outcome, int Code), (int People, int Minutes)>();
        foreach (var need in needs)
        {
            Add(need, 0);
            for (var bit = 0; bit < 64; bit++)
            {
                if (((ulong)need.Asked >> bit & 1) != 0)
                    Add(need, bit + 1);
            }
        }

        return [.. counts.Select(count => new DemandCount(count.Key.Area, count.Key.Hour, count.Key.Outcome, count.Key.Code, count.Value.People, count.Value.Minutes))];

        void Add(Need need, int code)
        {
            var key = (need.Area, HourOf(need.AskedAt), (int)need.Outcome, code);
            var (people, minutes) = counts.GetValueOrDefault(key);
            counts[key] = (people + 1, minutes + need.MinutesAway);
        }
    }
}
