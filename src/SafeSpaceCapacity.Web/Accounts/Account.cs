using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Identity;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Web.Accounts;

/// <summary>Somebody who signs in with a browser. Holds what that needs, and nothing else about them.</summary>
internal sealed class Account
{
    /// <summary>Wrong passwords in a row that lock an account.</summary>
    public const int WrongMost = 5;

    /// <summary>How long it stays locked.</summary>
    public static readonly TimeSpan LockTime = TimeSpan.FromMinutes(15);

    /// <summary>What <see cref="Origin"/> says for the accounts of a demo.</summary>
    public const string DemoOrigin = "demo";

    public required string Id { get; init; }

    /// <summary>A work e-mail address or the name of an account; null until the first administrator has chosen one. Whose: staff or client.</summary>
    public string? Name { get; set; }

    public string? NormalizedName { get; set; }

    /// <summary>Null for an account of our own; else <see cref="DemoOrigin"/>, or the authority that vouches for it.</summary>
    public string? Origin { get; init; }

    public string? PasswordHash { get; set; }

    public IReadOnlyList<Role> Roles { get; set; } = [];

    public IReadOnlyList<string> Spaces { get; set; } = [];

    public IReadOnlyList<string> Areas { get; set; } = [];

    /// <summary>Changes when all sign-ins made so far are to end.</summary>
    public string? SecurityStamp { get; set; }

    public int WrongInARow { get; set; }

    public DateTimeOffset? LockedUntil { get; set; }

    /// <summary>SHA-256 of the token in the enrolment link; null where there is none.</summary>
    public byte[]? EnrolmentHash { get; set; }

    public DateTimeOffset? EnrolmentEnds { get; set; }

    public IReadOnlyList<Passkey> Passkeys { get; set; } = [];

    /// <summary>How often it was written.</summary>
    [JsonIgnore]
    public long Version { get; set; }

    /// <summary>Its roles, by their names.</summary>
    [JsonIgnore]
    public string RoleNames => string.Join(' ', Roles.Select(role => role.Name()));

    public bool IsLocked(DateTimeOffset now) => LockedUntil > now;

    /// <summary>Counts a wrong password.</summary>
    public void CountWrong(DateTimeOffset now)
    {
        WrongInARow++;
        if (WrongInARow >= WrongMost)
            (WrongInARow, LockedUntil) = (0, now + LockTime);
    }

    /// <summary>Whether this may be granted; null if so, else why not.</summary>
    public static string? GrantFault(IReadOnlyCollection<Role> roles, IReadOnlyCollection<string> spaces, IReadOnlyCollection<string> areas)
    {
        if (roles.Count == 0)
            return Texts.RoleNeeded;
        if (roles.Contains(Role.Staff) != (spaces.Count > 0))
            return Texts.SpacesAreForStaff;
        return roles.Contains(Role.Planner) != (areas.Count > 0) ? Texts.AreasAreForPlanners : null;
    }
}

/// <summary>A passkey, without what only its making needed.</summary>
internal sealed record Passkey(
    byte[] Id, byte[] PublicKey, DateTimeOffset CreatedAt, uint SignCount, string[] Transports, bool IsUserVerified, bool IsBackupEligible, bool IsBackedUp)
{
    public static Passkey Of(UserPasskeyInfo info) => new(
        info.CredentialId, info.PublicKey, info.CreatedAt, info.SignCount, info.Transports ?? [], info.IsUserVerified, info.IsBackupEligible, info.IsBackedUp);

    public UserPasskeyInfo ToInfo() => new(Id, PublicKey, CreatedAt, SignCount, Transports, IsUserVerified, IsBackupEligible, IsBackedUp, [], []);
}

/// <summary>How an account is kept.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Account))]
internal sealed partial class AccountJson : JsonSerializerContext;
