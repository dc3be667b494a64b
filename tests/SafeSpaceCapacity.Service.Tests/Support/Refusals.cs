using Google.Rpc;
using Grpc.Core;

namespace SafeSpaceCapacity.Service.Tests.Support;

/// <summary>What a client is told when a call does not end as OK.</summary>
internal static class Refusals
{
    public static async Task<RpcException> RefusedAsync<T>(AsyncUnaryCall<T> call, StatusCode expected)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(expected, refused.StatusCode);
        return refused;
    }

    /// <summary>The fields and rules of a google.rpc.BadRequest, from the trailer that every client library reads it from.</summary>
    public static IReadOnlyList<(string Field, string Rule)> Violations(this RpcException refused)
    {
        if (refused.Trailers.GetValueBytes("grpc-status-details-bin") is not { } bytes)
            return [];
        var status = Google.Rpc.Status.Parser.ParseFrom(bytes);
        Assert.Equal((int)refused.StatusCode, status.Code);
        return [.. status.Details.Select(detail => detail.Unpack<BadRequest>()).SelectMany(bad => bad.FieldViolations).Select(v => (v.Field, v.Description))];
    }
}
