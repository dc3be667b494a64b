using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>A real gRPC server on a loopback port that keeps what it receives and answers what the test laid ready.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app) => _app = app;

    /// <summary>All requests, in the order of arrival.</summary>
    public ConcurrentQueue<IMessage> Received { get; } = new();

    /// <summary>What each of these requests bore as authorization; empty for nothing.</summary>
    public ConcurrentQueue<string> Authorizations { get; } = new();

    /// <summary>Requests for demo tokens, which are not among <see cref="Received"/>.</summary>
    public ConcurrentQueue<IssueDemoTokenRequest> TokenRequests { get; } = new();

    /// <summary>Failures to end the next requests for demo tokens with.</summary>
    public ConcurrentQueue<RpcException> TokenFailures { get; } = new();

    /// <summary>Whether it hands out demo tokens.</summary>
    public bool IsDemo { get; set; } = true;

    /// <summary>The pieces of an export; null in place of one breaks it off.</summary>
    public List<byte[]?> Export { get; } = [];

    /// <summary>Failures to end the next calls with, before any is answered.</summary>
    public ConcurrentQueue<RpcException> Failures { get; } = new();

    /// <summary>Answers by the type of the request; without one an empty answer is sent.</summary>
    public Dictionary<System.Type, IMessage> Answers { get; } = [];

    /// <summary>What each watch in turn is sent before it ends.</summary>
    public ConcurrentQueue<Func<IServerStreamWriter<WatchSpacesResponse>, CancellationToken, Task>> Watches { get; } = new();

    /// <summary>What each watch of a board in turn is sent before it ends.</summary>
    public ConcurrentQueue<Func<IServerStreamWriter<WatchBoardResponse>, CancellationToken, Task>> BoardWatches { get; } = new();

    /// <summary>Requests to watch a board, which are not among <see cref="Received"/>.</summary>
    public ConcurrentQueue<WatchBoardRequest> BoardRequests { get; } = new();

    /// <summary>The pages of the audit trail in turn; without one an empty last page is sent.</summary>
    public ConcurrentQueue<QueryAuditResponse> Pages { get; } = new();

    /// <summary>The thumbprint of the certificate that each of these requests showed; empty for none.</summary>
    public ConcurrentQueue<string> Certificates { get; } = new();

    /// <summary>What an import of a directory is answered, in turn.</summary>
    public List<ImportDirectoryResponse> Import { get; } = [];

    /// <summary>The file that an import sent.</summary>
    public MemoryStream Imported { get; } = new();

    /// <summary>How long each call waits before its answer.</summary>
    public TimeSpan Delay { get; set; }

    public string Url => _app.Urls.Single();

    /// <summary>Starts one; with a certificate it speaks TLS, and asks its callers for theirs.</summary>
    public static async Task<TestServer> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (certificate is not null)
            {
                listen.UseHttps(new HttpsConnectionAdapterOptions
                {
                    ServerCertificate = certificate,
                    ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                    ClientCertificateValidation = (_, _, _) => true,
                });
            }
        }));
        builder.Services.AddGrpc();
        TestServer? server = null;
        builder.Services.AddSingleton(_ => server!);
        var app = builder.Build();
        app.MapGrpcService<Crew>();
        app.MapGrpcService<Staff>();
        app.MapGrpcService<Admin>();
        app.MapGrpcService<Files>();
        app.MapGrpcService<Planner>();
        app.MapGrpcService<Auditor>();
        app.MapGrpcService<Demo>();
        server = new TestServer(app);
        await app.StartAsync();
        return server;
    }

    public T Only<T>() => Assert.IsType<T>(Assert.Single(Received));

    /// <summary>INVALID_ARGUMENT with a field and its rule, as the service sends it.</summary>
    public static RpcException Violation(string field, string rule)
    {
        var details = new Google.Rpc.Status
        {
            Code = (int)StatusCode.InvalidArgument,
            Message = "A field breaks a rule.",
            Details = { Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = rule } } }) },
        };
        return new RpcException(
            new Grpc.Core.Status(StatusCode.InvalidArgument, details.Message), new Metadata { { "grpc-status-details-bin", details.ToByteArray() } });
    }

    /// <summary>RESOURCE_EXHAUSTED with when to try again, as the service sends it.</summary>
    public static RpcException TooOften(TimeSpan again)
    {
        var details = new Google.Rpc.Status { Details = { Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(again) }) } };
        return new RpcException(
            new Grpc.Core.Status(StatusCode.ResourceExhausted, "this account calls too often"), new Metadata { { "grpc-status-details-bin", details.ToByteArray() } });
    }

    public static RpcException Ended(StatusCode status, string detail = "as the test wants") => new(new Grpc.Core.Status(status, detail));

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task<T> AnswerAsync<T>(IMessage request, ServerCallContext context) where T : IMessage, new()
    {
        Receive(request, context);
        if (Failures.TryDequeue(out var failure))
            throw failure;
        await Task.Delay(Delay, context.CancellationToken);
        return Answers.TryGetValue(request.GetType(), out var answer) ? (T)answer : new T();
    }

    private void Receive(IMessage request, ServerCallContext context)
    {
        Authorizations.Enqueue(context.RequestHeaders.GetValue("authorization") ?? "");
        Certificates.Enqueue(context.GetHttpContext().Connection.ClientCertificate?.Thumbprint ?? "");
        Received.Enqueue(request);
    }

    private sealed class Demo(TestServer server) : DemoService.DemoServiceBase
    {
        public override Task<IssueDemoTokenResponse> IssueDemoToken(IssueDemoTokenRequest request, ServerCallContext context)
        {
            if (!server.IsDemo)
                throw Ended(StatusCode.Unimplemented);
            server.TokenRequests.Enqueue(request);
            return server.TokenFailures.TryDequeue(out var failure)
                ? throw failure
                : Task.FromResult(new IssueDemoTokenResponse { Token = $"demo.token.{server.TokenRequests.Count}" });
        }
    }

    private sealed class Planner(TestServer server) : PlannerService.PlannerServiceBase
    {
        public override Task<GetAreaTotalsResponse> GetAreaTotals(GetAreaTotalsRequest request, ServerCallContext context) => server.AnswerAsync<GetAreaTotalsResponse>(request, context);

        public override Task<GetHourlyTotalsResponse> GetHourlyTotals(GetHourlyTotalsRequest request, ServerCallContext context) => server.AnswerAsync<GetHourlyTotalsResponse>(request, context);

        public override Task<GetSpaceHistoryResponse> GetSpaceHistory(GetSpaceHistoryRequest request, ServerCallContext context) => server.AnswerAsync<GetSpaceHistoryResponse>(request, context);
    }

    private sealed class Files(TestServer server) : DirectoryService.DirectoryServiceBase
    {
        public override Task<ListGazetteersResponse> ListGazetteers(ListGazetteersRequest request, ServerCallContext context) => server.AnswerAsync<ListGazetteersResponse>(request, context);

        public override async Task ExportDirectory(ExportDirectoryRequest request, IServerStreamWriter<ExportDirectoryResponse> responseStream, ServerCallContext context)
        {
            server.Receive(request, context);
            foreach (var piece in server.Export)
                await responseStream.WriteAsync(new ExportDirectoryResponse { Content = ByteString.CopyFrom(piece ?? throw Ended(StatusCode.Internal)) }, context.CancellationToken);
        }

        public override async Task ImportDirectory(
            IAsyncStreamReader<ImportDirectoryRequest> requestStream, IServerStreamWriter<ImportDirectoryResponse> responseStream, ServerCallContext context)
        {
            Assert.True(await requestStream.MoveNext(context.CancellationToken));
            server.Receive(requestStream.Current, context);
            if (server.Failures.TryDequeue(out var failure))
                throw failure;
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                Assert.InRange(requestStream.Current.Content.Length, 1, 32 * 1024);
                server.Imported.Write(requestStream.Current.Content.Span);
            }

            foreach (var answer in server.Import)
                await responseStream.WriteAsync(answer, context.CancellationToken);
        }
    }

    private sealed class Auditor(TestServer server) : AuditService.AuditServiceBase
    {
        public override Task<QueryAuditResponse> QueryAudit(QueryAuditRequest request, ServerCallContext context)
        {
            server.Receive(request, context);
            return Task.FromResult(server.Pages.TryDequeue(out var page) ? page : new QueryAuditResponse());
        }

        public override async Task ExportAudit(ExportAuditRequest request, IServerStreamWriter<ExportAuditResponse> responseStream, ServerCallContext context)
        {
            server.Receive(request, context);
            if (server.Failures.TryDequeue(out var failure))
                throw failure;
            foreach (var piece in server.Export)
                await responseStream.WriteAsync(new ExportAuditResponse { Content = ByteString.CopyFrom(piece ?? throw Ended(StatusCode.Internal)) }, context.CancellationToken);
        }
    }

    private sealed class Crew(TestServer server) : CrewService.CrewServiceBase
    {
        public override Task<FindSpacesResponse> FindSpaces(FindSpacesRequest request, ServerCallContext context) => server.AnswerAsync<FindSpacesResponse>(request, context);

        public override Task<HoldPlaceResponse> HoldPlace(HoldPlaceRequest request, ServerCallContext context) => server.AnswerAsync<HoldPlaceResponse>(request, context);

        public override Task<GetHoldResponse> GetHold(GetHoldRequest request, ServerCallContext context) => server.AnswerAsync<GetHoldResponse>(request, context);

        public override Task<ExtendHoldResponse> ExtendHold(ExtendHoldRequest request, ServerCallContext context) => server.AnswerAsync<ExtendHoldResponse>(request, context);

        public override Task<ReleaseHoldResponse> ReleaseHold(ReleaseHoldRequest request, ServerCallContext context) => server.AnswerAsync<ReleaseHoldResponse>(request, context);

        public override Task<ConfirmArrivalResponse> ConfirmArrival(ConfirmArrivalRequest request, ServerCallContext context) => server.AnswerAsync<ConfirmArrivalResponse>(request, context);

        public override Task<ReportRefusedResponse> ReportRefused(ReportRefusedRequest request, ServerCallContext context) => server.AnswerAsync<ReportRefusedResponse>(request, context);

        public override async Task WatchSpaces(WatchSpacesRequest request, IServerStreamWriter<WatchSpacesResponse> responseStream, ServerCallContext context)
        {
            server.Receive(request, context);
            if (server.Failures.TryDequeue(out var failure))
                throw failure;
            if (server.Watches.TryDequeue(out var watch))
                await watch(responseStream, context.CancellationToken);
        }
    }

    private sealed class Staff(TestServer server) : StaffService.StaffServiceBase
    {
        public override Task<StartShiftResponse> StartShift(StartShiftRequest request, ServerCallContext context) => server.AnswerAsync<StartShiftResponse>(request, context);

        public override Task<EndShiftResponse> EndShift(EndShiftRequest request, ServerCallContext context) => server.AnswerAsync<EndShiftResponse>(request, context);

        public override Task<RecordArrivalResponse> RecordArrival(RecordArrivalRequest request, ServerCallContext context) => server.AnswerAsync<RecordArrivalResponse>(request, context);

        public override Task<RecordDepartureResponse> RecordDeparture(RecordDepartureRequest request, ServerCallContext context) => server.AnswerAsync<RecordDepartureResponse>(request, context);

        public override Task<RecordCountResponse> RecordCount(RecordCountRequest request, ServerCallContext context) => server.AnswerAsync<RecordCountResponse>(request, context);

        public override Task<ConfirmSpaceResponse> ConfirmSpace(ConfirmSpaceRequest request, ServerCallContext context) => server.AnswerAsync<ConfirmSpaceResponse>(request, context);

        public override Task<PauseSpaceResponse> PauseSpace(PauseSpaceRequest request, ServerCallContext context) => server.AnswerAsync<PauseSpaceResponse>(request, context);

        public override Task<ResumeSpaceResponse> ResumeSpace(ResumeSpaceRequest request, ServerCallContext context) => server.AnswerAsync<ResumeSpaceResponse>(request, context);

        public override Task<AcceptHoldResponse> AcceptHold(AcceptHoldRequest request, ServerCallContext context) => server.AnswerAsync<AcceptHoldResponse>(request, context);

        public override Task<DeclineHoldResponse> DeclineHold(DeclineHoldRequest request, ServerCallContext context) => server.AnswerAsync<DeclineHoldResponse>(request, context);

        public override Task<GetBoardResponse> GetBoard(GetBoardRequest request, ServerCallContext context) => server.AnswerAsync<GetBoardResponse>(request, context);

        public override Task<UndoActResponse> UndoAct(UndoActRequest request, ServerCallContext context) => server.AnswerAsync<UndoActResponse>(request, context);

        public override Task<PlanRotaResponse> PlanRota(PlanRotaRequest request, ServerCallContext context) => server.AnswerAsync<PlanRotaResponse>(request, context);

        public override Task<GetRotaResponse> GetRota(GetRotaRequest request, ServerCallContext context) => server.AnswerAsync<GetRotaResponse>(request, context);

        public override Task<AcknowledgeEscalationResponse> AcknowledgeEscalation(AcknowledgeEscalationRequest request, ServerCallContext context) => server.AnswerAsync<AcknowledgeEscalationResponse>(request, context);

        public override async Task WatchBoard(WatchBoardRequest request, IServerStreamWriter<WatchBoardResponse> responseStream, ServerCallContext context)
        {
            server.BoardRequests.Enqueue(request);
            if (server.BoardWatches.TryDequeue(out var watch))
                await watch(responseStream, context.CancellationToken);
        }
    }

    private sealed class Admin(TestServer server) : AdminService.AdminServiceBase
    {
        public override Task<RegisterSpaceResponse> RegisterSpace(RegisterSpaceRequest request, ServerCallContext context) => server.AnswerAsync<RegisterSpaceResponse>(request, context);

        public override Task<GetSpaceResponse> GetSpace(GetSpaceRequest request, ServerCallContext context) => server.AnswerAsync<GetSpaceResponse>(request, context);

        public override Task<ChangeSpaceResponse> ChangeSpace(ChangeSpaceRequest request, ServerCallContext context) => server.AnswerAsync<ChangeSpaceResponse>(request, context);

        public override Task<RetireSpaceResponse> RetireSpace(RetireSpaceRequest request, ServerCallContext context) => server.AnswerAsync<RetireSpaceResponse>(request, context);

        public override Task<GetSpaceChangesResponse> GetSpaceChanges(GetSpaceChangesRequest request, ServerCallContext context) => server.AnswerAsync<GetSpaceChangesResponse>(request, context);

        public override Task<SetTierPolicyResponse> SetTierPolicy(SetTierPolicyRequest request, ServerCallContext context) => server.AnswerAsync<SetTierPolicyResponse>(request, context);

        public override Task<ListTierPoliciesResponse> ListTierPolicies(ListTierPoliciesRequest request, ServerCallContext context) => server.AnswerAsync<ListTierPoliciesResponse>(request, context);

        public override Task<GetCallListResponse> GetCallList(GetCallListRequest request, ServerCallContext context) => server.AnswerAsync<GetCallListResponse>(request, context);

        public override async Task<ListSpacesResponse> ListSpaces(ListSpacesRequest request, ServerCallContext context)
        {
            var page = await server.AnswerAsync<ListSpacesResponse>(request, context);
            if (request.PageToken.Length > 0)
                return page;
            var first = page.Clone();
            first.NextPageToken = "second";
            return first;
        }
    }
}
