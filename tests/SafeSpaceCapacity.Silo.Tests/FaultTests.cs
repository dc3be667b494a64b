using SafeSpaceCapacity.EndToEnd.Tests.Faults;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.Silo.Tests;

/// <summary>Three silos on one PostgreSQL behind a proxy, under load, while one thing after another breaks.</summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    [Fact]
    public Task Nothing_acknowledged_is_lost_or_done_twice_whatever_breaks_under_silos() =>
        FaultRun.RunAsync(HostKind.Silo, Settings.Faults ?? Fault.Kinds.Count, output);
}
