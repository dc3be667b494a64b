using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Web.SignIn;

namespace SafeSpaceCapacity.Web;

/// <summary>The service's methods, as script of the pages calls them. The host brings it; it judges who may call what, and records it.</summary>
public interface IPageCalls
{
    /// <summary>Answers a call.</summary>
    /// <param name="http">The request, whose body is the message in JSON, and its answer.</param>
    /// <param name="method">Such as <c>StaffService/GetBoard</c>.</param>
    /// <param name="grant">Who calls. What lasts ends when it does.</param>
    Task AnswerAsync(HttpContext http, string method, Grant grant);
}

/// <summary>Lets script of our own pages call the service, as whoever is signed in, and nobody else's script.</summary>
internal static class PageCalls
{
    public const string Route = "/calls/{service}/{method}";

    /// <summary>How long a watch lasts before the browser must begin it again, so that a sign-in that was ended elsewhere is noticed.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    // Browsers set it themselves, and no script can. A page of another origin, also of another port of this machine, sends another word.
    private const string FetchSite = "Sec-Fetch-Site";

    // A directory of the largest size that is imported, in JSON.
    private const long ImportBytesMost = 96L << 20;

    public static Task AnswerAsync(HttpContext http, string service, string method)
    {
        var services = http.RequestServices;
        if (http.Request.Headers[FetchSite] != "same-origin" || !http.Request.HasJsonContentType())
        {
            services.GetRequiredService<BrowserAudit>().Done("POST /calls", AuditKind.Read, "PERMISSION_DENIED");
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        var grant = Grant.Of(http.User, services.GetRequiredService<TimeProvider>().GetUtcNow() + Longest) with { Client = "browser" };
        if (method.StartsWith("Import", StringComparison.Ordinal) && grant.Roles.Contains(Role.Administrator) && http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = ImportBytesMost;
        return services.GetRequiredService<IPageCalls>().AnswerAsync(http, $"{service}/{method}", grant);
    }

    /// <summary>Whether a request is a watch: a screen that nobody looks at goes on watching, so it does not prolong a sign-in.</summary>
    public static bool IsWatch(HttpRequest request) => request.Path.Value?.Contains("Service/Watch", StringComparison.Ordinal) == true;
}
