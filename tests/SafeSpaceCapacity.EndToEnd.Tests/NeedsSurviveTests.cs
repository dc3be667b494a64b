using Microsoft.Data.Sqlite;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Demand;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.EventLog;
using Need = SafeSpaceCapacity.Domain.Demand.Need;
using NeedOutcome = SafeSpaceCapacity.Domain.Demand.NeedOutcome;

namespace SafeSpaceCapacity.EndToEnd.Tests;

/// <summary>What of demand survives a server that is killed, and what may be lost.</summary>
public sealed class NeedsSurviveTests(ITestOutputHelper output) : IDisposable
{
    private const int Each = 20;
    private readonly DataDirectory _directory = new();
    private readonly Ids _ids = new(Settings.Seed);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Holds_are_all_counted_after_kill_9_and_searches_but_those_of_the_last_second()
    {
        List<string> held;
        List<string> searched;
        List<string> written;
        await using (var server = await ServerProcess.StartAsync(_directory))
        {
            using var crew = new Crew(server);
            await crew.OpenSpaceAsync("near-space", places: 60, _ids);
            written = await SearchAsync(crew);

            await UntilWrittenAsync(Each);
            held = [];
            for (var i = 0; i < Each; i++)
            {
                var request = Crew.HoldAt("near-space", _ids.Next());
                Assert.NotNull((await crew.Calls.HoldPlaceAsync(request, Crew.Options)).Placed);
                held.Add(request.CommandId);
            }

            searched = await SearchAsync(crew);
            await server.KillAsync();
        }

        // Once more, and then asked to stop: the log tells of the holds again.
        await using (var server = await ServerProcess.StartAsync(_directory))
            await server.StopAsync();
        var needs = await NeedsAsync();
        Assert.Equal(needs.Count, needs.Select(need => need.Id).Distinct().Count());
        Assert.Equal(held.Order(), IdsOf(needs, NeedOutcome.UnderWay));
        Assert.Superset(written.ToHashSet(), IdsOf(needs, NeedOutcome.NotTakenUp).ToHashSet());
        Assert.Subset(written.Concat(searched).ToHashSet(), IdsOf(needs, NeedOutcome.NotTakenUp).ToHashSet());
        output.WriteLine($"{needs.Count - held.Count - written.Count} of {searched.Count} searches of the last moment were written before the kill");
    }

    // Every second the service writes down what it knows. Whoever may read the file sees it.
    private async Task UntilWrittenAsync(int count)
    {
        using var database = new SqliteConnection($"Data Source={Path.Combine(_directory.Path, "log.db")};Mode=ReadOnly;Pooling=False");
        await database.OpenAsync(TestContext.Current.CancellationToken);
        using var written = database.CreateCommand();
        written.CommandText = "select count(*) from needs";
        while ((long)(await written.ExecuteScalarAsync(TestContext.Current.CancellationToken))! < count)
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    private async Task<List<string>> SearchAsync(Crew crew)
    {
        var needs = new List<string>();
        for (var i = 0; i < Each; i++)
        {
            var need = _ids.Next().ToString();
            var origin = new Origin { Wgs84 = new Wgs84Point { Latitude = 55.8609, Longitude = -4.2514 } };
            await crew.Calls.FindSpacesAsync(new FindSpacesRequest { Origin = origin, LegalStatus = LegalStatus.Voluntary, AgeBand = AgeBand.Adult, NeedId = need }, Crew.Options);
            needs.Add(need);
        }

        return needs;
    }

    private static IEnumerable<string> IdsOf(IEnumerable<Need> needs, NeedOutcome outcome) => needs.Where(need => need.Outcome == outcome).Select(need => need.Id.ToString()).Order();

    private async Task<IReadOnlyList<Need>> NeedsAsync()
    {
        await using var log = await SqliteEventLog.OpenAsync(_directory.Path, TimeProvider.System, TestContext.Current.CancellationToken);
        return (await log.Demand.ReadNeedsAsync(0, 1_000_000, TestContext.Current.CancellationToken)).Needs;
    }
}
