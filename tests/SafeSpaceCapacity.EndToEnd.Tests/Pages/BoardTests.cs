using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SafeSpaceCapacity.Contract.V1;
using static Microsoft.Playwright.Assertions;

namespace SafeSpaceCapacity.EndToEnd.Tests.Pages;

/// <summary>The staff board in a real browser, against the real service.</summary>
public sealed class BoardTests(PagesWorld world) : IClassFixture<PagesWorld>, IAsyncDisposable
{
    private const string Path = "/board/" + PagesWorld.Space;

    [Fact]
    public async Task Staff_keep_the_board_true_and_another_tablet_sees_it_at_once()
    {
        await world.SettleAsync(here: 2);
        var page = await world.SignInAsync("Staff of spaces");
        await page.GetByRole(AriaRole.Link, new() { Name = "Board of " + PagesWorld.SpaceName }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(PagesWorld.SpaceName);
        await SeeAsync(page, here: 2, room: 4);
        await Expect(page.Locator("#why")).ToContainTextAsync("6 can be supported safely, 2 here, 0 on the way.");
        var other = await BoardAsync();
        await SeeAsync(other, here: 2, room: 4);

        await Button(page, "Someone arrived").ClickAsync();
        await SeeAsync(page, here: 3, room: 3);
        await SeeAsync(other, here: 3, room: 3);
        await Expect(other.Locator("#undo-line")).ToContainTextAsync("Someone arrived");

        // The other tablet takes it back.
        await Button(other, "Undo").ClickAsync();
        await SeeAsync(page, here: 2, room: 4);
        await Expect(page.Locator("#undo-line")).ToBeHiddenAsync();

        await Button(page, "Someone left").ClickAsync();
        await SeeAsync(other, here: 1, room: 5);
        await Button(page, "Correct the number").ClickAsync();
        await page.GetByLabel("People here now").FillAsync("4");
        await Button(page, "Save").ClickAsync();
        await SeeAsync(other, here: 4, room: 2);

        await Button(page, "Pause new arrivals").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByLabel("Why").SelectOptionAsync("An incident");
        await Button(page, "Save").ClickAsync();
        await Expect(other.Locator("#why")).ToContainTextAsync(new Regex(@"Paused until (\w+ \d+ Nov )?\d\d:\d\d: crews are sent elsewhere\.", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Button(other, "Take people again").ClickAsync();
        await Expect(page.Locator("#why")).Not.ToContainTextAsync("Paused");

        await Button(page, "Start a shift").ClickAsync();
        await page.GetByLabel("Role").SelectOptionAsync("Clinician");
        await page.GetByLabel("De-escalation").CheckAsync();
        await Button(page, "Save").ClickAsync();
        await Expect(other.Locator("#shifts > li")).ToHaveCountAsync(3);
        await Button(other, "End: Clinician").ClickAsync();
        await Expect(page.Locator("#shifts > li")).ToHaveCountAsync(2);
        await Button(page, "Still right").First.ClickAsync();
        await Expect(other.Locator("#undo-line")).ToContainTextAsync("Still right");
    }

    [Fact]
    public async Task A_crew_on_the_way_rings_until_it_is_seen_and_can_be_told_no_with_a_code()
    {
        await world.SettleAsync(here: 1);
        var page = await BoardAsync();
        await SeeAsync(page, here: 1, room: 5);
        await page.EvaluateAsync("() => { window.tones = 0; const start = OscillatorNode.prototype.start; OscillatorNode.prototype.start = function (at) { window.tones++; return start.call(this, at); }; }");
        var hold = await world.HoldAsync("Alpha 12", 15);
        var card = page.Locator("#holds > li");
        await Expect(card).ToContainTextAsync("Alpha 12");
        await Expect(card).ToHaveClassAsync("card ringing");
        await SeeAsync(page, here: 1, room: 4);
        await Expect(page.Locator("#held-unit")).ToHaveTextAsync("next in 15 minutes");
        await Expect(page.Locator("#said")).ToHaveTextAsync("A crew is on the way: Alpha 12, in 15 minutes.");

        // Nothing sounds that nobody asked for.
        Assert.Equal(0, await page.EvaluateAsync<int>("window.tones"));
        await Button(page, "Turn sound on").ClickAsync();
        await page.WaitForFunctionAsync("() => window.tones >= 4");
        await Button(page, "Seen: Alpha 12").ClickAsync();
        await Expect(card).ToHaveClassAsync("card");

        await Button(page, "Say no: Alpha 12").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByLabel("Why").SelectOptionAsync("Not enough staff to be safe");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(card).ToHaveCountAsync(0);
        await SeeAsync(page, here: 1, room: 5);
        await Expect(page.Locator("#waiting")).ToBeHiddenAsync();
        var told = await world.Crews.GetHoldAsync(new GetHoldRequest { SpaceId = PagesWorld.Space, HoldId = hold.Placed.HoldId }, PagesWorld.Options);
        Assert.Equal((HoldStatus.Declined, RefusalReason.UnsafeStaffing), (told.Hold.Status, told.Hold.DeclinedReason));

        await world.HoldAsync("Bravo 7", 10);
        await Button(page, "Arrived: Bravo 7").ClickAsync();
        await SeeAsync(page, here: 2, room: 4);
        await Expect(page.Locator("#waiting")).ToBeHiddenAsync();
        Assert.Empty((await world.BoardAsync()).Holds);
    }

    [Fact]
    public async Task Without_a_connection_the_board_opens_keeps_what_is_tapped_with_its_time_and_sends_each_once_when_it_is_back()
    {
        await world.SettleAsync(here: 2);
        var page = await BoardAsync();
        await SeeAsync(page, here: 2, room: 4);
        await page.WaitForFunctionAsync(
            """
            async () => {
              const made = performance.getEntriesByType("resource").map(entry => entry.name).filter(name => name.includes("/assets/"));
              const kept = await Promise.all([location.href, ...made].map(url => caches.match(url)));
              return made.length >= 10 && kept.every(Boolean);
            }
            """);

        await page.Context.SetOfflineAsync(true);
        await Button(page, "Someone arrived").ClickAsync();
        await Button(page, "Someone arrived").ClickAsync();
        await Button(page, "Someone left").ClickAsync();
        await SeeAsync(page, here: 3, room: 3);
        await Expect(page.Locator("#waiting")).ToHaveTextAsync("3 taps are not sent yet");

        // A tap too many is taken back before it leaves the device.
        await Button(page, "Someone arrived").ClickAsync();
        await SeeAsync(page, here: 4, room: 2);
        await page.ReloadAsync();
        await SeeAsync(page, here: 4, room: 2);
        await Expect(page.Locator("#connection")).ToContainTextAsync("No connection since");
        await PagesWorld.LookAsync(page, "board-offline");
        Assert.Equal(2, (await world.BoardAsync()).Availability.Occupied);

        // Time passes, and somebody else counts nobody meanwhile.
        await world.PassAsync(TimeSpan.FromMinutes(20));
        await page.Context.SetOfflineAsync(false);
        await Expect(page.Locator("#waiting")).ToBeHiddenAsync();
        await Expect(page.Locator("#connection")).ToHaveTextAsync("Connected. Up to date.");
        await SeeAsync(page, here: 4, room: 2);
        Assert.Equal(4, (await world.BoardAsync()).Availability.Occupied);

        // With the time at which each was tapped.
        var audit = (await world.Audit.QueryAuditAsync(new QueryAuditRequest { Filter = new AuditFilter { SpaceId = PagesWorld.Space, Kind = AuditKind.Write }, PageSize = 200 }, PagesWorld.Options)).Entries;
        var sent = audit.Where(entry => entry.Client == "browser" && entry.Method.Contains("/Record", StringComparison.Ordinal) && entry.Outcome == "ok").ToList();
        var late = sent.Where(entry => entry.ObservedAt.ToDateTimeOffset() is var at && at <= world.Now - TimeSpan.FromMinutes(19) && at >= world.Now - TimeSpan.FromMinutes(21)).ToList();
        Assert.Equal(late.Count, late.Select(entry => entry.CommandId).Distinct(StringComparer.Ordinal).Count());
        Assert.True(late.Count >= 4, $"{late.Count} of {sent.Count}");
    }

    [Fact]
    public async Task No_tap_is_taken_before_the_time_of_the_service_is_known_so_that_a_tablet_whose_clock_is_wrong_loses_none()
    {
        // The browser lives in the machine's time and the service in another.
        await world.SettleAsync(here: 2);
        var isHeard = new TaskCompletionSource();
        var page = await world.SignInAsync("Staff of spaces");
        await page.RouteAsync("**/WatchBoard", async route =>
        {
            await isHeard.Task;
            await route.ContinueAsync();
        });
        await page.GotoAsync(Path);
        await Expect(page.Locator("#connection")).ToHaveTextAsync("Connecting");
        foreach (var name in new[] { "Someone arrived", "Someone left", "Still right", "Start a shift", "Correct the number", "Pause new arrivals" })
            await Expect(Button(page, name)).ToBeDisabledAsync();
        await PagesWorld.LookAsync(page, "board-connecting");
        isHeard.SetResult();
        await Button(page, "Someone arrived").ClickAsync();
        await SeeAsync(page, here: 3, room: 3);
        await Expect(page.Locator("#waiting")).ToBeHiddenAsync();
        Assert.Equal(3, (await world.BoardAsync()).Availability.Occupied);
    }

    [Fact]
    public async Task A_tap_whose_answer_is_lost_is_sent_again_and_counted_once()
    {
        await world.SettleAsync(here: 2);
        var page = await BoardAsync();
        await SeeAsync(page, here: 2, room: 4);
        var reached = 0;
        await page.RouteAsync("**/calls/StaffService/RecordArrival", async route =>
        {
            // The service does it, and nobody hears of it, twice.
            if (Interlocked.Increment(ref reached) > 2)
            {
                await route.ContinueAsync();
                return;
            }

            await route.FetchAsync();
            await route.AbortAsync();
        });
        await Button(page, "Someone arrived").ClickAsync();
        await SeeAsync(page, here: 3, room: 3);
        await Expect(page.Locator("#waiting")).ToBeHiddenAsync();
        Assert.Equal(3, reached);
        await SeeAsync(page, here: 3, room: 3);
        Assert.Equal(3, (await world.BoardAsync()).Availability.Occupied);
    }

    [Fact]
    public async Task A_decision_that_waited_too_long_is_not_sent_and_the_board_says_so()
    {
        await world.SettleAsync(here: 2);
        var page = await BoardAsync();
        await SeeAsync(page, here: 2, room: 4);
        await page.Clock.InstallAsync();
        await page.Context.SetOfflineAsync(true);
        await Button(page, "Still right").First.ClickAsync();
        await Button(page, "Someone left").ClickAsync();
        await Expect(page.Locator("#waiting")).ToHaveTextAsync("2 taps are not sent yet");
        await page.Clock.FastForwardAsync("06:00");
        await world.PassAsync(TimeSpan.FromMinutes(6));
        var before = (await world.BoardAsync()).Availability.ConfirmedAt;
        await page.Context.SetOfflineAsync(false);
        await page.Clock.RunForAsync(5000);
        await Expect(page.Locator("#messages")).ToContainTextAsync("Not sent: still right");

        // What was seen is still sent, and confirms the time at which it was seen.
        await SeeAsync(page, here: 1, room: 5);
        await page.Clock.RunForAsync(5000);
        await Expect(page.Locator("#waiting")).ToBeHiddenAsync();
        var confirmed = (await world.BoardAsync()).Availability.ConfirmedAt.ToDateTimeOffset();
        Assert.InRange(confirmed, before.ToDateTimeOffset(), world.Now - TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Taps_of_one_person_are_never_sent_as_another_who_signs_in_on_the_same_tablet()
    {
        await world.SettleAsync(here: 2);
        var page = await BoardAsync();
        await page.RouteAsync("**/calls/StaffService/Record*", route => route.AbortAsync());
        await Button(page, "Someone arrived").ClickAsync();
        await Expect(page.Locator("#waiting")).ToHaveTextAsync("1 tap is not sent yet");
        var link = await InviteAsync("ailsa@board.example");
        await SignOutAsync(page);
        await page.UnrouteAllAsync();
        Assert.Empty(await page.EvaluateAsync<string[]>("caches.keys()"));
        await page.GotoAsync(Path);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Sign in");

        await page.GotoAsync(link);
        await page.GetByLabel("New password").FillAsync("heather loch bothy");
        await Button(page, "Set up account").ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Your account" }).WaitForAsync();
        await page.GotoAsync(Path);
        await Expect(page.Locator("#others")).ToContainTextAsync("1 tap on this device was made by somebody else.");
        await SeeAsync(page, here: 2, room: 4);
        await Button(page, "Someone left").ClickAsync();
        await SeeAsync(page, here: 1, room: 5);
        await Expect(page.Locator("#waiting")).ToBeHiddenAsync();
        Assert.Equal(1, (await world.BoardAsync()).Availability.Occupied);

        await SignOutAsync(page);
        await page.GotoAsync("/sign-in");
        await Button(page, "Staff of spaces").ClickAsync();
        await page.GotoAsync(Path);
        await SeeAsync(page, here: 2, room: 4);
        await Expect(page.Locator("#others")).ToBeHiddenAsync();
        await Expect(page.Locator("#waiting")).ToBeHiddenAsync();
        Assert.Equal(2, (await world.BoardAsync()).Availability.Occupied);
    }

    [Fact]
    public async Task Below_safe_staffing_the_board_says_who_was_told_and_who_took_it_up_and_it_asks_before_it_goes_stale()
    {
        await world.SettleAsync(here: 2);
        var page = await BoardAsync();
        await Button(page, "End: Support worker").ClickAsync();
        var alert = page.Locator("[data-key=ESCALATION_CAUSE_UNSAFE_STAFFING]");
        await Expect(alert).ToContainTextAsync("Below safe staffing since");
        await Expect(alert).ToContainTextAsync("Nobody has been told yet.");
        await Expect(page.Locator("#room")).ToHaveTextAsync("0");
        await world.PassAsync(TimeSpan.FromMinutes(6));
        await Expect(alert).ToContainTextAsync("Team lead was told at");
        await Expect(alert).ToContainTextAsync("Nobody has taken it up yet.");
        await page.EvaluateAsync("scrollTo(0, 0)");
        await PagesWorld.LookAsync(page, "board-alert");
        await alert.GetByLabel("Taken up by").SelectOptionAsync("On-call manager");
        await alert.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(alert).ToContainTextAsync("On-call manager took it up at");

        await Expect(page.Locator("#ask")).ToBeHiddenAsync();
        await world.PassAsync(TimeSpan.FromMinutes(215));
        await Expect(page.Locator("#ask")).ToContainTextAsync("Is this still right? 2 here, 1 on duty.");
        await page.Locator("#ask").GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.Locator("#ask")).ToBeHiddenAsync();
        await world.PassAsync(TimeSpan.FromMinutes(300));
        await Expect(page.Locator("#room")).ToHaveTextAsync("?");
        await Expect(page.Locator("#why")).ToContainTextAsync("crews are told to ring first");
    }

    [Fact]
    public async Task With_the_keyboard_alone_everything_is_reached_and_focus_stays_where_it_was()
    {
        await world.SettleAsync(here: 2);
        var page = await BoardAsync();
        await SeeAsync(page, here: 2, room: 4);
        await TabToAsync(page, "Someone arrived");
        await page.Keyboard.PressAsync("Enter");
        await SeeAsync(page, here: 3, room: 3);
        Assert.Equal("Someone arrived", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        await TabToAsync(page, "Correct the number");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("5");
        await page.Keyboard.PressAsync("Enter");
        await SeeAsync(page, here: 5, room: 1);
        await TabToAsync(page, "Start a shift");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        Assert.Equal("Start a shift", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        await TabToAsync(page, "Undo");
        await page.Keyboard.PressAsync("Enter");
        await SeeAsync(page, here: 3, room: 3);
    }

    [Theory]
    [InlineData(360, 740, ColorScheme.Light)]
    [InlineData(360, 740, ColorScheme.Dark)]
    [InlineData(820, 1180, ColorScheme.Light)]
    [InlineData(1280, 800, ColorScheme.Dark)]
    public async Task The_board_is_for_everybody_on_every_screen(int width, int height, ColorScheme scheme)
    {
        await world.SettleAsync(here: 2);
        await world.HoldAsync("Alpha 12", 15);
        var page = await BoardAsync(width, height, scheme);
        await Expect(page.Locator("#holds > li")).ToHaveCountAsync(1);
        await Button(page, "Someone arrived").ClickAsync();
        await SeeAsync(page, here: 3, room: 2);
        await PagesWorld.LookAsync(page, $"board-{width}-{scheme}".ToLowerInvariant());
        await Button(page, "Start a shift").ClickAsync();
        await PagesWorld.LookAsync(page, $"board-shift-{width}-{scheme}".ToLowerInvariant());
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => world.CloseAsync();

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private static async Task SeeAsync(IPage page, int here, int room)
    {
        await Expect(page.Locator("#here")).ToHaveTextAsync($"{here}");
        await Expect(page.Locator("#room")).ToHaveTextAsync($"{room}");
    }

    private static async Task TabToAsync(IPage page, string text)
    {
        for (var i = 0; i < 40; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<string>("document.activeElement.textContent") == text)
                return;
        }

        Assert.Fail($"'{text}' was not reached with the keyboard");
    }

    private static async Task SignOutAsync(IPage page)
    {
        await page.GotoAsync("/account");
        await Button(page, "Sign out").ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "You are signed out" }).WaitForAsync();
        await page.WaitForFunctionAsync("async () => (await caches.keys()).length === 0");
    }

    private async Task<IPage> BoardAsync(int width = 1024, int height = 768, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await world.SignInAsync("Staff of spaces", width, height, scheme);
        await page.GotoAsync(Path);
        await Expect(page.Locator("#connection")).ToHaveTextAsync("Connected. Up to date.");
        return page;
    }

    private async Task<string> InviteAsync(string name)
    {
        var page = await world.SignInAsync("Administrator");
        await page.GotoAsync("/people");
        await page.GetByLabel("Work email or account name").FillAsync(name);
        await page.GetByLabel("Staff of spaces").CheckAsync();
        await page.GetByLabel("Spaces", new() { Exact = true }).FillAsync(PagesWorld.Space);
        await Button(page, "Invite somebody").ClickAsync();
        return await page.GetByLabel("Link to set up the account").InputValueAsync();
    }
}
