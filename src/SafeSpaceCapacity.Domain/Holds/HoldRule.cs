namespace SafeSpaceCapacity.Domain.Holds;

/// <summary>How long holds live at one space.</summary>
/// <param name="GraceMinutes">Minutes that a place is kept after the stated arrival. Default 15 (assumption).</param>
/// <param name="AnswerMinutes">Minutes in which staff of an unconfirmed space answer a request, before it lapses. Default 5 (design).</param>
public sealed record HoldRule(int GraceMinutes = 15, int AnswerMinutes = 5)
{
    /// <summary>The longest a place can be kept before the arrival, in minutes, whatever the crew asks for (assumption).</summary>
    public const int MaxMinutesToArrival = 240;
}
