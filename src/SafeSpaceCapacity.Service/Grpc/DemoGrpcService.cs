using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Service.Access;
using SafeSpaceCapacity.Service.Demo;
using Role = SafeSpaceCapacity.Identity.Role;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>Lets whoever is on this machine into a demo, and moves its simulated clock on. Mapped in a demo only. See <c>demo_service.proto</c>.</summary>
internal sealed class DemoGrpcService(ServiceParts parts, CommandRunner runner) : DemoService.DemoServiceBase
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
        var ends = parts.Time.GetUtcNow() + order.Life;
        notes.Grant = new Grant(
            order.Subject, order.Roles.ToFrozenSet(), order.Spaces.ToFrozenSet(), order.Areas.ToFrozenSet(), string.Empty, CertificateThumbprint: null, ends);
        notes.Role = role;
        return Task.FromResult(new IssueDemoTokenResponse
        {
            Token = new TokenIssuer(parts.Keys, parts.Time).Issue(order),
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

    public override Task<AdvanceClockResponse> AdvanceClock(AdvanceClockRequest request, ServerCallContext context)
    {
        if (parts.Simulated is not { } simulated)
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "this demo lives in real time: start it with --simulated-from"));
        var check = runner.Check();
        var now = simulated.GetUtcNow();
        if (check.AnyTime(request.To, "to") is not { } to)
            check.Break("to", "is required");
        else if (to.ToDateTimeOffset() < now || to.ToDateTimeOffset() > now + SimulatedTime.LongestStep)
            check.Break("to", string.Create(CultureInfo.InvariantCulture, $"must be {now:O} to {SimulatedTime.LongestStep.TotalHours} hours later"));
        check.ThrowIfBroken();
        simulated.Advance(request.To.ToDateTimeOffset());
        return Task.FromResult(new AdvanceClockResponse { Now = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(simulated.GetUtcNow()) });
    }
}
