using System.Collections.Immutable;
using NodaTime;

namespace SafeSpaceCapacity.Domain.Staffing;

/// <summary>Away from the floor for a while.</summary>
/// <param name="From">Begins.</param>
/// <param name="Until">Ends; from this instant on they count again.</param>
public sealed record Break(Instant From, Instant Until);

/// <summary>Somebody on duty, or planned to be, by role only.</summary>
/// <param name="Id">The id of the command that started it; of a shift of the rota, made of its line and date.</param>
/// <param name="Role">What they are there as.</param>
/// <param name="From">Begins.</param>
/// <param name="Until">Ends; from this instant on they no longer count.</param>
public sealed record Shift(Guid Id, StaffRole Role, Instant From, Instant Until)
{
    /// <summary>From an agency.</summary>
    public bool Agency { get; init; }

    /// <summary>Supervises from elsewhere and can be called: not on the floor, so counted for supervision alone.</summary>
    public bool OnCall { get; init; }

    /// <summary>What they are trained in.</summary>
    public ImmutableArray<HeldTraining> Trained { get; init; } = [];

    /// <summary>When they are away from the floor.</summary>
    public ImmutableArray<Break> Breaks { get; init; } = [];

    /// <summary>Whether they are on duty at an instant: begun, not ended, not on a break.</summary>
    public bool IsOnDuty(Instant at)
    {
        if (at < From || at >= Until)
            return false;
        foreach (var pause in Breaks)
        {
            if (pause.From <= at && at < pause.Until)
                return false;
        }

        return true;
    }
}
