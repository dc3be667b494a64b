using SafeSpaceCapacity.Domain.Opening;

namespace SafeSpaceCapacity.Service.Region;

/// <summary>How a support line is reached.</summary>
public enum SupportLineKind
{
    /// <summary>Anybody rings it.</summary>
    Telephone = 1,

    /// <summary>Frontline services refer to it; it then makes contact.</summary>
    Referral = 2,
}

/// <summary>Help that is not a place: a telephone line, or a referral.</summary>
/// <param name="Code">A code that stays.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">How it is reached.</param>
/// <param name="Telephone">The number; null for a referral.</param>
/// <param name="ForWhom">Who it is for, in words.</param>
/// <param name="AgeFrom">Youngest age it is for, in years; null without a limit.</param>
/// <param name="AgeTo">Oldest age it is for, in years, inclusive; null without a limit.</param>
/// <param name="Hours">When it answers.</param>
/// <param name="Note">What else a crew should know.</param>
public sealed record SupportLine(
    string Code,
    string Name,
    SupportLineKind Kind,
    string? Telephone,
    string ForWhom,
    int? AgeFrom,
    int? AgeTo,
    OpeningHours Hours,
    string Note);
