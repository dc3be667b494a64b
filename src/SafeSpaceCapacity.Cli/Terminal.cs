using System.Globalization;
using System.Threading.Channels;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli;

/// <summary>Where a run writes, what time it is there, and what its environment says.</summary>
/// <param name="Out">Standard output: answers.</param>
/// <param name="Error">Standard error: failures and remarks about the run.</param>
/// <param name="Time">The clock.</param>
/// <param name="Variable">Reads an environment variable.</param>
/// <param name="IsInteractive">A person at a terminal reads the output, so that it may be drawn over.</param>
/// <param name="Width">Columns of the output.</param>
internal sealed record Terminal(
    TextWriter Out,
    TextWriter Error,
    TimeProvider Time,
    Func<string, string?> Variable,
    bool IsInteractive,
    int Width)
{
    private const int WidthWhenUnknown = 80;
    private const int HeightWhenUnknown = 24;
    private const int KeysWaiting = 4; // A key held down must not go on when it is let go.

    /// <summary>Lines of the output.</summary>
    public int Height { get; init; } = HeightWhenUnknown;

    /// <summary>Begins to read single keys, if a person is at a keyboard: each read gives the next key, or null where no more will come.</summary>
    public Func<Func<CancellationToken, Task<char?>>>? Keys { get; init; }

    /// <summary>The terminal of this process. Redirected output is as wide as COLUMNS says, else 80.</summary>
    public static Terminal OfThisProcess()
    {
        var interactive = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        var columns = int.TryParse(
            Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var said) && said >= 40
            ? said
            : WidthWhenUnknown;
        if (interactive && Console.WindowWidth > 0)
            columns = Console.WindowWidth;
        return new Terminal(Console.Out, Console.Error, TimeProvider.System, Environment.GetEnvironmentVariable, interactive, columns)
        {
            Height = interactive && Console.WindowHeight > 0 ? Console.WindowHeight : HeightWhenUnknown,
            Keys = interactive && !Console.IsInputRedirected ? ReadKeys : null,
        };
    }

    /// <summary>A console for answers. Colour only for a person at a terminal who did not set NO_COLOR.</summary>
    /// <param name="live">The output is drawn over, which needs cursor control even without colour.</param>
    public IAnsiConsole Answers(bool live = false)
    {
        var colour = IsInteractive && string.IsNullOrEmpty(Variable("NO_COLOR"));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Out),
            Ansi = colour || live ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = live ? InteractionSupport.Yes : InteractionSupport.No,
        });
        console.Profile.Width = Width;
        return console;
    }

    // Reading a key can't be stopped: a thread of its own does it, which ends with the process.
    private static Func<CancellationToken, Task<char?>> ReadKeys()
    {
        var keys = Channel.CreateBounded<char>(new BoundedChannelOptions(KeysWaiting) { FullMode = BoundedChannelFullMode.DropWrite });
        new Thread(Read) { IsBackground = true, Name = "keys" }.Start();
        return async stopped =>
        {
            while (await keys.Reader.WaitToReadAsync(stopped))
            {
                if (keys.Reader.TryRead(out var key))
                    return key;
            }

            return null;
        };

        void Read()
        {
            try
            {
                while (true)
                    keys.Writer.TryWrite(Console.ReadKey(intercept: true).KeyChar);
            }
            catch (Exception gone) when (gone is InvalidOperationException or IOException)
            {
                keys.Writer.Complete();
            }
        }
    }
}
