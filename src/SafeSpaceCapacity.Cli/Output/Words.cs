using System.Globalization;
using System.Text;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Output;

/// <summary>Codes and received text as people read them.</summary>
internal static class Words
{
    /// <summary>
    /// Received text as it may be shown: without control, bidirectional and other invisible characters, which could redraw the terminal
    /// or make a line say something else than it does.
    /// </summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                clean.Append(' ');
            else if (Rune.GetUnicodeCategory(rune) is not UnicodeCategory.Format)
                clean.Append(rune);
        }

        return clean.ToString();
    }

    /// <summary><see cref="Clean"/>, safe within Spectre's markup.</summary>
    public static string Safe(string text) => Markup.Escape(Clean(text));

    /// <summary>A code in plain words: <c>no safe capacity</c>.</summary>
    public static string Of<T>(T code) where T : struct, System.Enum => Codes.Name(code).Replace('-', ' ');

    public static string Of(Tier tier) => tier switch
    {
        Tier.WellbeingCafe => "wellbeing café",
        Tier.StaffedCommunity => "staffed community space",
        Tier.ClinicalAdjacent => "space with clinical support",
        _ => Of<Tier>(tier),
    };

    public static string Of(Training training) => training switch
    {
        Training.DeEscalation => "de-escalation",
        Training.TraumaInformed => "trauma-informed care",
        _ => Of<Training>(training),
    };

    public static string Of(EscalationCause cause) => cause switch
    {
        EscalationCause.UnsafeStaffing => "fewer are on duty than is safe",
        EscalationCause.OverSafeCapacity => "more people are there than can be safely supported",
        _ => Of<EscalationCause>(cause),
    };

    public static string Of(Degradation degradation) => degradation switch
    {
        Degradation.ReadModelLags => "the numbers are more than two seconds behind what staff have reported",
        Degradation.RouterUnavailable => "the road router did not answer: travel times are estimated from distance",
        Degradation.OriginUncertain => "where you are is uncertain enough that the order may be wrong",
        Degradation.LogUnavailable => "the service cannot write now: holds will be refused until it can",
        Degradation.SimulatedTime => "the time is simulated: nothing here is real",
        _ => Of<Degradation>(degradation),
    };

    /// <summary>How far behind the answer is.</summary>
    public static string Lag(ReadModel? model) => Behind(model) + (model?.SimulatedAt is { } simulated
        ? string.Create(CultureInfo.InvariantCulture, $" Simulated time: {simulated.ToDateTimeOffset():u}. Nothing here is real.")
        : "");

    private static string Behind(ReadModel? model) => model switch
    {
        null => "How far behind these numbers are is not known.",
        { Behind: <= 0 } => "These numbers hold everything reported so far.",
        _ => string.Create(CultureInfo.InvariantCulture, $"These numbers lack the last {model.Behind} report(s), {model.BehindMilliseconds / 1000.0:0.0} s old."),
    };

    public static string Travel(Travel travel)
    {
        var words = travel.Words.Length > 0 ? Clean(travel.Words) : $"about {travel.Minutes} min";
        if (!words.Contains("estimated", StringComparison.OrdinalIgnoreCase))
            words += " (estimated)";
        return travel.FerryCrossings > 0 ? $"{words}; {travel.FerryCrossings} ferry crossing(s): check that it sails" : words;
    }

    public static string List<T>(IEnumerable<T> codes) where T : struct, System.Enum => string.Join(", ", codes.Select(Of<T>));
}
