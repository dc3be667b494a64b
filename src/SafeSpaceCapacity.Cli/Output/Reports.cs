using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SafeSpaceCapacity.Cli.Output;

/// <summary>How every report draws its tables and lists: nothing wider than the console, nothing said by colour alone.</summary>
internal static class Reports
{
    public static Table Table(params string[] headings)
    {
        var table = new Table { Border = TableBorder.Horizontal, ShowRowSeparators = true };
        foreach (var heading in headings)
            table.AddColumn(new TableColumn(heading).PadLeft(0).PadRight(1));
        return table;
    }

    public static void Heading(this IAnsiConsole console, string text)
    {
        console.WriteLine();
        console.MarkupLine($"[bold]{Words.Safe(text)}[/]");
    }

    /// <summary>Lines under each other after a mark, wrapped under themselves.</summary>
    public static void Item(this IAnsiConsole console, string mark, params IEnumerable<string> lines)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(1)).AddColumn(new GridColumn().PadLeft(0).PadRight(0));
        grid.AddRow(new Text(mark), new Text(string.Join('\n', lines.Select(Words.Clean))));
        console.Write(grid);
    }
}

/// <summary>Why a command was not carried out.</summary>
internal static class RejectionReport
{
    public static void Write(IAnsiConsole console, Rejection rejected, Instant now)
    {
        var words = rejected.Words.Length > 0 ? Words.Safe(rejected.Words) : Words.Of(rejected.Code);
        console.MarkupLine($"[bold yellow]Not done:[/] {words} ({Words.Of(rejected.Code)})");
        if (rejected.NeedsNotMet.Count > 0)
            console.WriteLine($"Not provided there: {Words.List(rejected.NeedsNotMet)}");
        if (rejected.HoldStatus is not HoldStatus.Unspecified)
            console.WriteLine($"The hold: {Words.Of(rejected.HoldStatus)}");
        if (rejected.Earliest is not null)
            console.WriteLine($"Ask again at {London.Time(rejected.Earliest, now)}.");
    }
}

/// <summary>A hold in words.</summary>
internal static class HoldReport
{
    public static void Write(IAnsiConsole console, Hold hold, Instant now)
    {
        var state = hold switch
        {
            { Status: HoldStatus.Placed, ExpiresAt: not null } => $"[bold green]A place is kept[/] until {London.Time(hold.ExpiresAt, now)}",
            { Status: HoldStatus.Requested, ExpiresAt: not null } =>
                $"[bold yellow]Asked for, not kept yet:[/] nobody has confirmed this space lately. Ring them. If staff do not accept by {London.Time(hold.ExpiresAt, now)} the request lapses",
            { Status: HoldStatus.Declined } => $"[bold yellow]Declined:[/] {Words.Of(hold.DeclinedReason)}",
            { Status: HoldStatus.Lapsed } => "[bold yellow]Lapsed:[/] staff did not answer in time",
            { Status: HoldStatus.Expired } => "[bold yellow]Expired:[/] nobody came in time, the place is free again",
            _ => $"[bold]The hold is {Words.Of(hold.Status)}[/]",
        };
        console.MarkupLine($"{state}.");
        console.WriteLine($"Space {Words.Clean(hold.SpaceId)}, hold {Words.Clean(hold.HoldId)}{(hold.CallSign.Length > 0 ? $", {Words.Clean(hold.CallSign)}" : "")}"
            + (hold.Eta is null ? "" : $", arrival {London.Time(hold.Eta, now)}"));
    }
}

/// <summary>The board of one space.</summary>
internal static class BoardReport
{
    public static void Write(IAnsiConsole console, GetBoardResponse board)
    {
        var space = board.Availability ?? new Availability();
        var now = space.AsOf?.ToInstant() ?? Instant.MinValue;
        WriteSpace(console, board);
        foreach (var line in BoardText.Escalations(board, now))
            console.MarkupLine($"[bold red]{Words.Safe(line)}[/]");
        if (BoardText.Ask(board, now) is { } ask)
            console.WriteLine(ask);
        console.Heading("On duty and planned");
        if (board.Shifts.Count == 0)
            console.WriteLine("Nobody.");
        foreach (var shift in board.Shifts)
            console.Item("-", BoardText.Of(shift, now), $"shift {shift.ShiftId}");
        console.Heading("On the way or asking");
        if (board.Holds.Count == 0)
            console.WriteLine("Nobody.");
        foreach (var hold in board.Holds)
            console.Item("-", BoardText.Of(hold, now), $"hold {hold.HoldId}");
        if (BoardText.Last(board, now) is { } last)
        {
            console.WriteLine();
            console.WriteLine($"{last}: safespace staff undo {Words.Clean(space.SpaceId)}");
        }
    }

    /// <summary>The part that says what the space is and how it stands.</summary>
    public static void WriteSpace(IAnsiConsole console, GetBoardResponse board)
    {
        var choice = board.Choice ?? new InformedChoice();
        var space = board.Availability ?? new Availability();
        console.MarkupLine(SpaceText.Name(space.SpaceId, choice).Replace('\n', ' '));
        if (choice.Telephone.Length > 0)
            console.WriteLine($"telephone {Words.Clean(choice.Telephone)}");
        foreach (var line in SpaceText.Card(choice))
            console.WriteLine(Words.Clean(line));
        if (choice.Ages.Count > 0)
            console.WriteLine($"ages: {Words.List(choice.Ages)}{(choice.S297Designated ? "; designated under section 297" : "")}");
        SpaceText.WriteStanding(console, space);
        console.WriteLine(Words.Lag(board.ReadModel));
    }
}

/// <summary>An arrival as it was counted.</summary>
internal static class ArrivalReport
{
    public static void Write(IAnsiConsole console, bool alreadyReported, bool overSafeCapacity)
    {
        console.WriteLine(alreadyReported ? "It had been reported before; it is counted once." : "The arrival is counted.");
        if (overSafeCapacity)
            console.MarkupLine("[bold red]More people are there than can be safely supported. Staff are told.[/]");
    }
}
