using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests;

public sealed class FindTests : ServiceTest
{
    private const double Lat = Ask.Latitude;
    private const double Lon = Ask.Longitude;

    [Fact]
    public async Task Options_come_nearest_first_by_travel_time_and_at_least_two_where_two_exist()
    {
        await Service.OpenAsync("far-space", Lat + 0.06, Lon);
        await Service.OpenAsync("near-space", Lat + 0.005, Lon);
        await Service.OpenAsync("middle-space", Lat + 0.02, Lon);

        var all = await Service.Crew.FindSpacesAsync(Ask.Find());
        Assert.Equal(["near-space", "middle-space", "far-space"], all.Options.Select(option => option.SpaceId));
        Assert.Equal(all.Options.Select(option => option.Travel.Minutes).Order(), all.Options.Select(option => option.Travel.Minutes));
        Assert.All(all.Options, option => Assert.True(option.Travel.Minutes >= 1));

        var two = await Service.Crew.FindSpacesAsync(Ask.Find(find => find.Limit = 2));
        Assert.Equal(["near-space", "middle-space"], two.Options.Select(option => option.SpaceId));
    }

    [Fact]
    public async Task An_option_carries_every_number_with_its_age()
    {
        await Service.OpenAsync("near-space", Lat + 0.005, Lon, staff: 2, occupied: 1);
        await Service.HoldAsync("near-space");
        Service.Time.Advance(TimeSpan.FromMinutes(5));

        var answer = await Service.Crew.FindSpacesAsync(Ask.Find());
        var option = Assert.Single(answer.Options);
        var numbers = option.Availability;
        Assert.Equal((8, 6, 1, 1, 4), (numbers.Places, numbers.SafeCapacity, numbers.Occupied, numbers.Held, numbers.Available));
        Assert.True(numbers.HasOpen && numbers.Open);
        Assert.Null(numbers.OpenUntil);
        Assert.Equal(Freshness.Fresh, numbers.Freshness);
        Assert.Equal(Service.InMinutes(-5), numbers.ConfirmedAt);
        Assert.Equal(Service.InMinutes(0), numbers.AsOf);
        // The hold made five minutes ago ends at its arrival plus grace: 20 + 15 minutes after it was made.
        Assert.Equal(Service.InMinutes(30), numbers.NextChangeAt);
        Assert.Equal(numbers.NextChangeAt, numbers.ValidUntil);
        Assert.Equal(LimitingFactorCode.StaffRatio, numbers.LimitingFactors[0].Code);
        Assert.Equal(1, numbers.LimitingFactors[0].ShortBy);
        Assert.Equal("one more on duty would let all 8 places be used", numbers.LimitingFactors[0].Words);

        Assert.True(option.OpenAndStaffedAtEta);
        Assert.False(option.RingFirst);
        Assert.Equal(Service.InMinutes(option.Travel.Minutes), option.Eta);
        Assert.Equal((TravelMethod.StraightLine, TravelMode.Driving, 0), (option.Travel.Method, option.Travel.Mode, option.Travel.FerryCrossings));
        Assert.Equal($"about {option.Travel.Minutes} min by road (estimated from distance)", option.Travel.Words);

        Assert.Equal(Service.Log.HeadPosition, answer.ReadModel.Position);
        Assert.Equal((0L, 0L), (answer.ReadModel.Behind, answer.ReadModel.BehindMilliseconds));
        Assert.Empty(answer.Degradations);
        Assert.Equal(Service.InMinutes(0), answer.DepartAt);
    }

    [Fact]
    public async Task An_option_says_what_a_person_needs_to_know_to_choose()
    {
        await Service.OpenAsync("near-space", Lat, Lon, with: space => space.Provides.AddRange([Need.Wheelchair, Need.Bsl]));
        var card = Assert.Single((await Service.Crew.FindSpacesAsync(Ask.Find())).Options).Choice;
        Assert.Equal(
            ("The near-space", Tier.StaffedCommunity, "Two sitting rooms.", true, "Level throughout", "Blue door", "Support workers", "0141 496 0199", "Glasgow City"),
            (card.Name, card.Tier, card.Description, card.Voluntary, card.AccessNote, card.Entrance, card.WhoWorksHere, card.Telephone, card.CouncilArea));
        Assert.Equal(["en", "pl"], card.Languages);
        Assert.Equal([Need.Wheelchair, Need.Bsl], card.Provides);
        Assert.Equal([AgeBand.Adult, AgeBand.Older], card.Ages);
        Assert.Equal((Lat, Lon), (card.Point.Latitude, card.Point.Longitude));
        Assert.False(card.S297Designated);
        Assert.False(card.Demo);
    }

    [Fact]
    public async Task What_limits_a_space_is_said_with_its_end()
    {
        await Service.RegisterAsync("clinical-space", Lat, Lon, space => space.Tier = Tier.ClinicalAdjacent);
        await Service.ShiftAsync("clinical-space");
        await Service.ShiftAsync("clinical-space");
        await Service.ShiftAsync("clinical-space", StaffRole.Clinician, startsInHours: 8, hours: 8);

        var board = await Service.Staff.GetBoardAsync(new GetBoardRequest { SpaceId = "clinical-space" });
        Assert.Equal(0, board.Availability.SafeCapacity);
        Assert.Equal("one clinician short until 22:00", board.Availability.LimitingFactors[0].Words);
        Assert.Equal(Service.InMinutes(8 * 60), board.Availability.LimitingFactors[0].Until);

        var left = Assert.Single((await Service.Crew.FindSpacesAsync(Ask.Find())).WhyNot);
        Assert.Equal(RejectionCode.NoSafeCapacity, left.Code);
        Assert.Equal(Service.InMinutes(8 * 60), left.Earliest);
        Assert.Contains("the next known is at 22:00", left.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spaces_that_nobody_confirmed_come_after_the_confirmed_ones_and_are_neither_open_nor_closed()
    {
        await Service.RegisterAsync("silent-space", Lat + 0.001, Lon);
        await Service.OpenAsync("sure-space", Lat + 0.03, Lon);
        var options = (await Service.Crew.FindSpacesAsync(Ask.Find())).Options;
        Assert.Equal(["sure-space", "silent-space"], options.Select(option => option.SpaceId));
        Assert.Equal([false, true], options.Select(option => option.RingFirst));
        var silent = options[1];
        Assert.Equal(Freshness.Unconfirmed, silent.Availability.Freshness);
        Assert.False(silent.Availability.HasAvailable);
        Assert.False(silent.Availability.HasOpen);
        Assert.Null(silent.Availability.OpenUntil);
        Assert.Null(silent.Availability.ConfirmedAt);
        Assert.Equal("0141 496 0199", silent.Choice.Telephone);
    }

    [Fact]
    public async Task A_confirmed_space_decays_to_unconfirmed_and_never_to_open()
    {
        await Service.OpenAsync("sure-space", Lat, Lon);
        Service.Time.Advance(TimeSpan.FromMinutes(60));
        Assert.Equal(Freshness.Ageing, Assert.Single((await Service.Crew.FindSpacesAsync(Ask.Find())).Options).Availability.Freshness);
        Service.Time.Advance(TimeSpan.FromMinutes(180));
        var option = Assert.Single((await Service.Crew.FindSpacesAsync(Ask.Find())).Options);
        Assert.True(option.RingFirst);
        Assert.Equal(Freshness.Unconfirmed, option.Availability.Freshness);
        Assert.False(option.Availability.HasOpen);
    }

    [Fact]
    public async Task Nearer_spaces_left_out_say_why_at_most_five()
    {
        static void Signs(RegisterSpaceRequest space) => space.Provides.Add(Need.Bsl);
        await Service.OpenAsync("paused-space", Lat + 0.001, Lon, with: Signs);
        await Service.Staff.PauseSpaceAsync(new PauseSpaceRequest
        {
            CommandId = Ids.Next(), SpaceId = "paused-space", Reason = PauseReason.Incident, Until = Service.InMinutes(90),
        });
        await Service.OpenAsync("full-space", Lat + 0.002, Lon, occupied: 6, with: Signs);
        await Service.OpenAsync("shut-space", Lat + 0.003, Lon, with: space => { Signs(space); space.OpenToday("18:00", "23:00"); });
        await Service.OpenAsync("closing-space", Lat + 0.004, Lon, with: space => { Signs(space); space.OpenToday("09:00", "14:10"); });
        await Service.OpenAsync("speaking-space", Lat + 0.005, Lon);
        await Service.OpenAsync("sixth-space", Lat + 0.006, Lon, occupied: 6, with: Signs);
        await Service.OpenAsync("signing-space", Lat + 0.05, Lon, with: Signs);
        await Service.CaughtUpAsync();

        var answer = await Service.Crew.FindSpacesAsync(Ask.Find(find => find.Needs.Add(Need.Bsl)));
        Assert.Equal("signing-space", Assert.Single(answer.Options).SpaceId);
        Assert.Equal(
            [
                ("paused-space", RejectionCode.Paused, "it takes nobody new until 15:30"),
                ("full-space", RejectionCode.NoSafeCapacity, "no place is free and safely staffed until you would be there"),
                ("shut-space", RejectionCode.OutsideHours, "outside its hours; they begin 18:00"),
                ("closing-space", RejectionCode.ClosesBeforeArrival, "it closes before you would have arrived and settled in"),
                ("speaking-space", RejectionCode.NeedsNotMet, "it can't offer: British Sign Language"),
            ],
            answer.WhyNot.Select(left => (left.SpaceId, left.Code, left.Words)));
        Assert.Equal(Service.InMinutes(90), answer.WhyNot[0].Earliest);
        Assert.Equal("The paused-space", answer.WhyNot[0].Name);
    }

    [Fact]
    public async Task An_answer_without_options_still_offers_the_next_step()
    {
        var answer = await Service.Crew.FindSpacesAsync(Ask.Find());
        Assert.Empty(answer.Options);
        var department = Assert.Single(answer.Offers, offer => offer.Kind == Offer.Types.Kind.EmergencyDepartment);
        Assert.Equal("Glasgow Royal Infirmary", department.Name);
        Assert.True(department.Travel.Minutes is >= 1 and < 15);
        Assert.Contains(answer.Offers, offer => offer is { Kind: Offer.Types.Kind.Telephone, Telephone: "111", OpenNow: true });
        Assert.Contains(answer.Offers, offer => offer.Kind == Offer.Types.Kind.DistressBriefIntervention);
        // Breathing Space answers from 18:00 on a Wednesday.
        var later = Assert.Single(answer.Offers, offer => offer.Name == "Breathing Space");
        Assert.False(later.OpenNow);
        Assert.Equal(Service.InMinutes(4 * 60), later.OpensAt);
    }

    [Theory]
    [InlineData(60.155, -1.145, "Gilbert Bain Hospital")]
    [InlineData(58.209, -6.386, "Western Isles Hospital")]
    [InlineData(56.1, -3.2, "Victoria Hospital, Kirkcaldy")]
    public async Task The_emergency_department_offered_is_the_nearest(double latitude, double longitude, string name)
    {
        var answer = await Service.Crew.FindSpacesAsync(Ask.FindFrom(latitude, longitude));
        Assert.Equal(name, Assert.Single(answer.Offers, offer => offer.Kind == Offer.Types.Kind.EmergencyDepartment).Name);
    }

    [Fact]
    public async Task Urgent_physical_need_is_answered_with_999_and_the_emergency_department_and_no_space()
    {
        await Service.OpenAsync("near-space", Lat, Lon);
        var answer = await Service.Crew.FindSpacesAsync(Ask.Find(find => find.Needs.Add(Need.UrgentPhysical)));
        Assert.True(answer.Urgent);
        Assert.Empty(answer.Options);
        Assert.Equal([Offer.Types.Kind.Emergency999, Offer.Types.Kind.EmergencyDepartment], answer.Offers.Take(2).Select(offer => offer.Kind));
        Assert.Equal("999", answer.Offers[0].Telephone);
        Assert.False((await Service.Crew.FindSpacesAsync(Ask.Find())).Urgent);
    }

    [Fact]
    public async Task Somebody_detained_is_only_sent_to_designated_spaces()
    {
        await Service.OpenAsync("voluntary-space", Lat, Lon);
        await Service.OpenAsync("designated-space", Lat + 0.02, Lon, with: space => space.S297Designated = true);
        var answer = await Service.Crew.FindSpacesAsync(Ask.Find(find => find.LegalStatus = LegalStatus.DetainedS297));
        var option = Assert.Single(answer.Options);
        Assert.Equal("designated-space", option.SpaceId);
        Assert.False(option.Choice.Voluntary);
        Assert.True(option.Choice.S297Designated);
        Assert.Equal(("voluntary-space", RejectionCode.NotDesignated), (answer.WhyNot[0].SpaceId, answer.WhyNot[0].Code));
    }

    [Fact]
    public async Task A_space_serves_where_it_provides_all_that_is_asked_and_the_age()
    {
        await Service.OpenAsync("both-space", Lat + 0.03, Lon, with: space => space.Provides.AddRange([Need.Wheelchair, Need.Bsl]));
        await Service.OpenAsync("one-space", Lat + 0.01, Lon, with: space => space.Provides.Add(Need.Wheelchair));
        await Service.OpenAsync("young-space", Lat + 0.02, Lon, with: space => { space.Ages.Clear(); space.Ages.Add(AgeBand.Young); });
        Assert.Equal(["one-space", "both-space"], await OptionsAsync(find => find.Needs.Add(Need.Wheelchair)));
        Assert.Equal(["both-space"], await OptionsAsync(find => find.Needs.AddRange([Need.Bsl, Need.Wheelchair])));
        Assert.Equal(["young-space"], await OptionsAsync(find => find.AgeBand = AgeBand.Young));
        Assert.Equal(["one-space", "young-space", "both-space"], await OptionsAsync(_ => { }));

        async Task<IEnumerable<string>> OptionsAsync(Action<FindSpacesRequest> with) =>
            (await Service.Crew.FindSpacesAsync(Ask.Find(with))).Options.Select(option => option.SpaceId);
    }

    [Fact]
    public async Task A_later_departure_is_judged_by_the_hours_and_shifts_of_then()
    {
        await Service.RegisterAsync("day-space", Lat, Lon, space => space.OpenToday("09:00", "18:00"));
        await Service.ShiftAsync("day-space");
        await Service.ShiftAsync("day-space");
        await Service.RegisterAsync("evening-space", Lat + 0.005, Lon, space => space.OpenToday("18:00", "00:00"));
        await Service.ShiftAsync("evening-space", startsInHours: 4, hours: 6);
        await Service.ShiftAsync("evening-space", startsInHours: 4, hours: 6);
        await Service.Staff.ConfirmSpaceAsync(new ConfirmSpaceRequest { CommandId = Ids.Next(), SpaceId = "evening-space" });
        await Service.CaughtUpAsync();

        Assert.Equal(["day-space yes", "evening-space OutsideHours"], await AtAsync(0));
        Assert.Equal(["day-space ClosesBeforeArrival", "evening-space OutsideHours"], await AtAsync(230));
        Assert.Equal(["day-space OutsideHours", "evening-space yes"], await AtAsync(5 * 60));
        // Still by its hours, but its shifts are over.
        Assert.Equal(["day-space OutsideHours", "evening-space ClosesBeforeArrival"], await AtAsync((10 * 60) - 5));

        async Task<IEnumerable<string>> AtAsync(double minutes)
        {
            var answer = await Service.Crew.FindSpacesAsync(Ask.Find(find => find.DepartAt = Service.InMinutes(minutes)));
            Assert.Equal(Service.InMinutes(minutes), answer.DepartAt);
            return answer.Options.Select(option => option.SpaceId + " yes").Concat(answer.WhyNot.Select(left => $"{left.SpaceId} {left.Code}")).Order();
        }
    }

    [Fact]
    public async Task A_space_that_opens_soon_is_offered()
    {
        await Service.RegisterAsync("evening-space", Lat + 0.005, Lon, space => space.OpenToday("16:30", "23:00"));
        await Service.RegisterAsync("night-space", Lat + 0.001, Lon, space => space.OpenToday("20:00", "23:00"));
        var offer = Assert.Single((await Service.Crew.FindSpacesAsync(Ask.Find())).Offers, offer => offer.Kind == Offer.Types.Kind.OpensSoon);
        Assert.Equal(("evening-space", "The evening-space", "Opens 16:30."), (offer.SpaceId, offer.Name, offer.Words));
        Assert.Equal(Service.InMinutes(150), offer.OpensAt);
        Assert.True(offer.Travel.Minutes >= 1);
    }

    [Fact]
    public async Task A_space_beyond_the_longest_travel_time_is_offered_where_nothing_is_nearer()
    {
        await Service.OpenAsync("stirling-space", 56.117, -3.937);
        var answer = await Service.Crew.FindSpacesAsync(Ask.Find(find => find.TravelMinutesMax = 10));
        Assert.Empty(answer.Options);
        var offer = Assert.Single(answer.Offers, offer => offer.Kind == Offer.Types.Kind.FurtherAway);
        Assert.Equal("stirling-space", offer.SpaceId);
        Assert.True(offer.Travel.Minutes > 10);
        Assert.Equal("stirling-space", Assert.Single((await Service.Crew.FindSpacesAsync(Ask.Find())).Options).SpaceId);
    }

    [Theory]
    [InlineData("largs-space", 55.794, -4.868, "cumbrae-space", 55.754, -4.927, 25)]
    [InlineData("ardrossan-space", 55.643, -4.813, "arran-space", 55.577, -5.150, 85)]
    [InlineData("wemyss-space", 55.877, -4.889, "bute-space", 55.838, -5.055, 60)]
    public async Task An_island_is_never_reached_by_road(
        string near, double latitude, double longitude, string island, double islandLatitude, double islandLongitude, int minutesAtLeast)
    {
        await Service.OpenAsync(near, latitude + 0.002, longitude);
        await Service.OpenAsync(island, islandLatitude, islandLongitude);
        var options = (await Service.Crew.FindSpacesAsync(Ask.FindFrom(latitude, longitude, find => find.TravelMinutesMax = 240))).Options;
        Assert.Equal([near, island], options.Select(option => option.SpaceId));
        Assert.Equal([0, 1], options.Select(option => option.Travel.FerryCrossings));
        Assert.True(options[1].Travel.Minutes >= minutesAtLeast, options[1].Travel.Words);
        Assert.Contains("with a ferry", options[1].Travel.Words, StringComparison.Ordinal);
        Assert.Contains("check that it sails", options[1].Travel.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Walking_takes_longer_than_driving()
    {
        await Service.OpenAsync("near-space", Lat + 0.02, Lon);
        var drive = Assert.Single((await Service.Crew.FindSpacesAsync(Ask.Find())).Options).Travel;
        var walk = Assert.Single((await Service.Crew.FindSpacesAsync(Ask.Find(find => find.TravelMode = TravelMode.Walking))).Options).Travel;
        Assert.Equal((TravelMode.Driving, TravelMode.Walking), (drive.Mode, walk.Mode));
        Assert.True(walk.Minutes > 2 * drive.Minutes, $"{walk.Minutes} and {drive.Minutes}");
        Assert.Contains("on foot", walk.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_origin_is_said_as_it_was_given_and_as_it_was_understood()
    {
        var device = (await Service.Crew.FindSpacesAsync(Ask.Find())).Origin;
        Assert.Equal(("55.861, -4.251", 50d, "Glasgow", "Glasgow City"), (device.Original, device.UncertaintyMetres, device.NearestPlace, device.CouncilArea));

        var grid = (await Service.Crew.FindSpacesAsync(Ask.Find(find => find.Origin = new Origin { Grid = new GridPoint { Reference = "NS 590 655" } }))).Origin;
        Assert.Equal("NS 590 655", grid.Original);
        Assert.Equal((55.86, -4.25), (Math.Round(grid.Point.Latitude, 2), Math.Round(grid.Point.Longitude, 2)));
        Assert.InRange(grid.UncertaintyMetres, 70, 90);

        var metres = (await Service.Crew.FindSpacesAsync(Ask.Find(find => find.Origin = new Origin
        {
            Grid = new GridPoint { Metres = new EastingNorthing { EastingMetres = 259_050, NorthingMetres = 665_550 } },
        }))).Origin;
        Assert.Equal("259050 E 665550 N", metres.Original);
        Assert.Equal((55.86, -4.25), (Math.Round(metres.Point.Latitude, 2), Math.Round(metres.Point.Longitude, 2)));

        var stated = (await Service.Crew.FindSpacesAsync(Ask.Find(find => find.Origin.UncertaintyMetres = 300))).Origin;
        Assert.Equal(300, stated.UncertaintyMetres);
    }

    [Fact]
    public async Task A_place_name_is_an_origin_and_its_breadth_is_said()
    {
        var answer = await Service.Crew.FindSpacesAsync(Ask.Find(find => find.Origin = new Origin { Place = "Glasgow" }));
        Assert.Equal(("Glasgow", "Glasgow"), (answer.Origin.Original, answer.Origin.NearestPlace));
        Assert.Equal([Degradation.OriginUncertain], answer.Degradations);
        var told = await Service.Crew.FindSpacesAsync(Ask.Find(find => find.Origin = new Origin { Place = "tarbert, harris" }));
        Assert.Equal("Na h-Eileanan Siar", told.Origin.CouncilArea);
    }
}
