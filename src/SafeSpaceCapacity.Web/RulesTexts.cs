namespace SafeSpaceCapacity.Web;

/// <summary>Every text of the page of rules (en-GB). <c>{name}</c> is filled in by the script; of <c>.one</c> and <c>.other</c> it takes the one that fits the number.</summary>
internal static class RulesTexts
{
    public const string Title = "Rules of tiers";
    public const string Help = "What each kind of space must keep to, unless it states its own. What a tier does not state has the default.";
    public const string Tier = "Kind of space";
    public const string Staffing = "Safe staffing";
    public const string Status = "How long a status is believed";
    public const string Holds = "Places held";
    public const string Escalation = "Who is told when staffing is not safe";
    public const string Trained = "State how many on duty must be trained";
    public const string TrainedHelp = "How many on duty must be currently trained in each. Empty: none.";
    public const string Supervision = "Somebody who supervises must be on call";
    public const string NotStated = "Not stated (default: no)";
    public const string Yes = "Yes";
    public const string No = "No";
    public const string EscalationStated = "State who is told, in this order";
    public const string AddStep = "Add somebody";
    public const string RemoveStep = "Remove the last";
    public const string Chase = "Minutes after which all are told again";
    public const string From = "In force from";
    public const string FromHelp = "Scotland’s clock, at most a year ahead. Leave it empty for now. Spaces work by it within a second or so.";
    public const string Check = "See what would change";
    public const string Set = "Set these rules";
    public const string History = "Versions";
    public const string NoVersions = "Nothing was stated yet: the defaults hold.";
    public const string Unit = "Empty: not stated.";

    /// <summary>The defaults of the rules that are one number, by path.</summary>
    public static readonly IReadOnlyDictionary<string, string> Defaults = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["staffing.visitors_per_staff"] = "1 to 20, default 3",
        ["staffing.minimum_on_duty"] = "1 to 20, default 2",
        ["staffing.minimum_clinicians"] = "0 to 20, default 1 in clinical-adjacent spaces, else 0",
        ["staffing.peer_weight"] = "0 to 1, default 1",
        ["staffing.volunteer_weight"] = "0 to 1, default 0.5",
        ["fresh_minutes"] = "Default 60",
        ["nudge_minutes"] = "Default 30",
        ["unconfirmed_after_minutes"] = "Default 240",
        ["hold_grace_minutes"] = "Default 15",
        ["request_answer_minutes"] = "Default 5",
    };

    /// <summary>What the script says, by key.</summary>
    public static readonly IReadOnlyDictionary<string, string> Script = CodeTexts.With(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["age"] = "As known at {time}.",
        ["lost"] = "There is no connection. Try again.",
        ["signed-out"] = "You are signed out. Sign in again.",
        ["failed"] = "This did not work: {why}",
        ["problem"] = "There is a problem",
        ["saved"] = "Set: version {version}, in force from {time}.",
        ["rejected"] = "Not set: somebody else set rules for this kind of space meanwhile. Load the page again and see what changed.",
        ["nothing-changed"] = "Nothing would change: this is what the newest version states.",
        ["would-change"] = "{tier}: what would change, from {time}",
        ["at-once"] = "now",
        ["not-stated"] = "not stated",
        ["none"] = "none",
        ["yes"] = "yes",
        ["no"] = "no",
        ["version"] = "Version {version}, from {time}, by {actor}",
        ["in-force"] = "in force",
        ["step.at-once"] = "{who} at once",
        ["step.telephone.at-once"] = "{who} ({telephone}) at once",
        ["step.one"] = "{who} after 1 minute",
        ["step.other"] = "{who} after {n} minutes",
        ["step.telephone.one"] = "{who} ({telephone}) after 1 minute",
        ["step.telephone.other"] = "{who} ({telephone}) after {n} minutes",
        ["chase.one"] = "again every minute",
        ["chase.other"] = "again every {n} minutes",
        ["step.contact"] = "Who",
        ["step.number"] = "Telephone; empty: the space’s own",
        ["step.after"] = "Minutes after it began",

        ["rule.staffing.visitors_per_staff"] = "People one member of staff can support",
        ["rule.staffing.minimum_on_duty"] = "People on duty, at least",
        ["rule.staffing.minimum_clinicians"] = "Registered clinicians on duty, at least",
        ["rule.staffing.peer_weight"] = "A peer worker counts as",
        ["rule.staffing.volunteer_weight"] = "A volunteer counts as",
        ["rule.staffing.trained"] = "Trained staff on duty",
        ["rule.staffing.supervision_on_call"] = "Somebody who supervises must be on call",
        ["rule.fresh_minutes"] = "Minutes for which a status is fresh",
        ["rule.nudge_minutes"] = "Minutes before it is no longer believed at which staff are asked again",
        ["rule.unconfirmed_after_minutes"] = "Minutes after which a status is no longer believed",
        ["rule.hold_grace_minutes"] = "Minutes for which a place is kept after the expected arrival",
        ["rule.request_answer_minutes"] = "Minutes in which staff answer a request",
        ["rule.escalation"] = "Who is told",

        ["TIER_WELLBEING_CAFE"] = "Wellbeing café",
        ["TIER_STAFFED_COMMUNITY"] = "Staffed community space",
        ["TIER_CLINICAL_ADJACENT"] = "Clinical-adjacent space",
    }, "TRAINING_", "ESCALATION_CONTACT_");
}
