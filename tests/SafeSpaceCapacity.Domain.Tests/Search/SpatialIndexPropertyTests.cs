using FsCheck;
using FsCheck.Fluent;
using SafeSpaceCapacity.Domain.Search;

namespace SafeSpaceCapacity.Domain.Tests.Search;

public class SpatialIndexPropertyTests
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(200);

    private static readonly Arbitrary<Question[]> Questions = Generate.Many(Generate.Question, 8);

    [Fact]
    public void A_built_index_answers_as_a_linear_scan() =>
        Prop.ForAll(Generate.Many(Generate.Place, 1500), Questions, (places, questions) =>
        {
            var index = SpatialIndex<Place>.Build(places);
            var scan = LinearScan.Of(places);
            index.CheckInvariants();
            Assert.Equal(scan.Count, index.Count);
            foreach (var question in questions)
                scan.AssertSameAnswer(index, question);
        }).Check(Config);

    [Fact]
    public void An_index_grown_and_shrunk_at_random_answers_as_a_linear_scan_after_every_step() =>
        Prop.ForAll(Generate.Many(Generate.Place, 150), Generate.Many(Step, 300), Questions, (places, steps, questions) =>
        {
            var index = SpatialIndex<Place>.Build(places);
            var scan = LinearScan.Of(places);
            var present = places.ToList();
            for (var at = 0; at < steps.Length; at++)
            {
                index = steps[at].Apply(index, scan, present);
                index.CheckInvariants();
                Assert.Equal(scan.Count, index.Count);
                if (questions.Length > 0)
                    scan.AssertSameAnswer(index, questions[at % questions.Length]);
            }
        }).Check(Config);

    [Fact]
    public void An_index_emptied_in_any_order_ends_empty() =>
        Prop.ForAll(Generate.Many(Generate.Place, 400), Arb.From(Gen.Choose(0, int.MaxValue)), (places, seed) =>
        {
            var index = SpatialIndex<Place>.Empty;
            foreach (var place in places)
                index = index.With(place);
            var leaving = places.ToArray();
            new Random(seed).Shuffle(leaving);
            foreach (var place in leaving)
            {
                index = index.Without(place);
                index.CheckInvariants();
            }

            Assert.Same(SpatialIndex<Place>.Empty, index);
        }).Check(Config);

    [Fact]
    public void An_old_root_answers_as_before() =>
        Prop.ForAll(Generate.Many(Generate.Place, 400), Generate.Many(Step, 60), Questions, (places, steps, questions) =>
        {
            var index = SpatialIndex<Place>.Build(places);
            var scan = LinearScan.Of(places);
            var present = places.ToList();
            var roots = new List<(SpatialIndex<Place> Index, LinearScan Scan)>();
            foreach (var step in steps)
            {
                roots.Add((index, scan.Copy()));
                index = step.Apply(index, scan, present);
            }

            foreach (var (oldIndex, oldScan) in roots)
            {
                oldIndex.CheckInvariants();
                foreach (var question in questions)
                    oldScan.AssertSameAnswer(oldIndex, question);
            }
        }).Check(Config.WithMaxTest(50));

    [Fact]
    public void A_long_run_through_four_levels_stays_in_shape()
    {
        // Grown one by one, then mostly shrunk: nodes split and join on every level.
        var random = new Random(20_260_711);
        var index = SpatialIndex<Place>.Empty;
        var scan = new LinearScan();
        var present = new List<Place>();
        var questions = Generate.Question.Sample(50).ToArray();
        var levels = 0;
        for (var step = 0; step < 60_000; step++)
        {
            var growing = step < 32_000;
            if (present.Count == 0 || random.Next(10) < (growing ? 9 : 1))
            {
                var place = Place.Open($"place-{step}", Scattered.Point(random));
                index = index.With(place);
                scan.Put(place);
                present.Add(place);
            }
            else
            {
                var at = random.Next(present.Count);
                index = index.Without(present[at]);
                scan.Remove(present[at]);
                present[at] = present[^1];
                present.RemoveAt(present.Count - 1);
            }

            levels = Math.Max(levels, (index.Root?.Level ?? 0) + 1);
            if (step % 1_000 != 0)
                continue;
            index.CheckInvariants();
            Assert.Equal(present.Count, index.Count);
            scan.AssertSameAnswer(index, questions[step / 1_000 % questions.Length]);
        }

        Assert.True(levels >= 4, $"the run reached only {levels} levels");
    }

    private static Gen<Step> Step { get; } =
        from kind in Gen.Frequency((3, Gen.Constant(Kind.Put)), (2, Gen.Constant(Kind.Replace)), (3, Gen.Constant(Kind.Remove)))
        from which in Gen.Choose(0, int.MaxValue)
        from place in Generate.Place
        select new Step(kind, which, place);
}

/// <summary>What a step does to the index.</summary>
internal enum Kind
{
    Put,
    Replace,
    Remove,
}

/// <summary>A change, made to the index and to the scan alike.</summary>
internal sealed record Step(Kind Kind, int Which, Place Place)
{
    public SpatialIndex<Place> Apply(SpatialIndex<Place> index, LinearScan scan, List<Place> present)
    {
        // An entry that was put in before; it may be gone by now, and taking it out again must then change nothing.
        var known = present.Count == 0 ? Place : present[Which % present.Count];
        if (Kind == Kind.Remove)
        {
            scan.Remove(known);
            return index.Without(known);
        }

        var place = Kind == Kind.Put ? Place : Place with { Key = known.Key, Point = known.Point };
        scan.Put(place);
        present.Add(place);
        return index.With(place);
    }
}
