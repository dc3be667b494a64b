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
    public const string Gazetteers = "Postcodes, zones, hospitals and boundaries";
    public const string GazetteersHelp = "What the service knows of the land: where a postcode is, and which areas the map draws. A newer file takes the place of the older one. It is checked first, and nothing changes until you have seen that it breaks no rule.";
    public const string GazetteerKind = "What the file holds";
    public const string NoGazetteers = "None was imported yet: the service knows towns, council areas and emergency departments by itself, and the map draws areas as circles.";
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
        ["details"] = "{n} details",
        ["short-name"] = "Short name: {id}",
        ["yes"] = "yes",
        ["no"] = "no",
        ["field.space_id"] = "Short name",
        ["field.name"] = Name,
        ["field.telephone"] = Telephone,
        ["field.entrance"] = Entrance,
        ["field.access_note"] = AccessNote,
        ["field.description"] = Description,
        ["field.who_works_here"] = Who,
        ["field.places"] = Places,
        ["field.tier"] = "Kind of space",
        ["field.point.latitude"] = "Latitude",
        ["field.point.longitude"] = "Longitude",
        ["field.provides"] = "Offers",
        ["field.ages"] = "Ages",
        ["field.languages"] = "Languages",
        ["field.always_open"] = "Open day and night",
        ["field.week"] = "Hours of the week",
        ["field.escalation.steps"] = "Who is told when staffing is not safe",
        ["field.escalation.chase_minutes"] = "Minutes after which all are told again",
        ["field.contact"] = "who",
        ["field.after_minutes"] = "after minutes",
        ["count.one"] = "1 space",
        ["count.other"] = "{n} spaces",
        ["import.progress"] = "{n} rows read",
        ["import.previewed"] = "This would add {added} spaces, change {changed} and leave {unchanged} as they are. Nothing has changed yet.",
        ["import.imported"] = "Done: {added} added, {changed} changed, {unchanged} left as they were.",
        ["import.refused.one"] = "The file breaks a rule. Nothing was changed. Mend the file, and check it again.",
        ["import.refused.other"] = "The file breaks {n} rules. Nothing was changed. Mend the file, and check it again.",
        ["import.sending"] = "Sending the file",
        ["import.error"] = "{where}: {rule}",
        ["import.error.of"] = "{where}, {column}: {rule}",
        ["import.whole"] = "The whole file",
        ["import.line"] = "Line {n}",
        ["import.row"] = "Row {n}",
        ["import.service"] = "Service {n} of the file",
        ["import.feature"] = "Area {n} of the file",
        ["import.change"] = "{space} changes: {columns}",
        ["import.none"] = "Choose a file first",
        ["gazetteer.previewed.one"] = "The file has 1 row and breaks no rule. Nothing has changed yet.",
        ["gazetteer.previewed.other"] = "The file has {n} rows and breaks no rule. Nothing has changed yet.",
        ["gazetteer.imported.one"] = "Done: 1 row is in use from now on.",
        ["gazetteer.imported.other"] = "Done: {n} rows are in use from now on.",
        ["gazetteer.note"] = "Taken, but: {remark}",
        ["col.kind"] = "What",
        ["col.rows"] = "Rows",
        ["col.imported"] = "Imported",
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
        ["GAZETTEER_KIND_BOUNDARIES"] = "Boundaries of council areas, for the map (GeoJSON)",
        ["GAZETTEER_KIND_POSTCODE_SECTORS"] = "Postcode sectors, such as G2 1 (CSV)",
        ["GAZETTEER_KIND_OUTCODES"] = "First halves of postcodes, such as G2 (CSV)",
        ["GAZETTEER_KIND_HOSPITALS"] = "Hospitals (CSV)",
        ["GAZETTEER_KIND_DATA_ZONES"] = "Data zones, with their people and deprivation (CSV)",
        ["GAZETTEER_KIND_INTERMEDIATE_ZONES"] = "Intermediate zones (CSV)",
        ["GAZETTEER_KIND_COUNCIL_AREAS"] = "Council areas (CSV)",
        ["GAZETTEER_KIND_HEALTH_BOARDS"] = "Health boards (CSV)",

        ["AUDIT_KIND_READ"] = "Somebody looked",
        ["AUDIT_KIND_WRITE"] = "Somebody changed something",
        ["AUDIT_KIND_SIGN_IN"] = "Somebody signed in or out",
        ["AUDIT_KIND_JOB"] = "The service by itself",
    };

    private static readonly string[] Held = ["rule.", "TIER_", "TRAINING_", "ESCALATION_CONTACT_", "NEED_", "AGE_BAND_"];

    /// <summary>What the script of the directory says: with the words for what an entry can hold.</summary>
    public static readonly IReadOnlyDictionary<string, string> OfDirectory = new Dictionary<string, string>(
        [.. Script, .. RulesTexts.Script.Where(IsHeld), .. FindTexts.Script.Where(IsHeld)], StringComparer.Ordinal);

    private static bool IsHeld(KeyValuePair<string, string> text) => Held.Any(prefix => text.Key.StartsWith(prefix, StringComparison.Ordinal));
}
