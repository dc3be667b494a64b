using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests;

/// <summary>The README's commands, as printed.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private readonly DataDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_worked_example_works_as_printed()
    {
        var example = ShellBlock().Match(await File.ReadAllTextAsync(Path.Combine(Here.Repository, "README.md"), TestContext.Current.CancellationToken));
        Assert.True(example.Success, "README.md has no ```sh block");
        await using var server = await ServerProcess.StartAsync(_directory, empty: false);

        // Only the port is another than the README's, which may be in use here.
        var script = $"set -euxo pipefail\nexport SAFESPACE_SERVER={server.Address}\n{example.Groups["commands"].Value}";
        var (exit, output, error) = await Tool.TryAsync("bash", ["-c", script], Here.Repository);

        Assert.True(exit == 0, $"The example ended with {exit}.\n--- its output\n{output}\n--- its commands and errors\n{error}\n{server.Said}");
        Assert.Contains("Clyde Lantern House", output, StringComparison.Ordinal);
        Assert.Contains("Simmer Dim House", output, StringComparison.Ordinal);
        await server.StopAsync();

        var (verified, report, why) = await Tool.TryAsync(Path.Combine(Here.Repository, "safespace"), ["log", "verify", "--data", _directory.Path], Here.Repository);
        Assert.True(verified == 0, report + why);
    }

    [Fact]
    public async Task Run_builds_starts_answers_and_stops_with_Ctrl_C()
    {
        var (grpc, http) = ServerProcess.FreePorts();
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "./run", "--data", _directory.Path, "--grpc-port", $"{grpc}", "--http-port", $"{http}"])
        {
            WorkingDirectory = Here.Repository,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var run = Process.Start(start)!;
        var said = new StringBuilder();
        var errors = run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string? line;
        do
        {
            line = await run.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            said.AppendLine(line);
        }
        while (line is not null && !line.Contains("Ctrl-C", StringComparison.Ordinal));
        if (line is null)
            Assert.Fail($"./run ended.\n{said}\n{await errors}");
        Assert.Contains($"http://127.0.0.1:{grpc}", said.ToString(), StringComparison.Ordinal);
        Assert.Contains("./safespace find", said.ToString(), StringComparison.Ordinal);

        using var client = new HttpClient();
        Assert.Equal("ok\n", await client.GetStringAsync(new Uri($"http://127.0.0.1:{http}/healthz"), TestContext.Current.CancellationToken));

        var asked = Stopwatch.GetTimestamp();
        Signals.Send(run.Id, Signal.Interrupt);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        var took = Stopwatch.GetElapsedTime(asked);
        if (run.ExitCode != 0)
            Assert.Fail($"./run ended with {run.ExitCode}.\n{said}\n{await errors}");
        Assert.True(took < TimeSpan.FromSeconds(5), $"it took {took} to stop");
    }

    [GeneratedRegex("```sh\n(?<commands>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ShellBlock();
}
