using NodaTime;

namespace SafeSpaceCapacity.Domain.Spaces;

/// <summary>How believable a status is, by the time since staff last confirmed it.</summary>
public enum Freshness
{
    /// <summary>Confirmed recently.</summary>
    Fresh,

    /// <summary>Still believed; staff should be asked.</summary>
    Ageing,

    /// <summary>Nobody confirmed it within the limit: never shown as open, never as closed. Ring first.</summary>
    Unconfirmed,
}

/// <summary>How long a confirmation is good for.</summary>
/// <param name="FreshMinutes">Minutes for which it is fresh. Default 60 (assumption).</param>
/// <param name="UnconfirmedAfterMinutes">
/// Minutes after which it is no longer believed. Default 240, the time after which the NHS Directory of Services resets a status
/// (<c>resetStatusIn</c>): there it resets to green, here to unconfirmed.
/// </param>
public sealed record FreshnessRule(int FreshMinutes, int UnconfirmedAfterMinutes)
{
    /// <summary>Minutes before it is no longer believed at which staff are asked again; at most those minutes. Default 30 (assumption).</summary>
    public int NudgeMinutes { get; init; } = 30;

    /// <summary>The documented defaults.</summary>
    public static FreshnessRule Default { get; } = new(60, 240);

    /// <summary>How believable a confirmation of that time is now; never confirmed is unconfirmed.</summary>
    public Freshness At(Instant? confirmedAt, Instant now)
    {
        if (confirmedAt is not { } confirmed || now >= confirmed + Duration.FromMinutes(UnconfirmedAfterMinutes))
            return Freshness.Unconfirmed;
        return now < confirmed + Duration.FromMinutes(FreshMinutes) ? Freshness.Fresh : Freshness.Ageing;
    }

    /// <summary>When staff are to be asked whether everything is still right; null: they never said so.</summary>
    public Instant? NudgeAt(Instant? confirmedAt) =>
        confirmedAt + Duration.FromMinutes(Math.Max(0, UnconfirmedAfterMinutes - NudgeMinutes));

    /// <summary>The next instant at which the answer of <see cref="At"/>, or whether staff are to be asked, changes by itself; or null.</summary>
    public Instant? NextChange(Instant? confirmedAt, Instant now)
    {
        if (confirmedAt is not { } confirmed)
            return null;
        Instant? next = null;
        foreach (var change in (ReadOnlySpan<Instant>)
            [confirmed + Duration.FromMinutes(FreshMinutes), NudgeAt(confirmed)!.Value, confirmed + Duration.FromMinutes(UnconfirmedAfterMinutes)])
        {
            if (change > now && !(next <= change))
                next = change;
        }

        return next;
    }
}
