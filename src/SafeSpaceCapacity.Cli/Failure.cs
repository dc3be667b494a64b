using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using SafeSpaceCapacity.Cli.Output;

namespace SafeSpaceCapacity.Cli;

/// <summary>Why there is no answer, as it is written to standard error: lines for people, one JSON object for scripts.</summary>
/// <param name="ExitCode">See <see cref="ExitCodes"/>.</param>
/// <param name="Status">The gRPC status by name, such as INVALID_ARGUMENT, also for what was wrong before any call.</param>
/// <param name="Message">What happened.</param>
/// <param name="FieldViolations">Each field that breaks a rule.</param>
/// <param name="CommandId">With this id the same command can be sent again without being done twice.</param>
/// <param name="Hint">What to do next.</param>
internal sealed record Failure(
    int ExitCode,
    string Status,
    string Message,
    IReadOnlyList<FieldViolation>? FieldViolations = null,
    string? CommandId = null,
    string? Hint = null)
{
    private const string DetailsTrailer = "grpc-status-details-bin";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // Read by people and programs, never within HTML.
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Something wrong with the command itself, found before any call.</summary>
    public static Failure BadInput(string message, string? hint = null) =>
        new(ExitCodes.BadInput, "INVALID_ARGUMENT", message, Hint: hint);

    /// <summary>A call that failed, with the fields and rules that its details name.</summary>
    public static Failure Of(RpcException failed) => new(
        RetryAfter(failed) is null ? ExitCodes.Of(failed.StatusCode) : ExitCodes.NotReachable,
        JsonNamingPolicy.SnakeCaseUpper.ConvertName(failed.StatusCode.ToString()),
        failed.Status.Detail is { Length: > 0 } detail ? detail : "The service gave no reason.",
        Details<BadRequest>(failed)?.FieldViolations.Select(violation => new FieldViolation(violation.Field, violation.Description)).ToList());

    /// <summary>How long to wait before trying again, where the service was asked too often and says so.</summary>
    public static TimeSpan? RetryAfter(RpcException failed) =>
        failed.StatusCode is StatusCode.ResourceExhausted ? Details<RetryInfo>(failed)?.RetryDelay?.ToTimeSpan() : null;

    public void Write(TextWriter error, bool json)
    {
        if (json)
        {
            error.WriteLine(JsonSerializer.Serialize(this, Json));
            return;
        }

        // The message of a broken rule is its violations in one line: below they stand one by one.
        error.WriteLine($"safespace: {(FieldViolations is { Count: > 0 } ? "the request breaks a rule" : Words.Clean(Message))}");
        foreach (var violation in FieldViolations ?? [])
            error.WriteLine($"  {Words.Clean(violation.Field)}: {Words.Clean(violation.Description)}");
        if (Hint is not null)
            error.WriteLine(Hint);
    }

    private static T? Details<T>(RpcException failed) where T : class, IMessage<T>, new()
    {
        try
        {
            return failed.Trailers.GetValueBytes(DetailsTrailer) is { } bytes
                ? Google.Rpc.Status.Parser.ParseFrom(bytes).Details.Select(detail => detail.TryUnpack(out T found) ? found : null).FirstOrDefault(found => found is not null)
                : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null; // Details are an extra: the status and its message stand without them.
        }
    }
}

/// <summary>A field of the request and the rule that it breaks.</summary>
internal sealed record FieldViolation(string Field, string Description);

/// <summary>Ends a run with a <see cref="Failure"/>.</summary>
internal sealed class FailureException(Failure failure) : Exception(failure.Message)
{
    public Failure Failure { get; } = failure;
}
