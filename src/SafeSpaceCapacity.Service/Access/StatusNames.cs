using System.Text.Json;
using Grpc.Core;

namespace SafeSpaceCapacity.Service.Access;

/// <summary>The names of statuses as gRPC writes them, such as <c>PERMISSION_DENIED</c>.</summary>
internal static class StatusNames
{
    private static readonly string[] Names =
        [.. Enum.GetValues<StatusCode>().Order().Select(code => JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString()))];

    public static string Of(StatusCode code) => Names[(int)code];
}
