using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.TestClient;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>What a caller needs to be let in.</summary>
internal static class Access
{
    /// <summary>One call in so many comes without its token.</summary>
    public const int OneInComesWithout = 8;

    private static Dictionary<string, string> _tokens = new(StringComparer.Ordinal);

    /// <summary>Gets the tokens with which everything can be called, about the spaces of the cast.</summary>
    public static void Enter(ServerProcess server, Cast cast)
    {
        var issuer = new TokenIssuer(server.Keys, TimeProvider.System);
        _tokens = Methods.All.Select(method => method.Service.FullName).Distinct(StringComparer.Ordinal)
            .Select(service => (Service: service, Role: Badge.RoleFor(service)))
            .Where(needed => needed.Role is not null)
            .ToDictionary(
                needed => needed.Service,
                needed => issuer.Issue(new TokenOrder(
                    "fuzzer",
                    [needed.Role!.Value],
                    needed.Role is Role.Staff ? [.. cast.Spaces] : [],
                    needed.Role is Role.Planner ? ["S12000049", "S12000036", "S12000033"] : [],
                    CertificateThumbprint: null,
                    TokenIssuer.LifeMax)),
                StringComparer.Ordinal);
    }

    /// <summary>The bearer token with which a service's methods may be called; null where none is asked for.</summary>
    public static string? Token(string service) => _tokens.GetValueOrDefault(service);
}
