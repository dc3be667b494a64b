namespace SafeSpaceCapacity.Web;

/// <summary>Every text of the staff board (en-GB). <c>{name}</c> is filled in by the script; of <c>.one</c> and <c>.other</c> it takes the one that fits the number.</summary>
internal static class BoardTexts
{
    public const string Board = "Board";
    public const string NoScript = "The board needs JavaScript. Turn it on in your browser, or ring your manager to report.";
    public const string Loading = "Getting the board";
    public const string Here = "Here now";
    public const string OnTheWay = "On the way";
    public const string Room = "Room for";
    public const string Arrived = "Someone arrived";
    public const string Left = "Someone left";
    public const string StillRight = "Still right";
    public const string Undo = "Undo";
    public const string More = "Other changes";
    public const string Count = "Correct the number";
    public const string CountHelp = "Count the people who are being supported here now. Do not count staff.";
    public const string CountLabel = "People here now";
    public const string Pause = "Pause new arrivals";
    public const string PauseHelp = "Crews are sent elsewhere. Anybody already on the way may still come.";
    public const string PauseWhy = "Why";
    public const string PauseHowLong = "For how long";
    public const string Resume = "Take people again";
    public const string StartShift = "Start a shift";
    public const string StartShiftHelp = "Roles only. Never write down who it is.";
    public const string ShiftRole = "Role";
    public const string ShiftUntil = "Until";
    public const string Agency = "From an agency";
    public const string OnCall = "On call, supervises from elsewhere";
    public const string Trained = "Trained and up to date in";
    public const string Crews = "Crews on the way";
    public const string NobodyOnTheWay = "Nobody is on the way.";
    public const string OnDuty = "On duty";
    public const string NobodyOnDuty = "Nobody is on duty.";
    public const string DeclineHelp = "The crew is told at once and looks elsewhere. They are still answerable for the person.";
    public const string DeclineWhy = "Why";
    public const string Decline = "Say no";
    public const string Save = "Save";
    public const string Cancel = "Cancel";
    public const string SoundOn = "Turn sound on";
    public const string SoundOff = "Turn sound off";
    public const string Messages = "Messages";
    public const string Alert = "Alert";
    public const string Waiting = "Not sent yet";
    public const string OfSpace = "Board of";

    /// <summary>What the script says, by key.</summary>
    public static readonly IReadOnlyDictionary<string, string> Script = CodeTexts.With(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["live"] = "Connected. Up to date.",
        ["behind"] = "Connected. The service is busy: the last moments may be missing.",
        ["connecting"] = "Connecting",
        ["lost"] = "No connection since {time}. What you tap is kept on this device and sent when the connection is back. Crews do not see it yet.",
        ["signed-out"] = "You are signed out. Sign in again to send what you tapped.",
        ["sign-in"] = "Sign in",
        ["forbidden"] = "This account is not staff of this space.",
        ["retired"] = "This space is no longer in the directory.",
        ["as-of"] = "What you see is from {time}.",
        ["waiting.one"] = "1 tap is not sent yet",
        ["waiting.other"] = "{n} taps are not sent yet",
        ["others.one"] = "1 tap on this device was made by somebody else. It is sent when they sign in here again.",
        ["others.other"] = "{n} taps on this device were made by somebody else. They are sent when they sign in here again.",

        ["unknown"] = "?",
        ["people.one"] = "person",
        ["people.other"] = "people",
        ["crews.none"] = "nobody now",
        ["crews.next"] = "next in {minutes}",
        ["crews.due"] = "due now",
        ["more.one"] = "more person safely",
        ["more.other"] = "more people safely",
        ["why.sum"] = "{safe} can be supported safely, {here} here, {held} on the way.",
        ["why.over"] = "More people are here than can be supported safely.",
        ["why.unconfirmed"] = "Nobody has confirmed this board lately, so crews are told to ring first. Check it, then tap Still right.",
        ["why.closed"] = "Closed now.",
        ["why.opens"] = "Closed now. Opens {time}.",
        ["why.paused"] = "Paused until {time}: crews are sent elsewhere.",
        ["open-until"] = "Open until {time}.",
        ["open-always"] = "Open day and night.",
        ["confirmed"] = "Last confirmed {time}, {ago}.",
        ["confirmed.never"] = "Never confirmed.",
        ["ask"] = "Is this still right? {here} here, {staff} on duty. If you do not answer, crews are told to ring first from {time}.",
        ["ask.never"] = "Nobody has confirmed this board yet. Check the numbers and who is on duty, then tap Still right.",

        ["minutes.one"] = "1 minute",
        ["minutes.other"] = "{n} minutes",
        ["ago.now"] = "just now",
        ["ago"] = "{minutes} ago",
        ["ago.hours.one"] = "over 1 hour ago",
        ["ago.hours.other"] = "over {n} hours ago",

        ["hold.placed"] = "Place kept until {time}",
        ["hold.requested"] = "Asks for a place. Answer by {time}",
        ["hold.eta"] = "arrives {time}, in {minutes}",
        ["hold.due"] = "due since {time}",
        ["hold.new"] = "New",
        ["hold.arrived"] = "Arrived",
        ["hold.accept"] = "Say yes",
        ["hold.decline"] = "Say no",
        ["hold.seen"] = "Seen",
        ["hold.label"] = "{action}: {call}",
        ["hold.ring"] = "A crew is on the way: {call}, in {minutes}.",
        ["hold.ring.request"] = "A crew asks for a place: {call}. Please answer.",
        ["decline.title"] = "Say no to {call}",

        ["shift.until"] = "until {time}",
        ["shift.from"] = "from {time} until {time2}",
        ["shift.end"] = "End",
        ["shift.cancel"] = "Not coming",
        ["shift.label"] = "{action}: {role}",
        ["shift.agency"] = "agency",
        ["shift.on-call"] = "on call",

        ["alert.unsafe"] = "Below safe staffing since {time}",
        ["alert.over"] = "More people here than can be supported safely, since {time}",
        ["alert.recurrent"] = "This has happened three times in seven days.",
        ["alert.told"] = "{who} was told at {time}",
        ["alert.told.nobody"] = "Nobody has been told yet.",
        ["alert.next"] = "Next is told at {time}",
        ["alert.ack"] = "{who} took it up at {time}.",
        ["alert.nobody"] = "Nobody has taken it up yet.",
        ["alert.take"] = "Taken up by",
        ["alert.save"] = "Save",

        ["undo.until"] = "Undo until {time}",
        ["tap.kept"] = "Kept on this device: {what}.",
        ["tap.done"] = "Done: {what}.",
        ["tap.undone"] = "Taken back: {what}.",
        ["tap.refused"] = "Not done: {what}, tapped at {time}. {why}.",
        ["tap.old"] = "Not sent: {what}, tapped at {time}. It is too old to send now. Do it again if it is still right.",
        ["tap.failed"] = "Not done: {what}, tapped at {time}. Check the board and tell an administrator: {why}",
        ["dismiss"] = "OK",

        ["act.RecordArrival"] = "someone arrived",
        ["act.RecordDeparture"] = "someone left",
        ["act.RecordCount"] = "the number was corrected",
        ["act.ConfirmSpace"] = "still right",
        ["act.StartShift"] = "a shift began",
        ["act.EndShift"] = "a shift ended",
        ["act.PauseSpace"] = "paused",
        ["act.ResumeSpace"] = "taking people again",
        ["act.AcceptHold"] = "said yes to a crew",
        ["act.DeclineHold"] = "said no to a crew",
        ["act.AcknowledgeEscalation"] = "alert taken up",
        ["act.UndoAct"] = "the last change taken back",

        ["length.minutes"] = "{n} minutes, until {time}",
        ["length.hours.one"] = "1 hour, until {time}",
        ["length.hours.other"] = "{n} hours, until {time}",

        ["PAUSE_REASON_STAFFING"] = "Not enough staff",
        ["PAUSE_REASON_INCIDENT"] = "An incident",
        ["PAUSE_REASON_BUILDING"] = "The building",
        ["PAUSE_REASON_INFECTION"] = "Infection",
        ["PAUSE_REASON_OTHER"] = "Another reason",
    }, "STAFF_ROLE_", "TRAINING_", "REFUSAL_REASON_", "ESCALATION_CONTACT_");
}
