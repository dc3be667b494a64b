using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Forecasting.Series;
using SafeSpaceCapacity.Service.Region;

namespace SafeSpaceCapacity.Service.Demand;

/// <summary>Counts of another organisation that were checked.</summary>
/// <param name="Source">What is kept beside them.</param>
/// <param name="Counts">They, by area and hour.</param>
/// <param name="StartsAt">The first period, on Scotland's clock.</param>
/// <param name="Until">The period after the last.</param>
/// <param name="Notes">What was done to them.</param>
internal sealed record CheckedDemand(DemandSource Source, IReadOnlyList<DemandCount> Counts, string StartsAt, string Until, IReadOnlyList<string> Notes);

/// <summary>Reads counts of another organisation by the rules of docs/forecasting.md, and keeps them as a source of their own.</summary>
internal sealed class DemandImport(IEventLog log, RegionData region)
{
    /// <summary>The most counts (assumption): seven thousand areas by the hour for a month, or a thousand by the day for ten years.</summary>
    public const int CountsMost = 5_000_000;

    /// <summary>Reads and checks.</summary>
    /// <param name="name">Of the source.</param>
    /// <param name="counts">The table <c>area,timestamp,count</c>.</param>
    /// <param name="hierarchy">The table <c>area,parent</c>; empty: none.</param>
    /// <param name="calendar">The table <c>date</c>; empty: none.</param>
    /// <param name="now">When it is imported.</param>
    /// <param name="actor">By which account.</param>
    /// <exception cref="FormatException">It breaks a rule, which the message says.</exception>
    public CheckedDemand Check(string name, byte[] counts, byte[] hierarchy, byte[] calendar, Instant now, string actor)
    {
        var above = hierarchy.Length == 0 ? Hierarchy.None : Read("the hierarchy", hierarchy, DemandReader.ReadHierarchy);
        var dates = new List<int>();
        if (calendar.Length > 0)
        {
            dates.AddRange(Read("the calendar", calendar, DemandReader.ReadDates).Select(date => Period.DaysBetween(LocalDate.FromDateTime(DateTime.UnixEpoch), date)));
        }

        var (file, isDaily) = ReadCounts(counts, above);
        var parents = new Dictionary<string, string>(StringComparer.Ordinal);
        var kept = new List<DemandCount>();
        var axis = file.Panel.Axis;
        var hours = Enumerable.Range(0, file.Panel.Length)
            .Select(period => (int)Math.Floor(DemandHistory.Zone.AtLeniently(axis.At(period)).ToInstant().ToUnixTimeSeconds() / 3600.0)).ToArray();
        foreach (var series in file.Panel.Series.Where(series => string.Equals(series.Level, DemandPanel.AreaLevel, StringComparison.Ordinal)))
        {
            AddParents(series.Area, above, parents);
            for (var period = 0; period < series.Counts.Length; period++)
            {
                if (series.Counts[period] != DemandPanel.Missing)
                    kept.Add(new DemandCount(series.Area, hours[period], 0, 0, series.Counts[period], 0));
            }
        }

        if (kept.Count > CountsMost)
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"it comes to {kept.Count} counts, and {CountsMost} are the most"));
        var until = DemandHistory.Zone.AtLeniently(axis.At(file.Panel.Length)).ToInstant();
        var source = new DemandSource(
            name, now, actor, Convert.ToHexStringLower(SHA256.HashData(counts)), kept.Count, hours[0], NeedKeeper.HourOf(until), isDaily, parents, dates);
        return new CheckedDemand(source, kept, Text(axis.At(0)), Text(axis.At(file.Panel.Length)), file.Notes);
    }

    /// <summary>Keeps it in place of what its name had.</summary>
    public ValueTask KeepAsync(CheckedDemand demand, CancellationToken cancellationToken) =>
        log.Demand.ReplaceCountsAsync(demand.Source.Name, demand.Counts, DemandSources.Write(demand.Source), cancellationToken);

    // What is by the day can't be read by the hour, and says so: it is then read by the day. What else is wrong with it, both say.
    private static (DemandFile File, bool IsDaily) ReadCounts(byte[] counts, Hierarchy hierarchy)
    {
        try
        {
            return (Read("", counts, text => DemandReader.ReadCounts(text, Frequency.Hour, hierarchy, EventCalendar.None)), false);
        }
        catch (FormatException)
        {
            return (Read("", counts, text => DemandReader.ReadCounts(text, Frequency.Day, hierarchy, EventCalendar.None)), true);
        }
    }

    // Up to its council area, by which it is known who may see it.
    private void AddParents(string area, Hierarchy hierarchy, Dictionary<string, string> parents)
    {
        for (var at = area; !parents.ContainsKey(at); at = hierarchy.ParentOf(at)!)
        {
            var isCouncilArea = region.CouncilAreas.Any(council => string.Equals(council.Code, at, StringComparison.Ordinal));
            if (!isCouncilArea && hierarchy.ParentOf(at) is null)
                throw new FormatException($"{area} is not the code of a council area, such as S12000049, and lies in none by the hierarchy");
            parents.Add(at, isCouncilArea ? string.Empty : hierarchy.ParentOf(at)!);
            if (isCouncilArea)
                return;
        }
    }

    private static T Read<T>(string what, byte[] file, Func<TextReader, T> read)
    {
        try
        {
            using var text = new StreamReader(new MemoryStream(file, writable: false), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            return read(text);
        }
        catch (DecoderFallbackException unreadable)
        {
            throw new FormatException((what.Length > 0 ? what + ": " : string.Empty) + "it is not in UTF-8", unreadable);
        }
        catch (FormatException refused) when (what.Length > 0)
        {
            throw new FormatException($"{what}: {refused.Message}", refused);
        }
    }

    private static string Text(LocalDateTime at) => LocalDateTimePattern.GeneralIso.Format(at);
}
