using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Playwright;
using SafeSpaceCapacity.Contract.V1;
using static Microsoft.Playwright.Assertions;

namespace SafeSpaceCapacity.EndToEnd.Tests.Pages;

/// <summary>The planning page in a real browser.</summary>
public sealed class PlanPageTests(PagesWorld world) : IClassFixture<PagesWorld>, IAsyncDisposable
{
    [Fact]
    public async Task A_planner_sees_areas_hours_and_refusals_shares_a_view_by_its_address_and_takes_it_away()
    {
        // Six arrive and six are refused in an hour that no other test counts in; then it is over.
        await world.PassAsync(TimeSpan.FromHours(1));
        await world.SettleAsync(here: 0);
        var hour = TimeZoneInfo.ConvertTimeBySystemTimeZoneId(world.Now, "Europe/London");
        for (var i = 0; i < 6; i++)
        {
            await world.Staff.RecordArrivalAsync(new RecordArrivalRequest { CommandId = PagesWorld.Id(), SpaceId = PagesWorld.Space }, PagesWorld.Options);
            await world.Crews.ReportRefusedAsync(
                new ReportRefusedRequest { CommandId = PagesWorld.Id(), SpaceId = PagesWorld.Space, Reason = RefusalReason.Intoxication }, PagesWorld.Options);
        }

        await world.PassAsync(TimeSpan.FromHours(2));
        await world.Staff.RecordCountAsync(new RecordCountRequest { CommandId = PagesWorld.Id(), SpaceId = PagesWorld.Space, Occupied = 2 }, PagesWorld.Options);
        await world.PassAsync(TimeSpan.FromHours(24));

        var page = await world.SignInAsync("Planner", 1280, 900);
        await page.GetByRole(AriaRole.Link, new() { Name = "Plan", Exact = true }).ClickAsync();
        var glasgow = page.GetByRole(AriaRole.Row, new() { Name = "Glasgow City" });
        await Expect(glasgow).ToContainTextAsync("–");
        Assert.Equal("0", await glasgow.GetByRole(AriaRole.Cell).Nth(5).TextContentAsync());
        await Expect(page.Locator("#age")).ToContainTextAsync("As recorded by");
        await Expect(page.Locator("#map .area")).ToHaveCountAsync(32);

        await page.GetByLabel("Area", new() { Exact = true }).SelectOptionAsync("Glasgow City");
        await page.GetByLabel("Period", new() { Exact = true }).SelectOptionAsync("7 days");
        await page.GetByLabel("Figure by hour", new() { Exact = true }).SelectOptionAsync("Arrivals");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(page.Locator("#period")).ToContainTextAsync("Glasgow City:");
        Assert.Contains("area=S12000049", page.Url, StringComparison.Ordinal);
        Assert.Contains("figure=arrivals", page.Url, StringComparison.Ordinal);
        await Expect(page.Locator("#week").GetByRole(AriaRole.Row, new() { Name = $"{hour.DayOfWeek}" }).GetByRole(AriaRole.Cell).Nth(hour.Hour)).ToHaveTextAsync("6");
        await Expect(page.Locator("#refused")).ToContainTextAsync("Intoxication");

        // No count of people under five is anywhere, nor one that is none.
        var cells = await page.Locator("#week td").AllTextContentsAsync();
        Assert.All(cells, cell => Assert.Contains(cell.TrimStart('≤'), new[] { "", "–", "5", "6", "7", "8", "9" }));
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("[data-csv=course]").ClickAsync());
        var csv = await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        var rows = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')).ToList();
        Assert.Equal(("Hour", "People there", "Arrivals", "Places held"), (rows[0][0], rows[0][2], rows[0][7], rows[0][8]));
        Assert.Contains(rows, row => row[7] == "6");
        Assert.All(rows.Skip(1).SelectMany(row => new[] { row[2], row[7], row[8] }), count => Assert.True(count == "–" || int.Parse(count, CultureInfo.InvariantCulture) >= 5, count));
        await PagesWorld.LookAsync(page, "plan-1280-light");
        foreach (var (name, height) in new[] { ("course", 300), ("map", 1000) })
        {
            download = await page.RunAndWaitForDownloadAsync(() => page.Locator($"[data-png={name}]").ClickAsync());
            var picture = await File.ReadAllBytesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
            Assert.Equal("PNG"u8.ToArray(), picture[1..4]);
            Assert.Equal(1648, BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(16)));
            Assert.InRange(BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(20)), height, 3000);
            await File.WriteAllBytesAsync(PagesWorld.Picture($"plan-taken-{name}"), picture, TestContext.Current.CancellationToken);
        }

        await page.GetByLabel("Space", new() { Exact = true }).SelectOptionAsync(PagesWorld.SpaceName);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(page.Locator("#period")).ToContainTextAsync(PagesWorld.SpaceName);
        await Expect(page.Locator("#happened")).ToContainTextAsync("Nobody confirmed it any more");
        await Expect(page.Locator("#refused-part")).ToBeHiddenAsync();
        await Expect(page.Locator("#course path.safe")).ToHaveCountAsync(1);

        // Whoever opens the address sees the same.
        var other = await world.SignInAsync("Planner", 360, 740, ColorScheme.Dark);
        await other.GotoAsync(page.Url);
        await Expect(other.Locator("#period")).ToContainTextAsync(PagesWorld.SpaceName);
        await PagesWorld.LookAsync(other, "plan-360-dark");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await PagesWorld.LookAsync(page, "plan-1280-dark");
    }

    [Fact]
    public async Task What_staff_tap_is_seen_by_who_plans_at_once_and_what_was_missed_when_the_connection_is_back()
    {
        const int map = 0, here = 2;

        // Before a heartbeat, which would tell of it too.
        var atOnce = new LocatorAssertionsToHaveTextOptions { Timeout = 5_000 };

        // In an hour of its own, since other tests count theirs.
        await world.PassAsync(TimeSpan.FromHours(1));
        await world.SettleAsync(here: 5);
        var page = await world.SignInAsync("Planner", 1280, 900);
        await page.GotoAsync("/plan");
        var cells = page.GetByRole(AriaRole.Row, new() { Name = "Glasgow City" }).GetByRole(AriaRole.Cell);
        await Expect(cells.Nth(here)).ToHaveTextAsync("5");
        await Expect(cells.Nth(map)).ToHaveTextAsync("– of 6");
        await Expect(page.Locator("#connection")).ToHaveTextAsync("Connected. How areas stand is shown as it changes.");
        await Expect(page.Locator("#forecast-state")).ToContainTextAsync("forecast");
        await page.GetByRole(AriaRole.Link, new() { Name = "Glasgow City" }).FocusAsync();
        await page.EvaluateAsync("window.moved = []; new PerformanceObserver(list => moved.push(...list.getEntries().map(entry => entry.value))).observe({ type: 'layout-shift' })");

        var staff = await world.SignInAsync("Staff of spaces");
        await staff.GotoAsync("/board/" + PagesWorld.Space);
        await staff.GetByRole(AriaRole.Button, new() { Name = "Someone arrived", Exact = true }).ClickAsync();
        await Expect(staff.Locator("#here")).ToHaveTextAsync("6");
        await Expect(cells.Nth(here)).ToHaveTextAsync("6", atOnce);
        await staff.GetByRole(AriaRole.Button, new() { Name = "Someone left", Exact = true }).ClickAsync();
        await staff.GetByRole(AriaRole.Button, new() { Name = "Someone left", Exact = true }).ClickAsync();
        await Expect(cells.Nth(here)).ToHaveTextAsync("–", atOnce);

        await page.Context.SetOfflineAsync(true);
        await Expect(page.Locator("#connection")).ToContainTextAsync("No connection since");
        await PagesWorld.LookAsync(page, "plan-lost-1280-light");
        await staff.GetByRole(AriaRole.Button, new() { Name = "Someone arrived", Exact = true }).ClickAsync();
        await staff.GetByRole(AriaRole.Button, new() { Name = "Someone arrived", Exact = true }).ClickAsync();
        await Expect(staff.Locator("#here")).ToHaveTextAsync("6");
        await Expect(staff.Locator("#waiting")).ToBeHiddenAsync();
        await Expect(cells.Nth(here)).ToHaveTextAsync("–");
        await page.Context.SetOfflineAsync(false);
        await Expect(cells.Nth(here)).ToHaveTextAsync("6", atOnce);
        await Expect(page.Locator("#connection")).ToHaveTextAsync("Connected. How areas stand is shown as it changes.");

        // Nothing moved, and who was on the way through the table is where they were.
        Assert.Equal("Glasgow City", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        Assert.Empty(await page.EvaluateAsync<double[]>("moved"));

        // An hour that is over joins those of before.
        var before = await page.Locator("#period").TextContentAsync();
        await world.PassAsync(TimeSpan.FromHours(1));
        await Expect(page.Locator("#period")).Not.ToHaveTextAsync(before!, new() { Timeout = 30_000 });
        await Expect(page.Locator("#problem")).ToBeEmptyAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => world.CloseAsync();
}
