using System.Globalization;
using System.Numerics;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Service.Engine;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>
/// Reads the fields of a request and collects every broken rule, each with the field's path and what was found, so that a caller sees all of
/// them at once and nothing is carried out. A field that breaks a rule reads as a harmless value until <see cref="ThrowIfBroken"/>.
/// </summary>
/// <param name="now">When the request arrived.</param>
/// <param name="clockFault">Why that can't be trusted; null where it can.</param>
internal sealed class RequestCheck(Instant now, ClockException? clockFault = null)
{
    // A client's clock may be ahead of ours by this much without being told off (assumption).
    private static readonly Duration ClockTolerance = Duration.FromMinutes(2);

    // Clients of gRPC take 8 KiB of metadata, in which all that is told must fit: binary values in Base64, and the message again as text.
    private const int ToldMost = 16;
    private const int MessageMost = 800;

    private readonly BadRequest _broken = new();
    private readonly RequestCheck? _whole;
    private readonly string _at = string.Empty;
    private int _more;

    // Of a part of a request: its rules are broken in the whole.
    private RequestCheck(RequestCheck whole, string at)
        : this(whole.Now) => (_whole, _at) = (whole, at + ".");

    public Instant Now { get; } = now;

    /// <summary>A check of a message within the request: what breaks there is told here, under its path.</summary>
    public RequestCheck Within(string field) => new(this, field);

    public void Break(string field, string rule)
    {
        if (_whole is not null)
        {
            _whole.Break(_at + field, rule);
            return;
        }

        if (_broken.FieldViolations.Count < ToldMost)
            _broken.FieldViolations.Add(new BadRequest.Types.FieldViolation { Field = field, Description = rule });
        else
            _more++;
    }

    /// <summary>Ends the call if any rule was broken.</summary>
    /// <exception cref="ClockException">The time by which the rules were judged can't be trusted.</exception>
    /// <exception cref="RpcException">INVALID_ARGUMENT with every broken rule, or the first of very many.</exception>
    public void ThrowIfBroken()
    {
        if (_broken.FieldViolations.Count == 0)
            return;
        if (clockFault is not null)
            throw clockFault;
        var message = string.Join("; ", _broken.FieldViolations.Select(v => $"{v.Field}: {v.Description}"));
        if (message.Length > MessageMost)
            message = message[..(char.IsHighSurrogate(message[MessageMost - 1]) ? MessageMost - 1 : MessageMost)] + "...";
        if (_more > 0)
            message += $"; and {_more} more";
        var status = new Google.Rpc.Status { Code = (int)StatusCode.InvalidArgument, Message = message, Details = { Any.Pack(_broken) } };
        throw new RpcException(
            new global::Grpc.Core.Status(StatusCode.InvalidArgument, message), new Metadata { { "grpc-status-details-bin", status.ToByteArray() } });
    }

    public SpaceId Space(string value, string field = "space_id")
    {
        if (SpaceId.IsValid(value))
            return new SpaceId(value);
        Break(field, value.Length == 0 ? $"is required: {SpaceId.Rule}" : $"must be {SpaceId.Rule}");
        return default;
    }

    public Guid Uuid(string value, string field)
    {
        if (OptionalUuid(value, field) is { } id)
            return id;
        if (value.Length == 0)
            Break(field, "is required: a random UUID such as 0190d6a4-5b1c-7c3e-9d55-3f7f4be9a001");
        return Guid.Empty;
    }

    public Guid? OptionalUuid(string value, string field)
    {
        if (value.Length == 0)
            return null;
        if (Guid.TryParseExact(value, "D", out var id) && id != Guid.Empty)
            return id;
        Break(field, "must be a UUID of 36 characters such as 0190d6a4-5b1c-7c3e-9d55-3f7f4be9a001, and not all zeros");
        return null;
    }

    public string Text(string value, string field, int longest, bool required = false)
    {
        if (required && string.IsNullOrWhiteSpace(value))
            Break(field, $"is required: 1 to {longest} characters");
        else if (value.Length > longest)
            Break(field, $"must have at most {longest} characters; it has {value.Length}");
        else if (Unprintable(value) is { } found)
            Break(field, $"must not hold {found}");
        else
            return value.Trim();
        return string.Empty;
    }

    public TEnum Code<TEnum>(TEnum value, string field)
        where TEnum : struct, System.Enum
    {
        if (!System.Enum.IsDefined(value))
            Break(field, $"has no value {Convert.ToInt32(value, CultureInfo.InvariantCulture)}; known are 1 to {System.Enum.GetValues<TEnum>().Length - 1}");
        else if (EqualityComparer<TEnum>.Default.Equals(value, default))
            Break(field, "is required and must not be UNSPECIFIED");
        return value;
    }

    /// <summary>A number within bounds; absent, what stands for it, and where nothing does it is required.</summary>
    public T Number<T>(bool given, T value, string field, T least, T most, T? otherwise)
        where T : struct, INumber<T>
    {
        if (!given && otherwise is { } standard)
            return standard;
        if (!given)
            Break(field, $"is required: {least} to {most}; absent is not zero");
        else if (value >= least && value <= most)
            return value;
        else
            Break(field, $"must be {least} to {most}; it is {value}");
        return least;
    }

    /// <summary>A time within a window around now.</summary>
    public Instant? Time(Timestamp? value, string field, Duration earliest, Duration latest, string rule)
    {
        if (AnyTime(value, field) is not { } at)
            return null;
        if (at >= Now - earliest && at <= Now + latest)
            return at;
        Break(field, $"{rule}; it is {InstantPattern.ExtendedIso.Format(at)} and now is {InstantPattern.ExtendedIso.Format(Now)}");
        return null;
    }

    /// <summary>Any time at all.</summary>
    public Instant? AnyTime(Timestamp? value, string field)
    {
        if (value is null)
            return null;
        if (value.Nanos is >= 0 and <= 999_999_999 && value.Seconds is >= -62_135_596_800 and <= 253_402_300_799)
            return Instant.FromUnixTimeSeconds(value.Seconds).PlusNanoseconds(value.Nanos);
        Break(field, "is not a valid timestamp: seconds from year 1 to 9999, nanos 0 to 999,999,999");
        return null;
    }

    /// <summary>When something was seen: null for now. A client's clock a little ahead of ours counts as now.</summary>
    public Instant? Observed(Timestamp? value) =>
        Time(value, "observed_at", Domain.Spaces.Space.LateReport, ClockTolerance, "must be at most 24 hours ago and not in the future") is { } at && at < Now ? at : null;

    /// <summary>An arrival from now to the longest hold ahead; a client's clock may be a little behind ours.</summary>
    public Instant Eta(Timestamp? value)
    {
        const int most = Domain.Holds.HoldRule.MaxMinutesToArrival;
        if (value is null)
            Break("eta", $"is required: from now to {most} minutes ahead");
        var eta = Time(value, "eta", Duration.FromSeconds(30), Duration.FromMinutes(most), $"must not be in the past and at most {most} minutes ahead");
        return Instant.Max(eta ?? Now, Now);
    }

    /// <summary>The council areas that a request names; none: it names none.</summary>
    public IReadOnlySet<string> Areas(IReadOnlyList<string> codes, Region.RegionData region)
    {
        const int most = 50;
        var asked = new HashSet<string>(StringComparer.Ordinal);
        if (codes.Count > most)
            Break("area_codes", $"must have at most {most} areas; it has {codes.Count}");
        for (var i = 0; i < Math.Min(most, codes.Count); i++)
        {
            if (!region.CouncilAreas.Any(area => string.Equals(area.Code, codes[i], StringComparison.Ordinal)))
                Break($"area_codes[{i}]", "is not the code of a council area, such as S12000049");
            else if (!asked.Add(codes[i]))
                Break($"area_codes[{i}]", "must name each area at most once");
        }

        return asked;
    }

    public Needs Needs(IEnumerable<Need> needs, string field = "needs")
    {
        var sum = Domain.Spaces.Needs.None;
        var i = 0;
        foreach (var need in needs)
        {
            var path = $"{field}[{i++}]";
            if (i > 64)
            {
                Break(field, "must have each need at most once");
                break;
            }

            if (!System.Enum.IsDefined(Code(need, path)) || need == Need.Unspecified)
                continue;
            var flag = ContractMap.NeedFlag(need);
            if (sum.HasFlag(flag))
                Break(path, "must have each need at most once");
            sum |= flag;
        }

        return sum;
    }

    /// <summary>The age asked for; unspecified asks for none.</summary>
    public Needs Age(AgeBand band, string field = "age_band")
    {
        if (band == AgeBand.Unspecified)
            return Domain.Spaces.Needs.None;
        return System.Enum.IsDefined(Code(band, field)) ? ContractMap.AgeFlag(band) : Domain.Spaces.Needs.None;
    }

    public Needs Legal(LegalStatus status) =>
        Code(status, "legal_status") == LegalStatus.DetainedS297 ? Domain.Spaces.Needs.DetainedS297 : Domain.Spaces.Needs.None;

    /// <summary>What a text must not hold because nobody can see it or because it turns text round: its name, or null.</summary>
    private static string? Unprintable(string value)
    {
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value == 0xFFFD)
                return "U+FFFD, the mark of text that was damaged on its way";
            if (rune.Value is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069))
                return $"the bidirectional control U+{rune.Value:X4}";
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                return $"the control character U+{rune.Value:X4}";
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
                return $"the invisible or unassigned character U+{rune.Value:X4}";
        }

        return null;
    }
}
