using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Web.Accounts;
using SafeSpaceCapacity.Web.Pages;
using SafeSpaceCapacity.Web.SignIn;

namespace SafeSpaceCapacity.Web;

/// <summary>Puts the pages into a host. The host adds an <see cref="AuditTrail"/>, an <see cref="IDirectory"/> and <see cref="IPageCalls"/>.</summary>
public static class PagesSetup
{
    internal const string SignInLimit = "sign-in";

    /// <summary>Posts to sign in or enrol, from one address and in one minute.</summary>
    internal const int PostsMost = 30;

    /// <summary>Adds what the pages need.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="choices">The host's choices.</param>
    public static IServiceCollection AddSafeSpacePages(this IServiceCollection services, PagesChoices choices)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(choices)
            .AddSingleton(new AccountDatabase(choices.DataFolder))
            .AddSingleton<Turns>()
            .AddSingleton<BrowserAudit>()
            .AddScoped<SignInDesk>()
            .AddScoped<People>();
        AddAccounts(services, choices);
        AddLimits(services);
        services.AddDataProtection()
            .SetApplicationName("SafeSpaceCapacity")
            .PersistKeysToFileSystem(new DirectoryInfo(AccountDatabase.FolderOf(choices.DataFolder, "data-protection")));
        // It warns at every new key that the files are not encrypted: only the service's user can read them.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error));
        services.AddAntiforgery(options => SignInCookie.Secure(options.Cookie, choices, "safespace-form"));
        services.AddAuthorization();
        services.AddRazorComponents();
        return services;
    }

    /// <summary>Maps the pages, and puts in front of them what guards them.</summary>
    /// <param name="app">The host.</param>
    public static WebApplication MapSafeSpacePages(this WebApplication app)
    {
        app.UseMiddleware<PageGuard>();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        var pages = app.MapGroup(string.Empty);
        pages.MapRazorComponents<App>();
        pages.MapGet("/assets/{name}", Assets.Get);
        pages.MapPost("/sign-in/passkey-options", (Delegate)PasskeyOptions.ForSignInAsync).RequireRateLimiting(SignInLimit);
        pages.MapPost("/account/passkey-options", (Delegate)PasskeyOptions.ForNewAsync);
        pages.MapPost(PageCalls.Route, (Delegate)PageCalls.AnswerAsync);
        if (app.Services.GetRequiredService<PagesChoices>().Organisation is not null)
            pages.MapGet("/sign-in/organisation", (Delegate)OrganisationSetup.BeginAsync);
        ((IEndpointConventionBuilder)pages).Add(PageAccess.Guard);
        return app;
    }

    /// <summary>
    /// The path of a link, good once and for a day, by which the first administrator makes their account; null where there is one who can
    /// sign in. An earlier link ends. Print it behind <c>http://localhost:PORT</c>, since passkeys need that name, and nowhere else.
    /// </summary>
    /// <param name="app">The host.</param>
    public static Task<string?> EnrolmentPathAsync(this WebApplication app) => Task.Run(() =>
    {
        using var scope = app.Services.CreateScope();
        return scope.ServiceProvider.GetRequiredService<People>().FirstEnrolmentPath();
    });

    private static void AddAccounts(IServiceCollection services, PagesChoices choices)
    {
        // Before the framework's own, which it then leaves out.
        services.AddScoped<IUserValidator<Account>, NameRule>().AddScoped<IPasswordValidator<Account>, PasswordRule>();
        services.AddIdentityCore<Account>(options => options.ClaimsIdentity.UserIdClaimType = AccountClaims.Account)
            .AddUserStore<AccountStore>()
            .AddClaimsPrincipalFactory<AccountClaims>()
            .AddSignInManager();
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 210_000);
        services.Configure<IdentityPasskeyOptions>(options =>
        {
            // A passkey is all that is asked for, so it must know its owner, and its account.
            options.UserVerificationRequirement = "required";
            options.ResidentKeyRequirement = "required";
        });
        var authentication = services.AddAuthentication()
            .AddCookie(IdentityConstants.ApplicationScheme, options => SignInCookie.Configure(options, choices))
            // Between asking the browser for a passkey and its answer.
            .AddCookie(IdentityConstants.TwoFactorUserIdScheme, options =>
            {
                SignInCookie.Secure(options.Cookie, choices, "safespace-passkey");
                options.ExpireTimeSpan = TimeSpan.FromMinutes(5);
            });
        if (choices.Organisation is { } organisation)
            authentication.AddOrganisation(organisation, choices);
    }

    private static void AddLimits(IServiceCollection services) => services.AddRateLimiter(options =>
    {
        options.AddPolicy(SignInLimit, http => HttpMethods.IsPost(http.Request.Method)
            ? RateLimitPartition.GetFixedWindowLimiter(
                http.Connection.RemoteIpAddress?.ToString() ?? string.Empty,
                _ => new FixedWindowRateLimiterOptions { PermitLimit = PostsMost, Window = TimeSpan.FromMinutes(1) })
            : RateLimitPartition.GetNoLimiter(string.Empty));
        options.OnRejected = async (rejected, _) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : TimeSpan.FromMinutes(1);
            rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await Notice.WriteAsync(rejected.HttpContext, StatusCodes.Status429TooManyRequests, Texts.TooMany, Texts.TooManyHelp);
        };
    });
}
