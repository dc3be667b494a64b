using SafeSpaceCapacity.Contract.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using NodaTime;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service.Tests.Support;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.Service.Tests;

/// <summary>Two whole services on one log in PostgreSQL.</summary>
[Collection(PostgresTests.Name)]
public sealed class TwoNodesTests(PrivatePostgres server) : IAsyncLifetime
{
    private const string Id = "shared-space";
    private readonly ManualTime _time = new();
    private string _database = null!;
    private RunningService _a = null!;
    private RunningService _b = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await server.NewDatabaseAsync();
        _a = await StartAsync("a");

        // The database's clock stands where that of the tests does: decisions by another are refused.
        var now = (Instant.FromDateTimeOffset(ManualTime.Start) - NodaConstants.UnixEpoch).ToInt64Nanoseconds();
        await SqlAsync($"create or replace function log_now_ns() returns bigint volatile language sql as 'select {now}::bigint'");
        _b = await StartAsync("b");
    }

    public async ValueTask DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    [Fact]
    public async Task Of_64_crews_racing_for_the_last_place_over_two_nodes_one_gets_it()
    {
        await _a.OpenAsync(Id, Ask.Latitude, Ask.Longitude, staff: 2, occupied: 5);
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => Node(i).Crew.HoldPlaceAsync(Node(i).Hold(Id)).ResponseAsync)));
        Assert.Single(answers, answer => answer.Placed is not null);
        Assert.Equal(63, answers.Count(answer => answer.Rejected is not null));
        await ConvergedAsync();
    }

    [Fact]
    public async Task A_command_has_one_effect_and_one_answer_whichever_node_it_reaches()
    {
        await _a.OpenAsync(Id, Ask.Latitude, Ask.Longitude, staff: 2, occupied: 0);
        var head = _a.Log.HeadPosition;
        for (var i = 1; i <= 5; i++)
        {
            var hold = _a.Hold(Id);
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(at => Task.Run(() => Node(at).Crew.HoldPlaceAsync(hold).ResponseAsync)));
            Assert.NotNull(answers[0].Placed);
            Assert.Single(answers.Select(answer => answer.ToByteString()).Distinct());
            await ConvergedAsync();
            Assert.Equal(head + i, _a.Log.HeadPosition);

            var other = hold.Clone();
            other.CallSign = "somebody else";
            var reused = await Assert.ThrowsAsync<RpcException>(() => _b.Crew.HoldPlaceAsync(other).ResponseAsync);
            Assert.Equal(StatusCode.AlreadyExists, reused.StatusCode);
        }
    }

    [Fact]
    public async Task What_one_node_wrote_the_other_shows_and_starts_from()
    {
        await _a.OpenAsync(Id, Ask.Latitude, Ask.Longitude, staff: 2, occupied: 1);
        await ConvergedAsync();
        await _b.OpenAsync("other-space", Ask.Latitude, Ask.Longitude);
        Assert.NotNull((await _b.HoldAsync(Id)).Placed);
        await ConvergedAsync();
        var shown = await _a.Crew.FindSpacesAsync(Ask.Find());
        Assert.Equal(2, shown.Options.Count);

        // Each saves the checkpoints of what it knows when it stops, and the next starts from them.
        await _b.StopAsync();
        Assert.NotNull((await _a.HoldAsync(Id)).Placed);
        var (head, known) = (_a.Log.HeadPosition, States(_a));
        await _a.StopAsync();
        Assert.Equal(head, await SqlAsync("select position from checkpoint_cover"));
        await using var third = await StartAsync("c");
        Assert.Equal(known, States(third));
    }

    [Fact]
    public async Task A_need_that_both_nodes_saw_is_one_and_both_say_what_became_of_it()
    {
        const int people = 6;
        await _a.OpenAsync(Id, Ask.Latitude, Ask.Longitude, staff: 2, occupied: 0);
        await ConvergedAsync();
        for (var i = 0; i < people; i++)
        {
            var need = Ids.Next();
            foreach (var node in new[] { _a, _b, _a })
                Assert.NotEmpty((await node.Crew.FindSpacesAsync(Ask.Find(request => request.NeedId = need))).Options);
            var hold = Node(i).Hold(Id);
            hold.NeedId = need;
            var placed = (await Node(i).Crew.HoldPlaceAsync(hold)).Placed;
            await Node(i + 1).Crew.ConfirmArrivalAsync(new ConfirmArrivalRequest { CommandId = Ids.Next(), SpaceId = Id, HoldId = placed.HoldId });
            await Node(i).Staff.RecordDepartureAsync(new RecordDepartureRequest { CommandId = Ids.Next(), SpaceId = Id });
        }

        await ConvergedAsync();
        _time.Advance(TimeSpan.FromHours(1));
        foreach (var node in new[] { _b, _a })
        {
            // Whoever is asked writes what it knows first, and what the other wrote is not there twice.
            var row = Assert.Single(await DemandAsync(node));
            Assert.Equal((people, true, true), (row.Met.Count, row.Unmet.Suppressed, row.Unknown.Suppressed));
            Assert.Equal((long)people, await SqlAsync("select count(*) from needs"));
        }
    }

    [Fact]
    public async Task While_the_database_is_away_a_node_says_so_and_when_it_is_back_goes_on()
    {
        await _a.OpenAsync(Id, Ask.Latitude, Ask.Longitude, staff: 2, occupied: 0);
        await ConvergedAsync();
        await server.StopAsync();
        await UntilAsync(async () => (await HealthAsync()) == System.Net.HttpStatusCode.ServiceUnavailable);
        Assert.NotEmpty((await _a.Crew.FindSpacesAsync(Ask.Find())).Options);
        var failed = await Assert.ThrowsAsync<RpcException>(() => _a.Crew.HoldPlaceAsync(_a.Hold(Id)).ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, failed.StatusCode);

        await server.StartAsync();
        await UntilAsync(async () => (await HealthAsync()) == System.Net.HttpStatusCode.OK);
        Assert.NotNull((await _a.HoldAsync(Id)).Placed);
        await ConvergedAsync();
    }

    private static async Task<List<GetDemandHistoryResponse.Types.Row>> DemandAsync(RunningService node)
    {
        var question = new GetDemandHistoryRequest
        {
            AreaCodes = { "S12000049" }, Period = DemandPeriod.Hour, From = ManualTime.Start.AddHours(-1).ToTimestamp(), Until = ManualTime.Start.AddHours(1).ToTimestamp(),
        };
        using var call = new PlanningService.PlanningServiceClient(node.Invoker).GetDemandHistory(question);
        var steps = await call.ResponseStream.ReadAllAsync().ToListAsync();
        return [.. steps.Where(step => step.Row is not null).Select(step => step.Row)];
    }

    private RunningService Node(int i) => i % 2 == 0 ? _a : _b;

    private Task<object?> SqlAsync(string sql) => PrivatePostgres.RunSqlAsync(_database, sql);

    private Task<RunningService> StartAsync(string name) => RunningService.StartAsync(new Wishes
    {
        Time = _time,
        OpenLog = async () => await PostgresEventLog.OpenAsync(PostgresAddress.Parse(_database), new LogNode(name, HostKind.Embedded)),
    });

    /// <summary>Both know everything, and the same.</summary>
    private async Task ConvergedAsync()
    {
        var head = Math.Max(_a.Log.HeadPosition, _b.Log.HeadPosition);
        foreach (var node in new[] { _a, _b })
        {
            await node.Log.WaitForAsync(head).AsTask().WaitAsync(Patience.Long);
            await node.CaughtUpAsync();
        }
        Assert.Equal(States(_a), States(_b));
    }

    private static IReadOnlyList<string> States(RunningService node) =>
        [.. node.ReadModel.Root.Spaces.Values.OrderBy(record => record.Key, StringComparer.Ordinal)
            .Select(record => $"{record.Key} {record.State.Version} {Convert.ToHexString(SafeSpaceCapacity.EventLog.Codec.SpaceCodec.EncodeState(record.State))}")];

    private async Task<System.Net.HttpStatusCode> HealthAsync()
    {
        using var http = new HttpClient();
        return (await http.GetAsync(new Uri(_a.HttpAddress, "/healthz"))).StatusCode;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience.Long, "it never came");
            await Task.Delay(50);
        }
    }
}
