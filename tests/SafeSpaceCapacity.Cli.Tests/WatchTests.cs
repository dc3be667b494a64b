using System.Text.Json;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using static SafeSpaceCapacity.Cli.Tests.Messages;

namespace SafeSpaceCapacity.Cli.Tests;

public sealed class WatchTests : CliTest
{
    private readonly CancellationTokenSource _stop = new();

    [Fact]
    public async Task Each_change_is_a_line_and_the_watch_ends_with_0()
    {
        Server.Watches.Enqueue(ScriptThenStop);
        var run = await RunAsync(_stop.Token, "watch", "--near", "Paisley", "--max-minutes", "40", "--need", "quiet", "--walking");
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Equal(
            new WatchSpacesRequest { Origin = new Origin { Place = "Paisley" }, TravelMinutesMax = 40, Needs = { Need.Quiet }, TravelMode = TravelMode.Walking, HeartbeatSeconds = 10 },
            Server.Only<WatchSpacesRequest>());
        var lines = run.Out.TrimEnd('\n').Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Contains("snapshot of 1 space(s)", lines[0], StringComparison.Ordinal);
        Assert.Contains("gla-harbour: available 2 (safe capacity 6, places 8, occupied 3, held 1), open until 22:00, confirmed 8 min ago (fresh)", lines[1], StringComparison.Ordinal);
        Assert.Contains("gla-lantern: available not known", lines[2], StringComparison.Ordinal);
        Assert.Contains("gla-harbour: no longer among the watched", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_json_each_message_is_a_line()
    {
        Server.Watches.Enqueue(ScriptThenStop);
        var run = await RunAsync(_stop.Token, "watch", "--space", "gla-harbour", "--space", "gla-lantern", "--json");
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Equal(["gla-harbour", "gla-lantern"], Server.Only<WatchSpacesRequest>().SpaceIds, StringComparer.Ordinal);
        Assert.Equal(
            ["snapshot", "changed", "heartbeat", "removedSpaceId"],
            run.Out.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement.EnumerateObject().First().Name),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task In_a_terminal_the_table_is_drawn_over()
    {
        Interactive = true;
        Environment["NO_COLOR"] = "1";
        Server.Watches.Enqueue(ScriptThenStop);
        var run = await RunAsync(_stop.Token, "watch", "--near", "Paisley");
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Contains("available 2", run.Out, StringComparison.Ordinal);
        Assert.Contains("available not known", run.Out, StringComparison.Ordinal);
        Assert.DoesNotMatch("\u001b\\[[0-9;]*3[0-7]m", run.Out);
    }

    [Fact]
    public async Task A_lost_connection_is_told_and_the_watch_begins_again()
    {
        Server.Watches.Enqueue(async (writer, gone) =>
        {
            await writer.WriteAsync(new WatchSpacesResponse { Snapshot = new() }, gone);
            throw TestServer.Ended(StatusCode.Unavailable);
        });
        Server.Watches.Enqueue((writer, gone) => writer.WriteAsync(new WatchSpacesResponse { Snapshot = new() }, gone)); // Ends by itself.
        Server.Watches.Enqueue(ScriptThenStop);
        var run = await RunAsync(_stop.Token, "watch", "--near", "Paisley");
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Equal(3, Server.Received.Count);
        Assert.Contains("connection lost (UNAVAILABLE)", run.Error, StringComparison.Ordinal);
        Assert.Contains("connection lost (the service ended the watch)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_whose_token_ended_begins_again_with_a_new_one()
    {
        Server.Watches.Enqueue(SnapshotThenUnauthenticated);
        Server.Watches.Enqueue(ScriptThenStop);
        var run = await RunAsync(_stop.Token, "watch", "--near", "Paisley");
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Equal(["Bearer demo.token.1", "Bearer demo.token.2"], Server.Authorizations);
        Assert.Contains("connection lost (the token ended)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_whose_token_file_was_renewed_begins_again_with_what_it_holds_then()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("token", "first");
        Server.Watches.Enqueue(async (writer, gone) =>
        {
            directory.Write("token", "second");
            await SnapshotThenUnauthenticated(writer, gone);
        });
        Server.Watches.Enqueue(ScriptThenStop);
        Assert.Equal(ExitCodes.Done, (await RunAsync(_stop.Token, "watch", "--near", "Paisley", "--token-file", file)).Code);
        Assert.Equal(["Bearer first", "Bearer second"], Server.Authorizations);
    }

    [Fact]
    public async Task A_token_that_ended_and_can_not_be_renewed_ends_the_watch()
    {
        Environment["SAFESPACE_TOKEN"] = "given";
        Server.Watches.Enqueue(SnapshotThenUnauthenticated);
        Server.Watches.Enqueue((_, _) => throw TestServer.Ended(StatusCode.Unauthenticated));
        var run = await RunAsync(_stop.Token, "watch", "--near", "Paisley");
        Assert.Equal(ExitCodes.NotAllowed, run.Code);
        Assert.Equal(2, Server.Received.Count);
        Assert.Contains("safespace token --data DIR --role crew", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_that_goes_on_keeps_its_token()
    {
        Server.Watches.Enqueue(async (writer, gone) =>
        {
            await writer.WriteAsync(new WatchSpacesResponse { Snapshot = new() }, gone);
            throw TestServer.TooOften(TimeSpan.FromMilliseconds(1));
        });
        Server.Watches.Enqueue(ScriptThenStop);
        Assert.Equal(ExitCodes.Done, (await RunAsync(_stop.Token, "watch", "--near", "Paisley")).Code);
        Assert.Equal(["Bearer demo.token.1", "Bearer demo.token.1"], Server.Authorizations);
    }

    [Fact]
    public async Task A_watch_that_never_began_is_a_failure()
    {
        Server.Failures.Enqueue(TestServer.Violation("origin.place", "is not in the gazetteer"));
        var refused = await RunAsync("watch", "--near", "Atlantis");
        Assert.Equal(ExitCodes.BadInput, refused.Code);
        Assert.Contains("origin.place: is not in the gazetteer", refused.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.NotReachable, (await RunAsync("watch", "--near", "Paisley", "--server", "http://127.0.0.1:9")).Code);
    }

    private static async Task SnapshotThenUnauthenticated(IServerStreamWriter<WatchSpacesResponse> writer, CancellationToken gone)
    {
        await writer.WriteAsync(new WatchSpacesResponse { Snapshot = new() }, gone);
        throw TestServer.Ended(StatusCode.Unauthenticated);
    }

    private async Task ScriptThenStop(IServerStreamWriter<WatchSpacesResponse> writer, CancellationToken gone)
    {
        await writer.WriteAsync(new WatchSpacesResponse { Snapshot = new() { Spaces = { new WatchedSpace { Choice = Choice("Harbour"), Availability = Open() } } } }, gone);
        await writer.WriteAsync(new WatchSpacesResponse { Changed = new WatchedSpace { Choice = Choice("Lantern"), Availability = Unconfirmed() } }, gone);
        await writer.WriteAsync(new WatchSpacesResponse { Heartbeat = Time("2026-11-22T14:21:00Z") }, gone);
        await writer.WriteAsync(new WatchSpacesResponse { RemovedSpaceId = "gla-harbour" }, gone);
        await Task.Delay(TimeSpan.FromMilliseconds(500), gone); // The reader has no way to say that it has read all.
        await _stop.CancelAsync();
    }
}
