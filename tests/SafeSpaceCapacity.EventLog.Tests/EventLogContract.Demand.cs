using NodaTime;
using SafeSpaceCapacity.Domain.Demand;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>Demand beside the log.</summary>
public abstract partial class EventLogContract
{
    private const string Glasgow = "S12000049";
    private const string Edinburgh = "S12000036";
    private static readonly Instant Ten = Instant.FromUtc(2026, 2, 11, 10, 0);
    private static readonly int Hour = (int)(Ten.ToUnixTimeSeconds() / 3600);

    [Fact]
    public async Task A_need_is_one_however_often_and_in_whichever_order_it_is_told()
    {
        var searched = Need.Searched(Make.Id(1), Glasgow, Ten + Minutes(5), Needs.Quiet, offered: false);
        var hold = MakeHold(1, Ten + Minutes(10));
        Need[] told =
        [
            searched,
            Need.Searched(Make.Id(1), Edinburgh, Ten + Minutes(8), Needs.AgeAdult, offered: true),
            Need.Held(hold, Edinburgh, NeedStep.Held, Ten + Minutes(10)),
            Need.Held(hold, Edinburgh, NeedStep.Arrived, Ten + Minutes(25)),
            Need.Searched(Make.Id(1), Glasgow, Ten + Minutes(26), Needs.Quiet, offered: false),
        ];
        var seen = new List<Need>();
        foreach (var order in new[] { told, [.. told.Reverse()], [told[3], told[0], told[4], told[2], told[1]] })
        {
            await using var log = await OpenFreshAsync();
            foreach (var need in order.Concat(order))
                await log.Demand.MergeNeedsAsync([need], Token);
            seen.Add(Assert.Single((await log.Demand.ReadNeedsAsync(Hour, Hour + 1, Token)).Needs));
        }

        Assert.Single(seen.Distinct());
        Assert.Equal((Glasgow, Ten + Minutes(5), Needs.Quiet | Needs.AgeAdult), (seen[0].Area, seen[0].AskedAt, seen[0].Asked));
        Assert.Equal((NeedOutcome.Placed, 15, SearchResult.NothingFound), (seen[0].Outcome, seen[0].MinutesAway, seen[0].Search));
    }

    [Fact]
    public async Task Needs_are_counted_once_and_what_comes_later_for_those_hours_is_left_out()
    {
        int counted;
        await using (var log = await OpenAsync())
        {
            Assert.Equal(0, await log.Demand.CountedUntilAsync(Token));
            await log.Demand.MergeNeedsAsync(
                [
                    Need.Searched(Make.Id(1), Glasgow, Ten, Needs.Quiet | Needs.Overnight, offered: false),
                    Need.Searched(Make.Id(2), Glasgow, Ten + Minutes(59), Needs.Quiet, offered: false),
                    Need.Held(MakeHold(3, Ten + Minutes(30)), Glasgow, NeedStep.Arrived, Ten + Minutes(45)),
                    Need.Refused(Make.Id(4), Edinburgh, RefusalReason.Age, Ten + Minutes(30)),
                    Need.Searched(Make.Id(5), Glasgow, Ten + Minutes(60), Needs.None, offered: true),
                ],
                Token);
            counted = Hour + 1;
            await log.Demand.CountNeedsAsync(counted, 0, Token);
            await log.Demand.CountNeedsAsync(counted, 0, Token);
        }

        await using var again = await OpenAsync();
        Assert.Equal(counted, await again.Demand.CountedUntilAsync(Token));

        // Told again by a log that is read again, and by a search of long ago that comes late.
        await again.Demand.MergeNeedsAsync([Need.Searched(Make.Id(1), Glasgow, Ten, Needs.Quiet, offered: true), Need.Searched(Make.Id(9), Glasgow, Ten, Needs.Quiet, offered: true)], Token);
        await again.Demand.CountNeedsAsync(counted - 5, 0, Token);
        Assert.Equal(
            [
                new(Edinburgh, Hour, (int)NeedOutcome.Declined + (int)RefusalReason.Age, 0, 1, 0),
                new(Glasgow, Hour, (int)NeedOutcome.Placed, 0, 1, 15),
                new(Glasgow, Hour, (int)NeedOutcome.Placed, Bit(Needs.AgeAdult), 1, 15),
                new(Glasgow, Hour, (int)NeedOutcome.NothingFound, 0, 2, 0),
                new(Glasgow, Hour, (int)NeedOutcome.NothingFound, Bit(Needs.Quiet), 2, 0),
                new(Glasgow, Hour, (int)NeedOutcome.NothingFound, Bit(Needs.Overnight), 1, 0),
            ],
            await CountsAsync(again, string.Empty, Hour, Hour + 10));
        Assert.Empty(await CountsAsync(again, string.Empty, Hour + 1, Hour + 10));
        Assert.Equal(3, (await again.Demand.ReadCountsAsync(string.Empty, 0, Hour + 1, withCodes: false, Token)).Count);
        var (until, needs) = await again.Demand.ReadNeedsAsync(0, Hour + 10, Token);
        Assert.Equal((counted, Make.Id(5)), (until, Assert.Single(needs).Id));

        // What is too old goes.
        await again.Demand.CountNeedsAsync(counted + 1, forgetBefore: Hour + 1, Token);
        Assert.Equal(Hour + 1, Assert.Single(await CountsAsync(again, string.Empty, 0, Hour + 10)).Hour);
        Assert.Empty((await again.Demand.ReadNeedsAsync(0, Hour + 10, Token)).Needs);
    }

    [Fact]
    public async Task Nodes_that_tell_the_same_at_once_count_it_once()
    {
        await using var log = await OpenAsync();
        var needs = Enumerable.Range(1, 200).Select(i => Need.Searched(Make.Id(i), Glasgow, Ten, Needs.Quiet, offered: i % 2 == 0)).ToList();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                await log.Demand.MergeNeedsAsync(needs, Token);
                await log.Demand.CountNeedsAsync(Hour + 1, 0, Token);
                await log.Demand.MergeNeedsAsync(needs, Token);
            },
            Token)));
        Assert.Equal(200, (await log.Demand.ReadCountsAsync(string.Empty, 0, Hour + 1, withCodes: false, Token)).Sum(count => count.People));
    }

    [Fact]
    public async Task A_source_is_replaced_whole_and_documents_keep_the_newest()
    {
        await using var log = await OpenAsync();
        await log.Demand.ReplaceCountsAsync("police", [new(Glasgow, Hour, 0, 0, 3, 0), new(Glasgow, Hour + 1, 0, 0, 0, 0)], Document(Ten, 1), Token);
        await log.Demand.ReplaceCountsAsync("police", [new(Edinburgh, Hour, 0, 0, 7, 0)], Document(Ten - Minutes(1), 2), Token);
        Assert.Equal([new(Edinburgh, Hour, 0, 0, 7, 0)], await CountsAsync(log, "police", 0, Hour + 5));
        Assert.Empty(await CountsAsync(log, "ambulance", 0, Hour + 5));

        await log.Demand.SaveDocumentAsync("forecast/hour", Document(Ten, 3), Token);
        await log.Demand.SaveDocumentAsync("forecast/hour", Document(Ten - Minutes(1), 4), Token);
        var forecast = Assert.Single(await log.Demand.ReadDocumentsAsync("forecast/", Token));
        Assert.Equal(("forecast/hour", Ten, 3), (forecast.Key, forecast.Value.MadeAt, forecast.Value.Body.Span[0]));
        Assert.Equal(2, (await log.Demand.ReadDocumentsAsync("source/", Token))["source/police"].Body.Span[0]);

        Assert.True(await log.Demand.TakeTurnAsync("turn/x", Ten, Ten - Minutes(30), Token));
        Assert.False(await log.Demand.TakeTurnAsync("turn/x", Ten + Minutes(10), Ten - Minutes(20), Token));
        Assert.True(await log.Demand.TakeTurnAsync("turn/x", Ten + Minutes(31), Ten + Minutes(1), Token));
    }

    private static async Task<DemandCount[]> CountsAsync(IEventLog log, string source, int from, int until) =>
        [.. (await log.Demand.ReadCountsAsync(source, from, until, withCodes: true, Token)).OrderBy(count => (count.Hour, count.Area, count.Outcome, count.Code))];

    private static DemandDocument Document(Instant at, byte content) => new(at, new[] { content });

    private static int Bit(Needs one) => System.Numerics.BitOperations.TrailingZeroCount((ulong)one) + 1;

    private static Duration Minutes(int minutes) => Duration.FromMinutes(minutes);

    private static Hold MakeHold(int need, Instant at) => new(
        Make.Id(-need), Make.Id(need), at, at + Minutes(15), at + Minutes(30), HoldStatus.Placed, Needs.AgeAdult, null, "", null, null);
}
