using System.Diagnostics;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Web.Accounts;

namespace SafeSpaceCapacity.Web.SignIn;

/// <summary>Writes what was done with a browser to the audit trail. Never a password, a token or a link, nor a name that nobody proved.</summary>
internal sealed class BrowserAudit(AuditTrail trail, IHttpContextAccessor accessor, TimeProvider time)
{
    public const string Ok = "ok";

    private const string Nobody = "unknown";

    /// <summary>Of an account that signs in.</summary>
    public void SignIn(Account? account, string method, string outcome) =>
        Write(account?.Name ?? Nobody, account?.RoleNames ?? string.Empty, method, AuditKind.SignIn, outcome);

    /// <summary>Of whoever is signed in.</summary>
    public void Done(string method, AuditKind kind, string outcome = Ok, string? area = null)
    {
        var grant = Grant.Of(accessor.HttpContext?.User ?? new ClaimsPrincipal(), time.GetUtcNow());
        Write(grant.Subject, string.Join(' ', grant.Roles.Order().Select(role => role.Name())), method, kind, outcome, area);
    }

    /// <summary>Of the service itself.</summary>
    public void Job(string method) => Write("service", string.Empty, method, AuditKind.Job, Ok);

    private void Write(string actor, string role, string method, AuditKind kind, string outcome, string? area = null)
    {
        var entry = new AuditEntry(
            time.GetUtcNow(), null, actor, role, "browser", null, method, kind, null, area, null, null, null, outcome,
            Activity.Current?.TraceId.ToString() ?? accessor.HttpContext?.TraceIdentifier ?? string.Empty, null);
        if (!trail.TryAppend(entry))
            throw new NotAuditedException();
    }
}

/// <summary>What was asked can't be written to the audit trail, so it was not done.</summary>
internal sealed class NotAuditedException() : InvalidOperationException("The audit trail takes no entries: nothing was done.");
