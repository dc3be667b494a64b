namespace SafeSpaceCapacity.Web.Tests.Harness;

/// <summary>How the service is, as a test says.</summary>
internal sealed class GivenState : ISystemState
{
    public SystemState Now { get; set; } = new(
        new DateTimeOffset(2026, 11, 6, 22, 15, 0, TimeSpan.Zero), "node-1", "1.0.0", new DateTimeOffset(2026, 11, 1, 8, 0, 0, TimeSpan.Zero),
        null, null, null, 1200, 0, TimeSpan.Zero, 0, [new ForecastState("", true, new DateTimeOffset(2026, 11, 6, 3, 0, 0, TimeSpan.Zero), null)], null);

    public Task<SystemState> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(Now);
}
