namespace SafeSpaceCapacity.Web;

/// <summary>Every text of the crew page (en-GB). <c>{name}</c> is filled in by the script; of <c>.one</c> and <c>.other</c> it takes the one that fits the number.</summary>
internal static class FindTexts
{
    public const string Title = "Find a safe space";
    public const string NoScript = "Finding a space needs JavaScript. Turn it on in your browser, ask your control room, or ring NHS 24 on 111.";
    public const string Where = "Where are you?";
    public const string WhereHelp = "A place, a postcode or a grid reference. For example: Paisley, G2 1 or NS 590 655";
    public const string Device = "Use where this device is";
    public const string Who = "Who is it for?";
    public const string Age = "Age";
    public const string AgeUnknown = "Not known";
    public const string Legal = "Do they come by choice?";
    public const string Voluntary = "Yes, by choice";
    public const string Detained = "No, detained under section 297";
    public const string Needs = "What do they need?";
    public const string Urgent = "Injured, overdosed or physically unwell";
    public const string Find = "Find spaces";
    public const string Hold = "Hold a place";
    public const string HoldHelp = "The place is kept while you travel. Staff see your call sign and when you arrive.";
    public const string CallSign = "Your call sign";
    public const string Agreed = "The person was asked and agrees to go there";
    public const string Cancel = "Cancel";
    public const string YourHold = "Your place";
    public const string Here = "We are here";
    public const string Later = "15 minutes later";
    public const string Release = "We are not coming";
    public const string Refused = "We were turned away";
    public const string RefusedWhy = "What did they say?";
    public const string Save = "Save";
    public const string Close = "Finish";
    public const string Results = "Where they can go";
    public const string Nearer = "Nearer, but not now";
    public const string NextSteps = "What else you can do";
    public const string Directions = "Directions";

    /// <summary>What the script says, by key.</summary>
    public static readonly IReadOnlyDictionary<string, string> Script = CodeTexts.With(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["finding"] = "Looking for spaces",
        ["found.none"] = "No space can take them now. See what else you can do.",
        ["found.one"] = "1 space, from {place}. Asked at {time}.",
        ["found.other"] = "{n} spaces, the quickest to reach first, from {place}. Asked at {time}.",
        ["origin.far"] = "This place may be up to {km} km off.",
        ["urgent"] = "Physical care comes first. Call 999 or go to the emergency department.",
        ["where.missing"] = "Say where you are",
        ["device.failed"] = "This device did not say where it is. Enter a place instead.",
        ["lost"] = "There is no connection. Try again, or ask your control room.",
        ["signed-out"] = "You are signed out. Sign in again.",
        ["failed"] = "This did not work: {why}",
        ["DEGRADATION_READ_MODEL_LAGS"] = "The service is busy: these numbers may be some moments old.",
        ["DEGRADATION_ROUTER_UNAVAILABLE"] = "Travel times are estimates from distance: the road router did not answer.",
        ["DEGRADATION_ORIGIN_UNCERTAIN"] = "Where you are is not exact enough to be sure of the order.",
        ["DEGRADATION_LOG_UNAVAILABLE"] = "Places can not be held at the moment. Ring the space.",
        ["demo"] = "Demo: made up, never send anybody there",

        ["room.one"] = "Room for 1",
        ["room.other"] = "Room for {n}",
        ["ring-first"] = "Ring first: nobody there has confirmed it lately",
        ["of"] = "{available} free of {places} places: {safe} safely staffed, {here} here, {held} held",
        ["confirmed"] = "Staff confirmed this {ago}",
        ["confirmed.never"] = "Staff have never confirmed this",
        ["FRESHNESS_AGEING"] = "getting old",
        ["open-until"] = "Open until {time}",
        ["open-always"] = "Open day and night",
        ["not-sure"] = "May not be open and staffed when you arrive",
        ["eta"] = "there at {time}",
        ["ring"] = "Ring {number}",
        ["hold"] = "Hold a place",
        ["hold.ask"] = "Ask for a place",
        ["hold.label"] = "{action} at {name}",
        ["hold.at"] = "Hold a place at {name}",
        ["choice"] = "Coming and staying is the person's choice.",
        ["more"] = "About this place",
        ["earliest"] = "Possible from {time}.",

        ["minutes.one"] = "1 minute",
        ["minutes.other"] = "{n} minutes",
        ["ago.now"] = "just now",
        ["ago"] = "{minutes} ago",
        ["ago.hours.one"] = "over 1 hour ago",
        ["ago.hours.other"] = "over {n} hours ago",

        ["HOLD_STATUS_PLACED"] = "A place is kept for you until {time}",
        ["HOLD_STATUS_REQUESTED"] = "Staff are asked for a place, and answer by {time}. Ring them now.",
        ["HOLD_STATUS_ARRIVED"] = "You have arrived",
        ["HOLD_STATUS_RELEASED"] = "The place was given back",
        ["HOLD_STATUS_EXPIRED"] = "The place is no longer kept: the time is over",
        ["HOLD_STATUS_DECLINED"] = "Staff said no: {reason}. Find another space.",
        ["HOLD_STATUS_LAPSED"] = "Nobody answered in time. Find another space.",
        ["hold.left"] = "{minutes} left",
        ["hold.arrive"] = "You said you arrive at {time}",
        ["hold.lost"] = "No connection. The place is kept all the same until {time}.",
        ["hold.over"] = "More people are there than can be supported safely. Staff are told.",
        ["refused.saved"] = "Recorded. Thank you. Find another space.",

        ["NEED_WHEELCHAIR"] = "Step-free access",
        ["NEED_BSL"] = "British Sign Language",
        ["NEED_INTERPRETER"] = "An interpreter",
        ["NEED_WOMEN_ONLY"] = "Women only",
        ["NEED_MEN_ONLY"] = "Men only",
        ["NEED_CULTURE_SUPPORT"] = "Support that knows their culture",
        ["NEED_FAITH_SUPPORT"] = "A place to pray, food by their faith",
        ["NEED_QUIET"] = "A quiet room",
        ["NEED_ACCOMPANIED"] = "Somebody stays with them",
        ["NEED_SUBSTANCE_AFFECTED"] = "Has taken alcohol or drugs",
        ["NEED_MEDICATION"] = "Own medication kept or given",
        ["NEED_OVERNIGHT"] = "To stay overnight",
        ["AGE_BAND_CHILD"] = "Under 16",
        ["AGE_BAND_YOUNG"] = "16 or 17",
        ["AGE_BAND_ADULT"] = "18 to 64",
        ["AGE_BAND_OLDER"] = "65 or over",
    }, "REFUSAL_REASON_");
}
