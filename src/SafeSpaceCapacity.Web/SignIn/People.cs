using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.IdentityModel.Tokens;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Web.Accounts;

namespace SafeSpaceCapacity.Web.SignIn;

/// <summary>Makes and removes accounts. A new one gets a link by which its owner sets a password, once and within a day.</summary>
internal sealed class People(UserManager<Account> users, AccountDatabase database, BrowserAudit audit, SignInDesk desk, PagesChoices choices, TimeProvider time)
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
        audit.Done($"{Invite}/{account.Id}/invite", AuditKind.Write, $"{BrowserAudit.Ok}: {string.Join(' ', [account.RoleNames, .. spaces, .. areas])}");
        SignInDesk.Require(await users.CreateAsync(account));
        return (path, null);
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

    private Account Make(string? name, IReadOnlyList<Role> roles, IReadOnlyList<string> spaces, IReadOnlyList<string> areas, out string path)
    {
        var now = time.GetUtcNow();
        var token = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        path = "/enrol/" + token;
        return new Account
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Name = name,
            Roles = roles,
            Spaces = spaces,
            Areas = areas,
            EnrolmentHash = HashOf(token),
            EnrolmentEnds = now + LinkLife,
        };
    }

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
