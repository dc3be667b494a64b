using NodaTime;

namespace SafeSpaceCapacity.Domain.Staffing;

/// <summary>What somebody on duty is trained in, by code.</summary>
public enum Training
{
    /// <summary>Calming a situation with words.</summary>
    DeEscalation = 1,

    /// <summary>Care that knows what trauma does.</summary>
    TraumaInformed = 2,

    /// <summary>Keeping and giving medication.</summary>
    Medication = 3,

    /// <summary>Holding somebody safely, as a last resort. Peer workers and volunteers are never counted for it.</summary>
    PhysicalIntervention = 4,
}

/// <summary>Training that somebody on duty has.</summary>
/// <param name="Code">In what.</param>
/// <param name="CurrentUntil">From this instant on it must be renewed and no longer counts; null where it does not lapse.</param>
public sealed record HeldTraining(Training Code, Instant? CurrentUntil);

/// <summary>How many on duty must be currently trained in something.</summary>
/// <param name="Code">In what.</param>
/// <param name="Minimum">How many, at least 1.</param>
public sealed record TrainingMinimum(Training Code, int Minimum);
