using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SafeSpaceCapacity.Domain.Privacy;

namespace SafeSpaceCapacity.Domain.Tests.Privacy;

public sealed class SmallNumbersTests
{
    private const int MostHidden = 4;

    private static Gen<PeopleCounts> Areas { get; } =
        from capacity in Gen.Choose(0, 30)
        from occupied in Gen.Choose(0, 12)
        from held in Gen.Choose(0, 12)
        from within in Gen.Choose(0, Math.Min(capacity, occupied + held))
        select new PeopleCounts(capacity, occupied, held, capacity - within);

    private static Gen<PeopleCounts[]> Grants { get; } =
        from count in Gen.Choose(1, 32)
        from areas in Areas.ArrayOf(count)
        select areas;

    /// <summary>Safe capacities of two to four areas.</summary>
    public static TheoryData<int[]> Capacities { get; } = new([4, 4], [3, 12], [0, 9], [12, 12], [4, 4, 5], [2, 8, 12], [0, 1, 7], [12, 12, 12], [12, 12, 12, 12]);

    [Fact]
    public void No_count_of_people_under_five_is_shown() => Check(Grants, areas =>
    {
        var whole = SmallNumbers.Together(areas, whole: true);
        return areas.All(area => (area.Occupied >= 5 || !SmallNumbers.Of(area).Occupied) && (area.Held >= 5 || !SmallNumbers.Of(area).Held))
            && (areas.Sum(area => area.Occupied) >= 5 || !whole.Occupied)
            && (areas.Sum(area => area.Held) >= 5 || !whole.Held);
    });

    [Fact]
    public void Every_count_of_five_or_more_is_shown_whatever_is_beside_it() => Check(Areas, area =>
        (SmallNumbers.Of(area).Occupied, SmallNumbers.Of(area).Held) == (area.Occupied >= 5, area.Held >= 5));

    [Fact]
    public void Where_no_count_is_small_nothing_is_suppressed() => Check(Grants, areas =>
    {
        var large = Array.ConvertAll(areas, area => new PeopleCounts(area.SafeCapacity + 34, area.Occupied + 5, area.Held + 5, area.SafeCapacity + 24 - area.Occupied - area.Held));
        return Array.TrueForAll(large, area => SmallNumbers.Of(area) == new ShownCounts(true, true, true))
            && SmallNumbers.Together(large, whole: true) == new ShownCounts(true, true, true)
            && SmallNumbers.Together(large, whole: false) == new ShownCounts(true, true, true);
    });

    [Fact]
    public void Small_counts_of_several_areas_are_shown_as_one_sum()
    {
        PeopleCounts[] areas = [new(9, 4, 1, 4), new(6, 1, 0, 5), new(6, 0, 1, 5), new(9, 3, 0, 6)];

        Assert.All(areas, area => Assert.Equal(new ShownCounts(false, false, false), SmallNumbers.Of(area)));
        Assert.Equal(new ShownCounts(Occupied: true, Held: false, Available: false), SmallNumbers.Together(areas, whole: true));
        Assert.Equal(new ShownCounts(false, false, false), SmallNumbers.Together(areas, whole: false));
    }

    [Fact]
    public void One_small_count_takes_the_sum_with_it()
    {
        PeopleCounts[] areas = [new(20, 3, 5, 12), new(40, 20, 5, 15)];

        Assert.Equal(new ShownCounts(Occupied: false, Held: true, Available: false), SmallNumbers.Together(areas, whole: true));
    }

    [Theory]
    [InlineData(30, 20, 5, 5, true)]

    // Would give away who is held, who is here, or both.
    [InlineData(30, 20, 4, 6, false)]
    [InlineData(30, 4, 20, 6, false)]
    [InlineData(30, 4, 4, 22, false)]

    // At spaces not open: two, five. At open ones: four.
    [InlineData(30, 20, 5, 7, false)]
    [InlineData(30, 20, 5, 10, true)]
    [InlineData(30, 20, 5, 26, false)]
    public void Available_is_shown_where_it_gives_nobody_away(int capacity, int occupied, int held, int available, bool shown) =>
        Assert.Equal(shown, SmallNumbers.Of(new PeopleCounts(capacity, occupied, held, available)).Available);

    /// <summary>
    /// Every table there is, told apart only by all that answers about any of its areas show: whoever knows the rule and asks every question
    /// is left with every value of every suppressed count. So is who takes it that nobody is where no place is.
    /// </summary>
    [Theory]
    [MemberData(nameof(Capacities))]
    public void Nobody_can_work_out_a_suppressed_count(int[] capacities)
    {
        foreach (var orderly in new[] { false, true })
        {
            foreach (var alike in Tables(capacities, orderly).GroupBy(AllAnswers, StringComparer.Ordinal))
            {
                var tables = alike.ToList();
                for (var i = 0; i < capacities.Length; i++)
                {
                    var area = tables[0][i];
                    var shown = SmallNumbers.Of(area);
                    var room = orderly ? capacities[i] - (shown.Occupied ? area.Occupied : 0) - (shown.Held ? area.Held : 0) : MostHidden;
                    var values = Enumerable.Range(0, Math.Min(MostHidden, room) + 1);
                    Assert.True(shown.Occupied || values.All(value => tables.Exists(table => table[i].Occupied == value)), $"occupied of area {i}: {alike.Key}");
                    Assert.True(shown.Held || HeldMost(capacities) == 0 || values.All(value => tables.Exists(table => table[i].Held == value)), $"held of area {i}: {alike.Key}");
                }
            }
        }
    }

    /// <summary>The same of as many areas as there are, by what sums of the others are possible.</summary>
    [Fact]
    public void A_sum_leaves_every_suppressed_count_all_its_values() => Check(Grants, areas =>
    {
        if (!SmallNumbers.Together(areas, whole: true).Occupied)
            return true;
        var hidden = Array.FindAll(areas, area => !SmallNumbers.Of(area).Occupied);
        var orderly = Array.ConvertAll(hidden, area => Math.Clamp(area.SafeCapacity - (SmallNumbers.Of(area).Held ? area.Held : 0), 0, MostHidden));
        var sum = hidden.Sum(area => area.Occupied);
        return EachHasAll(Array.ConvertAll(hidden, _ => MostHidden), sum) && EachHasAll(orderly, sum);
    });

    /// <summary>Parts that each stand for themselves beside their sum, as the hours of a day do: every table there is.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Nobody_can_work_out_a_suppressed_part_from_a_sum(int parts) => NobodyKnows(
        parts, table => table.Select(part => SmallNumbers.Shows(part) ? part : -1).Append(SmallNumbers.ShowsSum(table) ? table.Sum() : -1));

    /// <summary>A sum that stands for itself beside its parts, as an area does beside its spaces: every table there is.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Nobody_can_work_out_a_suppressed_part_beside_a_sum(int parts) => NobodyKnows(
        parts,
        table =>
        {
            var keeps = SmallNumbers.KeepsParts(table, SmallNumbers.Fewest);
            return table.Select(part => keeps && SmallNumbers.Shows(part) ? part : -1).Append(SmallNumbers.Shows(table.Sum()) ? table.Sum() : -1);
        });

    [Fact]
    public void A_sum_of_many_small_parts_is_shown_and_no_sum_under_five()
    {
        Assert.True(SmallNumbers.ShowsSum([0, 1, 2, 0, 3, 0]));
        Assert.True(SmallNumbers.ShowsSum([7, 1, 2, 1]));
        Assert.True(SmallNumbers.ShowsSum([7, 9]));
        Assert.False(SmallNumbers.ShowsSum([7, 3]));
        Assert.False(SmallNumbers.ShowsSum([7, 1, 2]));
        Assert.False(SmallNumbers.ShowsSum([1, 2, 1]));
        Assert.False(SmallNumbers.ShowsSum([]));
    }

    // Whoever knows the rule tells tables apart by what is shown, -1 where nothing is: each of their small parts may be each of 0 to 4.
    private static void NobodyKnows(int parts, Func<int[], IEnumerable<int>> shown)
    {
        // Looked at are tables of sums up to this. Beside them are others with a part that is more by what is suppressed: where no sum is shown, those
        // look the same.
        const int mostOfAll = 12;
        const int most = mostOfAll + MostHidden;
        var tables = Enumerable.Range(0, (int)Math.Pow(most + 1, parts)).Select(number =>
        {
            var table = new int[parts];
            for (var i = 0; i < parts; i++, number /= most + 1)
                table[i] = number % (most + 1);
            return table;
        });
        foreach (var alike in tables.GroupBy(table => string.Join(' ', shown(table)), StringComparer.Ordinal))
        {
            if (!alike.Any(table => table.Sum() <= mostOfAll))
                continue;
            for (var i = 0; i < parts; i++)
            {
                var values = alike.Select(table => table[i]).ToHashSet();
                if (values.Min() <= MostHidden)
                    Assert.True(Enumerable.Range(0, MostHidden + 1).All(values.Contains), $"part {i} of {alike.Key}: {string.Join(' ', values.Order())}");
            }
        }
    }

    private static bool EachHasAll(int[] most, int sum)
    {
        for (var i = 0; i < most.Length; i++)
        {
            HashSet<int> others = [0];
            for (var j = 0; j < most.Length; j++)
            {
                if (j != i)
                    others = [.. others.SelectMany(before => Enumerable.Range(before, most[j] + 1))];
            }

            if (!Enumerable.Range(0, most[i] + 1).All(value => others.Contains(sum - value)))
                return false;
        }

        return true;
    }

    // Of four areas there are too many tables, unless everybody knows that nobody is on the way.
    private static int HeldMost(int[] capacities) => capacities.Length > 3 ? 0 : 5;

    // Every table of counts up to one that is shown. Orderly: nobody is but at an open space within its safe capacity.
    private static IEnumerable<PeopleCounts[]> Tables(int[] capacities, bool orderly)
    {
        IEnumerable<PeopleCounts[]> tables = [[]];
        foreach (var capacity in capacities)
        {
            var rows =
                from occupied in Enumerable.Range(0, 6)
                from held in Enumerable.Range(0, HeldMost(capacities) + 1)
                where !orderly || occupied + held <= capacity
                let within = Math.Min(capacity, occupied + held)

                // Another split changes an answer only where available can be shown.
                from less in Enumerable.Range(0, !orderly && occupied >= 5 && held >= 5 ? within + 1 : 1)
                select new PeopleCounts(capacity, occupied, held, capacity - within + less);
            var all = rows.ToArray();
            tables = tables.SelectMany(table => all, (table, row) => (PeopleCounts[])[.. table, row]);
        }

        return tables;
    }

    // What is shown of every area, and of every choice of areas together.
    private static string AllAnswers(PeopleCounts[] table)
    {
        var answers = new StringBuilder();
        foreach (var area in table)
            Add(SmallNumbers.Of(area), [area]);
        for (var choice = 1; choice < 1 << table.Length; choice++)
        {
            var areas = table.Where((_, i) => (choice >> i & 1) == 1).ToArray();
            Add(SmallNumbers.Together(areas, areas.Length == table.Length), areas);
        }

        return answers.ToString();

        void Add(ShownCounts shown, PeopleCounts[] areas)
        {
            Say(shown.Occupied, areas.Sum(area => area.Occupied));
            Say(shown.Held, areas.Sum(area => area.Held));
            Say(shown.Available, areas.Sum(area => area.Available));
        }

        void Say(bool shown, int count) => (shown ? answers.Append(count) : answers.Append('-')).Append(' ');
    }

    private static void Check<T>(Gen<T> cases, Func<T, bool> property) =>
        Prop.ForAll(cases.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
}
