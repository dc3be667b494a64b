namespace SafeSpaceCapacity.Audit;

/// <summary>Which entries are asked for: those of which everything that is not null is true. Texts are compared letter by letter.</summary>
/// <param name="From">The earliest <see cref="AuditEntry.At"/>.</param>
/// <param name="Until">The first <see cref="AuditEntry.At"/> that is too late.</param>
/// <param name="Actor">The account or program. Whose: client.</param>
/// <param name="Space">The space. Whose: client.</param>
/// <param name="Method">The method, path or job. Whose: client.</param>
/// <param name="Kind">What sort of thing it was.</param>
/// <param name="Outcome">How it ended. Whose: client.</param>
public sealed record AuditFilter(
    DateTimeOffset? From = null,
    DateTimeOffset? Until = null,
    string? Actor = null,
    string? Space = null,
    string? Method = null,
    AuditKind? Kind = null,
    string? Outcome = null)
{
    /// <summary>Every entry.</summary>
    public static AuditFilter Everything { get; } = new();

    /// <summary>Whether this is one of them.</summary>
    public bool Matches(AuditEntry entry) =>
        (From is not { } from || entry.At >= from)
        && (Until is not { } until || entry.At < until)
        && (Actor is null || string.Equals(entry.Actor, Actor, StringComparison.Ordinal))
        && (Space is null || string.Equals(entry.Space, Space, StringComparison.Ordinal))
        && (Method is null || string.Equals(entry.Method, Method, StringComparison.Ordinal))
        && (Kind is null || entry.Kind == Kind)
        && (Outcome is null || string.Equals(entry.Outcome, Outcome, StringComparison.Ordinal));
}
