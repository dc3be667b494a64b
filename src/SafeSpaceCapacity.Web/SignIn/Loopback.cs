using System.Net;
using Microsoft.AspNetCore.Http;

namespace SafeSpaceCapacity.Web.SignIn;

/// <summary>Tells a browser on this machine from all others.</summary>
internal static class Loopback
{
    private static readonly string[] ForwardedBy = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host"];

    /// <summary>
    /// Whether the request came from this machine and was meant for it: neither passed on by a proxy here, nor sent by a page whose name
    /// somebody pointed at this machine.
    /// </summary>
    public static bool IsDirect(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
        && IsName(context.Request.Host.Host)
        && !ForwardedBy.Any(context.Request.Headers.ContainsKey);

    /// <summary>Whether this is a name or address of this machine.</summary>
    public static bool IsName(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
