using NodaTime;
using SafeSpaceCapacity.Domain.Demand;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service.Demand;
using SafeSpaceCapacity.Service.Planning;
using SafeSpaceCapacity.Service.ReadModel;
using SafeSpaceCapacity.Service.Region;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests.Demand;

public sealed class NeedFoldTests
{
    [Fact]
    public async Task What_was_not_written_before_a_crash_is_told_again_by_the_next_start()
    {
        await using var service = await RunningService.StartAsync();
        await service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        for (var i = 0; i < 3; i++)
            await service.HoldAsync("near-space");
        var history = new HourlyHistory(RegionData.LoadDemo(), HistoryKept.Default);
        var events = await service.Log.ReadAllAsync(0, 1000);

        // Tailed to the middle and kept there, without anything being written.
        var first = Told(new NeedFold(history), [.. events.Take(events.Count - 1)]);
        var kept = first.Checkpoints(service.Log.Epoch, events.Count - 1);
        Assert.Equal(2, first.Take().Count);

        // What was taken and never written is in the next checkpoint too.
        Assert.Equal(kept[0].Body.ToArray(), first.Checkpoints(service.Log.Epoch, events.Count - 1)[0].Body.ToArray());
        var next = new NeedFold(history);
        Assert.True(next.Restore(kept, events.Count - 1));
        Told(next, events, after: events.Count - 1);
        Assert.Equal(Told(new NeedFold(history), events).Take().OrderBy(need => need.Id), next.Take().OrderBy(need => need.Id));

        // What could not be written waits; what was is gone.
        next.PutBack();
        Assert.Equal(3, next.Take().Count);
        next.Written();
        Assert.Empty(next.Take());

        // Of hours that were counted nothing is told again.
        var old = new NeedFold(history) { CountedUntil = Instant.FromDateTimeOffset(ManualTime.Start.AddHours(1)) };
        Assert.Empty(Told(old, events).Take());
    }

    [Fact]
    public void Searches_that_find_no_room_are_lost_and_counted()
    {
        var log = new NeedLog();
        var need = Need.Searched(Ids.NextGuid(), "S12000049", Instant.FromDateTimeOffset(ManualTime.Start), Needs.None, offered: false);
        for (var i = 0; i < NeedLog.WaitingMost; i++)
            log.Record(need);
        Assert.Equal(0, log.Lost);
        log.Record(need);
        Assert.Equal(1, log.Lost);
        Assert.True(log.TryTake(out _));
        log.Record(need);
        Assert.Equal(1, log.Lost);
    }

    [Fact]
    public void The_rate_of_a_full_hour_is_that_of_the_same_hour_of_the_week_drawn_to_that_of_the_day()
    {
        var hidden = new HiddenDemand();
        for (var week = 0; week < 6; week++)
        {
            // Monday's noon brings eight, each other day's one.
            for (var day = 0; day < 7; day++)
                hidden.Add((day * 24) + 12, day == 0 ? 8 : 1);
        }

        // 6 × 8 and four hours of the day's mean of 2.
        Assert.Equal(((6 * 8) + (4 * 2)) / 10.0, hidden.RateOf(12)!.Value, 9);
        Assert.Equal(((6 * 1) + (4 * 2)) / 10.0, hidden.RateOf(36)!.Value, 9);
        Assert.Null(hidden.RateOf(13));
    }

    private static NeedFold Told(NeedFold fold, IReadOnlyList<RecordedEvent> events, long after = 0)
    {
        var states = new Dictionary<string, SpaceState>(StringComparer.Ordinal);
        foreach (var recorded in events)
        {
            if (!recorded.Stream.StartsWith(SpaceId.StreamPrefix, StringComparison.Ordinal))
                continue;
            var before = states.GetValueOrDefault(recorded.Stream, SpaceState.None);
            var happened = EventLog.Codec.SpaceCodec.Decode(recorded.Type, recorded.Schema, recorded.Payload.Span);
            var changed = states[recorded.Stream] = Domain.Spaces.Space.Evolve(before, happened, recorded.CommandId);
            if (recorded.Position > after)
                fold.Apply(recorded, new SpaceChange(happened, before, changed));
        }

        fold.Publish(1);
        return fold;
    }
}
