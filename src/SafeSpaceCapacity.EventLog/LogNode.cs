namespace SafeSpaceCapacity.EventLog;

/// <summary>How the nodes on a log are run: never both kinds at once.</summary>
public enum HostKind
{
    /// <summary>Each node is a process by itself.</summary>
    Embedded,

    /// <summary>The nodes are a cluster.</summary>
    Silo,
}

/// <summary>One process that has a log open.</summary>
/// <param name="Name">Unlike that of every other node, and the same after a restart.</param>
/// <param name="Host">How it is run.</param>
public sealed record LogNode(string Name, HostKind Host);
