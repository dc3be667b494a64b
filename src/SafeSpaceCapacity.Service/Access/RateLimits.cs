using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Service.Access;

/// <summary>How much one client may ask, so that none slows the others. A control room's program serves many crews: ten times as much.</summary>
/// <param name="callsPerSecond">Calls of one account, lastingly; five times as many at once.</param>
internal sealed class RateLimits(int callsPerSecond) : IDisposable
{
    /// <summary>Watches that one account may have at a time.</summary>
    public const int Watches = 20;

    private const int MachineFactor = 10;

    // From one address and without a token that was seen before, by many who may share it. Checking a signature costs about as much as a search.
    private const int StrangerFactor = 5;
    private const int BurstSeconds = 5;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WatchRetry = TimeSpan.FromSeconds(10);

    private readonly PartitionedRateLimiter<Grant> _calls = PartitionedRateLimiter.Create<Grant, (string, int Factor)>(
        grant => RateLimitPartition.GetTokenBucketLimiter(KeyOf(grant), key => Bucket(callsPerSecond * key.Factor, BurstSeconds)));

    private readonly PartitionedRateLimiter<Grant> _watches = PartitionedRateLimiter.Create<Grant, (string, int Factor)>(
        grant => RateLimitPartition.GetConcurrencyLimiter(KeyOf(grant), key => new ConcurrencyLimiterOptions { PermitLimit = Watches * key.Factor }));

    private readonly PartitionedRateLimiter<IPAddress> _strangers = PartitionedRateLimiter.Create<IPAddress, UInt128>(
        address => RateLimitPartition.GetTokenBucketLimiter(NetworkOf(address), _ => Bucket(callsPerSecond * StrangerFactor, BurstSeconds)));

    /// <summary>Counts a call of an account.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED with when to try again.</exception>
    public void Call(Grant grant)
    {
        using var lease = _calls.AttemptAcquire(grant);
        Require(lease, "this account calls too often");
    }

    /// <summary>Counts a call from an address by somebody who is not known, or not yet.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED with when to try again.</exception>
    public void Stranger(IPAddress? address)
    {
        using var lease = _strangers.AttemptAcquire(address ?? IPAddress.None);
        Require(lease, "too many calls from this address without a token that was seen before");
    }

    /// <summary>Begins a watch; it ends when what is returned is disposed.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED with when to try again.</exception>
    public IDisposable Watch(Grant grant)
    {
        var lease = _watches.AttemptAcquire(grant);
        Require(lease, "this account has too many watches at once");
        return lease;
    }

    public void Dispose()
    {
        _calls.Dispose();
        _watches.Dispose();
        _strangers.Dispose();
    }

    private static (string, int Factor) KeyOf(Grant grant) => (grant.Subject, grant.Roles.Contains(Role.Machine) ? MachineFactor : 1);

    // Of IPv6 the first half: whoever has one address of a network has as many as they like.
    private static UInt128 NetworkOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        var all = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return address.IsIPv4MappedToIPv6 || address.AddressFamily is AddressFamily.InterNetwork ? all : all >> 64;
    }

    private static TokenBucketRateLimiterOptions Bucket(int perSecond, int burstSeconds) => new()
    {
        TokenLimit = perSecond * burstSeconds,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = Period,
    };

    private static void Require(RateLimitLease lease, string what)
    {
        if (lease.IsAcquired)
            return;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : WatchRetry;
        var milliseconds = (long)Math.Max(1, wait.TotalMilliseconds);
        var message = $"{what}; try again in {milliseconds} ms";
        var status = new Google.Rpc.Status
        {
            Code = (int)StatusCode.ResourceExhausted,
            Message = message,
            Details = { Any.Pack(new RetryInfo { RetryDelay = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMilliseconds(milliseconds)) }) },
        };
        throw new RpcException(
            new global::Grpc.Core.Status(StatusCode.ResourceExhausted, message),
            new Metadata
            {
                { "grpc-status-details-bin", status.ToByteArray() },
                { "grpc-retry-pushback-ms", milliseconds.ToString(CultureInfo.InvariantCulture) },
            });
    }
}
