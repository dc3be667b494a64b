namespace SafeSpaceCapacity.Web;

/// <summary>Every text of the rota page (en-GB). <c>{name}</c> is filled in by the script; of <c>.one</c> and <c>.other</c> it takes the one that fits the number.</summary>
internal static class RotaTexts
{
    public const string Title = "Rota of the week";
    public const string OfSpace = "Rota of";
    public const string NoScript = "The rota needs JavaScript. Turn it on in your browser.";
    public const string Loading = "Getting the rota";
    public const string Help =
        "Each bar is somebody who works the same hours on those days every week, by role only. Drag a bar, or focus it and press the left and right arrow keys, to move it by half an hour; with Shift held its end moves. Press Enter to change everything else.";
    public const string Capacity = "How many can be supported safely in the coming seven days";
    public const string Gaps = "Gaps: open with nobody or too few";
    public const string NoGaps = "There are no gaps in the coming seven days.";
    public const string NoLines = "Nobody is planned week by week yet.";
    public const string Add = "Add somebody";
    public const string Save = "Save the rota";
    public const string Discard = "Do not save";
    public const string Change = "Change";
    public const string Role = "Role";
    public const string Days = "Days on which it begins";
    public const string Starts = "Starts";
    public const string Ends = "Ends";
    public const string EndsHelp = "At or before the start means the day after.";
    public const string Agency = "From an agency";
    public const string OnCall = "On call, supervises from elsewhere";
    public const string Trained = "Trained and up to date in";
    public const string Keep = "Keep";
    public const string Remove = "Remove";
    public const string Cancel = "Cancel";

    /// <summary>What the script says, by key.</summary>
    public static readonly IReadOnlyDictionary<string, string> Script = CodeTexts.With(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["age"] = "As planned and known at {time}.",
        ["unsaved"] = "You have changes that are not saved.",
        ["saved"] = "Saved. What can be supported safely is worked out anew.",
        ["lost"] = "There is no connection, so nothing was saved. Try again.",
        ["signed-out"] = "You are signed out. Sign in again; your changes are not saved.",
        ["failed"] = "Nothing was saved: {why}",
        ["gap"] = "{from} to {until}: {why}",
        ["block.day"] = "{day}: ",
        ["block.times"] = "{starts} to {ends}",
        ["days.none"] = "Choose at least one day",
        ["hour"] = "{day} {hour}: {n} can be supported safely",
        ["hour.gap"] = "{day} {hour}: open, and nobody can be supported safely",
        ["fewest"] = "Fewest while open: {n}. Most: {most}.",
        ["day.1"] = "Monday",
        ["day.2"] = "Tuesday",
        ["day.3"] = "Wednesday",
        ["day.4"] = "Thursday",
        ["day.5"] = "Friday",
        ["day.6"] = "Saturday",
        ["day.7"] = "Sunday",
    }, "STAFF_ROLE_", "TRAINING_");
}
