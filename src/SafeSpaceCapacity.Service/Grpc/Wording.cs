using System.Globalization;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using SafeSpaceCapacity.Domain.Travel;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>What people read: plain words, no blame, local times.</summary>
internal static class Wording
{
    private static readonly LocalDateTimePattern SameDay = LocalDateTimePattern.CreateWithInvariantCulture("HH:mm");
    private static readonly LocalDateTimePattern OtherDay = LocalDateTimePattern.CreateWithInvariantCulture("ddd d MMM, HH:mm");

    /// <summary>A local time: 22:00, or with its day where that is not today.</summary>
    public static string Time(Instant at, string zone, Instant now)
    {
        var local = at.InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime;
        var today = now.InZone(DateTimeZoneProviders.Tzdb[zone]).Date;
        return (local.Date == today ? SameDay : OtherDay).Format(local);
    }

    public static string Limit(LimitingFactor limit, int places, Instant now, string zone)
    {
        var until = limit.Until is { } known ? " until " + Time(known, zone, now) : string.Empty;
        return limit.Code switch
        {
            LimitingFactorCode.Places => $"every place can be supported: the rooms hold {places}",
            LimitingFactorCode.Clinicians => $"{Number(limit.ShortBy)} clinician{Plural(limit.ShortBy)} short{until}",
            LimitingFactorCode.MinimumOnDuty => $"{Number(limit.ShortBy)} short of the fewest who must be on duty{until}",
            LimitingFactorCode.Training => $"{Number(limit.ShortBy)} short who {(limit.ShortBy == 1 ? "is" : "are")} trained in {Words(limit.Training)}{until}",
            LimitingFactorCode.Supervision => $"nobody is on call to supervise{until}",
            LimitingFactorCode.StaffRatio => $"{Number(limit.ShortBy)} more on duty would let all {places} places be used{until}",
            _ => throw new ArgumentOutOfRangeException(nameof(limit), limit.Code, "no such factor"),
        };
    }

    public static string Rejection(Rejection rejection, string zone, Instant now)
    {
        var earliest = rejection.Earliest is { } at ? Time(at, zone, now) : null;
        return rejection.Code switch
        {
            RejectionCode.NoSafeCapacity => "no place is free and safely staffed until you would be there"
                + (earliest is null ? string.Empty : $"; the next known is at {earliest}"),
            RejectionCode.OutsideHours => earliest is null ? "outside its hours" : $"outside its hours; they begin {earliest}",
            RejectionCode.ClosesBeforeArrival => "it closes before you would have arrived and settled in",
            RejectionCode.Paused => earliest is null ? "it takes nobody new for now" : $"it takes nobody new until {earliest}",
            RejectionCode.NeedsNotMet => "it can't offer: " + string.Join(", ", Flags(rejection.NeedsNotMet)),
            RejectionCode.NotDesignated => "it is not designated for people detained under s.297",
            RejectionCode.UrgentPhysicalNeed => "physical care comes first: the emergency department, or 999",
            RejectionCode.TooFar => "it is further than asked for",
            RejectionCode.AlreadyHeld => "this need has a hold here already",
            RejectionCode.HoldNotFound => "there is no such hold here",
            RejectionCode.HoldEnded => "the hold has ended: " + Status(rejection.HoldStatus),
            RejectionCode.HoldNotRequested => "the hold is not waiting for an answer",
            RejectionCode.ShiftNotFound => "there is no such shift on duty or planned",
            RejectionCode.AlreadyRegistered => "a space of this id is in the directory",
            RejectionCode.NotPaused => "the space is not paused",
            RejectionCode.HoldTooLong => $"a place can be kept for an arrival at most {HoldRule.MaxMinutesToArrival} minutes after it was first asked for",
            RejectionCode.Retired => "it is no longer in the directory",
            RejectionCode.NotUndoable => "that was not the last thing done here, or it can't be undone",
            RejectionCode.UndoTooLate => $"it was done more than {Act.UndoWithin.TotalMinutes:F0} minutes ago: record what is true now instead",
            RejectionCode.NoEscalation => "there is nothing to acknowledge: it is over, or somebody has taken it up",
            RejectionCode.InUse => "people are here or on the way: wait until the holds have ended and count nobody, then try again",
            RejectionCode.ChangedMeanwhile => "somebody else changed it after it was read: read it again",
            RejectionCode.TooManyRequests => "nobody has confirmed it lately, and others have asked for its places",
            _ => throw new ArgumentOutOfRangeException(nameof(rejection), rejection.Code, "no such rejection"),
        };
    }

    /// <summary>A moment that says all of itself, as on paper: Sat 21 November 2026 22:03 GMT.</summary>
    public static string Moment(Instant at, string zone) =>
        at.InZone(DateTimeZoneProviders.Tzdb[zone]).ToString("ddd d MMMM uuuu HH:mm x", CultureInfo.InvariantCulture);

    /// <summary>How a space stands, to be printed: never a bare number, and every moment says all of itself.</summary>
    public static string Printed(Availability at, string zone)
    {
        if (at.ConfirmedAt is not { } confirmed)
            return "not known: nobody there has confirmed anything yet";
        var age = (at.AsOf - confirmed) switch
        {
            { TotalMinutes: < 1 } => "just",
            { TotalMinutes: < 120 } known => $"{(int)known.TotalMinutes} min",
            { TotalHours: < 48 } known => $"{(int)known.TotalHours} h",
            var known => $"{(int)known.TotalDays} days",
        };
        var when = $"confirmed {Moment(confirmed, zone)}, {age} before printing";
        if (at.Available is not { } available)
            return $"not known: last {when}";
        var open = at switch
        {
            { Pause: { } pause } => $"takes nobody new until {Moment(pause.Until, zone)}",
            { Open: true, OpenUntil: { } until } => $"open until {Moment(until, zone)}",
            { Open: true } => "open day and night",
            { OpensAt: { } opens } => $"closed, opens {Moment(opens, zone)}",
            _ => "closed",
        };
        return $"{open}; {available} free of {at.Places} places: {at.SafeCapacity} safely staffed, {at.Occupied} occupied, {at.Held} held; {when}";
    }

    /// <summary>What a space provides.</summary>
    public static IEnumerable<string> Offers(Needs provides) => Flags(provides);

    public static string Travel(TravelEstimate travel, TravelMode mode)
    {
        var minutes = (int)Math.Ceiling(travel.Minutes);
        var duration = minutes < 100 ? $"{minutes} min" : $"{minutes / 60} h {minutes % 60:00} min";
        var how = mode == TravelMode.Walking ? "on foot" : "by road";
        var source = travel.Method == TravelMethod.Router ? "estimated by a road router" : "estimated from distance";
        return travel.FerryCrossings switch
        {
            0 => $"about {duration} {how} ({source})",
            1 => $"about {duration} with a ferry ({source}; check that it sails)",
            var n => $"about {duration} with {n} ferries ({source}; check that they sail)",
        };
    }

    private static string Status(HoldStatus? status) => status switch
    {
        HoldStatus.Arrived => "they arrived",
        HoldStatus.Released => "the crew gave it back",
        HoldStatus.Expired => "nobody came in time",
        HoldStatus.Declined => "the space could not take it",
        HoldStatus.Lapsed => "nobody answered in time",
        _ => "it is over",
    };

    private static IEnumerable<string> Flags(Needs needs)
    {
        foreach (var flag in System.Enum.GetValues<Needs>())
        {
            if (flag != Needs.None && needs.HasFlag(flag))
                yield return Words(flag);
        }
    }

    private static string Words(Needs need) => need switch
    {
        Needs.AgeChild => "a place for under 16s",
        Needs.AgeYoung => "a place for 16 and 17 year olds",
        Needs.AgeAdult => "a place for adults",
        Needs.AgeOlder => "a place for people over 65",
        Needs.Wheelchair => "wheelchair access",
        Needs.Bsl => "British Sign Language",
        Needs.Interpreter => "interpreting",
        Needs.WomenOnly => "a room for women only",
        Needs.MenOnly => "a room for men only",
        Needs.CultureSupport => "support that knows the culture",
        Needs.FaithSupport => "support for faith",
        Needs.Quiet => "a quiet room",
        Needs.Accompanied => "room for somebody who comes along",
        Needs.SubstanceAffected => "support while affected by alcohol or drugs",
        Needs.Medication => "help with medication",
        Needs.Overnight => "a stay overnight",
        Needs.DetainedS297 => "s.297 designation",
        Needs.UrgentPhysical => "urgent physical care",
        _ => need.ToString(),
    };

    private static string Words(Training? training) => training switch
    {
        Training.DeEscalation => "de-escalation",
        Training.TraumaInformed => "trauma-informed care",
        Training.Medication => "medication",
        Training.PhysicalIntervention => "physical intervention",
        _ => "what is asked for",
    };

    private static string Number(int? n) => n switch
    {
        1 => "one",
        2 => "two",
        3 => "three",
        4 => "four",
        _ => $"{n}",
    };

    private static string Plural(int? n) => n == 1 ? string.Empty : "s";
}
