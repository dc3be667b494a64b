using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Web.Accounts;

namespace SafeSpaceCapacity.Web.SignIn;

/// <summary>The cookies, and whether the one that somebody comes with still holds.</summary>
internal static class SignInCookie
{
    /// <summary>A sign-in that is not used ends after this.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(8);

    /// <summary>Every sign-in ends after this.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    private const string SignedInAt = "signed-in-at";

    public static AuthenticationProperties Begin(TimeProvider time) =>
        new(new Dictionary<string, string?>(StringComparer.Ordinal) { [SignedInAt] = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture) });

    public static void Configure(CookieAuthenticationOptions options, PagesChoices choices)
    {
        Secure(options.Cookie, choices, "safespace");
        options.ExpireTimeSpan = Idle;
        options.LoginPath = "/sign-in";
        options.AccessDeniedPath = "/not-allowed";
        options.ReturnUrlParameter = "from";
        options.Events = new CookieAuthenticationEvents
        {
            OnValidatePrincipal = context => CheckAsync(context, choices),
            OnCheckSlidingExpiration = context =>
            {
                context.ShouldRenew &= !PageCalls.IsWatch(context.Request);
                return Task.CompletedTask;
            },
            OnRedirectToAccessDenied = context =>
            {
                context.HttpContext.RequestServices.GetRequiredService<BrowserAudit>()
                    .Done($"{context.Request.Method} {context.Request.Path}", AuditKind.Read, "PERMISSION_DENIED");
                context.Response.Redirect(context.RedirectUri);
                return Task.CompletedTask;
            },
        };
    }

    /// <summary>Gives a cookie the strictest form that the way to the browser allows.</summary>
    public static void Secure(CookieBuilder cookie, PagesChoices choices, string name)
    {
        cookie.Name = choices.Https ? "__Host-" + name : name;
        cookie.Path = "/";
        cookie.HttpOnly = true;
        cookie.IsEssential = true;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.SecurePolicy = choices.Https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
    }

    // At every request, so that who was removed or signed out everywhere is out at once.
    private static async Task CheckAsync(CookieValidatePrincipalContext context, PagesChoices choices)
    {
        var services = context.HttpContext.RequestServices;
        var account = services.GetRequiredService<AccountDatabase>().Find(context.Principal!.FindFirst(AccountClaims.Account)?.Value ?? string.Empty);
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        if (account is not null
            && string.Equals(account.SecurityStamp, context.Principal.FindFirst(AccountClaims.Stamp)?.Value, StringComparison.Ordinal)
            && DateTimeOffset.TryParseExact(context.Properties.GetString(SignedInAt), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var since)
            && now - since < Longest
            && IsStillOffered(account.Origin, context.HttpContext, choices))
            return;
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
    }

    private static bool IsStillOffered(string? origin, HttpContext http, PagesChoices choices) => origin switch
    {
        null => true,
        Account.DemoOrigin => choices.Demo.Count > 0 && Loopback.IsDirect(http),
        _ => string.Equals(origin, choices.Organisation?.Authority.AbsoluteUri, StringComparison.Ordinal),
    };
}
