using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>The last hour of a page.</summary>
/// <param name="Area">The code of its area, or empty.</param>
/// <param name="Hour">When it begins, in seconds since 1970.</param>
internal readonly record struct HourPage(string? Area, long Hour)
{
    /// <summary>What a client sends to go on after it.</summary>
    public static string Token(Guid epoch, HourPage last) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{epoch:N}/{last.Area}/{last.Hour}")));

    /// <summary>What a token says; before every hour where it is empty or of an epoch before a restore; null where it is none.</summary>
    public static HourPage? Read(string token, Guid epoch)
    {
        if (token.Length == 0)
            return default(HourPage);
        if (!Base64Url.IsValid(token))
            return null;
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)).Split('/');
        if (parts.Length != 3 || !Guid.TryParseExact(parts[0], "N", out var of) || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var hour))
            return null;
        return of == epoch ? new HourPage(parts[1], hour) : default(HourPage);
    }

    /// <summary>Whether an hour is on a later page: hours go by area, then by time.</summary>
    public bool IsBefore(string area, long hour) =>
        Area is null || string.CompareOrdinal(Area, area) is var order && (order < 0 || (order == 0 && Hour < hour));
}
