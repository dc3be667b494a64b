using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace SafeSpaceCapacity.Web;

/// <summary>Style and script, out of the assembly itself, so that they are there however a host is built.</summary>
internal static class Assets
{
    /// <summary>The script that keeps the board open without a connection; it answers for the boards only.</summary>
    public const string Worker = "board-worker.js";

    private static readonly FrozenSet<string> Names = typeof(Assets).Assembly.GetManifestResourceNames()
        .Where(name => name.EndsWith(".css", StringComparison.Ordinal) || name.EndsWith(".js", StringComparison.Ordinal))
        .ToFrozenSet(StringComparer.Ordinal);

    public static IResult Get(HttpContext http, string name)
    {
        if (!Names.Contains(name))
            return Results.NotFound();
        if (string.Equals(name, Worker, StringComparison.Ordinal))
            http.Response.Headers["Service-Worker-Allowed"] = "/board/";
        var type = name.EndsWith(".css", StringComparison.Ordinal) ? "text/css" : "text/javascript";
        return Results.Stream(typeof(Assets).Assembly.GetManifestResourceStream(name)!, type + "; charset=utf-8");
    }
}
