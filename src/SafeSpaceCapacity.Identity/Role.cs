using System.Collections.Frozen;

namespace SafeSpaceCapacity.Identity;

/// <summary>In which part somebody uses the service. A person or program may have several.</summary>
public enum Role
{
    /// <summary>A police or ambulance crew: finds, holds, arrives.</summary>
    Crew = 1,

    /// <summary>Works at named spaces and keeps them true.</summary>
    Staff = 2,

    /// <summary>Plans for named areas: totals, never single people.</summary>
    Planner = 3,

    /// <summary>Keeps the directory and the accounts.</summary>
    Administrator = 4,

    /// <summary>Reads the audit trail, and nothing else.</summary>
    Auditor = 5,

    /// <summary>A control room's program: what a crew may do, for many crews.</summary>
    Machine = 6,
}

/// <summary>The names of roles in tokens, in the log and in the audit trail.</summary>
public static class RoleNames
{
    private static readonly FrozenDictionary<string, Role> ByName =
        Enum.GetValues<Role>().ToFrozenDictionary(role => role.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    private static readonly FrozenDictionary<Role, string> Names = ByName.ToFrozenDictionary(entry => entry.Value, entry => entry.Key);

    /// <summary>Its name, such as <c>crew</c>.</summary>
    public static string Name(this Role role) => Names[role];

    /// <summary>The role of a name; null where there is none.</summary>
    public static Role? Find(string name) => ByName.TryGetValue(name, out var role) ? role : null;
}
