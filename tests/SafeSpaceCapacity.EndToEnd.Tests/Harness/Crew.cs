using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Health.V1;
using Grpc.Net.Client;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.TestClient;

namespace SafeSpaceCapacity.EndToEnd.Tests.Harness;

/// <summary>One client with a connection of its own.</summary>
internal sealed class Crew : IDisposable
{
    private static int _count;
    private readonly GrpcChannel _channel;
    private readonly Badge _badge;

    public Crew(ServerProcess server)
        : this(server.Address, server.Keys)
    {
    }

    public Crew(Uri address, SigningKeys keys)
    {
        // As ./safespace token does. Each is an account of its own.
        _badge = new Badge(new TokenIssuer(keys, TimeProvider.System), $"crew-{Interlocked.Increment(ref _count)}", TimeProvider.System);
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            // No proxy of the machine comes between.
            HttpHandler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(20) },
            DisposeHttpClient = true,
        });
        var calls = _channel.Intercept(_badge);
        Calls = new CrewService.CrewServiceClient(calls);
        Staff = new StaffService.StaffServiceClient(calls);
        Admin = new AdminService.AdminServiceClient(calls);
        Audit = new AuditService.AuditServiceClient(calls);
        Planning = new PlanningService.PlanningServiceClient(calls);
        Files = new DirectoryService.DirectoryServiceClient(calls);
        Health = new Health.HealthClient(calls);
    }

    public CrewService.CrewServiceClient Calls { get; }

    public StaffService.StaffServiceClient Staff { get; }

    public AdminService.AdminServiceClient Admin { get; }

    public AuditService.AuditServiceClient Audit { get; }

    public PlanningService.PlanningServiceClient Planning { get; }

    public DirectoryService.DirectoryServiceClient Files { get; }

    public Health.HealthClient Health { get; }

    /// <summary>No call is waited for for ever.</summary>
    public static CallOptions Options => new(
        deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(60), cancellationToken: TestContext.Current.CancellationToken);

    public static Timestamp In(TimeSpan ahead) => Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow() + ahead);

    /// <summary>A hold that lives longer than any test.</summary>
    public static HoldPlaceRequest HoldAt(string space, Guid command) => new()
    {
        CommandId = command.ToString(),
        SpaceId = space,
        Eta = In(TimeSpan.FromMinutes(120)),
        AgeBand = AgeBand.Adult,
        LegalStatus = LegalStatus.Voluntary,
        PersonAgreed = true,
        CallSign = "Alpha 1",
    };

    /// <summary>Registers a space that is always open, with staff for all of its places on duty for a day.</summary>
    public async Task OpenSpaceAsync(string id, int places, Ids ids, double latitude = 55.8609, double longitude = -4.2514)
    {
        var registered = await Admin.RegisterSpaceAsync(new RegisterSpaceRequest
        {
            CommandId = ids.Next().ToString(),
            SpaceId = id,
            Name = "Test space " + id,
            Tier = Tier.StaffedCommunity,
            Point = new Wgs84Point { Latitude = latitude, Longitude = longitude },
            Telephone = "0141 496 0000",
            Entrance = "Blue door",
            AccessNote = "Step-free",
            Provides = { Need.Wheelchair, Need.Quiet },
            Ages = { AgeBand.Adult, AgeBand.Older },
            Places = places,
            AlwaysOpen = true,
            FreshMinutes = 720,
            UnconfirmedAfterMinutes = 1440,
        }, Options);
        Assert.Equal(RegisterSpaceResponse.OutcomeOneofCase.Registered, registered.OutcomeCase);
        for (var staff = 0; staff < Math.Max(2, (places + 2) / 3); staff++)
        {
            var started = await Staff.StartShiftAsync(new StartShiftRequest
            {
                CommandId = ids.Next().ToString(),
                SpaceId = id,
                Role = StaffRole.SupportWorker,
                EndsAt = In(TimeSpan.FromHours(23)),
            }, Options);
            Assert.Equal(StartShiftResponse.OutcomeOneofCase.Started, started.OutcomeCase);
        }
    }

    /// <summary>The board of a space, once the read model knows all that is in the log.</summary>
    public async Task<GetBoardResponse> BoardAsync(string space)
    {
        var options = Options;
        GetBoardResponse board;
        do
        {
            board = await Staff.GetBoardAsync(new GetBoardRequest { SpaceId = space }, options);
        }
        while (board.ReadModel.Behind > 0);
        return board;
    }

    public void Dispose() => _channel.Dispose();
}
