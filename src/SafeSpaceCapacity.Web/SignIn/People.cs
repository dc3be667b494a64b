using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.IdentityModel.Tokens;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Web.Accounts;

namespace SafeSpaceCapacity.Web.SignIn;

/// <summary>Makes, changes and removes accounts. A new one gets a link by which its owner sets a password, once and within a day.</summary>
internal sealed class People(UserManager<Account> users, AccountDatabase database, BrowserAudit audit, SignInDesk desk, Turns turns, PagesChoices choices, TimeProvider time)
{
    /// <summary>How long a link works.</summary>
    public static readonly TimeSpan LinkLife = TimeSpan.FromDays(1);

    private const string Invite = "POST /people";
    private const string Enrol = "POST /enrol";

    public IReadOnlyList<Account> All() => database.All();

    public Account? Find(string id) => database.Find(id);

    /// <summary>The path by which the first administrator enrols; null where there is one who can sign in. An earlier one ends.</summary>
    public string? FirstEnrolmentPath()
    {
        var accounts = database.All();
        if (accounts.Any(account => account.Roles.Contains(Role.Administrator) && CanSignIn(account)))
            return null;
        audit.Job("enrolment link of the first administrator");
        foreach (var unused in accounts.Where(account => account.Name is null))
            database.Delete(unused);
        var first = Make(null, [Role.Administrator], [], [], out var path);
        database.Insert(first);
        return path;
    }

    /// <summary>Makes an account and the path by which its owner enrols; or says what is wrong.</summary>
    public async Task<(string? Path, string? Fault)> InviteAsync(string name, IReadOnlyList<Role> roles, IReadOnlyList<string> spaces, IReadOnlyList<string> areas)
    {
        if (Account.GrantFault(roles, spaces, areas) is { } fault)
            return (null, fault);
        var account = Make(name, roles, spaces, areas, out var path);
        if (await desk.NameFaultAsync(account) is { } nameFault)
            return (null, nameFault);
        audit.Done($"{Invite}/{account.Id}/invite", AuditKind.Write, Granted(account));
        SignInDesk.Require(await users.CreateAsync(account));
        return (path, null);
    }

    /// <summary>Changes what an account of our own may do and ends its sign-ins; null if so, or if it is gone, else what is wrong.</summary>
    public async Task<string?> ChangeAsync(string id, IReadOnlyList<Role> roles, IReadOnlyList<string> spaces, IReadOnlyList<string> areas)
    {
        if (Account.GrantFault(roles, spaces, areas) is { } fault)
            return fault;
        await UpdateAsync(id, account =>
        {
            (account.Roles, account.Spaces, account.Areas) = (roles, spaces, areas);
            audit.Done($"{Invite}/{id}/change", AuditKind.Write, Granted(account));
        });
        return null;
    }

    /// <summary>Gives an account of our own another link in place of its password and passkeys, and ends its sign-ins. The path; null if it is gone.</summary>
    public async Task<string?> GiveLinkAsync(string id)
    {
        string? path = null;
        await UpdateAsync(id, account =>
        {
            (account.PasswordHash, account.Passkeys, account.WrongInARow, account.LockedUntil) = (null, [], 0, null);
            path = MakeLink(account);
            audit.Done($"{Invite}/{id}/new-link", AuditKind.Write);
        });
        return path;
    }

    /// <summary>Removes an account, and with it its sign-ins.</summary>
    public void Remove(Account account)
    {
        audit.Done($"{Invite}/{account.Id}/remove", AuditKind.Write);
        database.Delete(account);
    }

    /// <summary>Whose link this is; null where it does not work, or no longer.</summary>
    public Account? FindInvited(string token) =>
        database.FindByEnrolment(HashOf(token)) is { } account && time.GetUtcNow() < account.EnrolmentEnds ? account : null;

    /// <summary>Uses a link up: sets the password, and the name where there was none, and signs in; null if so, else what is wrong.</summary>
    public async Task<string?> EnrolAsync(Account account, string? name, string password)
    {
        account.Name ??= name;
        if ((await desk.NameFaultAsync(account) ?? await desk.PasswordFaultAsync(account, password)) is { } fault)
            return fault;
        (account.EnrolmentHash, account.EnrolmentEnds) = (null, null);
        audit.SignIn(account, Enrol, BrowserAudit.Ok);
        // Written only if nobody used the link meanwhile: versions are compared.
        if (!(await users.AddPasswordAsync(account, password)).Succeeded)
        {
            audit.SignIn(account, Enrol, "NOT_DONE");
            return Texts.LinkEnded;
        }

        await desk.EnterAsync(account);
        return null;
    }

    /// <summary>Writes down that a link was tried that does not work.</summary>
    public void NoLink() => audit.SignIn(null, Enrol, "NO_SUCH_LINK");

    private bool CanSignIn(Account account) => account.Origin is null
        ? account.PasswordHash is not null
        : string.Equals(account.Origin, choices.Organisation?.Authority.AbsoluteUri, StringComparison.Ordinal);

    private static string Granted(Account account) => $"{BrowserAudit.Ok}: {string.Join(' ', [account.RoleNames, .. account.Spaces, .. account.Areas])}";

    // While nobody tries its password, so that a try which is counted does not come between.
    private async Task UpdateAsync(string id, Action<Account> change)
    {
        using var turn = await turns.TakeAsync(database.Find(id)?.Name ?? string.Empty);
        if (database.Find(id) is not { Origin: null } account)
            return;
        change(account);
        SignInDesk.Require(await users.UpdateSecurityStampAsync(account));
    }

    private Account Make(string? name, IReadOnlyList<Role> roles, IReadOnlyList<string> spaces, IReadOnlyList<string> areas, out string path)
    {
        var account = new Account { Id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N"), Name = name, Roles = roles, Spaces = spaces, Areas = areas };
        path = MakeLink(account);
        return account;
    }

    private string MakeLink(Account account)
    {
        var token = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        (account.EnrolmentHash, account.EnrolmentEnds) = (HashOf(token), time.GetUtcNow() + LinkLife);
        return "/enrol/" + token;
    }

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
