using BenchmarkDotNet.Attributes;
using NodaTime;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;

namespace SafeSpaceCapacity.LoadTests.Benchmarks;

/// <summary>What one hold goes through, without the log.</summary>
public class CommandBenchmarks
{
    private static readonly Guid HoldId = new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    private readonly SpaceState _state = Samples.States(1, roomy: true)[0];
    private readonly HoldPlace _command = new(Samples.Now, HoldId, HoldId, Samples.Now + Duration.FromMinutes(20), Needs.AgeAdult, true, "Alpha 1") { Id = HoldId };
    private HoldPlaced _placed = null!;
    private Decision _decision = null!;
    private Availability _availability = null!;
    private byte[] _encoded = [];
    private byte[] _encodedState = [];

    [GlobalSetup]
    public void Decided()
    {
        _decision = Space.Decide(_state, _command);
        _placed = _decision.Events.OfType<HoldPlaced>().Single();
        _availability = Availability.Of(_state, CapacityTimeline.Of(_state, Samples.Now), Samples.Now);
        _encoded = SpaceCodec.Encode(_placed, HoldId, HoldId).Payload.ToArray();
        _encodedState = SpaceCodec.EncodeState(_state);
    }

    [Benchmark]
    public Decision Decide() => Space.Decide(_state, _command);

    [Benchmark]
    public SpaceState Evolve() => Space.Evolve(_state, _placed, HoldId);

    [Benchmark]
    public NewEvent EncodeEvent() => SpaceCodec.Encode(_placed, HoldId, HoldId);

    [Benchmark]
    public SpaceEvent DecodeEvent() => SpaceCodec.Decode(nameof(HoldPlaced), 1, _encoded);

    [Benchmark]
    public byte[] EncodeAnswer() => SpaceCodec.EncodeAnswer(_decision.Outcome, _availability);

    [Benchmark]
    public byte[] EncodeState() => SpaceCodec.EncodeState(_state);

    [Benchmark]
    public SpaceState? DecodeState() => SpaceCodec.DecodeState(SpaceCodec.StateSchema, _encodedState);
}
