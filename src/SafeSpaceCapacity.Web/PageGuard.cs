using Microsoft.AspNetCore.Http;
using SafeSpaceCapacity.Web.Pages;
using SafeSpaceCapacity.Web.SignIn;

namespace SafeSpaceCapacity.Web;

/// <summary>
/// Tells browsers what the pages may do, which is little; shows them in the clear on this machine only; and answers what could not be audited.
/// </summary>
internal sealed class PageGuard(RequestDelegate next, PagesChoices choices)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var isPage = context.GetEndpoint()?.Metadata.GetMetadata<IsPage>() is not null || context.Request.Path.StartsWithSegments("/sign-in", StringComparison.OrdinalIgnoreCase);
        if (!isPage && context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true)
        {
            await next(context);
            return;
        }

        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        var isSearch = context.Request.Path.Equals("/find", StringComparison.OrdinalIgnoreCase);
        headers["Permissions-Policy"] = $"camera=(), geolocation=({(isSearch ? "self" : null)}), microphone=(), payment=(), usb=()";
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
        if (isPage && !context.Request.IsHttps && (choices.Https || !Loopback.IsDirect(context)))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.Response.WriteAsync(Texts.OtherWay);
            return;
        }

        try
        {
            await next(context);
        }
        catch (NotAuditedException) when (!context.Response.HasStarted)
        {
            context.Response.Headers.SetCookie = default;
            await Notice.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, Texts.NotNow, Texts.NotNowHelp);
        }
    }
}
