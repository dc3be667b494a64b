using System.CommandLine;
using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>Whom to ring, for administrators.</summary>
internal static class CallListCommand
{
    public static Command Create(CommandLine line)
    {
        var areas = new Option<string[]>("--area")
        {
            Description = "The code of a council area, may be given several times (everywhere if not given)",
            HelpName = "CODE",
            DefaultValueFactory = _ => [],
        };
        return line.Command(
            "call-list",
            "Show whom to ring, most urgent first: where somebody must be told, nobody has confirmed, or a pause is to be looked at",
            ["safespace call-list", "safespace call-list --area S12000049"],
            [areas],
            async session =>
            {
                var request = new GetCallListRequest { AreaCodes = { session.Get(areas)! } };
                var calls = await session.AsAdministratorAsync((admin, options) => admin.GetCallListAsync(request, options));
                session.Answer(calls, console => Write(console, calls, session.Now));
                return ExitCodes.Done;
            });
    }

    private static void Write(IAnsiConsole console, GetCallListResponse calls, Instant now)
    {
        if (calls.Calls.Count == 0)
            console.WriteLine("Nobody needs to be rung now.");
        else
        {
            var table = Reports.Table("Ring", "Why", "Since");
            foreach (var call in calls.Calls)
            {
                table.AddRow(
                    new Markup($"[bold]tel {Words.Safe(call.Telephone)}[/]\n{Words.Safe(call.Name)}\n{Words.Safe(call.SpaceId)}, {Words.Safe(call.CouncilArea)}"),
                    new Text(Words.Clean(Why(call, now))),
                    new Text(Since(call, now)));
            }

            console.Write(table);
            console.WriteLine(calls.Total > calls.Calls.Count
                ? string.Create(CultureInfo.InvariantCulture, $"The {calls.Calls.Count} most urgent of {calls.Total}.")
                : string.Create(CultureInfo.InvariantCulture, $"{calls.Total} to ring."));
        }

        console.WriteLine(Words.Lag(calls.ReadModel));
    }

    // A space that nobody ever confirmed is rung from its next opening on, which may be to come.
    private static string Since(GetCallListResponse.Types.Call call, Instant now) =>
        call.Since is null ? "not known" : $"{(call.Since.ToInstant() > now ? "opens " : "")}{London.Time(call.Since, now)}";

    private static string Why(GetCallListResponse.Types.Call call, Instant now) => call.Reason switch
    {
        CallReason.Escalation when call.Escalation is not null => $"To be told. {BoardText.Of(call.Escalation, now)}",
        CallReason.Unconfirmed => $"Nobody has confirmed it lately, and by its hours it is open or opens within an hour; {Confirmed(call, now)}",
        CallReason.Nudge => $"It will not be believed much longer; {Confirmed(call, now)}",
        CallReason.PauseReview => "Staff said that they would look at their pause by now",
        _ => Words.Of(call.Reason),
    };

    private static string Confirmed(GetCallListResponse.Types.Call call, Instant now) =>
        call.ConfirmedAt is null ? "never confirmed by staff" : $"confirmed {London.Ago(call.ConfirmedAt, now)}";
}
