using System.Collections.Frozen;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Web;

/// <summary>Who may open which page: the one place that says so. What is not here is open to nobody.</summary>
internal static class PageAccess
{
    private const int BytesMost = 65_536;

    private static readonly Role[] Anybody = [];
    private static readonly Role[] WhoeverIsSignedIn = Enum.GetValues<Role>();

    /// <summary>The roles of each route, of which one is enough.</summary>
    public static readonly FrozenDictionary<string, Role[]> Table = new Dictionary<string, Role[]>(StringComparer.Ordinal)
    {
        ["/"] = WhoeverIsSignedIn,
        ["/account"] = WhoeverIsSignedIn,
        ["/account/passkey-options"] = WhoeverIsSignedIn,
        ["/assets/{name}"] = Anybody,
        ["/audit"] = [Role.Auditor],
        ["/board/{Space}"] = [Role.Staff],

        // Which roles may call which method is for the service to say.
        [PageCalls.Route] = WhoeverIsSignedIn,
        ["/directory"] = [Role.Administrator],
        ["/enrol/{Token}"] = Anybody,
        ["/find"] = [Role.Crew],
        ["/not-allowed"] = Anybody,
        ["/people"] = [Role.Administrator],
        ["/people/{Id}"] = [Role.Administrator],
        ["/plan"] = [Role.Planner],
        ["/rules"] = [Role.Administrator],
        ["/rota/{Space}"] = [Role.Staff],
        ["/sheet"] = [Role.Administrator],
        ["/sign-in"] = Anybody,
        ["/sign-in/organisation"] = Anybody,
        ["/sign-in/passkey-options"] = Anybody,
        ["/signed-out"] = Anybody,
        ["/system"] = [Role.Administrator],

        // Blazor's own.
        ["/_framework/opaque-redirect"] = Anybody,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Guards an endpoint by what the table says of its route.</summary>
    public static void Guard(EndpointBuilder endpoint)
    {
        endpoint.Metadata.Add(PolicyOf(RouteOf(((RouteEndpointBuilder)endpoint).RoutePattern.RawText)));
        endpoint.Metadata.Add(new RequestSizeLimitAttribute(BytesMost));
        endpoint.Metadata.Add(IsPage.Instance);
    }

    /// <summary>A route as the table writes it.</summary>
    public static string RouteOf(string? pattern) => "/" + pattern?.Trim('/');

    private static AuthorizationPolicy PolicyOf(string route)
    {
        // Named, so that whoever is signed in is known on open pages too.
        var policy = new AuthorizationPolicyBuilder(IdentityConstants.ApplicationScheme);
        if (!Table.TryGetValue(route, out var roles))
            return policy.RequireAssertion(_ => false).Build();
        return roles.Length == 0
            ? policy.RequireAssertion(_ => true).Build()
            : policy.RequireAuthenticatedUser().RequireRole(roles.Select(role => role.Name())).Build();
    }
}

/// <summary>Marks the endpoints of this library.</summary>
internal sealed class IsPage
{
    public static readonly IsPage Instance = new();
}
