namespace SafeSpaceCapacity.EndToEnd.Tests.Harness;

/// <summary>UUIDs of a seeded run: the same seed gives the same ids.</summary>
internal sealed class Ids(int seed)
{
    private readonly Random _random = new(seed);

    public Guid Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (_random)
            _random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
