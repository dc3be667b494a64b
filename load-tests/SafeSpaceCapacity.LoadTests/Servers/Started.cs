using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace SafeSpaceCapacity.LoadTests.Servers;

/// <summary>A process that a test started; all are stopped at the end, whatever happens.</summary>
internal sealed partial class Started
{
    // An interrupt would not do: programs that a shell started behind ignore it.
    private const int Terminate = 15;
    private const int KillNow = 9;
    private const double TicksPerSecond = 100;
    private static readonly List<Started> All = [];

    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Started(string program, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment, string? ready)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        All.Add(this);
        _process.OutputDataReceived += (_, line) => Hear(line.Data, ready);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data, ready);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>CPU time that the process has used, all its threads together.</summary>
    public TimeSpan Cpu
    {
        get
        {
            // Behind the name in brackets, which may hold anything: state is the first field, utime the 12th, stime the 13th.
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{Id}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond);

            static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
        }
    }

    public static async Task<Started> StartAsync(string program, IEnumerable<string> arguments, string? ready = null, params (string Name, string Value)[] environment)
    {
        var started = new Started(program, arguments, environment, ready);
        if (ready is null)
            return started;
        var ended = started._process.WaitForExitAsync();
        if (await Task.WhenAny(started._ready.Task, ended) == ended)
            throw new InvalidOperationException($"{program} ended with {started._process.ExitCode}:\n{started.Said}");
        return started;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it wrote.</returns>
    public static async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        var started = await StartAsync(program, arguments);
        await started._process.WaitForExitAsync();
        All.Remove(started);
        return started._process.ExitCode == 0
            ? started.Said
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {started._process.ExitCode}:\n{started.Said}");
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static async Task StopAllAsync()
    {
        foreach (var started in All.ToList())
            await started.StopAsync();
    }

    /// <summary>A line of <c>/proc/PID/status</c>, such as VmRSS, in bytes.</summary>
    public long Status(string line)
    {
        var found = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{Id}/status")).Single(one => one.StartsWith(line + ":", StringComparison.Ordinal));
        return 1024 * long.Parse(found.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
    }

    public Task StopAsync() => EndAsync(Terminate);

    /// <summary>Ends it without a word: <c>kill -9</c>.</summary>
    public Task KillAsync() => EndAsync(KillNow);

    private async Task EndAsync(int signal)
    {
        // It may have been killed before.
        if (!All.Remove(this))
            return;
        if (!_process.HasExited)
            _ = Kill(Id, signal);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    private void Hear(string? line, string? ready)
    {
        if (line is null)
            return;
        lock (_said)
            _said.AppendLine(line);
        if (ready is not null && line.Contains(ready, StringComparison.Ordinal))
            _ready.TrySetResult();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
