using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using SafeSpaceCapacity.Service.Access;

namespace SafeSpaceCapacity.Service.Json;

/// <summary>Why a call was not answered, as JSON.</summary>
/// <param name="Code">As gRPC names it, such as <c>INVALID_ARGUMENT</c>.</param>
/// <param name="Message">In words, for who writes clients.</param>
/// <param name="Fields">With INVALID_ARGUMENT: each field that breaks a rule, by its path.</param>
internal sealed record JsonFault(string Code, string Message, IReadOnlyList<JsonFault.Broken> Fields)
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A field and its rule.</summary>
    public sealed record Broken(string Field, string Rule);

    public static JsonFault Of(RpcException failure) =>
        new(StatusNames.Of(failure.StatusCode), failure.Status.Detail, [.. failure.Trailers.Where(entry => entry.Key is "grpc-status-details-bin").SelectMany(entry => FieldsOf(entry.ValueBytes))]);

    /// <summary>The HTTP status of a status.</summary>
    public static int HttpStatusOf(StatusCode code) => code switch
    {
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound or StatusCode.Unimplemented => StatusCodes.Status404NotFound,
        StatusCode.AlreadyExists => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.Cancelled or StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>One line.</summary>
    public override string ToString() => JsonSerializer.Serialize(new { Error = this }, Form);

    private static IEnumerable<Broken> FieldsOf(byte[] details) => Google.Rpc.Status.Parser.ParseFrom(details).Details
        .Where(detail => detail.Is(BadRequest.Descriptor))
        .SelectMany(detail => detail.Unpack<BadRequest>().FieldViolations)
        .Select(violation => new Broken(violation.Field, violation.Description));
}
