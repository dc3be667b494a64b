using NodaTime;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Domain.Search;

/// <summary>
/// The most that an entry, or any of many entries, could do. It is an upper bound: what it rules out cannot serve, what it lets through may
/// still turn out not to.
/// </summary>
/// <param name="Provides">All that any of them provides.</param>
/// <param name="ProvidesNow">All that any that can serve provides.</param>
/// <param name="AnyServes">Whether any can serve.</param>
/// <param name="NextChange">The earliest instant at which time may let one serve that cannot.</param>
/// <param name="OpensFrom">The earliest instant at which one opens.</param>
internal readonly record struct ServiceSummary(Needs Provides, Needs ProvidesNow, bool AnyServes, Instant NextChange, Instant OpensFrom)
{
    /// <summary>Of no entries; joined with a summary it gives that summary.</summary>
    public static readonly ServiceSummary Nothing = new(Needs.None, Needs.None, AnyServes: false, Instant.MaxValue, Instant.MaxValue);

    /// <summary>Of one entry, which it describes exactly.</summary>
    public static ServiceSummary Of(IIndexedSpace space) => space.CanServe
        ? new ServiceSummary(space.Provides, space.Provides, AnyServes: true, Instant.MaxValue, space.OpensFrom)
        : new ServiceSummary(space.Provides, Needs.None, AnyServes: false, space.CanServeUntil, space.OpensFrom);

    /// <summary>Of the entries of both.</summary>
    public static ServiceSummary Union(in ServiceSummary one, in ServiceSummary other) => new(
        one.Provides | other.Provides,
        one.ProvidesNow | other.ProvidesNow,
        one.AnyServes || other.AnyServes,
        Instant.Min(one.NextChange, other.NextChange),
        Instant.Min(one.OpensFrom, other.OpensFrom));

    /// <summary>
    /// Whether an entry could provide all that is asked, at an instant, and opens by another; <see cref="Instant.MaxValue"/> leaves out who can serve,
    /// or who opens.
    /// </summary>
    public bool MayServe(Needs asked, Instant at, Instant opensBy) =>
        (Provides & asked) == asked && OpensFrom <= opensBy && (at >= NextChange || (AnyServes && (ProvidesNow & asked) == asked));
}
