namespace SafeSpaceCapacity.Web;

/// <summary>Codes of the contract that several pages say, in words (en-GB), by the names that they have there.</summary>
internal static class CodeTexts
{
    private static readonly Dictionary<string, string> All = new(StringComparer.Ordinal)
    {
        ["STAFF_ROLE_TEAM_LEAD"] = "Team lead",
        ["STAFF_ROLE_CLINICIAN"] = "Clinician",
        ["STAFF_ROLE_SUPPORT_WORKER"] = "Support worker",
        ["STAFF_ROLE_PEER_WORKER"] = "Peer worker",
        ["STAFF_ROLE_VOLUNTEER"] = "Volunteer",
        ["TRAINING_DE_ESCALATION"] = "De-escalation",
        ["TRAINING_TRAUMA_INFORMED"] = "Trauma-informed care",
        ["TRAINING_MEDICATION"] = "Medication",
        ["TRAINING_PHYSICAL_INTERVENTION"] = "Physical intervention",
        ["REFUSAL_REASON_NO_CAPACITY"] = "No room",
        ["REFUSAL_REASON_UNSAFE_STAFFING"] = "Not enough staff to be safe",
        ["REFUSAL_REASON_URGENT_PHYSICAL_NEED"] = "Needs urgent physical care first",
        ["REFUSAL_REASON_AGE"] = "Age",
        ["REFUSAL_REASON_INTOXICATION"] = "Intoxication",
        ["REFUSAL_REASON_BEHAVIOUR"] = "Behaviour",
        ["REFUSAL_REASON_OUT_OF_AREA"] = "Out of area",
        ["REFUSAL_REASON_LEGAL_STATUS"] = "Legal status",
        ["REFUSAL_REASON_OTHER"] = "Another reason",
        ["ESCALATION_CONTACT_TEAM_LEAD"] = "Team lead",
        ["ESCALATION_CONTACT_ON_CALL_MANAGER"] = "On-call manager",
        ["ESCALATION_CONTACT_CLINICAL_LEAD"] = "Clinical lead",
        ["ESCALATION_CONTACT_AREA_DUTY_MANAGER"] = "Area duty manager",
    };

    /// <summary>A page's own texts, with the words of the codes whose names begin so.</summary>
    public static IReadOnlyDictionary<string, string> With(Dictionary<string, string> texts, params string[] prefixes) =>
        new Dictionary<string, string>([.. texts, .. prefixes.SelectMany(All.Choices)], StringComparer.Ordinal);

    /// <summary>The codes that somebody chooses from, by the beginning of their names.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Choices(this IReadOnlyDictionary<string, string> texts, string prefix) =>
        texts.Where(text => text.Key.StartsWith(prefix, StringComparison.Ordinal));
}
