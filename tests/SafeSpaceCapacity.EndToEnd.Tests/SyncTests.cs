using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests;

/// <summary>The system calls themselves: what is acknowledged is on disk before the answer leaves.</summary>
public sealed class SyncTests(ITestOutputHelper output) : IDisposable
{
    private const string Space = "glasgow-cross";
    private readonly DataDirectory _directory = new();
    private readonly Ids _ids = new(Settings.Seed);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_log_is_synced_between_the_request_for_a_hold_and_its_answer()
    {
        var work = Here.Artifacts("strace");
        var (exit, _, error) = await Tool.TryAsync("strace", ["-f", "-o", Path.Combine(work, "permitted"), "true"], work);
        Assert.True(exit is not null, $"strace is not usable here: {error}\nThis test needs the Debian package strace: sudo apt-get install strace");
        Assert.SkipWhen(exit != 0, $"Tracing is not permitted here: {error.Trim()}");

        var trace = Path.Combine(work, "trace");
        var hold = _ids.Next();

        // -D: strace steps aside, so that the server is the process that was started and gets its signals.
        const string calls = "trace=fsync,fdatasync,pwrite64,sendmsg,sendto,write,writev,recvmsg,recvfrom,readv";
        await using var server = await ServerProcess.StartAsync(
            _directory, empty: true, "strace", "-D", "-f", "--seccomp-bpf", "-ttt", "-yy", "-s", "5000", "-e", calls, "-o", trace);
        using (var crew = new Crew(server))
        {
            await crew.OpenSpaceAsync(Space, places: 2, _ids);
            var answer = await crew.Calls.HoldPlaceAsync(Crew.HoldAt(Space, hold), Crew.Options);
            Assert.NotNull(answer.Placed);
        }

        await server.StopAsync();
        AssertOrder(SystemCallTrace.Read(await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken)), server.GrpcPort, hold.ToString());
    }

    // Protobuf and HTTP/2 carry the id of the hold as plain text, there and back, and so does the entry in the log.
    private void AssertOrder(List<SystemCall> calls, int port, string hold)
    {
        var socket = $"<TCP:[127.0.0.1:{port}->";
        var request = First("the request", call => call.Name.StartsWith("recv", StringComparison.Ordinal) && call.Text.Contains(socket, StringComparison.Ordinal) && call.Text.Contains(hold, StringComparison.Ordinal));
        var answer = First("the answer", call => call.Name is "sendmsg" or "sendto" or "write" or "writev" && call.Text.Contains(socket, StringComparison.Ordinal) && call.Text.Contains(hold, StringComparison.Ordinal));
        var written = First("the entry", call => call.Name is "pwrite64" && call.Text.Contains("/log.db-wal>", StringComparison.Ordinal) && call.Text.Contains(hold, StringComparison.Ordinal));
        var synced = First("the sync", call => call.Name is "fsync" or "fdatasync" && call.Began > written.Ended && call.Text.Contains("/log.db-wal>)", StringComparison.Ordinal) && call.Text.EndsWith("= 0", StringComparison.Ordinal));

        foreach (var (what, call) in new[] { ("request", request), ("entry", written), ("sync", synced), ("answer", answer) })
            output.WriteLine($"{what,-8} {call}");
        Assert.True(request.Ended < written.Began, $"written before it was asked for: {written}");
        Assert.True(synced.Ended < answer.Began, $"answered before it was synced:\n{synced}\n{answer}");

        SystemCall First(string what, Func<SystemCall, bool> wanted) =>
            calls.Where(wanted).OrderBy(call => call.Began).FirstOrDefault() ?? throw new InvalidOperationException($"The trace of {calls.Count} calls does not show {what}.");
    }
}
