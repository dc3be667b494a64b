using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using SafeSpaceCapacity.Service.Grpc;
using SafeSpaceCapacity.Service.Imports;
using SafeSpaceCapacity.Service.Search;
using SafeSpaceCapacity.Service.Tests.Region;

namespace SafeSpaceCapacity.Service.Tests.Imports;

/// <summary>Whatever spaces there are, what is exported says the same when it is imported.</summary>
public sealed class RoundTripProperties
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 12, 0);
    private static readonly DetailsCheck Details = new(RegionFixture.Scotland, new OriginResolver(RegionFixture.Scotland, new ImportedGazetteers()));

    private static readonly Gen<string> Words = Gen.OneOf(
        Gen.Elements("Two rooms, one quiet", "=1+1", "'=1", "''@x", "-", "+44", "@home", "a \"quoted\" word", "semi;colon", "Taigh na Bàn-righ", "😀", "'tis", "#1 House", "x,y,\"z\""),
        Gen.Elements('a', 'b', ' ', ',', '"', '\'', '=', '-', '+', '@', ';', '#', 'é').ArrayOf(12).Select(letters => new string(letters).Trim()));

    private static readonly Gen<LocalTime> Times = Gen.Choose(0, 1439).Select(minute => LocalTime.FromMinutesSinceMidnight(minute));

    private static readonly Gen<WeeklyOpening> Openings =
        from day in Gen.Choose(1, 7)
        from opens in Gen.Elements(new LocalTime(18, 0), LocalTime.Midnight)
        from closes in Times
        select new WeeklyOpening((IsoDayOfWeek)day, opens, closes);

    private static readonly Gen<SpaceDetails> Spaces =
        from name in Words.Where(text => text.Length > 0)
        from description in Words
        from entrance in Words
        from access in Words
        from week in Openings.NonEmptyListOf()
        from bank in Gen.OneOf(Gen.Constant<BankHolidayOpening?>(null), Gen.Constant<BankHolidayOpening?>(new BankHolidayOpening(null, null)), Times.Zip(Times).Select(two => (BankHolidayOpening?)new BankHolidayOpening(two.Item1, two.Item2)))
        from special in Gen.Choose(0, 3000).Zip(Times).Select(two => new SpecialDay(new LocalDate(2026, 1, 1).PlusDays(two.Item1), two.Item1 % 2 == 0 ? null : two.Item2, two.Item1 % 2 == 0 ? null : two.Item2)).ListOf()
        from latitude in Gen.Choose(558_000, 559_000)
        from numbers in Gen.Choose(1, 20).ArrayOf(5)
        from weight in Gen.Choose(0, 100)
        from needs in Gen.Choose(0, 4095)
        from ages in Gen.Choose(1, 15)
        select new SpaceDetails(
            new SpaceId($"space-{latitude}"), name, (Tier)((latitude % 3) + 1), "Glasgow City", RegionFixture.Scotland.Gazetteer.SiteAt(new GeoPoint(latitude / 10_000d, -4.251)), description, access,
            [.. new[] { "en", "gd", "bfi" }.Take((latitude % 3) + 1)], "+44 141 496 0199", entrance, access, (Needs)((((ulong)(uint)needs) << 8) | (uint)ages) | (latitude % 2 == 0 ? Needs.DetainedS297 : Needs.None),
            numbers[0], new OpeningHours("Europe/London", [.. week.Take(50)], bank, [.. special]),
            new StaffingRule(numbers[1], numbers[2], numbers[3] - 1, weight / 100m, (100 - weight) / 100m), new FreshnessRule(numbers[4], numbers[4] + 100), new HoldRule(numbers[1], numbers[2]), Demo: false);

    [Fact]
    public void As_a_table() => Check((file, spaces) => DirectoryTable.Write(file, spaces), DirectoryTable.Read);

    [Fact]
    public void As_hsds() => Check(
        (file, spaces) => HsdsWriter.Write(file, spaces.Select(space => (space, Availability.Of(Space.Evolve(SpaceState.None, new SpaceRegistered(Now, Now, space), Guid.Empty), Now)))),
        (file, faults) => HsdsReader.Read(file, 1_000, faults));

    private static void Check(Action<Stream, IReadOnlyList<SpaceDetails>> write, Func<byte[], List<ImportFault>, List<DirectoryRow>> read) => Prop.ForAll(
        Spaces.ListOf().Select(spaces => spaces.DistinctBy(space => space.Id).ToList()).Where(spaces => spaces.Count > 0).ToArbitrary(),
        spaces =>
        {
            using var file = new MemoryStream();
            write(file, spaces);
            var faults = new List<ImportFault>();
            var rules = new DirectoryRules(Details, Now);
            var again = read(file.ToArray(), faults).Select(row => rules.Check(row, faults)).ToList();
            Assert.True(faults.Count == 0, string.Join('\n', faults) + "\n" + System.Text.Encoding.UTF8.GetString(file.ToArray()));
            Assert.Equal(spaces.Select(DirectoryColumn.TextsOf), again.Select(row => DirectoryColumn.TextsOf(row!.Details)));
            Assert.Equal(spaces.Select(space => space.CouncilArea + space.Site), again.Select(row => row!.Details.CouncilArea + row.Details.Site));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
}
