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

    // How long a token that was found genuine is taken for so without looking again: a key that was taken back is noticed then.
    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(5);

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

        var grant = notes.SignedIn ?? await GrantOfAsync(notes);
        notes.Grant = grant;
        limits.Call(grant);
        RequireReach(notes, rule, grant);
        notes.Role = rule.Roles.First(grant.Roles.Contains);
    }

    public void Dispose() => _known.Dispose();

    private async ValueTask<Grant> GrantOfAsync(CallNotes notes)
    {
        var (token, known) = Presented(notes.Http.Request.Headers.Authorization);
        var now = time.GetUtcNow();
        if (known is not null && now < known.ReadAt + Believed && Problem(known.Grant, notes, now) is null)
            return known.Grant;

        // Who was let in before is no stranger: others at the same address, who may be anybody, can't use up what lets them in again.
        if (known is null || Problem(known.Grant, notes, now) is not null)
            limits.Stranger(notes.Http.Connection.RemoteIpAddress);
        if (token is null)
            throw Stranger("a token is needed: authorization: Bearer TOKEN");
        var reading = await tokens.ReadAsync(token);
        if (reading.Grant is not { } grant)
        {
            _known.Remove(token);
            throw Stranger(reading.Problem!);
        }

        _known.Set(token, new Known(grant, now), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = TokenIssuer.LifeMax });
        return Problem(grant, notes, now) is { } problem ? throw Stranger(problem) : grant;
    }

    private (string? Token, Known? Known) Presented(StringValues header)
    {
        if (header is not [{ } only] || !only.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return (null, null);
        var token = only[Scheme.Length..];
        return (token, _known.Get<Known>(token));
    }

    private static string? Problem(Grant grant, CallNotes notes, DateTimeOffset now) =>
        grant.Expires <= now ? "the token has ended: get a new one"
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

    private sealed record Known(Grant Grant, DateTimeOffset ReadAt);
}
