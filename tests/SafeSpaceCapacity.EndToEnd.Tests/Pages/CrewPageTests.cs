using Microsoft.Playwright;
using SafeSpaceCapacity.Contract.V1;
using static Microsoft.Playwright.Assertions;

namespace SafeSpaceCapacity.EndToEnd.Tests.Pages;

/// <summary>The crew page in a real browser, as on a telephone at night.</summary>
public sealed class CrewPageTests(PagesWorld world) : IClassFixture<PagesWorld>, IAsyncDisposable
{
    [Fact]
    public async Task A_crew_finds_a_space_holds_a_place_and_arrives_and_staff_see_it_come()
    {
        await world.SettleAsync(here: 2);
        var page = await world.SignInAsync("Crew", 360, 740, ColorScheme.Dark);
        await page.GetByRole(AriaRole.Link, new() { Name = "Find a safe space" }).ClickAsync();
        await PagesWorld.LookAsync(page, "find-360-dark");
        await FindAsync(page, "Glasgow");
        var card = page.Locator("#options > li").First;
        await Expect(card.GetByRole(AriaRole.Heading)).ToHaveTextAsync(PagesWorld.SpaceName);
        await Expect(card).ToContainTextAsync("Room for 4");
        await Expect(card).ToContainTextAsync("4 free of 6 places: 6 safely staffed, 2 here, 0 held");
        await Expect(card).ToContainTextAsync("Staff confirmed this just now");
        await Expect(card).ToContainTextAsync("Demo: made up");
        await Expect(page.Locator("#offers")).ToContainTextAsync("NHS 24");
        await PagesWorld.LookAsync(page, "find-results-360-dark");

        // What is shown stays true while the crew reads it.
        await world.Staff.RecordArrivalAsync(new RecordArrivalRequest { CommandId = PagesWorld.Id(), SpaceId = PagesWorld.Space }, PagesWorld.Options);
        await Expect(card).ToContainTextAsync("Room for 3");

        await HoldAsync(page, "Alpha 12");
        await Expect(page.Locator("#hold-state")).ToContainTextAsync("A place is kept for you until");
        await Expect(page.Locator("#hold-left")).ToContainTextAsync("left");
        await Expect(page.Locator("#hold-how")).ToContainTextAsync("Blue door on the lane");
        await Expect(page.Locator("#hold-ring")).ToHaveAttributeAsync("href", "tel:01414960101");
        await Expect(page.Locator("#hold-directions")).ToHaveAttributeAsync("href", "geo:55.858,-4.245?q=55.858,-4.245");
        await PagesWorld.LookAsync(page, "find-hold-360-dark");
        var hold = Assert.Single((await world.BoardAsync()).Holds);
        Assert.Equal("Alpha 12", hold.CallSign);

        await Button(page, "15 minutes later").ClickAsync();
        await Expect(page.Locator("#problem")).ToBeEmptyAsync();
        await page.ReloadAsync();
        await Expect(page.Locator("#hold-state")).ToContainTextAsync("A place is kept for you until");
        Assert.True(Assert.Single((await world.BoardAsync()).Holds).Eta.ToDateTimeOffset() >= hold.Eta.ToDateTimeOffset() + TimeSpan.FromMinutes(14));

        await Button(page, "We are here").ClickAsync();
        await Expect(page.Locator("#hold-state")).ToContainTextAsync("You have arrived");
        var board = await world.BoardAsync();
        Assert.Equal((4, 0), (board.Availability.Occupied, board.Holds.Count));
        await Button(page, "Finish").ClickAsync();
        await Expect(page.Locator("#hold")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Staff_who_say_no_are_heard_at_once_and_a_request_is_no_place_until_they_say_yes()
    {
        await world.SettleAsync(here: 1);
        var page = await world.SignInAsync("Crew");
        await page.GotoAsync("/find");
        await FindAsync(page, "Glasgow");
        await HoldAsync(page, "Bravo 7");
        await Expect(page.Locator("#hold-state")).ToContainTextAsync("A place is kept");
        var hold = Assert.Single((await world.BoardAsync()).Holds);
        await world.Staff.DeclineHoldAsync(
            new DeclineHoldRequest { CommandId = PagesWorld.Id(), SpaceId = PagesWorld.Space, HoldId = hold.HoldId, Reason = RefusalReason.UnsafeStaffing }, PagesWorld.Options);
        await Expect(page.Locator("#hold-state")).ToHaveTextAsync("Staff said no: Not enough staff to be safe. Find another space.");
        await Button(page, "Finish").ClickAsync();

        // Nobody confirms it for so long that nobody knows.
        await world.PassAsync(TimeSpan.FromMinutes(250));
        await FindAsync(page, "Glasgow");
        await Expect(Lantern(page)).ToContainTextAsync("Ring first: nobody there has confirmed it lately");
        await HoldAsync(page, "Bravo 7", "Ask for a place");
        await Expect(page.Locator("#hold-state")).ToContainTextAsync("Staff are asked for a place");
        hold = Assert.Single((await world.BoardAsync()).Holds);
        Assert.Equal(HoldStatus.Requested, hold.Status);
        await world.Staff.AcceptHoldAsync(new AcceptHoldRequest { CommandId = PagesWorld.Id(), SpaceId = PagesWorld.Space, HoldId = hold.HoldId }, PagesWorld.Options);
        await Expect(page.Locator("#hold-state")).ToContainTextAsync("A place is kept for you until");
        await Button(page, "We are not coming").ClickAsync();
        await Expect(page.Locator("#hold-state")).ToHaveTextAsync("The place was given back");
    }

    [Fact]
    public async Task A_hold_whose_answer_is_lost_is_asked_again_and_kept_once()
    {
        await world.SettleAsync(here: 1);
        var page = await world.SignInAsync("Crew");
        await page.GotoAsync("/find");
        await FindAsync(page, "Glasgow");
        var reached = 0;
        await page.RouteAsync("**/calls/CrewService/HoldPlace", async route =>
        {
            if (Interlocked.Increment(ref reached) > 1)
            {
                await route.ContinueAsync();
                return;
            }

            await route.FetchAsync();
            await route.AbortAsync();
        });
        await HoldAsync(page, "Charlie 3");
        await Expect(page.Locator("#hold-state")).ToContainTextAsync("A place is kept for you until");
        Assert.Equal(2, reached);
        Assert.Single((await world.BoardAsync()).Holds);
    }

    [Fact]
    public async Task Where_the_crew_is_comes_from_the_device_or_a_grid_reference_and_stays_out_of_address_and_record()
    {
        await world.SettleAsync(here: 1);
        var page = await world.SignInAsync("Crew");
        await page.Context.GrantPermissionsAsync(["geolocation"]);
        await page.Context.SetGeolocationAsync(new() { Latitude = 55.8642f, Longitude = -4.2518f, Accuracy = 40 });
        await page.GotoAsync("/find");
        var asked = await page.RunAndWaitForRequestAsync(() => Button(page, "Use where this device is").ClickAsync(), request => request.Url.EndsWith("FindSpaces", StringComparison.Ordinal));
        Assert.Contains("55.8642", asked.PostData!, StringComparison.Ordinal);
        await Expect(Lantern(page)).ToHaveCountAsync(1);
        await FindAsync(page, "NS 590 655");
        await Expect(Lantern(page)).ToHaveCountAsync(1);
        Assert.DoesNotContain("NS", page.Url, StringComparison.Ordinal);
        await FindAsync(page, "Atlantis");
        await Expect(page.Locator("#problem")).ToContainTextAsync("This did not work");
        await page.GetByLabel("Injured, overdosed or physically unwell").CheckAsync();
        await FindAsync(page, "Glasgow");
        await Expect(page.Locator("#notes")).ToContainTextAsync("Call 999");
        await Expect(page.Locator("#options > li")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task With_the_keyboard_alone_a_crew_finds_and_holds_a_place()
    {
        await world.SettleAsync(here: 1);
        var page = await world.SignInAsync("Crew", 1280, 800);
        await page.GotoAsync("/find");
        await page.GetByLabel("Where are you?").FocusAsync();
        await page.Keyboard.TypeAsync("Glasgow");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#results-title")).ToBeFocusedAsync();
        await PagesWorld.LookAsync(page, "find-results-1280-light");
        for (var i = 0; i < 10 && await page.EvaluateAsync<string>("document.activeElement.textContent") != "Hold a place"; i++)
            await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("Delta 4");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#hold-state")).ToContainTextAsync("A place is kept for you until");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => world.CloseAsync();

    // Other tests may have opened other spaces.
    private static ILocator Lantern(IPage page) => page.Locator("#options > li").Filter(new() { HasText = PagesWorld.SpaceName });

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private static async Task FindAsync(IPage page, string where)
    {
        await page.GetByLabel("Where are you?").FillAsync(where);
        await Button(page, "Find spaces").ClickAsync();
        await Expect(page.Locator("#said")).Not.ToHaveTextAsync("Looking for spaces");
    }

    private static async Task HoldAsync(IPage page, string callSign, string action = "Hold a place")
    {
        await page.GetByRole(AriaRole.Button, new() { Name = $"{action} at {PagesWorld.SpaceName}" }).ClickAsync();
        await page.GetByLabel("Your call sign").FillAsync(callSign);
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Hold a place" }).ClickAsync();
    }
}
