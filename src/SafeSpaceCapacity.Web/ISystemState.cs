namespace SafeSpaceCapacity.Web;

/// <summary>Where the pages get from how the service is. The host brings it.</summary>
public interface ISystemState
{
    /// <summary>How this node stands now, and the others as far as it knows them.</summary>
    Task<SystemState> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>How the service is. Reasons are in words for operators.</summary>
/// <param name="At">When: of the time that spaces live by.</param>
/// <param name="Node">The machine that answers.</param>
/// <param name="Version">Of the program.</param>
/// <param name="StartedAt">When it started: of the machine's clock.</param>
/// <param name="Fault">Why it can't do its work; null while it can.</param>
/// <param name="LogFault">Why nothing can be changed; null while it can.</param>
/// <param name="AuditFault">Why nothing can be recorded; null while it can.</param>
/// <param name="Position">How many entries of the log it knows.</param>
/// <param name="Behind">How many it does not know yet.</param>
/// <param name="BehindFor">For how long it has not known all of them.</param>
/// <param name="LostSearches">Searches since its start that were too many at once to be counted.</param>
/// <param name="Forecasts">Each forecast.</param>
/// <param name="Nodes">The nodes of its cluster; null where it is in none.</param>
public sealed record SystemState(
    DateTimeOffset At,
    string Node,
    string Version,
    DateTimeOffset StartedAt,
    string? Fault,
    string? LogFault,
    string? AuditFault,
    long Position,
    long Behind,
    TimeSpan BehindFor,
    long LostSearches,
    IReadOnlyList<ForecastState> Forecasts,
    IReadOnlyList<ClusterNode>? Nodes);

/// <summary>How a forecast stands.</summary>
/// <param name="Source">Whose counts it was learnt from; empty: the service's own.</param>
/// <param name="IsDaily">By the day; else by the hour.</param>
/// <param name="TrainedAt">When the last good one was made; null: there is none.</param>
/// <param name="Failure">Why no later one could be made.</param>
public sealed record ForecastState(string Source, bool IsDaily, DateTimeOffset? TrainedAt, string? Failure);

/// <summary>A node of a cluster.</summary>
/// <param name="Name">Its machine and port.</param>
/// <param name="Status">How it stands, as the cluster knows.</param>
/// <param name="StartedAt">When it joined.</param>
/// <param name="IsThis">Whether it is the one that answers.</param>
public sealed record ClusterNode(string Name, NodeStatus Status, DateTimeOffset StartedAt, bool IsThis);

/// <summary>How a node of a cluster stands.</summary>
public enum NodeStatus
{
    /// <summary>It has started and is not one of them yet.</summary>
    Joining,

    /// <summary>It does its work.</summary>
    Working,

    /// <summary>It is being stopped.</summary>
    Leaving,

    /// <summary>It was stopped, or the others could not reach it any more.</summary>
    Gone,
}
