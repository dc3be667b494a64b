using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>The spaces and holds that the cases are about, the same for the same seed.</summary>
internal sealed class Cast
{
    private const int SpaceCount = 32;
    private readonly Ids _ids;

    public Cast(int seed)
    {
        _ids = new Ids(seed);
        Spaces = [.. Enumerable.Range(1, SpaceCount).Select(n => $"fuzzed-{n}")];
        Holds = [.. Enumerable.Range(0, SpaceCount * 2).Select(_ => _ids.Next())];
    }

    public IReadOnlyList<string> Spaces { get; }

    /// <summary>A hold and its place in this list belong to the space at that place of the spaces, which come round again.</summary>
    public IReadOnlyList<Guid> Holds { get; }

    public string SpaceOf(int hold) => Spaces[hold % Spaces.Count];

    /// <summary>Registers and staffs the spaces and places the holds.</summary>
    public async Task EnterAsync(Crew crew)
    {
        for (var i = 0; i < Spaces.Count; i++)
            await crew.OpenSpaceAsync(Spaces[i], places: 4, _ids, latitude: 55.80 + (i * 0.01), longitude: -4.25);
        for (var i = 0; i < Holds.Count; i++)
            await crew.Calls.HoldPlaceAsync(Crew.HoldAt(SpaceOf(i), Holds[i]), Crew.Options);
    }
}
