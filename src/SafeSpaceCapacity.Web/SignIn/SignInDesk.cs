using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Web.Accounts;

namespace SafeSpaceCapacity.Web.SignIn;

/// <summary>Lets people in and out. What can't be audited is not done: then everything here throws <see cref="NotAuditedException"/>.</summary>
internal sealed class SignInDesk(
    UserManager<Account> users,
    SignInManager<Account> signIn,
    IPasswordHasher<Account> hasher,
    AccountDatabase database,
    Turns turns,
    BrowserAudit audit,
    PagesChoices choices,
    TimeProvider time)
{
    private const string Locked = "LOCKED_OUT";

    // What a password is compared with where there is none: the answer must take as long. Nobody knows what it is the hash of.
    private static readonly Account Nobody = new() { Id = "nobody" };
    private static string? _hashOfNobody;

    /// <summary>Whether name and password let somebody in. It takes as long, and says as little, whatever was wrong.</summary>
    public async Task<bool> WithPasswordAsync(string name, string password)
    {
        const string method = "POST /sign-in";
        using var turn = await turns.TakeAsync(name);
        var account = await users.FindByNameAsync(name);
        var now = time.GetUtcNow();
        if (account is not { PasswordHash: not null } || account.IsLocked(now))
        {
            hasher.VerifyHashedPassword(Nobody, _hashOfNobody ??= hasher.HashPassword(Nobody, Guid.CreateVersion7(now).ToString()), password);
            audit.SignIn(account, method, account switch { null => "UNKNOWN_ACCOUNT", { PasswordHash: null } => "NO_PASSWORD", _ => Locked });
            return false;
        }

        if (!await users.CheckPasswordAsync(account, password))
        {
            account.CountWrong(now);
            Require(await users.UpdateAsync(account));
            audit.SignIn(account, method, "WRONG_PASSWORD");
            if (account.IsLocked(now))
                audit.SignIn(account, method, Locked);
            return false;
        }

        audit.SignIn(account, method, BrowserAudit.Ok);
        await EnterAsync(account);
        return true;
    }

    /// <summary>Whether a passkey lets somebody in.</summary>
    public async Task<bool> WithPasskeyAsync(string credential)
    {
        const string method = "POST /sign-in/passkey";
        var result = await AssertAsync(credential);
        if (result is not { Succeeded: true })
        {
            audit.SignIn(null, method, "WRONG_PASSKEY");
            return false;
        }

        using var turn = await turns.TakeAsync(result.User.Name!);
        var account = database.Find(result.User.Id);
        if (account?.IsLocked(time.GetUtcNow()) is not false)
        {
            audit.SignIn(account, method, Locked);
            return false;
        }

        audit.SignIn(account, method, BrowserAudit.Ok);
        Require(await users.AddOrUpdatePasskeyAsync(account, result.Passkey));
        await EnterAsync(account);
        return true;
    }

    /// <summary>Adds a passkey to whom is signed in; false where the browser made none that holds.</summary>
    public async Task<bool> AddPasskeyAsync(HttpContext http, string credential)
    {
        const string method = "POST /account/passkey";
        PasskeyAttestationResult? result = null;
        try
        {
            result = await signIn.PerformPasskeyAttestationAsync(credential);
        }
        catch (InvalidOperationException)
        {
            // Nothing was begun in this browser, or too long ago.
        }

        var account = Here(http);
        if (result is not { Succeeded: true } || !string.Equals(result.UserEntity.Id, account.Id, StringComparison.Ordinal))
        {
            audit.Done(method, AuditKind.SignIn, "WRONG_PASSKEY");
            return false;
        }

        audit.Done(method, AuditKind.SignIn);
        Require(await users.AddOrUpdatePasskeyAsync(account, result.Passkey));
        return true;
    }

    /// <summary>Removes a passkey of whom is signed in, where they have it.</summary>
    public async Task RemovePasskeyAsync(HttpContext http, byte[] id)
    {
        audit.Done("POST /account/passkey/remove", AuditKind.SignIn);
        Require(await users.RemovePasskeyAsync(Here(http), id));
    }

    /// <summary>Whether this demo lets a browser on this machine in as this role.</summary>
    public async Task<bool> AsDemoAsync(HttpContext http, string role)
    {
        if (!Loopback.IsDirect(http) || choices.Demo.FirstOrDefault(account => string.Equals(account.Role.Name(), role, StringComparison.Ordinal)) is not { } demo)
        {
            audit.SignIn(null, "POST /sign-in/demo", "PERMISSION_DENIED");
            return false;
        }

        await AsOthersAsync("demo-" + role, Account.DemoOrigin, [demo.Role], demo.Spaces, demo.Areas, "POST /sign-in/demo");
        return true;
    }

    /// <summary>Lets somebody in for whom another vouches.</summary>
    public async Task AsOthersAsync(string name, string origin, IReadOnlyList<Role> roles, IReadOnlyList<string> spaces, IReadOnlyList<string> areas, string method)
    {
        using var turn = await turns.TakeAsync(name);
        var normalized = users.NormalizeName(name);
        var account = database.FindByName(normalized, origin)
            ?? new Account { Id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N"), Name = name, NormalizedName = normalized, Origin = origin };
        var isSame = account.Roles.SequenceEqual(roles) && account.Spaces.SequenceEqual(spaces, StringComparer.Ordinal) && account.Areas.SequenceEqual(areas, StringComparer.Ordinal);
        (account.Roles, account.Spaces, account.Areas) = (roles, spaces, areas);
        audit.SignIn(account, method, BrowserAudit.Ok);
        if (account.Version == 0)
            Require(await users.CreateAsync(account));
        else if (!isSame)
            // What was granted before must not live on in another browser.
            Require(await users.UpdateSecurityStampAsync(account));
        await EnterAsync(account);
    }

    /// <summary>Signs out here.</summary>
    public async Task LeaveAsync()
    {
        audit.Done("POST /account/sign-out", AuditKind.SignIn);
        await signIn.SignOutAsync();
    }

    /// <summary>Signs an account out everywhere; who asks may be somebody else.</summary>
    public async Task LeaveEverywhereAsync(string accountId, string method)
    {
        audit.Done(method, AuditKind.SignIn);
        if (database.Find(accountId) is not { } account)
            return;
        using var turn = await turns.TakeAsync(account.Name ?? string.Empty);
        if (database.Find(accountId) is { } unchanged)
            Require(await users.UpdateSecurityStampAsync(unchanged));
    }

    /// <summary>Changes a password, signs out everywhere else and in again here; null if so, else what was wrong.</summary>
    public async Task<string?> ChangePasswordAsync(HttpContext http, string old, string @new)
    {
        const string method = "POST /account/password";
        using var turn = await turns.TakeAsync(http.User.Identity!.Name!);
        var account = Here(http);
        var now = time.GetUtcNow();
        if (account.IsLocked(now) || !await users.CheckPasswordAsync(account, old))
        {
            if (!account.IsLocked(now))
            {
                account.CountWrong(now);
                Require(await users.UpdateAsync(account));
            }

            audit.Done(method, AuditKind.SignIn, account.IsLocked(now) ? Locked : "WRONG_PASSWORD");
            return Texts.OldPasswordWrong;
        }

        if (await PasswordFaultAsync(account, @new) is { } fault)
            return fault;
        audit.Done(method, AuditKind.SignIn);
        Require(await users.ChangePasswordAsync(account, old, @new));
        await EnterAsync(account);
        return null;
    }

    /// <summary>Signs in, and forgets wrong tries.</summary>
    public async Task EnterAsync(Account account)
    {
        if (account.WrongInARow > 0 || account.LockedUntil is not null)
        {
            (account.WrongInARow, account.LockedUntil) = (0, null);
            Require(await users.UpdateAsync(account));
        }

        await signIn.SignInAsync(account, SignInCookie.Begin(time));
    }

    /// <summary>The account that is signed in; it is there, since the cookie was checked.</summary>
    public Account Here(HttpContext http) => database.Find(http.User.FindFirst(AccountClaims.Account)!.Value)!;

    /// <summary>What is wrong with the name of an account that is new or has none yet; null if nothing.</summary>
    public async Task<string?> NameFaultAsync(Account account)
    {
        var results = await Task.WhenAll(users.UserValidators.Select(validator => validator.ValidateAsync(users, account)));
        if (FirstFault(results) is { } fault)
            return fault;
        return await users.FindByNameAsync(account.Name!) is { } other && !string.Equals(other.Id, account.Id, StringComparison.Ordinal) ? Texts.NameTaken : null;
    }

    /// <summary>What is wrong with a new password; null if nothing.</summary>
    public async Task<string?> PasswordFaultAsync(Account account, string password) =>
        FirstFault(await Task.WhenAll(users.PasswordValidators.Select(validator => validator.ValidateAsync(users, account, password))));

    /// <summary>For what can only fail where somebody else wrote at the same moment.</summary>
    public static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
            throw new InvalidOperationException("An account could not be written: " + FirstFault(result));
    }

    private static string? FirstFault(params IEnumerable<IdentityResult> results) => results.SelectMany(result => result.Errors).Select(error => error.Description).FirstOrDefault();

    private async Task<PasskeyAssertionResult<Account>?> AssertAsync(string credential)
    {
        try
        {
            return await signIn.PerformPasskeyAssertionAsync(credential);
        }
        catch (InvalidOperationException)
        {
            // Nothing was begun in this browser, or too long ago.
            return null;
        }
    }
}
