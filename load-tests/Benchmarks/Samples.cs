using NodaTime;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.LoadTests.Host;

namespace SafeSpaceCapacity.LoadTests.Benchmarks;

/// <summary>The same spaces as the load tests', in memory.</summary>
internal static class Samples
{
    /// <summary>A winter's Tuesday, in the afternoon.</summary>
    public static readonly Instant Now = Instant.FromUtc(2026, 11, 24, 15, 3);

    public static SpaceState[] States(int count, bool roomy = false) =>
        Array.ConvertAll(new SeededSpaces(roomy ? SeedKind.Roomy : SeedKind.Region, Now, new Random(20261122)).Make(count), StateOf);

    private static SpaceState StateOf(SeededSpace space)
    {
        var state = SpaceState.None;
        foreach (var happened in space.Registered(Now - Duration.FromDays(1)).Concat(space.Now()))
            state = Space.Evolve(state, happened, Guid.Empty);
        return state;
    }
}
