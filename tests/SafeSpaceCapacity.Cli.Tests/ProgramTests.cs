using System.Diagnostics;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>The real executable, started as a shell starts it.</summary>
public sealed class ProgramTests : CliTest
{
    // Its own output, not the copy beside the tests: that one would run on the tests' packages.
    internal static readonly string Program = Path.Combine(
        AppContext.BaseDirectory.Replace(
            Path.Combine("tests", "SafeSpaceCapacity.Cli.Tests"), Path.Combine("src", "SafeSpaceCapacity.Cli"), StringComparison.Ordinal),
        "safespace.dll");

    [Theory]
    [InlineData("safespace", "fi", "find")]
    [InlineData("safespace", "staff star", "start-shift")]
    [InlineData("safespace", "find --need whe", "wheelchair")]
    [InlineData("safespace", "find --near Paisley --uncert", "--uncertainty-metres")]
    [InlineData("$dir/safespace", "hold-s", "hold-status")]
    public async Task Bash_completes(string called, string typed, string completed)
    {
        var run = await BashAsync(
            $$"""
            set -e
            dir=$(mktemp -d)
            trap 'rm -r "$dir"' EXIT
            printf '#!/bin/sh\nexec dotnet "%s" "$@"\n' '{{Program}}' >"$dir/safespace"
            chmod +x "$dir/safespace"
            PATH=$dir:$PATH
            source <(safespace completion bash)
            complete -p safespace >/dev/null
            COMP_WORDS=({{called}} {{typed}})
            COMP_LINE="${COMP_WORDS[*]}"
            COMP_POINT=${#COMP_LINE}
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _safespace
            printf '%s\n' "${COMPREPLY[@]}"
            """);
        Assert.Equal("", run.Error);
        Assert.Equal(completed, run.Out.Trim());
    }

    [Fact]
    public async Task Redirected_output_has_no_colour_and_the_exit_code_arrives()
    {
        Server.Answers[typeof(FindSpacesRequest)] = Messages.Found();
        var run = await BashAsync($"TERM=xterm-256color dotnet '{Program}' find --near Glasgow --server {Server.Url} | cat; exit ${{PIPESTATUS[0]}}");
        Assert.Equal(0, run.Code);
        Assert.Contains("Harbour Wellbeing Café", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Out);
        Assert.Equal(2, (await BashAsync($"dotnet '{Program}' find")).Code);
    }

    [Fact]
    public async Task Ctrl_C_ends_a_watch_with_0()
    {
        var watching = new TaskCompletionSource();
        Server.Watches.Enqueue(async (writer, gone) =>
        {
            await writer.WriteAsync(new WatchSpacesResponse { Snapshot = new() }, gone);
            watching.SetResult();
            await Task.Delay(Timeout.Infinite, gone);
        });
        // env gives SIGINT back to a program whose test run was started in the background, where shells make it ignored.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", Program, "watch", "--near", "Glasgow", "--server", Server.Url]) { UseShellExecute = false, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        await watching.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Contains("snapshot", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExitAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    private static async Task<Run> BashAsync(string script)
    {
        var start = new ProcessStartInfo("bash", ["--noprofile", "--norc", "-c", script]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Run(process.ExitCode, output, await error);
    }
}
