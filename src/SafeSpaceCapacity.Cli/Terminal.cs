using System.Globalization;
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
        return new Terminal(Console.Out, Console.Error, TimeProvider.System, Environment.GetEnvironmentVariable, interactive, columns);
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
}
