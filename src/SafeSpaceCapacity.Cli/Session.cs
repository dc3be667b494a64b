using System.CommandLine;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using NodaTime;
using NodaTime.Text;
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

    public Terminal Terminal => terminal;

    public CancellationToken Stopped => stopped;

    public bool IsJson => typed.GetValue(globals.Json);

    public Instant Now => Instant.FromDateTimeOffset(terminal.Time.GetUtcNow());

    public CrewService.CrewServiceClient Crew => new(Channel);

    public StaffService.StaffServiceClient Staff => new(Channel);

    public AdminService.AdminServiceClient Admin => new(Channel);

    private GrpcChannel Channel => _channel ??= GrpcChannel.ForAddress(Server);

    private Uri Server => typed.GetRequiredValue(globals.Server);

    private TimeSpan Timeout => TimeSpan.FromSeconds(typed.GetValue(globals.TimeoutSeconds));

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

    /// <summary>
    /// Calls the service. A try that is not answered is made again with the same message: reads change nothing, and writes carry a
    /// command id that takes effect once.
    /// </summary>
    public async Task<T> CallAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> method)
    {
        for (var tried = 0; ; tried++)
        {
            try
            {
                // A deadline is this machine's affair, and the client measures it by the system clock.
                using var call = method(new CallOptions(deadline: (TimeProvider.System.GetUtcNow() + Timeout).UtcDateTime, cancellationToken: stopped));
                return await call;
            }
            catch (RpcException failed) when (IsUnanswered(failed.StatusCode) && tried < PausesBeforeTryingAgain.Length)
            {
                if (!IsJson)
                    await terminal.Error.WriteLineAsync($"safespace: no answer ({Failure.Of(failed).Status}), trying again{(_commandId is null ? "" : $" with the same command id {_commandId}")}");
                await Task.Delay(PausesBeforeTryingAgain[tried], terminal.Time, stopped);
            }
            catch (RpcException failed)
            {
                throw new FailureException(Failed(failed));
            }
        }
    }

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
        var undecided = _commandId is not null && (IsUnanswered(failed.StatusCode) || failed.StatusCode is StatusCode.Cancelled);
        return failure.ExitCode switch
        {
            _ when undecided => failure with
            {
                Hint = $"Whether it was done is not known. Send it again, it cannot be done twice: the same command with {string.Join(' ', _sendAgainWith)}",
            },
            ExitCodes.NotReachable => failure with { Hint = "Is it running there? Give another address with --server or SAFESPACE_SERVER." },
            _ => failure,
        };
    }

    public void Dispose() => _channel?.Dispose();

    private static bool IsUnanswered(StatusCode status) => status is StatusCode.Unavailable or StatusCode.DeadlineExceeded;

    private void SendAgainWith(string option, string value) => _sendAgainWith.Add($"{option} {value}");
}
