using System.Buffers.Binary;
using NodaTime;
using SafeSpaceCapacity.Domain.Policies;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;
using SafeSpaceCapacity.Service.Engine;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Service.Policies;

/// <summary>What somebody asks a tier to state.</summary>
/// <param name="CommandId">Made once by the client and sent again on every retry.</param>
/// <param name="RequestHash">SHA-256 of what was asked.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Tier">The tier.</param>
/// <param name="Values">All that it states.</param>
/// <param name="EffectiveFrom">From when; null: now.</param>
/// <param name="Expected">The version that it was read at; null: whatever it is.</param>
public sealed record PolicyRequest(
    Guid CommandId, ReadOnlyMemory<byte> RequestHash, Caller Caller, Tier Tier, PolicyValues Values, Instant? EffectiveFrom, long? Expected);

/// <summary>
/// States the rules of tiers. Few and seldom: on one node they take turns, so that a crowd does not run out of tries; between nodes the append's
/// condition decides who was first.
/// </summary>
public sealed class PolicyDesk(IEventLog log, DecisionClock clock, SpaceReadModel readModel, TierPolicies policies) : IDisposable
{
    private const int ConflictLimit = 20;

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>The version that the request made, now or before; null where somebody else changed the policy meanwhile.</summary>
    /// <exception cref="CommandIdReusedException">The id came before with other content.</exception>
    /// <exception cref="NotDecidedException">The policy is being written by others.</exception>
    public async Task<(long? Version, long Position)> SetAsync(PolicyRequest request)
    {
        await _turn.WaitAsync();
        try
        {
            return await SetInTurnAsync(request);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<(long? Version, long Position)> SetInTurnAsync(PolicyRequest request)
    {
        var stream = TierPolicies.StreamOf(request.Tier);
        for (var attempt = 0; attempt < ConflictLimit; attempt++)
        {
            if (await log.FindAnswerAsync(request.CommandId, request.RequestHash) is { } known)
                return (VersionOf(known.Outcome.Span), 0);

            await readModel.ReachAsync(log.HeadPosition, ReadLag.Tolerated);
            var newest = policies.Newest(request.Tier);
            var version = newest?.Policy.Version ?? 0;
            var now = clock.Now();
            var from = Instant.Max(request.EffectiveFrom ?? now, now);

            // A version that is planned for later, and one that is to hold before it, would come into force in the wrong order.
            var changed = (request.Expected is { } expected && expected != version) || newest?.EffectiveFrom > from;
            var events = changed
                ? Array.Empty<NewEvent>()
                : [PolicyCodec.Encode(new TierPolicySet(now, now, new TierPolicy(request.Tier, version + 1, request.Values), from), request.CommandId)];
            var outcome = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(outcome, changed ? 0 : version + 1);
            var record = request.Caller.Record(request.CommandId, stream, request.RequestHash, outcome, now);
            if (await log.AppendAsync(new AppendRequest([new StreamAppend(stream, version, events, [record])])) is AppendResult.Committed committed)
                return (VersionOf(outcome), committed.LastPosition);
        }

        throw new NotDecidedException($"the policy of tier {(int)request.Tier} is being written by others; try again with the same command_id");
    }

    private static long? VersionOf(ReadOnlySpan<byte> outcome) => BinaryPrimitives.ReadInt64BigEndian(outcome) is > 0 and var version ? version : null;
}
