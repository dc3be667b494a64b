using Grpc.Core;
using Grpc.Health.V1;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>
/// The standard health service. The package that holds one is not served by every feed, and the protocol is one message and one enum. One
/// process is healthy or not as a whole, so every service named gets the same answer.
/// </summary>
internal sealed class HealthGrpcService(ServiceHealth health, TimeProvider time) : global::Grpc.Health.V1.Health.HealthBase
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        string.Empty,
        CrewService.Descriptor.FullName,
        StaffService.Descriptor.FullName,
        AdminService.Descriptor.FullName,
        DirectoryService.Descriptor.FullName,
        AuditService.Descriptor.FullName,
        PlannerService.Descriptor.FullName,
        PlanningService.Descriptor.FullName,
    };

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        if (!Known.Contains(request.Service))
            throw new RpcException(new Status(StatusCode.NotFound, "service: not one of this server's"));
        return Task.FromResult(new HealthCheckResponse { Status = Now() });
    }

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        var known = Known.Contains(request.Service);
        var last = HealthCheckResponse.Types.ServingStatus.Unknown;
        using var timer = new PeriodicTimer(Period, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, health.Stopping);
        try
        {
            do
            {
                var status = known ? Now() : HealthCheckResponse.Types.ServingStatus.ServiceUnknown;
                if (status == last)
                    continue;
                last = status;

                // Not cancelled by a stop: that would reset the stream before the last status is said.
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status }, context.CancellationToken);
            }
            while (await timer.WaitForNextTickAsync(ending.Token));
        }
        catch (OperationCanceledException) when (health.Stopping.IsCancellationRequested)
        {
            await responseStream.WriteAsync(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.NotServing }, CancellationToken.None);
        }
    }

    private HealthCheckResponse.Types.ServingStatus Now() =>
        health.Fault() is null ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.NotServing;
}
