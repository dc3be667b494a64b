using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Policies;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Service.Policies;

/// <summary>One version of what a tier states, with who said so.</summary>
/// <param name="Policy">What it states.</param>
/// <param name="EffectiveFrom">From when.</param>
/// <param name="SetAt">When it was said.</param>
/// <param name="Actor">Who said it.</param>
/// <param name="Role">In which role.</param>
public sealed record TierPolicyVersion(TierPolicy Policy, Instant EffectiveFrom, Instant SetAt, string Actor, string Role);

/// <summary>What all tiers state and stated, worked out from the log. Readers take <see cref="All"/> and never wait.</summary>
public sealed class TierPolicies : ILogFold
{
    /// <summary>How the streams of policies begin.</summary>
    public const string StreamPrefix = "policy/";

    private const int CheckpointSchema = 1;

    private readonly Dictionary<string, (Tier Tier, long Version, bool Kept)> _streams = new(StringComparer.Ordinal);
    private ImmutableArray<TierPolicyVersion> _versions = [];
    private volatile Published _published = new([]);

    /// <summary>All versions, by tier and then from the first to the newest.</summary>
    public ImmutableArray<TierPolicyVersion> All => _published.Versions;

    /// <inheritdoc/>
    public string Prefix => StreamPrefix;

    /// <summary>The stream of a tier's policy.</summary>
    public static string StreamOf(Tier tier) => $"{StreamPrefix}tier-{(int)tier}";

    /// <summary>The version in force at an instant, or null where the tier states nothing.</summary>
    public TierPolicyVersion? InForce(Tier tier, Instant at) => All.LastOrDefault(version => version.Policy.Tier == tier && version.EffectiveFrom <= at);

    /// <summary>The newest version, in force or not yet, or null.</summary>
    public TierPolicyVersion? Newest(Tier tier) => All.LastOrDefault(version => version.Policy.Tier == tier);

    /// <summary>When another version comes into force after an instant; null: none is planned.</summary>
    public Instant? NextChange(Instant after)
    {
        var planned = All.Where(version => version.EffectiveFrom > after).Select(version => version.EffectiveFrom).ToList();
        return planned.Count == 0 ? null : planned.Min();
    }

    /// <inheritdoc/>
    public bool Restore(IReadOnlyList<Checkpoint> kept, long covered)
    {
        _streams.Clear();
        _versions = [];
        foreach (var checkpoint in kept)
        {
            if (checkpoint.Schema != CheckpointSchema || PolicyCodec.DecodeVersions<TierPolicyVersion>(checkpoint.Body.Span) is not { Length: > 0 } versions)
                return false;
            _streams[checkpoint.Stream] = (versions[0].Policy.Tier, checkpoint.Version, true);
            _versions = _versions.AddRange(versions);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Apply(RecordedEvent recorded, SpaceChange? change)
    {
        if (!recorded.Stream.StartsWith(StreamPrefix, StringComparison.Ordinal) || (_streams.TryGetValue(recorded.Stream, out var known) && recorded.Version <= known.Version))
            return;
        var set = PolicyCodec.Decode(recorded.Type, recorded.Schema, recorded.Payload.Span);
        _streams[recorded.Stream] = (set.Policy.Tier, recorded.Version, false);
        _versions = _versions.Add(new TierPolicyVersion(set.Policy, set.EffectiveFrom, recorded.DecidedAt, recorded.Actor, recorded.Role));
    }

    /// <inheritdoc/>
    public void Publish(long position)
    {
        if (_published.Versions.Length != _versions.Length)
            _published = new([.. _versions.OrderBy(version => version.Policy.Tier).ThenBy(version => version.Policy.Version)]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Checkpoint> Checkpoints(Guid epoch, long position)
    {
        var checkpoints = new List<Checkpoint>();
        foreach (var (stream, known) in _streams.Where(line => !line.Value.Kept).ToList())
        {
            var versions = All.Where(version => version.Policy.Tier == known.Tier).ToArray();
            checkpoints.Add(new Checkpoint(epoch, stream, known.Version, position, CheckpointSchema, PolicyCodec.EncodeVersions(versions)));
            _streams[stream] = known with { Kept = true };
        }

        return checkpoints;
    }

    private sealed record Published(ImmutableArray<TierPolicyVersion> Versions);
}
