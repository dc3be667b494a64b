using System.Net;
using System.Security.Cryptography;
using SafeSpaceCapacity.Contract.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using SafeSpaceCapacity.Service.Tests.BadInput;
using SafeSpaceCapacity.Service.Tests.Support;
using DemoRole = SafeSpaceCapacity.Contract.V1.Role;
using Role = SafeSpaceCapacity.Identity.Role;

namespace SafeSpaceCapacity.Service.Tests.Access;

public sealed class TokenTests : ServiceTest
{
    [Fact]
    public async Task A_token_bound_to_a_certificate_is_of_no_use_without_it()
    {
        var bound = Service.Token(Role.Machine, thumbprint: "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2");
        var refused = await RefusedAsync(Service.With(bound), StatusCode.Unauthenticated);
        Assert.Equal("the token is bound to a certificate that this connection does not show", refused);
        Assert.Null(await FindAsync(Service.With(Service.Token(Role.Machine))));
    }

    [Fact]
    public async Task A_watch_ends_when_its_token_does()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        var crew = new CrewService.CrewServiceClient(Service.With(Service.Issuer.Issue(
            new Identity.TokenOrder("somebody", [Role.Crew], [], [], CertificateThumbprint: null, TimeSpan.FromMinutes(41)))));
        using var watch = crew.WatchSpaces(new WatchSpacesRequest { SpaceIds = { "near-space" } });
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        await Service.Time.TimerSetAsync(TimeSpan.FromMinutes(41));
        Service.Time.Advance(TimeSpan.FromMinutes(41));
        var ended = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await watch.ResponseStream.MoveNext(CancellationToken.None))
            {
                // What was sent before.
            }
        });
        Assert.Equal((StatusCode.Unauthenticated, "the token has ended: get a new one and watch again"), (ended.StatusCode, ended.Status.Detail));
    }

    [Fact]
    public async Task A_key_that_another_process_made_is_found()
    {
        Assert.Null(await FindAsync(Service.With(Service.Token(Role.Crew))));

        // Somebody issues a token with another program, which by its clock makes a new key.
        var later = new ManualTime();
        later.Advance(Identity.SigningKeys.KeyLife);
        using var keys = Identity.SigningKeys.Open(Path.Combine(Service.Directory, "keys"), later);
        var token = new Identity.TokenIssuer(keys, Service.Time).Issue(
            new Identity.TokenOrder("somebody", [Role.Crew], [], [], CertificateThumbprint: null, TimeSpan.FromHours(1)));
        Assert.Null(await FindAsync(Service.With(token)));
    }

    [Fact]
    public async Task With_an_authority_its_tokens_count_and_our_own_do_not()
    {
        await using var authority = await Authority.StartAsync();
        await using var service = await RunningService.StartAsync(new Wishes { Authority = new TokenAuthority(authority.Address, "safespace") });
        Assert.Null(await FindAsync(service.With(authority.Token(service.Time))));
        Assert.Equal("the token is not genuine", await RefusedAsync(service.With(service.Token(Role.Crew)), StatusCode.Unauthenticated));
        Assert.Equal("the token names no account", await RefusedAsync(service.With(authority.Token(service.Time, subject: null)), StatusCode.Unauthenticated));
        Assert.Equal("the token is for another service", await RefusedAsync(service.With(authority.Token(service.Time, audience: "another")), StatusCode.Unauthenticated));
        Assert.Equal("the token is not genuine", await RefusedAsync(service.With(authority.Token(service.Time, issuer: "https://login.example")), StatusCode.Unauthenticated));
        Assert.Equal(
            "the token has ended, or has not begun: get a new one", await RefusedAsync(service.With(authority.Token(service.Time, minutes: -60)), StatusCode.Unauthenticated));
        Assert.Equal("this needs the role crew or machine", await RefusedAsync(service.With(authority.Token(service.Time, role: "queen")), StatusCode.PermissionDenied));
        var entry = (await service.AuditedAsync())[0];
        Assert.Equal(("officer-7", "crew", "cad", "ok"), (entry.Actor, entry.Role, entry.Client, entry.Outcome));
    }

    [Fact]
    public async Task An_authority_that_does_not_answer_lets_nobody_in_and_is_no_error_of_the_server()
    {
        await using var service = await RunningService.StartAsync(new Wishes { Authority = new TokenAuthority(new Uri("http://127.0.0.1:1/"), "safespace") });
        Assert.Equal("the token is not genuine", await RefusedAsync(service.With(service.Token(Role.Crew)), StatusCode.Unauthenticated));
    }

    [Fact]
    public async Task A_demo_lets_whoever_is_on_this_machine_in_as_any_role()
    {
        await using var demo = await RunningService.StartAsync(new Wishes { Demo = true });
        var door = new DemoService.DemoServiceClient(demo.Bare);
        foreach (var role in Enum.GetValues<Role>())
        {
            var request = new IssueDemoTokenRequest { Role = (DemoRole)role };
            if (role is Role.Staff)
                request.SpaceIds.Add("near-space");
            if (role is Role.Planner)
                request.AreaCodes.Add("S12000049");
            var answer = await door.IssueDemoTokenAsync(request);
            Assert.Equal(demo.Time.GetUtcNow() + TimeSpan.FromHours(1), answer.ExpiresAt.ToDateTimeOffset());
            var refused = await FindAsync(demo.With(answer.Token));
            Assert.Equal(role is Role.Crew or Role.Machine ? null : StatusCode.PermissionDenied, refused?.StatusCode);
        }

        var entry = (await demo.AuditedAsync())[0];
        Assert.Equal(("/safespacecapacity.v1.DemoService/IssueDemoToken", "demo-crew", "crew", Audit.AuditKind.SignIn, "ok"), (entry.Method, entry.Actor, entry.Role, entry.Kind, entry.Outcome));
    }

    [Fact]
    public async Task A_demo_says_what_is_wrong_with_the_request()
    {
        await using var demo = await RunningService.StartAsync(new Wishes { Demo = true });
        var door = new DemoService.DemoServiceClient(demo.Bare);
        Assert.Equal(["role"], await BrokenAsync(new IssueDemoTokenRequest()));
        Assert.Equal(["role"], await BrokenAsync(new IssueDemoTokenRequest { Role = (DemoRole)7 }));
        Assert.Equal(["space_ids"], await BrokenAsync(new IssueDemoTokenRequest { Role = DemoRole.Staff }));
        Assert.Equal(["space_ids[1]"], await BrokenAsync(new IssueDemoTokenRequest { Role = DemoRole.Staff, SpaceIds = { "near-space", "?" } }));
        Assert.Equal(["area_codes"], await BrokenAsync(new IssueDemoTokenRequest { Role = DemoRole.Planner }));
        Assert.Equal(["area_codes", "space_ids"], await BrokenAsync(new IssueDemoTokenRequest { Role = DemoRole.Crew, SpaceIds = { "near-space" }, AreaCodes = { "S12000049" } }));
        Assert.Equal(["area_codes[0]"], await BrokenAsync(new IssueDemoTokenRequest { Role = DemoRole.Planner, AreaCodes = { "S12000049 and more" } }));

        async Task<IEnumerable<string>> BrokenAsync(IssueDemoTokenRequest request) =>
            (await Refusals.RefusedAsync(door.IssueDemoTokenAsync(request), StatusCode.InvalidArgument)).Violations().Select(broken => broken.Field).Order();
    }

    [Fact]
    public async Task What_is_no_demo_has_no_such_door() => await Refusals.RefusedAsync(
        new DemoService.DemoServiceClient(Service.Bare).IssueDemoTokenAsync(new IssueDemoTokenRequest { Role = DemoRole.Crew }), StatusCode.Unimplemented);

    [Fact]
    public async Task The_public_keys_are_published_and_no_private_one()
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri(Service.HttpAddress, "/.well-known/jwks.json"));
        var key = Assert.Single(new JsonWebKeySet(text).Keys);
        Assert.Equal(("EC", "P-256", "ES256", null), (key.Kty, key.Crv, key.Alg, key.D));
        var signed = Service.Parts.Keys.Sign("x"u8);
        Assert.Equal(signed.KeyId, key.Kid);
        using var check = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Base64UrlEncoder.DecodeBytes(key.X), Y = Base64UrlEncoder.DecodeBytes(key.Y) } });
        Assert.True(check.VerifyData("x"u8, signed.Value.Span, HashAlgorithmName.SHA256));
    }

    private static async Task<RpcException?> FindAsync(CallInvoker caller) => await AnyMethod.Of(Ask.Find()).RefusedAsync(caller, Ask.Find().ToByteArray());

    private static async Task<string> RefusedAsync(CallInvoker caller, StatusCode expected)
    {
        var refused = await FindAsync(caller);
        Assert.Equal(expected, refused?.StatusCode);
        return refused!.Status.Detail;
    }

    /// <summary>An OpenID Connect authority: what it says about itself, its keys, and tokens as RFC 9068 has them.</summary>
    private sealed class Authority : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly RSA _rsa = RSA.Create(2048);

        private Authority(WebApplication app) => _app = app;

        public Uri Address => new(_app.Urls.Single());

        public static async Task<Authority> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            var app = builder.Build();
            var authority = new Authority(app);
            app.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = authority.Address.AbsoluteUri, jwks_uri = new Uri(authority.Address, "keys") }));
            app.MapGet("/keys", () =>
            {
                var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(authority._rsa.ExportParameters(includePrivateParameters: false)));
                return Results.Json(new { keys = new[] { new { kty = "RSA", kid = "one", use = "sig", n = key.N, e = key.E } } });
            });
            await app.StartAsync();
            return authority;
        }

        public string Token(TimeProvider time, string audience = "safespace", string? issuer = null, string role = "crew", int minutes = 10, string? subject = "officer-7")
        {
            var ends = time.GetUtcNow().UtcDateTime.AddMinutes(minutes);
            var claims = new Dictionary<string, object> { ["roles"] = new[] { role }, ["client_id"] = "cad" };
            if (subject is not null)
                claims["sub"] = subject;
            return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
            {
                TokenType = "at+jwt",
                Issuer = issuer ?? Address.AbsoluteUri,
                Audience = audience,
                NotBefore = ends.AddMinutes(-20),
                Expires = ends,
                Claims = claims,
                SigningCredentials = new SigningCredentials(new RsaSecurityKey(_rsa) { KeyId = "one" }, SecurityAlgorithms.RsaSha256),
            });
        }

        public async ValueTask DisposeAsync()
        {
            await _app.DisposeAsync();
            _rsa.Dispose();
        }
    }
}
