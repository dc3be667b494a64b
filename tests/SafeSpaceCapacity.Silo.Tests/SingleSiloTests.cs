using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.Silo.Tests;

/// <summary>One silo by itself, its log in a file.</summary>
public sealed class SingleSiloTests : IDisposable
{
    private const string Space = "alone";
    private readonly DataDirectory _directory = new();
    private readonly Ids _ids = new(Settings.Seed);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_path_of_a_hold_works_and_everything_survives_a_restart()
    {
        var (kept, used) = (Crew.HoldAt(Space, _ids.Next()), Crew.HoldAt(Space, _ids.Next()));
        await using (var silo = await ServerProcess.StartAsync(_directory))
        {
            using var crew = new Crew(silo);
            await crew.OpenSpaceAsync(Space, places: 3, _ids);
            var nearby = new FindSpacesRequest
            {
                Origin = new Origin { Wgs84 = new Wgs84Point { Latitude = 55.86, Longitude = -4.25 } },
                AgeBand = AgeBand.Adult,
                LegalStatus = LegalStatus.Voluntary,
            };
            var found = await crew.Calls.FindSpacesAsync(nearby, Crew.Options);
            Assert.Equal(Space, Assert.Single(found.Options).SpaceId);
            foreach (var hold in new[] { kept, used })
                Assert.NotNull((await crew.Calls.HoldPlaceAsync(hold, Crew.Options)).Placed);
            var extended = await crew.Calls.ExtendHoldAsync(
                new ExtendHoldRequest { CommandId = _ids.Next().ToString(), SpaceId = Space, HoldId = kept.CommandId, Eta = Crew.In(TimeSpan.FromMinutes(130)) }, Crew.Options);
            Assert.NotNull(extended.Extended);
            var arrived = await crew.Staff.RecordArrivalAsync(
                new RecordArrivalRequest { CommandId = _ids.Next().ToString(), SpaceId = Space, HoldId = used.CommandId }, Crew.Options);
            Assert.Equal((1, 1), (arrived.Availability.Occupied, arrived.Availability.Held));
            await silo.StopAsync();
        }

        await using var next = await ServerProcess.StartAsync(_directory);
        using var again = new Crew(next);
        var board = await again.BoardAsync(Space);
        Assert.Equal(kept.CommandId, Assert.Single(board.Holds).HoldId);
        Assert.Equal((1, 1), (board.Availability.Occupied, board.Availability.Held));

        // The answer that a command got is there too.
        Assert.NotNull((await again.Calls.HoldPlaceAsync(kept, Crew.Options)).Placed);
        await next.StopAsync();
    }
}
