using System.Globalization;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>
/// Gives every call a deadline: one that comes without, or with a later one, gets the longest that makes sense for its kind. What waits on a
/// caller that went away would else stay for ever. Written into the header that the gRPC library reads, which then does the rest.
/// </summary>
internal sealed class CallDeadline(RequestDelegate next)
{
    /// <summary>The longest a call with one answer may take.</summary>
    public static readonly TimeSpan OneAnswer = TimeSpan.FromSeconds(30);

    /// <summary>The longest a watch may last; then its reader watches again.</summary>
    public static readonly TimeSpan Stream = TimeSpan.FromHours(1);

    private const string Header = "grpc-timeout";

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Type is { } type)
        {
            var most = type is MethodType.Unary or MethodType.ClientStreaming ? OneAnswer : Stream;
            if (Given(context.Request.Headers[Header].ToString()) is not { } given || given > most)
                context.Request.Headers[Header] = string.Create(CultureInfo.InvariantCulture, $"{(long)most.TotalSeconds}S");
        }

        return next(context);
    }

    /// <summary>What a caller gave: up to eight digits and a unit. Null for what is no time, which would leave the call without a deadline.</summary>
    private static TimeSpan? Given(string text)
    {
        if (text.Length is < 2 or > 9 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        return text[^1] switch
        {
            'H' => TimeSpan.FromHours(number),
            'M' => TimeSpan.FromMinutes(number),
            'S' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMilliseconds(number),
            'u' => TimeSpan.FromMicroseconds(number),
            'n' => TimeSpan.FromTicks(number / 100),
            _ => null,
        };
    }
}
