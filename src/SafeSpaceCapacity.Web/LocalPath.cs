using Microsoft.AspNetCore.Http.HttpResults;

namespace SafeSpaceCapacity.Web;

/// <summary>Where to go after signing in.</summary>
internal static class LocalPath
{
    /// <summary>The path that somebody came from, where it is one of this service; else home.</summary>
    public static string Of(string? from) => RedirectHttpResult.IsLocalUrl(from) && from.StartsWith('/') ? from : "/";
}
