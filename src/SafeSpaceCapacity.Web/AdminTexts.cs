namespace SafeSpaceCapacity.Web;

/// <summary>Every text of the pages for administrators and auditors (en-GB). <c>{name}</c> is filled in by the script; of <c>.one</c> and <c>.other</c> it takes the one that fits the number.</summary>
internal static class AdminTexts
{
    public const string Directory = "Directory";
    public const string Audit = "Record of who did what";
    public const string NoScript = "This page needs JavaScript. Turn it on in your browser.";
    public const string Loading = "Getting the list";
    public const string ToRing = "Spaces to ring";
    public const string ToRingHelp = "Where somebody must be told something, where nobody has confirmed how things stand, and where that is about to happen. The most urgent first.";
    public const string NobodyToRing = "No space needs to be rung now.";
    public const string Spaces = "Spaces";
    public const string Find = "Find a space by name or area";
    public const string Entry = "Entry";
    public const string EntryHelp = "What is not here, such as hours and rules, stays as it is. The change holds at once, and who made it is kept.";
    public const string Name = "Name over the door";
    public const string Telephone = "Telephone";
    public const string Entrance = "Entrance";
    public const string AccessNote = "Access";
    public const string Description = "What the place is";
    public const string Who = "Who works there";
    public const string Places = "People the rooms can hold";
    public const string Save = "Save the entry";
    public const string History = "History of this entry";
    public const string Import = "Import a directory";
    public const string ImportHelp = "A table (CSV) or an Open Referral file (JSON). It is checked first, and nothing changes until you have seen what would. One row that breaks a rule, and nothing is imported.";
    public const string ImportFile = "File";
    public const string ImportExisting = "Also change spaces that are here with other details";
    public const string ImportCheck = "Check the file";
    public const string ImportNow = "Import";
    public const string System = "System";
    public const string Account = "Account or program";
    public const string Space = "Space";
    public const string Kind = "Kind";
    public const string Outcome = "Outcome";
    public const string FromDay = "From this day";
    public const string UntilDay = "To this day";
    public const string Any = "Any";
    public const string Search = "Search";
    public const string SearchHelp = "Times are those of Scotland. Each search is recorded too.";
    public const string Next = "Next page";
    public const string Csv = "Download as CSV";

    /// <summary>What the script says, by key.</summary>
    public static readonly IReadOnlyDictionary<string, string> Script = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["age"] = "As known at {time}.",
        ["lost"] = "There is no connection. Try again.",
        ["signed-out"] = "You are signed out. Sign in again.",
        ["failed"] = "This did not work: {why}",
        ["saved"] = "Saved.",
        ["problem"] = "There is a problem",
        ["col.name"] = "Space",
        ["col.area"] = "Area",
        ["col.state"] = "Now",
        ["col.confirmed"] = "Last confirmed",
        ["state.unknown"] = "not confirmed",
        ["state.open.one"] = "open, room for 1",
        ["state.open.other"] = "open, room for {n}",
        ["state.closed"] = "closed",
        ["never"] = "never",
        ["ring"] = "Ring {number}",
        ["since"] = "{reason}, since {time}",
        ["CALL_REASON_ESCALATION"] = "Somebody must be told, and nobody has taken it up",
        ["CALL_REASON_UNCONFIRMED"] = "Nobody confirmed it",
        ["CALL_REASON_NUDGE"] = "It will not be believed much longer",
        ["CALL_REASON_PAUSE_REVIEW"] = "Staff said they would look at their pause by now",
        ["change"] = "{time}: {what} by {actor}",
        ["SpaceRegistered"] = "entered",
        ["SpaceChanged"] = "changed",
        ["SpaceRetired"] = "taken out",
        ["PolicyApplied"] = "rules of the tier",
        ["difference"] = "{field}: {before} → {after}",
        ["nothing"] = "nothing",
        ["system"] = "The log has {position} entries. This node knows all but {behind} of them.",
        ["count.one"] = "1 space",
        ["count.other"] = "{n} spaces",
        ["import.progress"] = "{n} rows read",
        ["import.previewed"] = "This would add {added} spaces, change {changed} and leave {unchanged} as they are. Nothing has changed yet.",
        ["import.imported"] = "Done: {added} added, {changed} changed, {unchanged} left as they were.",
        ["import.refused"] = "The file breaks {n} rules. Nothing was changed. Mend the file, and check it again.",
        ["import.error"] = "Row {row}, {column}: {rule}",
        ["import.change"] = "{space} changes: {columns}",
        ["import.none"] = "Choose a file first",
        ["rejected"] = "Not saved: {why}. Load the page again and see what changed.",

        ["col.at"] = "When",
        ["col.actor"] = "Who",
        ["col.role"] = "Role",
        ["col.client"] = "Program",
        ["col.method"] = "What",
        ["col.space"] = "Space",
        ["col.outcome"] = "Outcome",
        ["col.observed"] = "Seen at",
        ["col.position"] = "Log position",
        ["none"] = "Nothing was found on this page of the record.",
        ["found.one"] = "1 entry",
        ["found.other"] = "{n} entries",
        ["AUDIT_KIND_READ"] = "Somebody looked",
        ["AUDIT_KIND_WRITE"] = "Somebody changed something",
        ["AUDIT_KIND_SIGN_IN"] = "Somebody signed in or out",
        ["AUDIT_KIND_JOB"] = "The service by itself",
    };
}
