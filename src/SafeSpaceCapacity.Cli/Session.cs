using System.CommandLine;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Cli.Access;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli;

/// <summary>One run of one command: what was typed, the service, and where the answer goes.</summary>
internal sealed class Session(Terminal terminal, GlobalOptions globals, ParseResult typed, CancellationToken stopped) : IDisposable
{
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default);
    private static readonly TimeSpan[] PausesBeforeTryingAgain = [TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1)];

    private readonly List<string> _sendAgainWith = [];
    private GrpcChannel? _channel;
    private string? _commandId;
    private bool _undecided;
    private IssueDemoTokenRequest _who = new();
    private string? _demoToken;

    public Terminal Terminal => terminal;

    public CancellationToken Stopped => stopped;

    public bool IsJson => typed.GetValue(globals.Json);

    public Instant Now => Instant.FromDateTimeOffset(terminal.Time.GetUtcNow());

    /// <summary>The certificate that calls of this run, and tokens that it makes, are bound to.</summary>
    public string? Certificate => typed.GetValue(globals.Certificate);

    /// <summary>To the service.</summary>
    public GrpcChannel Channel => _channel ??= Connection.Open(Server, Certificate, typed.GetValue(globals.CertificateKey), typed.GetValue(globals.Authority));

    /// <summary>Whether the service is on this machine, as every demo is.</summary>
    public bool IsServerHere => Server.IsLoopback;

    private Uri Server => typed.GetRequiredValue(globals.Server);

    public TimeSpan Timeout => TimeSpan.FromSeconds(typed.GetValue(globals.TimeoutSeconds));

    public T? Get<T>(Option<T> option) => typed.GetValue(option);

    public T Get<T>(Argument<T> argument) => typed.GetRequiredValue(argument);

    public T Code<T>(Option<string?> option) where T : struct, Enum => Get(option) is { } name ? Codes.Parse<T>(name) : default;

    public IEnumerable<T> AllCodes<T>(Option<string[]> option) where T : struct, Enum => Get(option)!.Select(Codes.Parse<T>);

    /// <summary>The id of this write: the one that was typed, or a new one that every try of this run sends.</summary>
    public string CommandId(Option<string?> option)
    {
        _commandId = Get(option) ?? NewId();
        SendAgainWith(option.Name, _commandId);
        return _commandId;
    }

    public string NewId() => Guid.CreateVersion7(terminal.Time.GetUtcNow()).ToString("D", CultureInfo.InvariantCulture);

    /// <summary>The id of another write of this run, which a person's key began: what was known of the one before is forgotten.</summary>
    public string NextCommandId()
    {
        _sendAgainWith.Clear();
        (_undecided, _commandId) = (false, NewId());
        return _commandId;
    }

    /// <summary>Where remarks about the run go, such as that a try is made again; standard error if not set.</summary>
    public Action<string>? Remark { get; set; }

    /// <summary>When something happened, if that was said: a time of day is the last such time.</summary>
    public Google.Protobuf.WellKnownTypes.Timestamp? Observed(Option<TypedTime?> when)
    {
        if (Get(when)?.Before(Now) is not { } moment)
            return null;
        SendAgainWith(when.Name, moment);
        return moment.ToTimestamp();
    }

    /// <summary>A time that was worked out from now: to send the same command again it must be given as this moment.</summary>
    public void SendAgainWith(string option, Instant moment) => SendAgainWith(option, InstantPattern.ExtendedIso.Format(moment));

    /// <summary>What was worked out, such as the id of an argument that was not typed.</summary>
    public void SendAgainWith(string typed) => _sendAgainWith.Add(typed);

    /// <summary>Calls the service as a crew. See <see cref="CallAsync"/>, as for the other roles.</summary>
    public Task<T> AsCrewAsync<T>(Func<CrewService.CrewServiceClient, CallOptions, AsyncUnaryCall<T>> method) =>
        CallAsync(new() { Role = Role.Crew }, options => method(new(Channel), options));

    public Task<T> AsStaffAsync<T>(string spaceId, Func<StaffService.StaffServiceClient, CallOptions, AsyncUnaryCall<T>> method) =>
        CallAsync(new() { Role = Role.Staff, SpaceIds = { spaceId } }, options => method(new(Channel), options));

    public Task<T> AsAdministratorAsync<T>(Func<AdminService.AdminServiceClient, CallOptions, AsyncUnaryCall<T>> method) =>
        CallAsync(new() { Role = Role.Administrator }, options => method(new(Channel), options));

    public Task<T> AsPlannerAsync<T>(IEnumerable<string> areas, Func<PlannerService.PlannerServiceClient, CallOptions, AsyncUnaryCall<T>> method) =>
        CallAsync(new() { Role = Role.Planner, AreaCodes = { areas } }, options => method(new(Channel), options));

    public Task<T> AsAuditorAsync<T>(Func<AuditService.AuditServiceClient, CallOptions, AsyncUnaryCall<T>> method) =>
        CallAsync(new() { Role = Role.Auditor }, options => method(new(Channel), options));

    public Task<T> OfDirectoryAsync<T>(Func<DirectoryService.DirectoryServiceClient, CallOptions, AsyncUnaryCall<T>> method) =>
        CallAsync(new() { Role = Role.Administrator }, options => method(new(Channel), options));

    /// <summary>As <see cref="BeginAsCrewAsync"/>, as an administrator with whole files; also for streams in both directions.</summary>
    public async Task<TCall> BeginOfDirectoryAsync<TCall>(Func<DirectoryService.DirectoryServiceClient, CallOptions, TCall> method, CancellationToken ends) =>
        method(new(Channel), new CallOptions(await HeadersAsync(new() { Role = Role.Administrator }), cancellationToken: ends));

    /// <summary>Begins a stream as a crew, which <paramref name="ends"/> ends. It is not tried again, nor is its failure explained.</summary>
    public Task<AsyncServerStreamingCall<T>> BeginAsCrewAsync<T>(
        Func<CrewService.CrewServiceClient, CallOptions, AsyncServerStreamingCall<T>> method, CancellationToken ends) =>
        BeginAsync(new() { Role = Role.Crew }, options => method(new(Channel), options), ends);

    /// <summary>As <see cref="BeginAsCrewAsync"/>, as an auditor.</summary>
    public Task<AsyncServerStreamingCall<T>> BeginAsAuditorAsync<T>(
        Func<AuditService.AuditServiceClient, CallOptions, AsyncServerStreamingCall<T>> method, CancellationToken ends) =>
        BeginAsync(new() { Role = Role.Auditor }, options => method(new(Channel), options), ends);

    /// <summary>As <see cref="BeginAsCrewAsync"/>, as a planner.</summary>
    public Task<AsyncServerStreamingCall<T>> BeginAsPlannerAsync<T>(
        IEnumerable<string> areas, Func<PlanningService.PlanningServiceClient, CallOptions, AsyncServerStreamingCall<T>> method, CancellationToken ends) =>
        BeginAsync(new() { Role = Role.Planner, AreaCodes = { areas } }, options => method(new(Channel), options), ends);

    /// <summary>As <see cref="BeginAsCrewAsync"/>, as staff of a space.</summary>
    public Task<AsyncServerStreamingCall<T>> BeginAsStaffAsync<T>(
        string spaceId, Func<StaffService.StaffServiceClient, CallOptions, AsyncServerStreamingCall<T>> method, CancellationToken ends) =>
        BeginAsync(new() { Role = Role.Staff, SpaceIds = { spaceId } }, options => method(new(Channel), options), ends);

    /// <summary>The token has ended: the next call gets another one, of the demo or of the file.</summary>
    public void ForgetToken() => _demoToken = null;

    /// <summary>Whether the service is a demo: nothing in it is real.</summary>
    public async Task<bool> IsDemoAsync() => Server.IsLoopback && await DemoTokenAsync(new() { Role = Role.Crew }) is not null;

    /// <summary>Writes an answer: the message as one line of JSON, or the report for people.</summary>
    public void Answer(IMessage message, Action<IAnsiConsole> report)
    {
        if (IsJson)
            terminal.Out.WriteLine(Json.Format(message));
        else
            report(terminal.Answers());
    }

    /// <summary>Writes the answer to a command: what was done and how the space stands, or why it was not done.</summary>
    public int Outcome(IMessage message, Rejection? rejected, Availability? availability, Action<IAnsiConsole> done)
    {
        Answer(message, console =>
        {
            if (rejected is null)
                done(console);
            else
                RejectionReport.Write(console, rejected, Now);
            if ((rejected?.Availability ?? availability) is { } numbers)
                SpaceText.WriteStanding(console, numbers);
        });
        return rejected is null ? ExitCodes.Done : ExitCodes.Rejected;
    }

    /// <summary>What a failed call ends the run with; for a write, how to send it again.</summary>
    public Failure Failed(RpcException failed)
    {
        var failure = Failure.Of(failed) with { CommandId = _commandId };
        if (failed.StatusCode is StatusCode.Cancelled)
            failure = failure with { Message = "Stopped before the service answered." };
        if (IsUnanswered(failed.StatusCode))
            failure = failure with { Message = $"The service at {Server.OriginalString} does not answer ({failure.Status}: {failure.Message})" };
        if (_undecided && failure.ExitCode is ExitCodes.NotReachable or ExitCodes.Stopped)
        {
            return failure with
            {
                Hint = $"Whether it was done is not known. Send it again, it cannot be done twice: the same command with {string.Join(' ', _sendAgainWith)}",
            };
        }

        return failure.ExitCode switch
        {
            ExitCodes.NotReachable when IsUnanswered(failed.StatusCode) =>
                failure with { Hint = "Is it running there? Give another address with --server or SAFESPACE_SERVER." },
            ExitCodes.NotAllowed => failure with
            {
                Hint = $"Get a token with ./safespace token --data DIR {string.Join(' ', TokenOptions())}, and give it with --token-file or SAFESPACE_TOKEN.",
            },
            _ => failure,
        };
    }

    /// <summary>As <see cref="Failed"/>, of a write that is not tried again by itself.</summary>
    public Failure FailedWrite(RpcException failed)
    {
        _undecided |= _commandId is not null && (IsUnanswered(failed.StatusCode) || failed.StatusCode is StatusCode.Cancelled);
        return Failed(failed);
    }

    public void Dispose() => _channel?.Dispose();

    /// <summary>
    /// Calls the service. A try that is not answered is made again with the same message: reads change nothing, and writes carry a
    /// command id that takes effect once.
    /// </summary>
    private async Task<T> CallAsync<T>(IssueDemoTokenRequest who, Func<CallOptions, AsyncUnaryCall<T>> method)
    {
        try
        {
            var headers = await HeadersAsync(who);
            return await TryAsync(options => method(options.WithHeaders(headers)), _commandId);
        }
        catch (RpcException failed)
        {
            throw new FailureException(Failed(failed));
        }
    }

    private async Task<AsyncServerStreamingCall<T>> BeginAsync<T>(
        IssueDemoTokenRequest who, Func<CallOptions, AsyncServerStreamingCall<T>> method, CancellationToken ends) =>
        method(new CallOptions(await HeadersAsync(who), cancellationToken: ends));

    private async Task<T> TryAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> method, string? commandId)
    {
        for (var tried = 0; ; tried++)
        {
            try
            {
                // A deadline is this machine's affair, and the client measures it by the system clock.
                using var call = method(new CallOptions(deadline: (TimeProvider.System.GetUtcNow() + Timeout).UtcDateTime, cancellationToken: stopped));
                return await call;
            }
            catch (RpcException failed)
            {
                _undecided |= commandId is not null && (IsUnanswered(failed.StatusCode) || failed.StatusCode is StatusCode.Cancelled);
                if (tried == PausesBeforeTryingAgain.Length || Pause(failed, tried) is not { } pause)
                    throw;
                var why = $"{(IsUnanswered(failed.StatusCode) ? "no answer" : "asked too often")} ({Failure.Of(failed).Status}), trying again";
                if (Remark is not null)
                    Remark(why);
                else if (!IsJson)
                    await terminal.Error.WriteLineAsync($"safespace: {why}{(commandId is null ? "" : $" with the same command id {commandId}")}");
                await Task.Delay(pause, terminal.Time, stopped);
            }
        }
    }

    private TimeSpan? Pause(RpcException failed, int tried) =>
        IsUnanswered(failed.StatusCode) ? PausesBeforeTryingAgain[tried]
        : Failure.RetryAfter(failed) is not { } told ? null
        : told < Timeout ? told : Timeout;

    /// <summary>What a call bears: the token that was given, else one of the demo, else nothing.</summary>
    private async Task<Metadata> HeadersAsync(IssueDemoTokenRequest who)
    {
        _who = who;
        var token = GivenToken.Read(typed.GetValue(globals.TokenFile), terminal.Variable);
        if (token is null && Server.IsLoopback)
            token = _demoToken ??= await DemoTokenAsync(who);
        if (token is null)
            return [];
        if (!Server.IsSafeForTokens())
            throw new FailureException(Failure.BadInput($"--server {Server.OriginalString}: a token is sent over https, or to this machine, and nowhere else."));
        return new Metadata { { "authorization", $"Bearer {token}" } };
    }

    private async Task<string?> DemoTokenAsync(IssueDemoTokenRequest who)
    {
        try
        {
            return (await TryAsync(options => new DemoService.DemoServiceClient(Channel).IssueDemoTokenAsync(who, options), commandId: null)).Token;
        }
        catch (RpcException failed) when (failed.StatusCode is StatusCode.Unimplemented)
        {
            return null; // It is no demo.
        }
    }

    private IEnumerable<string> TokenOptions() =>
        [$"--role {Codes.Name(_who.Role)}", .. _who.SpaceIds.Select(space => $"--space {space}"), .. _who.AreaCodes.Select(area => $"--area {area}")];

    private static bool IsUnanswered(StatusCode status) => status is StatusCode.Unavailable or StatusCode.DeadlineExceeded;

    private void SendAgainWith(string option, string value) => SendAgainWith($"{option} {value}");
}
