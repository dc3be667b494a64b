using System.Collections.Frozen;
using Microsoft.AspNetCore.Identity;

namespace SafeSpaceCapacity.Web.Accounts;

/// <summary>What the name of an account of our own may be.</summary>
internal sealed class NameRule : IUserValidator<Account>
{
    public const int LengthMax = 100;

    private const string Others = "-._@+";

    /// <summary>Others' accounts are named by them.</summary>
    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user) =>
        Task.FromResult(user.Origin is not null || IsName(user.Name) ? IdentityResult.Success : IdentityResult.Failed(new IdentityError { Description = Texts.NameRule }));

    private static bool IsName(string? name) => name is { Length: >= 3 and <= LengthMax } && name.All(c => char.IsAsciiLetterOrDigit(c) || Others.Contains(c, StringComparison.Ordinal));
}

/// <summary>Refuses the passwords that are tried first. Length is checked by the framework; what it is made of is nobody's business.</summary>
internal sealed class PasswordRule : IPasswordValidator<Account>
{
    public const int LengthMin = 12;

    public const int LengthMax = 200;

    // Of at least 12 characters, since shorter ones are refused anyway.
    private static readonly FrozenSet<string> Common = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "123456789012", "1234567890123", "12345678901234", "123456789123", "123123123123", "111111111111", "000000000000", "121212121212", "112233445566",
        "password1234", "password12345", "password123456", "passwordpassword", "mypassword123", "password1234!", "password123!", "p@ssword1234",
        "qwertyuiop12", "qwertyuiop123", "qwertyuiopas", "qwertyuiop[]", "qwertyqwerty", "qwerty123456", "qwerty12345678", "1qaz2wsx3edc", "1q2w3e4r5t6y",
        "q1w2e3r4t5y6", "zaq12wsxcde3", "asdfghjkl123", "asdfasdfasdf", "abcdefghijkl", "abcdefghijklm", "abc123abc123", "aaaaaaaaaaaa", "administrator",
        "administrator1", "adminadmin123", "letmeinletmein", "letmein12345", "welcome12345", "welcomewelcome", "iloveyou1234", "iloveyouiloveyou",
        "changemenow1", "changeme1234", "correcthorsebatterystaple", "safespacecapacity", "safespace123", "safespace1234", "manchesterunited", "unbelievable");

    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password) => Task.FromResult(Fault(user.Name, password ?? string.Empty) is { } fault
        ? IdentityResult.Failed(new IdentityError { Description = fault })
        : IdentityResult.Success);

    private static string? Fault(string? name, string password)
    {
        if (password.Length is < LengthMin or > LengthMax)
            return Texts.PasswordLength;
        if (Common.Contains(password) || password.Distinct().Count() < 4)
            return Texts.PasswordCommon;
        return name is not null && password.Contains(name, StringComparison.OrdinalIgnoreCase) ? Texts.PasswordIsName : null;
    }
}
