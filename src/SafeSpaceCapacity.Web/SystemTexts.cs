using System.Globalization;

namespace SafeSpaceCapacity.Web;

/// <summary>Every text of the page that says how the service is (en-GB).</summary>
internal static class SystemTexts
{
    public const string Title = "How the service is";
    public const string Well = "All is well on this node.";
    public const string Again = "Look again";
    public const string Node = "This node";
    public const string Changes = "Changes can be made";
    public const string Record = "Who does what is recorded";
    public const string Knows = "What it knows of the log";
    public const string Lost = "Searches not counted as demand";
    public const string LostNone = "None since the start";
    public const string Yes = "Yes";
    public const string Forecasts = "Forecasts";
    public const string NoForecasts = "They can’t be read now.";
    public const string Whose = "Of";
    public const string By = "By";
    public const string Made = "Made";
    public const string Age = "Age";
    public const string Failed = "Why there is no newer one";
    public const string OwnCounts = "what was asked of this service";
    public const string ByDay = "day";
    public const string ByHour = "hour";
    public const string Never = "never yet";
    public const string Nodes = "Nodes";
    public const string NodesHelp = "Those of the cluster, as this node knows them. What is above is of this node; each has a page of its own at its own address. One that is gone was stopped, or the others could no longer reach it.";
    public const string NoNodes = "They can’t be listed now. Look again in a moment.";
    public const string NodeName = "Node";
    public const string This = "this node";
    public const string Alone = "This node is in no cluster. Others over the same database have a page of their own.";
    public const string Status = "Status";
    public const string Joined = "Joined";
    public const string Copies = "Copies and checks";
    public const string CopiesHelp = "The service does not make backups by itself, and does not know of those that are made. Whoever looks after the machine makes and restores them (safespace backup, safespace restore), and checks the log and this record with safespace log verify and safespace audit verify.";

    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");

    /// <summary>When the page was made.</summary>
    public static string AsOf(DateTimeOffset at) => $"As known at {Time(at)}.";

    /// <summary>What is wrong with all of it.</summary>
    public static string Wrong(string fault) => $"This node can’t do its work: {fault}.";

    /// <summary>What can't be done, and why.</summary>
    public static string No(string fault) => $"No: {fault}";

    /// <summary>Which machine, which program, since when.</summary>
    public static string ThisNode(string node, string version, DateTimeOffset startedAt) => $"{node}, version {version}, running since {Time(startedAt)}";

    /// <summary>How far it is behind. Without the database it does not know whether it is.</summary>
    public static string Lag(long position, long behind, TimeSpan behindFor) => behind == 0
        ? behindFor == TimeSpan.Zero
            ? string.Create(CultureInfo.InvariantCulture, $"All {position:N0} entries")
            : string.Create(CultureInfo.InvariantCulture, $"{position:N0} entries; for {behindFor.TotalSeconds:F0} seconds it has not been known whether there are more")
        : string.Create(CultureInfo.InvariantCulture, $"{position:N0} entries; {behind:N0} more since {behindFor.TotalSeconds:F0} seconds ago are not known yet");

    /// <summary>How many, as a number.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Scotland's clock.</summary>
    public static string Time(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone).ToString("d MMMM yyyy HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The same where there is little room.</summary>
    public static string ShortTime(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone).ToString("d MMM HH:mm", CultureInfo.InvariantCulture);

    /// <summary>How old something is.</summary>
    public static string AgeOf(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => "less than a minute",
        { TotalHours: < 1 } => Plural((int)age.TotalMinutes, "minute"),
        { TotalDays: < 2 } => Plural((int)age.TotalHours, "hour"),
        _ => Plural((int)age.TotalDays, "day"),
    };

    /// <summary>How a node stands.</summary>
    public static string Of(NodeStatus status) => status switch
    {
        NodeStatus.Joining => "joining",
        NodeStatus.Working => "working",
        NodeStatus.Leaving => "being stopped",
        _ => "gone",
    };

    private static string Plural(int number, string unit) => string.Create(CultureInfo.InvariantCulture, $"{number} {unit}{(number == 1 ? string.Empty : "s")}");
}
