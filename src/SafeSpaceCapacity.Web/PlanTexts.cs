namespace SafeSpaceCapacity.Web;

/// <summary>Every text of the planning page (en-GB). <c>{name}</c> is filled in by the script; of <c>.one</c> and <c>.other</c> it takes the one that fits the number.</summary>
internal static class PlanTexts
{
    public const string Title = "Plan";
    public const string NoScript = "The planning page needs JavaScript. Turn it on in your browser.";
    public const string Loading = "Getting the figures";
    public const string Area = "Area";
    public const string Space = "Space";
    public const string AllSpaces = "All of the area";
    public const string Period = "Period";
    public const string Figure = "Figure by hour";
    public const string Show = "Show";
    public const string Small = "A number of people under five is not shown, nor is one that would give it away. “–” stands for such a number, and for none.";
    public const string Now = "Your areas now";
    public const string MapHelp = "Each circle is an area: its size is how many people live there, its colour how much of the safely staffed capacity is free. The table says the same.";
    public const string ByHour = "By hour of the week";
    public const string ByHourHelp = "The average of the weeks in the period. Local time in Scotland.";
    public const string Course = "Over the period";
    public const string CourseHelp = "How many could be supported safely, and how many were there.";
    public const string Refusals = "Refused, by reason";
    public const string RefusalsHelp = "Added up over the hours and days of which a number can be shown. The real number is as high, or higher.";
    public const string Happenings = "What happened there";
    public const string Csv = "Download as CSV";

    /// <summary>What the script says, by key.</summary>
    public static readonly IReadOnlyDictionary<string, string> Script = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["age"] = "As recorded by {time}. Work out again by loading the page.",
        ["age.behind"] = "As recorded by {time}; the service is {seconds} seconds behind.",
        ["period"] = "{from} to {until}. Hours that are over, as far as they were reported.",
        ["kept"] = "Nothing is kept from before {time}.",
        ["nothing"] = "There are no hours in this period yet.",
        ["lost"] = "There is no connection. Load the page again.",
        ["signed-out"] = "You are signed out. Sign in again.",
        ["failed"] = "This did not work: {why}",
        ["days"] = "{n} days",
        ["together"] = "All your areas together",
        ["demo"] = "Demo: some of these spaces are made up.",

        ["col.area"] = "Area",
        ["col.spaces"] = "Spaces",
        ["col.open"] = "Open",
        ["col.unconfirmed"] = "Not confirmed",
        ["col.places"] = "Places",
        ["col.safe"] = "Safely staffed",
        ["col.here"] = "Here",
        ["col.held"] = "Held",
        ["col.free"] = "Free",
        ["col.reason"] = "Reason",
        ["col.count"] = "At least",
        ["col.days"] = "Days shown",
        ["col.hour"] = "Hour",
        ["few"] = "–",
        ["few.long"] = "under five, or none",
        ["map.area"] = "{name}: {free} free of {safe} safely staffed; {population} people live there",

        ["fig.safe_capacity"] = "People who could be supported safely",
        ["fig.occupied"] = "People there",
        ["fig.open"] = "Spaces open",
        ["fig.unconfirmed"] = "Share of open time that nobody confirmed (%)",
        ["fig.unsafe"] = "Share of open time below safe staffing (%)",
        ["fig.paused"] = "Share of open time paused (%)",
        ["fig.arrivals"] = "Arrivals",
        ["fig.holds_placed"] = "Places held",
        ["cell"] = "{day} {hour}: {value}",
        ["cell.some"] = "{value} or less, since some hours are too few to show",
        ["chart"] = "From {from} to {until}: up to {safe} people could be supported safely; {here} were there at most, as far as shown.",
        ["legend.safe"] = "could be supported safely",
        ["legend.here"] = "were there",

        ["SPACE_HAPPENING_ENTRY_CHANGED"] = "Its entry was made or changed",
        ["SPACE_HAPPENING_OPENED"] = "Opened",
        ["SPACE_HAPPENING_CLOSED"] = "Closed",
        ["SPACE_HAPPENING_PAUSED"] = "Paused",
        ["SPACE_HAPPENING_RESUMED"] = "Took people again",
        ["SPACE_HAPPENING_STAFF_CHANGED"] = "Other staff on duty: {n} can be supported safely",
        ["SPACE_HAPPENING_WENT_UNCONFIRMED"] = "Nobody confirmed it any more",
        ["SPACE_HAPPENING_CONFIRMED"] = "Confirmed again",
        ["SPACE_HAPPENING_OVER_SAFE_CAPACITY"] = "More people than could be supported safely",
        ["SPACE_HAPPENING_WITHIN_SAFE_CAPACITY"] = "Within safe capacity again",
        ["SPACE_HAPPENING_STAFFING_UNSAFE"] = "Below safe staffing",
        ["SPACE_HAPPENING_STAFFING_SAFE"] = "Safely staffed again",
        ["SPACE_HAPPENING_RETIRED"] = "Taken out of the directory",
        ["PAUSE_REASON_STAFFING"] = "not enough staff",
        ["PAUSE_REASON_INCIDENT"] = "an incident",
        ["PAUSE_REASON_BUILDING"] = "the building",
        ["PAUSE_REASON_INFECTION"] = "infection",
        ["PAUSE_REASON_OTHER"] = "another reason",
        ["REFUSAL_REASON_NO_CAPACITY"] = "No room",
        ["REFUSAL_REASON_UNSAFE_STAFFING"] = "Not enough staff to be safe",
        ["REFUSAL_REASON_URGENT_PHYSICAL_NEED"] = "Needs urgent physical care first",
        ["REFUSAL_REASON_AGE"] = "Age",
        ["REFUSAL_REASON_INTOXICATION"] = "Intoxication",
        ["REFUSAL_REASON_BEHAVIOUR"] = "Behaviour",
        ["REFUSAL_REASON_OUT_OF_AREA"] = "Out of area",
        ["REFUSAL_REASON_LEGAL_STATUS"] = "Legal status",
        ["REFUSAL_REASON_OTHER"] = "Another reason",
    };
}
