using NodaTime;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog.Codec;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>States as checkpoints keep them: all there is to a state, and nothing taken for one that is not.</summary>
public sealed class StateFormTests
{
    [Fact]
    public void Every_member_of_a_state_comes_back_as_it_was()
    {
        var state = (SpaceState)new Filler().Make(typeof(SpaceState));
        var again = SpaceCodec.DecodeState(SpaceCodec.StateSchema, SpaceCodec.EncodeState(state));
        Assert.NotNull(again);
        Assert.Equal(Filler.Whole(state), Filler.Whole(again));

        // The filler has left nothing at its default that could be forgotten unnoticed.
        Assert.DoesNotContain("null", Filler.Whole(state), StringComparison.Ordinal);
        Assert.Contains("LastAct", Filler.Whole(state), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_stays_away()
    {
        var again = SpaceCodec.DecodeState(SpaceCodec.StateSchema, SpaceCodec.EncodeState(SpaceState.None));
        Assert.Equal(Filler.Whole(SpaceState.None), Filler.Whole(again));
    }

    [Fact]
    public void A_state_that_ends_early_or_goes_on_or_is_of_another_schema_is_none()
    {
        var body = SpaceCodec.EncodeState((SpaceState)new Filler().Make(typeof(SpaceState)));
        Assert.Null(SpaceCodec.DecodeState(SpaceCodec.StateSchema + 1, body));
        Assert.Null(SpaceCodec.DecodeState(SpaceCodec.StateSchema, (byte[])[.. body, 0]));
        for (var length = 0; length < body.Length; length++)
            Assert.Null(SpaceCodec.DecodeState(SpaceCodec.StateSchema, body.AsSpan(0, length)));
    }

    [Fact]
    public void Another_layout_is_another_schema()
    {
        int[] layouts =
        [
            CompactForm<Plain>.Layout, CompactForm<Longer>.Layout, CompactForm<Renamed>.Layout, CompactForm<Retyped>.Layout, CompactForm<Outer>.Layout,
        ];
        Assert.Equal(layouts.Length, layouts.Distinct().Count());
        Assert.All(layouts, layout => Assert.True(layout >= 0));
    }

    [Fact]
    public void Times_before_1970_and_fractions_come_back()
    {
        Instant[] instants = [Instant.FromUtc(1965, 3, 4, 5, 6, 7) + Duration.FromNanoseconds(89), Instant.FromUnixTimeTicks(-1), Instant.FromUtc(2200, 1, 1, 0, 0)];
        foreach (var at in instants)
        {
            var state = SpaceState.None with { CountedAt = at };
            Assert.Equal(at, SpaceCodec.DecodeState(SpaceCodec.StateSchema, SpaceCodec.EncodeState(state))!.CountedAt);
        }
    }

    private sealed record Plain(int One, string Two);

    private sealed record Longer(int One, string Two)
    {
        public bool Three { get; init; }
    }

    private sealed record Renamed(int One, string Other);

    private sealed record Retyped(long One, string Two);

    private sealed record Outer(Plain Inner);
}
