using NodaTime;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Search;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using SafeSpaceCapacity.Domain.Tests.Spaces;
using SafeSpaceCapacity.Domain.Travel;

namespace SafeSpaceCapacity.Domain.Tests.Search;

/// <summary>The search against a look at every space, over regions made up from a seed; a failure names it.</summary>
public sealed class SpaceSearchTests
{
    private const int Spaces = 60;
    private static readonly Instant Now = Story.Start;

    private static readonly TravelModel Model = new(
        [new Land("main", "Main", LandKind.Mainland), new Land("isle", "Isle", LandKind.Island)],
        [new Link("Ferry", LinkKind.Ferry, new LinkEnd(new(56.0, -5.0), "main"), new LinkEnd(new(56.0, -5.1), "isle"), 25, null, Driving: true)],
        DateTimeZoneProviders.Tzdb["Europe/London"],
        TravelRules.Default);

    public static TheoryData<int> Seeds() => new(Enumerable.Range(1, 150));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_answer_is_that_of_a_look_at_every_space(int seed)
    {
        var random = new Random(seed);
        var records = Enumerable.Range(0, Spaces).Select(i => new SpaceRecord(AnySpace(random, i), Now)).ToList();
        var origin = AnySite(random);
        var depart = Now + Duration.FromMinutes(random.Next(0, 2) == 0 ? 0 : random.Next(0, 1400));
        var question = new SearchQuestion(origin.Point, AnyNeeds(random, 2), Now, depart, random.Next(10, 240), random.Next(2, 8));
        var travel = Model.From(origin, TravelMode.Driving, depart);

        var answer = SpaceSearch.Run(SpatialIndex<SpaceRecord>.Build(records), travel, question);

        var all = records.Select(record => Candidate.Of(record, travel.To(record.Details.Site), question.Asked, Now, depart))
            .OrderBy(candidate => candidate.Travel.Minutes).ThenBy(candidate => candidate.Space.Key, StringComparer.Ordinal).ToList();
        var inReach = all.Where(candidate => candidate.Travel.Minutes <= question.TravelMinutesMax).ToList();
        var confirmed = inReach.Where(candidate => candidate.Verdict is { Rejection: null, RingFirst: false }).Take(question.Limit).ToList();
        var furthest = confirmed.Count < question.Limit ? double.PositiveInfinity : confirmed[^1].Travel.Minutes;
        var ringFirst = inReach.Where(candidate => candidate.Verdict is { Rejection: null, RingFirst: true } && candidate.Travel.Minutes < furthest)
            .Take(SpaceSearch.RingFirstLimit);
        var options = confirmed.Concat(ringFirst).ToList();
        Assert.Equal(options.Select(Told), answer.Options.Select(Told));

        var within = options.Count < 2 ? question.TravelMinutesMax : options.Max(option => option.Travel.Minutes);
        var whyNot = inReach.Where(candidate => candidate.Verdict.Rejection is not null && candidate.Travel.Minutes <= within).Take(SpaceSearch.WhyNotLimit);
        Assert.Equal(whyNot.Select(Told), answer.WhyNot.Select(Told));

        var soon = inReach.FirstOrDefault(candidate => (question.Asked & ~candidate.Space.Provides) == Needs.None
            && candidate.Verdict.Rejection is { Code: RejectionCode.OutsideHours, Earliest: { } opens } && opens <= depart + Duration.FromHours(SpaceSearch.SoonHours));
        Assert.Equal(soon?.Space.Key, answer.OpensSoon?.Space.Key);

        var beyond = options.Count > 0 ? null : all.Where(candidate => candidate.Travel.Minutes is var minutes && minutes > question.TravelMinutesMax && minutes <= SpaceSearch.TravelMinutesCap
            && candidate.Verdict.Rejection is null).OrderBy(candidate => candidate.Verdict.RingFirst).FirstOrDefault();
        Assert.Equal(beyond?.Space.Key, answer.FurtherAway?.Space.Key);
    }

    [Fact]
    public void The_seeds_reach_every_kind_of_answer()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var seed in Enumerable.Range(1, 150))
        {
            var random = new Random(seed);
            var records = Enumerable.Range(0, Spaces).Select(i => new SpaceRecord(AnySpace(random, i), Now)).ToList();
            var origin = AnySite(random);
            foreach (var record in records)
            {
                var candidate = Candidate.Of(record, Model.From(origin, TravelMode.Driving, Now).To(record.Details.Site), Needs.Quiet, Now, Now);
                seen.Add(candidate.Verdict.Rejection?.Code.ToString() ?? (candidate.Verdict.RingFirst ? "ring first" : "place"));
                if (candidate.Travel.FerryCrossings > 0)
                    seen.Add("ferry");
            }
        }

        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal) { "place", "ring first", "ferry", "NoSafeCapacity", "OutsideHours", "ClosesBeforeArrival", "Paused", "NeedsNotMet" },
            seen);
    }

    [Fact]
    public void Urgent_physical_need_finds_no_space()
    {
        var record = new SpaceRecord(AnySpace(new Random(1), 1), Now);
        var question = new SearchQuestion(record.Point, Needs.UrgentPhysical, Now, Now, 60, 5);
        var answer = SpaceSearch.Run(SpatialIndex<SpaceRecord>.Build([record]), Model.From(record.Details.Site, TravelMode.Driving, Now), question);
        Assert.Empty(answer.Options);
        Assert.Null(answer.FurtherAway);
    }

    [Fact]
    public void A_full_space_comes_back_when_only_time_frees_it()
    {
        // Full until a hold runs out at +20 min; the record was made before that and is not refreshed. The crew is at the door: no minutes away.
        var story = new Story(Story.Cafe(places: 1));
        story.Do(new StartShift(story.Now, Guid.CreateVersion7(Now.ToDateTimeOffset()), StaffRole.TeamLead, null, Now + Duration.FromHours(10)));
        story.Do(new StartShift(story.Now, Guid.CreateVersion7(Now.ToDateTimeOffset()), StaffRole.SupportWorker, null, Now + Duration.FromHours(10)));
        story.Do(new HoldPlace(story.Now, Guid.CreateVersion7(Now.ToDateTimeOffset()), Guid.CreateVersion7(Now.ToDateTimeOffset()), Now + Duration.FromMinutes(5), Needs.None, null, string.Empty));
        var site = story.State.Details!.Site with { Land = "main" };
        var record = new SpaceRecord(story.State with { Details = story.State.Details with { Site = site } }, Now);

        Assert.Empty(Ask(Now).Options);
        Assert.Single(Ask(Now + Duration.FromMinutes(21)).Options);

        SearchAnswer Ask(Instant at) => SpaceSearch.Run(
            SpatialIndex<SpaceRecord>.Build([record]),
            Model.From(site, TravelMode.Driving, at),
            new SearchQuestion(site.Point, Needs.None, at, at, 60, 5));
    }

    [Fact]
    public void A_search_allocates_nothing_for_the_spaces_that_it_passes_over()
    {
        var few = Allocated(passedOver: 40);
        Assert.Equal(few, Allocated(passedOver: 2_000));

        // All of them close before one could arrive, which only a look at each tells.
        static long Allocated(int passedOver)
        {
            var random = new Random(7);
            var records = Enumerable.Range(0, passedOver).Select(i => new SpaceRecord(ClosingSoon(i, random), Now)).ToList();
            var index = SpatialIndex<SpaceRecord>.Build(records);
            var from = new Site(new GeoPoint(56.9, -4.0), "main", UrbanRural.RemoteRural);
            var travel = Model.From(from, TravelMode.Driving, Now);
            var question = new SearchQuestion(from.Point, Needs.None, Now, Now, 200, 5);
            var fewest = long.MaxValue;
            for (var i = 0; i < 20; i++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var answer = SpaceSearch.Run(index, travel, question);
                fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
                Assert.Empty(answer.Options);
                Assert.Equal(SpaceSearch.WhyNotLimit, answer.WhyNot.Length);
            }

            return fewest;
        }

        static SpaceState ClosingSoon(int number, Random random) => SpaceState.None with
        {
            Version = 1,
            Details = Story.Cafe(hours: Story.Daily(LocalTime.Midnight, new LocalTime(19, 20))) with
            {
                Id = new SpaceId($"space-{number}"),
                Site = new Site(new GeoPoint(55.5 + random.NextDouble(), -5.0 + (random.NextDouble() * 2)), "main", UrbanRural.RemoteRural),
            },
        };
    }

    private static (string Key, RejectionCode? Code, bool RingFirst, double Minutes) Told(Candidate candidate) =>
        (candidate.Space.Key, candidate.Verdict.Rejection?.Code, candidate.Verdict.RingFirst, Math.Round(candidate.Travel.Minutes, 9));

    private static SpaceState AnySpace(Random random, int number)
    {
        var hours = random.Next(4) switch
        {
            0 => Story.Daily(new LocalTime(18, 30), new LocalTime(2, 0)),
            1 => Story.Daily(new LocalTime(20, 30), new LocalTime(23, 0)),
            2 => Story.Daily(new LocalTime(9, 0), new LocalTime(20, 0)),
            _ => Story.RoundTheClock,
        };
        var details = Story.Cafe(places: random.Next(1, 9), hours) with
        {
            Id = new SpaceId($"space-{number}"),
            Site = AnySite(random),
            Provides = AnyNeeds(random, 8),
        };
        var state = SpaceState.None with { Version = 1, Details = details, Occupied = random.Next(0, 4) };
        if (random.Next(4) > 0)
            state = state with { ConfirmedAt = Now - Duration.FromMinutes(random.Next(0, 400)) };
        for (var i = random.Next(0, 5); i > 0; i--)
        {
            state = state with
            {
                Shifts = state.Shifts.Add(new Shift(
                    new Guid(number, (short)i, 1, new byte[8]), StaffRole.SupportWorker, Now - Duration.FromMinutes(random.Next(-60, 300)), Now + Duration.FromMinutes(random.Next(61, 900)))),
            };
        }

        return random.Next(6) == 0 ? state with { Pause = new Pause(PauseReason.Other, Now + Duration.FromMinutes(random.Next(1, 300))) } : state;
    }

    private static Site AnySite(Random random) => random.Next(4) == 0
        ? new Site(new GeoPoint(55.9 + (random.NextDouble() * 0.2), -5.3 + (random.NextDouble() * 0.2)), "isle", (UrbanRural)random.Next(1, 7))
        : new Site(new GeoPoint(55.5 + random.NextDouble(), -5.0 + (random.NextDouble() * 2)), "main", (UrbanRural)random.Next(1, 7));

    private static Needs AnyNeeds(Random random, int times)
    {
        Needs[] some = [Needs.Quiet, Needs.Bsl, Needs.Wheelchair, Needs.AgeAdult, Needs.Overnight];
        var needs = Needs.None;
        for (var i = random.Next(times + 1); i > 0; i--)
            needs |= some[random.Next(some.Length)];
        return needs;
    }
}
