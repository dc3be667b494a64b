using Grpc.Core;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Service.Access;

/// <summary>Lets a call in or turns it away, by the token that it carries and the rule of its method.</summary>
/// <param name="tokens">Tells genuine tokens.</param>
/// <param name="limits">How much one may ask.</param>
/// <param name="time">The machine's clock.</param>
internal sealed class AccessGate(TokenReader tokens, RateLimits limits, TimeProvider time) : IDisposable
{
    private const string Scheme = "Bearer ";

    // How long a token that was found genuine is taken for so without looking again: an authority that took a key back is heeded after it.
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = 20_000 });

    /// <summary>Finds out who calls and whether they may, and notes both.</summary>
    /// <exception cref="RpcException">UNAUTHENTICATED, PERMISSION_DENIED or RESOURCE_EXHAUSTED, and why.</exception>
    public async ValueTask AdmitAsync(CallNotes notes)
    {
        if (notes.Rule is not { } rule)
            throw Denied("nobody may call this method");
        if (rule.IsOpen)
        {
            limits.Stranger(notes.Http.Connection.RemoteIpAddress);
            return;
        }

        var grant = await GrantOfAsync(notes);
        notes.Grant = grant;
        limits.Call(grant);
        RequireReach(notes, rule, grant);
        notes.Role = rule.Roles.First(grant.Roles.Contains);
    }

    public void Dispose() => _known.Dispose();

    private async ValueTask<Grant> GrantOfAsync(CallNotes notes)
    {
        var (token, grant) = Presented(notes.Http.Request.Headers.Authorization);
        if (grant is not null && Problem(grant, notes) is null)
            return grant;
        limits.Stranger(notes.Http.Connection.RemoteIpAddress);
        if (token is null)
            throw Stranger("a token is needed: authorization: Bearer TOKEN");
        if (grant is null)
        {
            var reading = await tokens.ReadAsync(token);
            grant = reading.Grant ?? throw Stranger(reading.Problem!);
            _known.Set(token, grant, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Remembered });
        }

        return Problem(grant, notes) is { } problem ? throw Stranger(problem) : grant;
    }

    private (string? Token, Grant? Grant) Presented(StringValues header)
    {
        if (header is not [{ } only] || !only.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return (null, null);
        var token = only[Scheme.Length..];
        return (token, _known.Get<Grant>(token));
    }

    private string? Problem(Grant grant, CallNotes notes) =>
        grant.Expires <= time.GetUtcNow() ? "the token has ended: get a new one"
        : grant.CertificateThumbprint is { } bound && !string.Equals(bound, notes.Certificate, StringComparison.Ordinal)
            ? "the token is bound to a certificate that this connection does not show"
        : null;

    private static void RequireReach(CallNotes notes, AccessRule rule, Grant grant)
    {
        if (!rule.Roles.Any(grant.Roles.Contains))
            throw Denied($"this needs the role {string.Join(" or ", rule.Roles.Select(role => role.Name()))}");

        // What is no id or code at all goes on: the method says which rule it breaks.
        if (rule.Reach is Reach.OwnSpaces && notes.Space is { } space && !grant.Spaces.Contains(space))
            throw Denied($"space_id: this account is not staff of '{space}'");
        if (rule.Reach is Reach.OwnAreas)
        {
            for (var i = 0; i < notes.Areas.Count; i++)
            {
                if (!grant.Areas.Contains(notes.Areas[i]))
                    throw Denied($"area_codes[{i}]: this account does not plan for that area");
            }
        }
    }

    private static RpcException Stranger(string why) => new(new Status(StatusCode.Unauthenticated, why));

    private static RpcException Denied(string why) => new(new Status(StatusCode.PermissionDenied, why));
}
