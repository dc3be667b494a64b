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
    private readonly ConcurrentDictionary<string, Metadata> _staff = new(StringComparer.Ordinal);
    private Metadata _crew = [];

    public DemoService(Uri address)
    {
        // A connection bears a hundred calls at once: what comes on top gets one of its own. No proxy of the machine comes between.
        var handler = new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true };
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        _door = new(_channel);
        Crews = new(_channel);
        Staff = new(_channel);
    }

    public CrewService.CrewServiceClient Crews { get; }

    public StaffService.StaffServiceClient Staff { get; }

    /// <summary>Gets the token of all crews, before any call is measured.</summary>
    public async Task EnterAsync()
    {
        // A control room's program, since all crews of a demo are one account: it may have more watches open than a crew.
        _crew = await TokenAsync(new IssueDemoTokenRequest { Role = Role.Machine });
    }

    /// <summary>For a call of a crew.</summary>
    public CallOptions AsCrew() => WithDeadline(_crew);

    /// <summary>For a crew's call that goes on until the caller ends it.</summary>
    public CallOptions AsWatchingCrew(CancellationToken ends) => new(_crew, cancellationToken: ends);

    /// <summary>For a call of the staff of one space.</summary>
    public async Task<CallOptions> AsStaffAsync(string space)
    {
        if (!_staff.TryGetValue(space, out var headers))
            _staff[space] = headers = await TokenAsync(new IssueDemoTokenRequest { Role = Role.Staff, SpaceIds = { space } });
        return WithDeadline(headers);
    }

    public void Dispose() => _channel.Dispose();

    private static CallOptions WithDeadline(Metadata headers) => new(headers, (TimeProvider.System.GetUtcNow() + Patience).UtcDateTime);

    private async Task<Metadata> TokenAsync(IssueDemoTokenRequest who)
    {
        var issued = await _door.IssueDemoTokenAsync(who, WithDeadline([]));
        return new Metadata { { "authorization", $"Bearer {issued.Token}" } };
    }
}
