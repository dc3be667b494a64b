using System.Net;
using System.Net.Sockets;
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
            await AssertTurnsSilosAwayAsync(silo);
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

    /// <summary>Whatever else it listens on says nothing to whoever connects: there is no way to its spaces but by calls that are checked.</summary>
    private static async Task AssertTurnsSilosAwayAsync(ServerProcess silo)
    {
        var sockets = Directory.GetFiles($"/proc/{silo.Id}/fd").Select(file => new FileInfo(file).LinkTarget).ToHashSet(StringComparer.Ordinal);
        var others = File.ReadLines($"/proc/{silo.Id}/net/tcp").Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns[3] == "0A" && sockets.Contains($"socket:[{columns[9]}]"))
            .Select(columns => Convert.ToInt32(columns[1].Split(':')[1], 16))
            .Except([silo.GrpcPort, silo.HttpPort])
            .ToList();
        foreach (var port in others)
        {
            using var stranger = new TcpClient();
            await stranger.ConnectAsync(IPAddress.Loopback, port);
            try
            {
                var stream = stranger.GetStream();
                await stream.WriteAsync(new byte[64]);
                Assert.Equal(0, await stream.ReadAsync(new byte[64]).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
            }
            catch (IOException)
            {
                // Closed before it was read from.
            }
        }

        Assert.Single(others);
    }
}
