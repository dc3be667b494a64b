using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Output;

/// <summary>What a board says, line by line, without markup: the same live and printed. Received text in it is not yet clean.</summary>
internal static class BoardText
{
    public static string Of(ActKind kind) => kind switch
    {
        ActKind.Arrival => "somebody arrived",
        ActKind.Departure => "somebody left",
        ActKind.Count => "people were counted",
        ActKind.Confirm => "everything was said to be right",
        ActKind.StartShift => "a shift began or was planned",
        ActKind.EndShift => "a shift was ended",
        ActKind.Pause => "the space was paused",
        ActKind.Resume => "the pause was ended",
        ActKind.Accept => "a request was accepted",
        ActKind.Decline => "a hold or request was declined",
        _ => Words.Of(kind),
    };

    public static string Of(Shift shift, Instant now) =>
        $"{Words.Of(shift.Role)}, {London.Time(shift.StartsAt, now)} to {London.Time(shift.EndsAt, now)}{Details(shift, now)}{(shift.ByRota ? ", by the rota" : "")}";

    /// <summary>What else is said of a shift, after its hours; nothing where nothing is.</summary>
    public static string Details(Shift shift, Instant now) => string.Concat(
        (string[])
        [
            shift.Agency ? ", agency" : "",
            shift.OnCall ? ", on call" : "",
            Trained(shift.Trained),
            .. shift.Breaks.Select(pause => $", break {London.Time(pause.StartsAt, now)} to {London.Time(pause.EndsAt, now)}"),
        ]);

    /// <summary>What somebody is trained in, after a comma; nothing where nothing is said.</summary>
    public static string Trained(IReadOnlyCollection<HeldTraining> trained) => trained.Count == 0 ? "" : ", trained in " + string.Join(
        " and ", trained.Select(held => Words.Of(held.Training) + (held.CurrentUntil is null ? "" : $" until {Date(held.CurrentUntil.ToInstant())}")));

    public static string Of(Hold hold, Instant now) =>
        $"{Crew(hold)}, arrival {London.Time(hold.Eta, now)}, {Words.Of(hold.Status)}"
        + (hold is { Status: HoldStatus.Requested, ExpiresAt: not null } ? $", answer by {London.Time(hold.ExpiresAt, now)}" : "");

    public static string Crew(Hold hold) => hold.CallSign.Length > 0 ? hold.CallSign : "no call sign";

    /// <summary>What somebody must be told of, and who was.</summary>
    public static IEnumerable<string> Escalations(GetBoardResponse board, Instant now) => board.Escalations.Select(escalation => Of(escalation, now));

    public static string Of(Escalation escalation, Instant now)
    {
        var text = $"Since {London.Time(escalation.Since, now)} {Words.Of(escalation.Cause)}{(escalation.Recurrent ? ", for the third time within seven days" : "")}";
        if (escalation.AcknowledgedAt is not null)
            return $"{text}; the {Words.Of(escalation.AcknowledgedBy)} took it up at {London.Time(escalation.AcknowledgedAt, now)}.";
        if (escalation.Told is [.., var last])
            text += $"; told: {Words.Of(last.Contact)} at {London.Time(last.At, now)}{(last.Telephone.Length > 0 ? $", telephone {last.Telephone}" : "")}";
        var next = escalation.NextAt is null ? "" : $"; {(escalation.Told.Count == 0 ? "somebody" : "the next")} is told at {London.Time(escalation.NextAt, now)}";
        return $"{text}. Nobody has taken it up{next}.";
    }

    /// <summary>Whether and by when staff are asked to say that everything is right.</summary>
    public static string? Ask(GetBoardResponse board, Instant now) => board switch
    {
        { AskNow: true } => "Is everything shown still right? Please say so.",
        { ConfirmBy: not null } => $"Please say again by {London.Time(board.ConfirmBy, now)} that everything is right.",
        _ => null,
    };

    /// <summary>What was done last, while it can be taken back.</summary>
    public static string? Last(GetBoardResponse board, Instant now) => board.LastAct is { At: not null, UndoUntil: not null } last && last.UndoUntil.ToInstant() >= now
        ? $"Last done: {Of(last.Kind)} ({London.Time(last.At, now)}). It can be taken back until {London.Time(last.UndoUntil, now)}"
        : null;

    /// <summary>Everything on a board in one line.</summary>
    public static string Line(GetBoardResponse board)
    {
        var space = board.Availability ?? new Availability();
        var now = space.AsOf?.ToInstant() ?? Instant.MinValue;
        var onDuty = board.Shifts.Where(shift => shift.StartsAt.ToInstant() <= now).CountBy(shift => shift.Role).OrderBy(role => role.Key).Select(role => $"{Words.Of(role.Key)} {role.Value}");
        string[] parts =
        [
            SpaceText.Line(space, now),
            $"on duty: {Or(onDuty, "nobody")}",
            $"on the way or asking: {Or(board.Holds.Select(hold => Of(hold, now)), "nobody")}",
            .. Escalations(board, now).Select(text => text.TrimEnd('.')),
            .. board.AskNow ? ["staff are asked whether it is still right"] : Array.Empty<string>(),
            .. board.LastAct is { } last ? [$"last done: {Of(last.Kind)}"] : Array.Empty<string>(),
        ];
        return $"{Words.Clean(space.SpaceId)}: {string.Join("; ", parts.Select(Words.Clean))}";
    }

    private static string Or(IEnumerable<string> parts, string none) => string.Join(", ", parts) is { Length: > 0 } some ? some : none;

    // Training ends at the end of a day: the last one on which it counts is said.
    private static string Date(Instant until) => (until - Duration.Epsilon).InZone(London.Zone).ToString("d MMM uuuu", CultureInfo.InvariantCulture);
}
