using System.Text.Json;
using NodaTime;
using SafeSpaceCapacity.Domain.Privacy;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.Service.Demand;

/// <summary>Counts of another organisation that were imported.</summary>
/// <param name="Name">What it is called, such as <c>ambulance</c>.</param>
/// <param name="ImportedAt">When.</param>
/// <param name="Actor">By which account.</param>
/// <param name="Sha256">Of the file.</param>
/// <param name="Rows">Counts in it.</param>
/// <param name="FirstHour">The first hour counted, in hours since 1970.</param>
/// <param name="UntilHour">The hour after the last.</param>
/// <param name="IsDaily">Whether it counts by day, at the first hour.</param>
/// <param name="Parents">What each of its areas lies in; nothing for a council area.</param>
/// <param name="Holidays">Holidays and events, in days since 1970.</param>
internal sealed record DemandSource(
    [property: Whose(Words.Client)] string Name,
    Instant ImportedAt,
    [property: Whose(Words.Client)] string Actor,
    [property: Whose(Words.Service)] string Sha256,
    int Rows,
    int FirstHour,
    int UntilHour,
    bool IsDaily,
    IReadOnlyDictionary<string, string> Parents,
    IReadOnlyList<int> Holidays)
{
    /// <summary>The areas that were counted: those above are only sums.</summary>
    public IEnumerable<string> Counted => Parents.Keys.Except(Parents.Values, StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>The council area that an area lies in, or is.</summary>
    public string CouncilAreaOf(string area)
    {
        while (Parents.TryGetValue(area, out var parent) && parent.Length > 0)
            area = parent;
        return area;
    }
}

/// <summary>The imported sources, as they are in the database: other nodes may have imported them.</summary>
internal sealed class DemandSources(IEventLog log)
{
    /// <summary>The longest name.</summary>
    public const int NameMost = 40;

    /// <summary>All of them, by name.</summary>
    public async Task<IReadOnlyList<DemandSource>> ListAsync(CancellationToken cancellationToken)
    {
        var documents = await log.Demand.ReadDocumentsAsync(IDemandStore.SourcePrefix, cancellationToken);
        return [.. documents.OrderBy(document => document.Key, StringComparer.Ordinal).Select(document => Read(document.Key[IDemandStore.SourcePrefix.Length..], document.Value))];
    }

    /// <summary>One of them, or null.</summary>
    public async Task<DemandSource?> FindAsync(string name, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).FirstOrDefault(source => string.Equals(source.Name, name, StringComparison.Ordinal));

    /// <summary>The areas of a source that are or lie in some council areas, by code.</summary>
    public async Task<IReadOnlyList<string>> AreasWithinAsync(string name, IReadOnlyList<string> councilAreas, CancellationToken cancellationToken) =>
        await FindAsync(name, cancellationToken) is not { } source
            ? []
            : [.. source.Counted.Where(area => councilAreas.Contains(source.CouncilAreaOf(area), StringComparer.Ordinal))];

    /// <summary>A source as it is kept.</summary>
    public static DemandDocument Write(DemandSource source) => new(source.ImportedAt, JsonSerializer.SerializeToUtf8Bytes(
        new Kept(source.Actor, source.Sha256, source.Rows, source.FirstHour, source.UntilHour, source.IsDaily, source.Parents.ToDictionary(StringComparer.Ordinal), [.. source.Holidays])));

    private static DemandSource Read(string name, DemandDocument document)
    {
        var kept = JsonSerializer.Deserialize<Kept>(document.Body.Span)!;
        return new DemandSource(name, document.MadeAt, kept.Actor, kept.Sha256, kept.Rows, kept.FirstHour, kept.UntilHour, kept.IsDaily, kept.Parents, kept.Holidays);
    }

    private sealed record Kept(
        [property: Whose(Words.Client)] string Actor,
        [property: Whose(Words.Service)] string Sha256,
        int Rows,
        int FirstHour,
        int UntilHour,
        bool IsDaily,
        Dictionary<string, string> Parents,
        List<int> Holidays);
}
