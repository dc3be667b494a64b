namespace SafeSpaceCapacity.Web.Accounts;

/// <summary>
/// One try of a password at a time for each account: else many tries at once would all be judged before the first one is counted.
/// </summary>
internal sealed class Turns : IDisposable
{
    private readonly SemaphoreSlim[] _lanes = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    public async Task<Turn> TakeAsync(string name)
    {
        var lane = _lanes[unchecked((uint)StringComparer.OrdinalIgnoreCase.GetHashCode(name)) % _lanes.Length];
        await lane.WaitAsync();
        return new Turn(lane);
    }

    public void Dispose()
    {
        foreach (var lane in _lanes)
            lane.Dispose();
    }

    /// <summary>Ends with its disposal.</summary>
    internal readonly struct Turn(SemaphoreSlim lane) : IDisposable
    {
        public void Dispose() => lane.Release();
    }
}
