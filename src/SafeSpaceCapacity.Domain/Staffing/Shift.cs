using NodaTime;

namespace SafeSpaceCapacity.Domain.Staffing;

/// <summary>Somebody on duty, or planned to be, by role only.</summary>
/// <param name="Id">The id of the command that started it.</param>
/// <param name="Role">What they are there as.</param>
/// <param name="From">Begins.</param>
/// <param name="Until">Ends; from this instant on they no longer count.</param>
public sealed record Shift(Guid Id, StaffRole Role, Instant From, Instant Until)
{
    /// <summary>Whether they are on duty at an instant.</summary>
    public bool IsOnDuty(Instant at) => From <= at && at < Until;
}
