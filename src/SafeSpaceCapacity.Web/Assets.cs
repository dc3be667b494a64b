using Microsoft.AspNetCore.Http;

namespace SafeSpaceCapacity.Web;

/// <summary>Style and script, out of the assembly itself, so that they are there however a host is built.</summary>
internal static class Assets
{
    public static IResult Get(string name) => name switch
    {
        "site.css" => File(name, "text/css"),
        "passkeys.js" => File(name, "text/javascript"),
        _ => Results.NotFound(),
    };

    private static IResult File(string name, string type) => Results.Stream(typeof(Assets).Assembly.GetManifestResourceStream(name)!, type + "; charset=utf-8");
}
