using System.Collections.Frozen;
using System.Net;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Service.Access;
using Role = SafeSpaceCapacity.Identity.Role;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>Lets whoever is on this machine into a demo. Mapped in a demo only. See <c>demo_service.proto</c>.</summary>
internal sealed class DemoGrpcService(SigningKeys keys, CommandRunner runner, TimeProvider time) : DemoService.DemoServiceBase
{
    private const int NamesMost = 50;

    public override Task<IssueDemoTokenResponse> IssueDemoToken(IssueDemoTokenRequest request, ServerCallContext context)
    {
        var notes = CallNotes.Of(context);
        if (notes.Http.Connection.RemoteIpAddress is not { } address || !IPAddress.IsLoopback(address))
            throw new RpcException(new Status(StatusCode.PermissionDenied, "a demo can only be entered from its own machine"));
        var check = runner.Check();
        var role = (Role)check.Code(request.Role, "role");
        Required(request.SpaceIds, role is Role.Staff, "space_ids", "staff");
        Required(request.AreaCodes, role is Role.Planner, "area_codes", "planner");
        for (var i = 0; i < Math.Min(request.SpaceIds.Count, NamesMost); i++)
            check.Space(request.SpaceIds[i], $"space_ids[{i}]");
        for (var i = 0; i < Math.Min(request.AreaCodes.Count, NamesMost); i++)
            check.Text(request.AreaCodes[i], $"area_codes[{i}]", 9, required: true);
        check.ThrowIfBroken();

        var order = new TokenOrder("demo-" + role.Name(), [role], [.. request.SpaceIds], [.. request.AreaCodes], null, TokenIssuer.LifeDefault);
        var ends = time.GetUtcNow() + order.Life;
        notes.Grant = new Grant(
            order.Subject, order.Roles.ToFrozenSet(), order.Spaces.ToFrozenSet(), order.Areas.ToFrozenSet(), string.Empty, CertificateThumbprint: null, ends);
        notes.Role = role;
        return Task.FromResult(new IssueDemoTokenResponse
        {
            Token = new TokenIssuer(keys, time).Issue(order),
            ExpiresAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(ends),
        });

        void Required(IReadOnlyCollection<string> names, bool wanted, string field, string of)
        {
            if (wanted && names.Count is 0 or > NamesMost)
                check.Break(field, $"is required for the role {of}: 1 to {NamesMost}");
            else if (!wanted && names.Count > 0)
                check.Break(field, $"is for the role {of} only");
        }
    }
}
