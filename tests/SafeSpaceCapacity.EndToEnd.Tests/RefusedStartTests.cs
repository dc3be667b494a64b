using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests;

/// <summary>When the server cannot start it says why in plain words, ends with 1 and leaves everything as it is.</summary>
public sealed class RefusedStartTests : IDisposable
{
    private const string Space = "glasgow-cross";
    private readonly DataDirectory _directory = new();
    private readonly Ids _ids = new(Settings.Seed);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_second_server_on_the_same_data_is_refused_and_the_first_goes_on()
    {
        await using var server = await ServerProcess.StartAsync(_directory);
        AssertRefused(await ServerProcess.RunAsync(_directory.Path), $"The data directory {_directory.Path} is in use: another process has it open");
        using var crew = new Crew(server);
        await crew.OpenSpaceAsync(Space, places: 2, _ids);
        await server.StopAsync();
    }

    [Fact]
    public async Task A_port_that_cannot_be_used_is_named_and_nothing_is_made()
    {
        using var other = new DataDirectory();
        await using var server = await ServerProcess.StartAsync(_directory);
        var (grpc, http) = (server.GrpcPort, server.HttpPort);
        AssertRefused(await ServerProcess.RunAsync(other.Path, grpcPort: grpc), $"Cannot listen on 127.0.0.1:{grpc}: Address already in use", "--grpc-port");
        AssertRefused(await ServerProcess.RunAsync(other.Path, httpPort: http), $"Cannot listen on 127.0.0.1:{http}: Address already in use", "--http-port");
        AssertRefused(await ServerProcess.RunAsync(other.Path, grpcPort: 70000), "--grpc-port must be 1 to 65535; it is 70000");
        AssertRefused(await ServerProcess.RunAsync(other.Path, grpcPort: 5080, httpPort: 5080), "--grpc-port and --http-port must differ");
        Assert.Empty(Directory.GetFileSystemEntries(other.Path));
        await server.StopAsync();
    }

    [Fact]
    public async Task Listening_for_other_machines_without_TLS_or_as_a_demo_is_refused()
    {
        foreach (var address in new[] { "0.0.0.0", "::", "192.0.2.1" })
            await AssertRefusedAsync($"--listen {address} needs TLS: give --certificate and --certificate-key; without them only this machine (127.0.0.1 or ::1) may connect.", "--listen", address);
        using var files = new CertificatePair();
        files.Write(CertificatePair.Make());
        string[] anywhere = ["--listen", "0.0.0.0", .. files.Options];
        AssertRefused(
            await ServerProcess.RunAsync(_directory.Path, empty: false, options: anywhere),
            "--listen 0.0.0.0 needs --empty: the demo hands out tokens to whoever asks, and its spaces are fictional.");
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_used_is_refused()
    {
        using var files = new CertificatePair();
        files.Write(CertificatePair.Make());
        const string together = "--certificate and --certificate-key go together: give both or neither.";
        await AssertRefusedAsync(together, "--certificate", files.CertificateFile);
        await AssertRefusedAsync(together, "--certificate-key", files.KeyFile);
        await AssertRefusedAsync($"{files.CertificateFile}.none can't be read", "--certificate", files.CertificateFile + ".none", "--certificate-key", files.KeyFile);
        await AssertRefusedAsync($"{files.KeyFile} holds no certificate in PEM.", "--certificate", files.KeyFile, "--certificate-key", files.KeyFile);
        File.SetUnixFileMode(files.KeyFile, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await AssertRefusedAsync($"{files.KeyFile} can be used by others than its owner (OtherRead, GroupRead): set its mode to 600.", files.Options);
        files.Write(CertificatePair.Make(validForDays: -1));
        await AssertRefusedAsync($"The certificate in {files.CertificateFile} expired at ", files.Options);
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task An_authority_that_cannot_be_trusted_is_refused()
    {
        const string together = "--authority and --audience go together: give both or neither.";
        await AssertRefusedAsync(together, "--authority", "https://login.example/");
        await AssertRefusedAsync(together, "--audience", "safespace");
        foreach (var authority in new[] { "http://login.example/", "ftp://login.example/" })
            await AssertRefusedAsync($"--authority must be an https URL, or http on this machine; it is {authority}.", "--authority", authority, "--audience", "safespace");
        const string client = "--client-id, --client-secret-file and --authority go together";
        await AssertRefusedAsync(client, "--client-id", "safespace");
        await AssertRefusedAsync(client, "--client-id", "safespace", "--client-secret-file", "/dev/null");
        await AssertRefusedAsync(
            "/dev/null can be used by others than its owner", "--authority", "https://login.example/", "--audience", "safespace", "--client-id", "safespace", "--client-secret-file", "/dev/null");
        await AssertRefusedAsync("--router must be an https URL, or http on this machine", "--router", "http://router.example/");
        await AssertRefusedAsync("--audit-days must be 1 to 36500; it is 0.", "--audit-days", "0");
        await AssertRefusedAsync("--history-days must be 35 to 3660; it is 34.", "--history-days", "34");
        await AssertRefusedAsync("--calls-per-second must be 1 to 1000000; it is 0.", "--calls-per-second", "0");
        AssertRefused(
            await ServerProcess.RunAsync(_directory.Path, empty: false, options: ["--authority", "https://login.example/", "--audience", "safespace"]),
            "--authority needs --empty: the demo hands out its own tokens to whoever asks.");
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
        await using var server = await ServerProcess.StartWithAsync(_directory, "--authority", "http://127.0.0.1:1/", "--audience", "safespace");
        await server.StopAsync();
    }

    [Theory]
    [InlineData("--listen", "localhost", "'localhost' is not an IP address such as 127.0.0.1.")]
    [InlineData("--router", "127.0.0.1", "'127.0.0.1' is not a URL such as https://name.example/.")]
    [InlineData("--authority", "/login", "'/login' is not a URL such as https://name.example/.")]
    public async Task A_value_that_cannot_be_read_is_named(string option, string value, string reason)
    {
        var exit = await ServerProcess.RunAsync(_directory.Path, options: [option, value]);
        Assert.Equal((1, reason), (exit.Code, exit.Error.Trim()));
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task Values_that_can_be_read_are_taken()
    {
        await using var server = await ServerProcess.StartWithAsync(_directory, "--listen", "::1", "--router", "http://127.0.0.1:1/");
        Assert.Contains($"http://[::1]:{server.GrpcPort}", server.Said, StringComparison.Ordinal);
        await server.StopAsync();
    }

    [Fact]
    public async Task A_flipped_byte_in_the_log_is_refused_with_what_can_be_recovered()
    {
        var holds = await FillAsync(server => server.StopAsync());
        var bytes = await File.ReadAllBytesAsync(_directory.Database, TestContext.Current.CancellationToken);

        // In the entry of the fifth hold: its id is in the row as text. Everywhere it stands, for the database leaves old copies where
        // nothing reads them.
        var found = 0;
        for (var at = bytes.AsSpan().IndexOf(holds[4]); at >= 0; at = bytes.AsSpan().IndexOf(holds[4]))
        {
            bytes[at] ^= 1;
            found++;
        }

        Assert.True(found > 0, "the id of the hold is not in log.db as text");
        await File.WriteAllBytesAsync(_directory.Database, bytes, TestContext.Current.CancellationToken);
        var before = _directory.Evidence();
        var refused = await ServerProcess.RunAsync(_directory.Path);
        AssertRefused(refused, "is damaged", "Nothing was changed", "restore the latest backup");
        Assert.Matches("Positions 1 to [1-9][0-9]* can be read", refused.Error);
        Assert.Equal(before, _directory.Evidence());
    }

    [Fact]
    public async Task A_write_ahead_log_cut_off_after_kill_9_is_refused_with_what_can_be_recovered()
    {
        await FillAsync(server => server.KillAsync());
        await using (var log = File.OpenWrite(_directory.WriteAheadLog))
        {
            Assert.True(log.Length > 0, "the write-ahead log is empty: there is nothing to cut");
            log.SetLength(log.Length / 2);
        }

        var before = _directory.Evidence();
        var refused = await ServerProcess.RunAsync(_directory.Path);
        AssertRefused(refused, "is damaged", "acknowledged entries are missing", "Nothing was changed", "restore the latest backup");
        Assert.Matches("Positions 1 to [1-9][0-9]* can be read", refused.Error);
        Assert.Equal(before, _directory.Evidence());
    }

    /// <summary>A log with a space and twelve holds, and how its server ended.</summary>
    private async Task<List<byte[]>> FillAsync(Func<ServerProcess, Task> end)
    {
        await using var server = await ServerProcess.StartAsync(_directory);
        using var crew = new Crew(server);
        await crew.OpenSpaceAsync(Space, places: 12, _ids);
        var holds = new List<byte[]>();
        for (var i = 0; i < 12; i++)
        {
            var hold = _ids.Next();
            var answer = await crew.Calls.HoldPlaceAsync(Crew.HoldAt(Space, hold), Crew.Options);
            Assert.NotNull(answer.Placed);
            holds.Add(System.Text.Encoding.ASCII.GetBytes(hold.ToString()));
        }

        await end(server);
        return holds;
    }

    private async Task AssertRefusedAsync(string reason, params string[] options) =>
        AssertRefused(await ServerProcess.RunAsync(_directory.Path, options: options), "SafeSpaceCapacity did not start: " + reason);

    private static void AssertRefused(ServerExit exit, params string[] reasons)
    {
        Assert.True(exit.Code == 1, $"It ended with {exit.Code}.\n{exit.Output}\n{exit.Error}");
        foreach (var reason in reasons)
            Assert.Contains(reason, exit.Error, StringComparison.Ordinal);
        Assert.StartsWith("SafeSpaceCapacity did not start: ", exit.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", exit.Output + exit.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("is ready", exit.Output, StringComparison.Ordinal);
    }
}
