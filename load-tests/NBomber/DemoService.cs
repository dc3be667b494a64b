using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.LoadTests;

/// <summary>The demo under load, with a token for each part that somebody plays in it.</summary>
internal sealed class DemoService : IDisposable
{
    // As long as the command line waits for an answer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly GrpcChannel _channel;
    private readonly Contract.V1.DemoService.DemoServiceClient _door;
    private readonly ConcurrentDictionary<string, Task<Metadata>> _staff = new(StringComparer.Ordinal);
    private readonly Lazy<Task<Metadata>> _crew;

    public DemoService(Uri address)
    {
        // A connection bears a hundred calls at once: what comes on top gets one of its own. No proxy of the machine comes between.
        var handler = new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true };
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        _door = new(_channel);
        Crews = new(_channel);
        Staff = new(_channel);

        // A control room's program, since all crews of a demo are one account: it may have more watches open than a crew.
        _crew = new(() => TokenAsync(new IssueDemoTokenRequest { Role = Role.Machine }));
    }

    public CrewService.CrewServiceClient Crews { get; }

    public StaffService.StaffServiceClient Staff { get; }

    /// <summary>Gets what crews show with each call, before any is measured.</summary>
    public Task EnterAsync() => _crew.Value;

    /// <summary>For a call of a crew.</summary>
    public async Task<CallOptions> AsCrewAsync() => WithDeadline(await _crew.Value);

    /// <summary>For a crew's call that goes on until the caller ends it.</summary>
    public async Task<CallOptions> AsWatchingCrewAsync(CancellationToken ends) => new(await _crew.Value, cancellationToken: ends);

    /// <summary>For a call of the staff of one space.</summary>
    public async Task<CallOptions> AsStaffAsync(string space) =>
        WithDeadline(await _staff.GetOrAdd(space, id => TokenAsync(new IssueDemoTokenRequest { Role = Role.Staff, SpaceIds = { id } })));

    public void Dispose() => _channel.Dispose();

    private static CallOptions WithDeadline(Metadata headers) => new(headers, (TimeProvider.System.GetUtcNow() + Patience).UtcDateTime);

    private async Task<Metadata> TokenAsync(IssueDemoTokenRequest who)
    {
        var issued = await _door.IssueDemoTokenAsync(who, WithDeadline([]));
        return new Metadata { { "authorization", $"Bearer {issued.Token}" } };
    }
}
