using System.Globalization;
using System.Text;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>What a run wrote and ended with.</summary>
public sealed record Run(int Code, string Out, string Error);

/// <summary>Runs the command line in this process against the test's own server, at a fixed time.</summary>
public abstract class CliTest : IAsyncLifetime
{
    /// <summary>A Sunday in winter: local time in Scotland is UTC.</summary>
    protected static readonly DateTimeOffset Now = At("2026-11-22T14:20:00Z");

    private protected TestServer Server { get; set; } = null!;

    private protected Dictionary<string, string> Environment { get; } = [];

    private protected DateTimeOffset Clock { get; set; } = Now;

    private protected bool Interactive { get; set; }

    private protected int Width { get; set; } = 80;

    private protected int Height { get; set; } = 24;

    /// <summary>Begins to read keys, where a person is at a keyboard.</summary>
    private protected Func<Func<CancellationToken, Task<char?>>>? Keyboard { get; set; }

    /// <summary>What the run in progress has written so far.</summary>
    private protected Screen Output { get; private set; } = new();

    public virtual async ValueTask InitializeAsync() => Server = await TestServer.StartAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static DateTimeOffset At(string iso) => DateTimeOffset.Parse(iso, CultureInfo.InvariantCulture);

    private protected Task<Run> RunAsync(params string[] args) => RunAsync(default(CancellationToken), args);

    private protected async Task<Run> RunAsync(CancellationToken stopped, params string[] args)
    {
        Environment.TryAdd("SAFESPACE_SERVER", Server.Url);
        await using var output = Output = new Screen();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error, new FixedTime(Clock), name => Environment.GetValueOrDefault(name), Interactive, Width) { Height = Height, Keys = Keyboard };
        var code = await CommandLine.RunAsync(args, terminal, stopped);
        return new Run(code, output.ToString(), error.ToString());
    }

    /// <summary>Says always the same time; timers run as ever.</summary>
    private protected sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    /// <summary>Can be read while it is written.</summary>
    private protected sealed class Screen : TextWriter
    {
        private readonly StringBuilder _text = new();
        private readonly Lock _gate = new();

        public override Encoding Encoding => Encoding.UTF8;

        public int Length
        {
            get
            {
                lock (_gate)
                    return _text.Length;
            }
        }

        public override void Write(char value)
        {
            lock (_gate)
                _text.Append(value);
        }

        public override void Write(string? value)
        {
            lock (_gate)
                _text.Append(value);
        }

        public override void Write(char[] buffer, int index, int count)
        {
            lock (_gate)
                _text.Append(buffer, index, count);
        }

        public override string ToString()
        {
            lock (_gate)
                return _text.ToString();
        }
    }
}
