using System.Buffers.Text;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Service.Access;
using SafeSpaceCapacity.Service.Tests.BadInput;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests.Access;

/// <summary>Walks everything that can be called: each says who may, and lets in nobody else.</summary>
public sealed class AccessWalkTests(UnchangedService unchanged) : IClassFixture<UnchangedService>
{
    // Without a token: a probe, and the public halves of keys.
    private static readonly string[] OpenRoutes = ["/healthz", "/.well-known/jwks.json"];

    // These can be called without a token, and check for themselves what else they must.
    private static readonly string[] OpenMethods =
        ["/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch", "/safespacecapacity.v1.DemoService/IssueDemoToken"];

    private readonly RunningService _service = unchanged.Service;

    public static TheoryData<string> Methods => [.. AnyMethod.All.Select(method => method.Name)];

    [Fact]
    public async Task Everything_that_can_be_called_states_who_may()
    {
        await using var demo = await RunningService.StartAsync(new Wishes { Demo = true });
        var methods = demo.Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName).OfType<string>().ToHashSet();
        Assert.Equal(methods.Order(StringComparer.Ordinal), AccessTable.Methods.Order(StringComparer.Ordinal));
        Assert.Equal(OpenMethods.Order(), AccessTable.Methods.Where(method => AccessTable.Find(method)!.IsOpen).Order());

        // What gRPC answers with UNIMPLEMENTED, and our own.
        var routes = demo.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is null)
            .Select(endpoint => endpoint.RoutePattern.RawText!)
            .Where(route => !route.Contains("{unimplemented", StringComparison.Ordinal));
        Assert.Equal(OpenRoutes.Order(), routes.Order());
    }

    [Fact]
    public void A_method_that_nobody_stated_is_for_nobody() => Assert.Null(AccessTable.Find("/safespacecapacity.v1.CrewService/NewMethod"));

    [Fact]
    public void Everything_but_health_is_recorded() => Assert.All(
        AccessTable.Methods, method => Assert.Equal(method.Contains("Health", StringComparison.Ordinal), AccessTable.Find(method)!.Kind is null));

    [Fact]
    public void Every_role_may_do_something_and_none_may_do_all()
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            var may = AccessTable.Methods.Where(method => AccessTable.Find(method)!.Roles.Contains(role)).ToList();
            Assert.NotEmpty(may);

            // Administrators keep the directory space by space, and whole; in a simulation they move the time on. Planners look at spaces, and at demand.
            var services = may.Select(method => method.Split('/')[1]).Distinct().Order().ToList();
            var reached = role switch
            {
                Role.Administrator => services.Count(service => service is "safespacecapacity.v1.AdminService" or "safespacecapacity.v1.DirectoryService" or "safespacecapacity.v1.DemoService"),
                Role.Planner => services.Count(service => service is "safespacecapacity.v1.PlannerService" or "safespacecapacity.v1.PlanningService"),
                _ => 1,
            };
            Assert.True(services.Count == reached, $"{role} reaches over several services: {string.Join(", ", may)}");
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Without_a_genuine_token_nothing_is_answered(string name)
    {
        var (method, right, request) = Right(name);
        var parts = right.Split('.');
        using var others = SigningKeys.Open(Directory.CreateTempSubdirectory("safespace-others-").FullName, _service.Time);
        var forged = new (string What, string Token)[]
        {
            ("another's key", new TokenIssuer(others, _service.Time).Issue(OrderOf(method))),
            ("no signature", $"{parts[0]}.{parts[1]}."),
            ("no algorithm", $"{Encoded("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}."),
            ("our public key as a secret", Hmac(parts[1])),
            ("other claims", $"{parts[0]}.{Encoded(Decoded(parts[1]).Replace("somebody", "somebodx", StringComparison.Ordinal))}.{parts[2]}"),
            ("another signature", $"{parts[0]}.{parts[1]}.{Flipped(parts[2])}"),
            ("nothing of a token", "x"),
        };
        foreach (var (what, token) in forged)
            await RefusedAsync(method, _service.With(token), request, StatusCode.Unauthenticated, "the token is not genuine", what);
        await RefusedAsync(method, _service.Bare, request, StatusCode.Unauthenticated, "a token is needed", "no token");
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_token_that_has_ended_is_of_no_use(string name)
    {
        await using var service = await RunningService.StartAsync();
        var method = AnyMethod.All.Single(method => method.Name == name);
        var order = OrderOf(method);
        var invoker = service.With(service.Issuer.Issue(order));
        var request = BrokenRules.Any(method.Descriptor.InputType.ClrType).ToByteArray();
        Assert.NotEqual(StatusCode.Unauthenticated, (await method.RefusedAsync(invoker, request))?.StatusCode);
        service.Time.Advance(order.Life);

        // One that was seen before, and one that was not.
        foreach (var caller in new[] { invoker, service.With(Ended(service, order)) })
            await RefusedAsync(method, caller, request, StatusCode.Unauthenticated, "the token has ended", "ended", service);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Another_role_is_not_let_in(string name)
    {
        var (method, _, request) = Right(name);
        var rule = AccessTable.Find(PathOf(method))!;
        foreach (var role in Enum.GetValues<Role>().Except(rule.Roles))
        {
            var token = _service.Token(role, role is Role.Staff ? [ValidRequests.Space] : [], role is Role.Planner ? ["S12000049"] : []);
            await RefusedAsync(method, _service.With(token), request, StatusCode.PermissionDenied, "this needs the role " + rule.Roles[0].Name(), role.Name());
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task The_right_role_for_another_space_or_area_is_not_let_in(string name)
    {
        var (method, _, request) = Right(name);
        switch (AccessTable.Find(PathOf(method))!.Reach)
        {
            case Reach.OwnSpaces:
                var staff = _service.With(_service.Token(Role.Staff, spaces: ["other-space", ValidRequests.Space + "s"]));
                await RefusedAsync(method, staff, request, StatusCode.PermissionDenied, $"space_id: this account is not staff of '{ValidRequests.Space}'", "another space");
                break;
            case Reach.OwnAreas:
                var planner = _service.With(_service.Token(Role.Planner, areas: ["S12000049", "S12000033"]));
                await RefusedAsync(method, planner, request, StatusCode.PermissionDenied, "area_codes[1]: this account does not plan for that area", "another area");
                break;
            case Reach.SpacesOfOwnAreas:
                await using (var service = await RunningService.StartAsync())
                {
                    // Where the space lies only the method knows: it must be there.
                    await service.OpenAsync(ValidRequests.Space, Ask.Latitude, Ask.Longitude);
                    var elsewhere = service.With(service.Token(Role.Planner, areas: ["S12000036", "S12000033"]));
                    await RefusedAsync(
                        method, elsewhere, request, StatusCode.PermissionDenied, $"space_id: '{ValidRequests.Space}' is in no area that this account plans for",
                        "a space elsewhere", service, role: "planner");
                }

                break;
            default:
                Assert.False(method.Descriptor.Service.Name is "StaffService" or "PlannerService", $"{name} reaches everything");
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task The_right_token_is_let_in(string name)
    {
        await using var service = await RunningService.StartAsync();
        await service.OpenAsync(ValidRequests.Space, Ask.Latitude, Ask.Longitude);
        var method = AnyMethod.All.Single(method => method.Name == name);
        var refused = await method.RefusedAsync(service.With(service.Issuer.Issue(OrderOf(method))), BrokenRules.Any(method.Descriptor.InputType.ClrType).ToByteArray());
        Assert.True(refused is null or { StatusCode: StatusCode.NotFound }, refused?.Message);
    }

    private async Task RefusedAsync(
        AnyMethod method, CallInvoker caller, byte[] request, StatusCode expected, string why, string what, RunningService? service = null, string role = "")
    {
        service ??= _service;
        var head = service.Log.HeadPosition;
        var refused = await method.RefusedAsync(caller, request);
        Assert.True(refused?.StatusCode == expected, $"{method.Name} with {what}: {refused?.Status.ToString() ?? "let in"}");
        Assert.StartsWith(why, refused!.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(head, service.Log.HeadPosition);
        var entry = (await service.AuditedAsync())[^1];
        Assert.Equal((PathOf(method), StatusNames.Of(expected), role), (entry.Method, entry.Outcome, entry.Role));
    }

    private (AnyMethod Method, string Token, byte[] Request) Right(string name)
    {
        var method = AnyMethod.All.Single(method => method.Name == name);
        return (method, _service.Issuer.Issue(OrderOf(method)), BrokenRules.Any(method.Descriptor.InputType.ClrType).ToByteArray());
    }

    private static TokenOrder OrderOf(AnyMethod method)
    {
        var rule = AccessTable.Find(PathOf(method))!;
        return new TokenOrder(
            "somebody",
            [rule.Roles[0]],
            rule.Roles.Contains(Role.Staff) ? [ValidRequests.Space] : [],
            rule.Roles.Contains(Role.Planner) ? ["S12000049", "S12000036"] : [],
            CertificateThumbprint: null,
            TokenIssuer.LifeDefault);
    }

    private static string Ended(RunningService service, TokenOrder order)
    {
        var before = new ManualTime();
        return new TokenIssuer(service.Parts.Keys, before).Issue(order with { Subject = "another" });
    }

    private string Hmac(string claims)
    {
        var signed = $"{Encoded("""{"alg":"HS256","typ":"JWT"}""")}.{claims}";
        var secret = Encoding.UTF8.GetBytes(_service.Parts.Keys.PublicKeySet());
        return $"{signed}.{Base64Url.EncodeToString(System.Security.Cryptography.HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(signed)))}";
    }

    // Not in its last character, of which some bits mean nothing.
    private static string Flipped(string signature) => (signature[0] == 'A' ? 'B' : 'A') + signature[1..];

    private static string PathOf(AnyMethod method) => $"/{method.Descriptor.Service.FullName}/{method.Name}";

    private static string Encoded(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Decoded(string text) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
}
