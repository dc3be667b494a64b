using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace SafeSpaceCapacity.EndToEnd.Tests.Harness;

/// <summary>Runs a program of the system to its end.</summary>
internal static class Tool
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>What it wrote to its standard output.</summary>
    /// <param name="debian">The Debian packages that bring it, for whoever lacks them.</param>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string directory, string debian)
    {
        var (exit, output, error) = await TryAsync(program, arguments, directory);
        if (exit is null || (exit != 0 && error.Contains("No module named", StringComparison.Ordinal)))
            Assert.Fail($"'{program}' is not usable here: {error.Trim()}\nThis test needs the Debian packages {debian}: sudo apt-get install {debian}");
        Assert.True(exit == 0, $"{program} {string.Join(' ', arguments)}\nended with {exit}.\n--- its output\n{output}\n--- its errors\n{error}");
        return output;
    }

    /// <summary>Exit code, output and errors; no exit code where the program is not there.</summary>
    public static async Task<(int? Exit, string Output, string Error)> TryAsync(string program, IEnumerable<string> arguments, string directory)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception missing)
        {
            return (null, string.Empty, missing.Message);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        var (output, error) = (new StringBuilder(), new StringBuilder());
        try
        {
            // To the end of what it writes, too: a process that it left behind may hold on to that.
            await Task.WhenAll(
                ReadAsync(process.StandardOutput, output, limit.Token), ReadAsync(process.StandardError, error, limit.Token), process.WaitForExitAsync(limit.Token));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)}\nwas not done after {Patience.TotalMinutes} minutes.\n--- its output\n{output}\n--- its errors\n{error}");
        }

        return (process.ExitCode, output.ToString(), error.ToString());
    }

    private static async Task ReadAsync(StreamReader from, StringBuilder into, CancellationToken limit)
    {
        while (await from.ReadLineAsync(limit) is { } line)
            into.AppendLine(line);
    }
}
