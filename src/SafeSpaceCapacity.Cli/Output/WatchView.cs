using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SafeSpaceCapacity.Cli.Output;

/// <summary>What a watch knows, and how it is shown: a table for a terminal, a line per change otherwise.</summary>
internal sealed class WatchView
{
    private readonly SortedDictionary<string, WatchedSpace> _spaces = new(StringComparer.Ordinal);
    private Instant _now = Instant.MinValue;
    private ReadModel? _readModel;

    /// <summary>Why the numbers may be old; null while connected.</summary>
    public string? Lost { get; set; } = "connecting";

    /// <summary>Takes in one message and tells what changed, a line each; a heartbeat changes nothing.</summary>
    public IReadOnlyList<string> Apply(WatchSpacesResponse message)
    {
        _readModel = message.ReadModel ?? _readModel;
        switch (message.EventCase)
        {
            case WatchSpacesResponse.EventOneofCase.Snapshot:
                _spaces.Clear();
                return [$"snapshot of {message.Snapshot.Spaces.Count} space(s)", .. message.Snapshot.Spaces.Select(Take)];
            case WatchSpacesResponse.EventOneofCase.Changed:
                return [Take(message.Changed)];
            case WatchSpacesResponse.EventOneofCase.RemovedSpaceId:
                _spaces.Remove(message.RemovedSpaceId);
                return [$"{Words.Clean(message.RemovedSpaceId)}: no longer among the watched"];
            case WatchSpacesResponse.EventOneofCase.Heartbeat:
                See(message.Heartbeat.ToInstant());
                return [];
            default:
                return []; // A newer service may send what this version does not know.
        }
    }

    /// <summary>The table as it is now. Ages are counted to the last time the service was heard.</summary>
    public IRenderable Draw()
    {
        var table = Reports.Table("Space", "Places", "Open and confirmed");
        foreach (var watched in _spaces.Values)
        {
            var space = watched.Availability;
            var travel = watched.Travel is null ? "" : $"\n{Words.Safe(Words.Travel(watched.Travel))}";
            table.AddRow(
                new Markup($"{SpaceText.Name(space.SpaceId, watched.Choice)}{travel}"),
                new Markup(SpaceText.Numbers(space)),
                new Markup(SpaceText.Opening(space, _now)));
        }

        var state = Lost is null
            ? new Markup(Markup.Escape($"{Words.Lag(_readModel)} Ctrl-C ends."))
            : new Markup($"[bold yellow]NOT CONNECTED ({Words.Safe(Lost)}): what is shown may be old.[/]");
        return new Rows(state, table);
    }

    private string Take(WatchedSpace watched)
    {
        _spaces[watched.Availability.SpaceId] = watched;
        if (watched.Availability.AsOf is { } asOf)
            See(asOf.ToInstant());
        return $"{Words.Clean(watched.Availability.SpaceId)}: {SpaceText.Line(watched.Availability, _now)}";
    }

    private void See(Instant moment) => _now = Instant.Max(_now, moment);
}
