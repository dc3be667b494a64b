using System.Globalization;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Playwright;
using SafeSpaceCapacity.Contract.V1;
using static Microsoft.Playwright.Assertions;

namespace SafeSpaceCapacity.EndToEnd.Tests.Pages;

/// <summary>Demand and its forecast on the planning page, in a real browser.</summary>
public sealed class DemandPageTests(PagesWorld world) : IClassFixture<PagesWorld>, IAsyncDisposable
{
    private const string Glasgow = "S12000049";

    // Training gets what nobody else wants of the machine.
    private const float TrainingMilliseconds = 240_000;

    [Fact]
    public async Task A_planner_has_the_forecasts_made_and_sees_a_fan_with_its_age_and_its_record()
    {
        // The service's own counts have no parts, so whoever goes on to others from there has chosen none.
        await world.Crews.ReportRefusedAsync(
            new ReportRefusedRequest { CommandId = PagesWorld.Id(), SpaceId = PagesWorld.Space, Reason = RefusalReason.Behaviour, NeedId = PagesWorld.Id() }, PagesWorld.Options);
        await world.PassAsync(TimeSpan.FromDays(1));
        await world.PassAsync(TimeSpan.FromDays(1));
        await ImportAsync("police", days: 60);
        var page = await world.SignInAsync("Planner", 1280, 900);
        await page.GotoAsync($"/plan?area={Glasgow}&days=28");
        await Expect(page.Locator("#demand tbody tr")).Not.ToHaveCountAsync(0);
        await page.GetByLabel("Counts of demand").SelectOptionAsync("police");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        await Expect(page.Locator("#forecast-state")).ToContainTextAsync("There is no forecast yet");
        await Expect(page.Locator("#fan path.counted")).ToHaveCountAsync(1);
        await Expect(page.Locator("#fan path.middle")).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Button, new() { Name = "Make the forecasts anew" }).ClickAsync();
        await Expect(page.Locator("#train-state")).ToContainTextAsync("All forecasts were tried", new() { Timeout = TrainingMilliseconds });
        await Expect(page.Locator("#train-state")).ToContainTextAsync("No new forecast of what was asked of this service, by the day: at least 21 whole days");
        await Expect(page.Locator("#forecast-state")).ToContainTextAsync("Forecast made");
        await Expect(page.Locator("#forecast-state")).ToContainTextAsync("just now");
        await Expect(page.Locator("#forecast-record")).ToContainTextAsync("of 10 days fell in the band that should hold 8 of 10");
        await Expect(page.Locator("#fan path.band")).ToHaveCountAsync(3);
        await Expect(page.Locator("#fan title")).ToContainTextAsync("Forecast, 8 of 10 times");

        // The same as a table: what was counted is at least five or withheld, and 28 days are forecast.
        await page.GetByText("The same as a table").ClickAsync();
        var rows = await RowsAsync(page);
        Assert.All(rows.Where(row => row[1].Length > 0), row => Assert.True(row[1] == "–" || int.Parse(row[1], CultureInfo.InvariantCulture) >= 5, row[1]));
        Assert.Contains(rows, row => row[1] == "–");
        Assert.Contains(rows, row => row[1] == "10");
        var forecast = rows.Where(row => row[2].Length > 0).ToList();
        Assert.Equal(28, forecast.Count);
        Assert.All(forecast, row => Assert.InRange(double.Parse(row[2], CultureInfo.InvariantCulture), int.Parse(row[3], CultureInfo.InvariantCulture) - 1, int.Parse(row[4], CultureInfo.InvariantCulture) + 1));
        await PagesWorld.LookAsync(page, "forecast-1280-light");
        await page.Locator("#demand-part").ScreenshotAsync(new() { Path = PagesWorld.Picture("forecast-part-1280-light") });

        // Another part of the area has a forecast of its own; whoever opens the address sees the same.
        await page.GetByLabel("Part of the area").SelectOptionAsync("west");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        await Expect(page.Locator("#fan path.band")).ToHaveCountAsync(3);
        Assert.Contains("part=west", page.Url, StringComparison.Ordinal);
        var other = await world.SignInAsync("Planner", 360, 740, ColorScheme.Dark);
        await other.GotoAsync(page.Url);
        await Expect(other.Locator("#fan path.band")).ToHaveCountAsync(3);
        await Expect(other.GetByLabel("Part of the area")).ToHaveValueAsync("west");
        await other.GetByText("How each way of forecasting did").ClickAsync();
        await Expect(other.Locator("#models tbody tr").Filter(new() { HasText = "yes" })).ToHaveCountAsync(3);
        await PagesWorld.LookAsync(other, "forecast-360-dark");
        await other.Locator("#demand-part").ScreenshotAsync(new() { Path = PagesWorld.Picture("forecast-part-360-dark") });
    }

    [Fact]
    public async Task Met_and_unmet_needs_are_shown_apart_and_small_numbers_of_them_are_not()
    {
        const string space = "leith-rooms";
        await world.RegisterAsync(space, "Leith Rooms", 55.9700, -3.1700, places: 6);
        foreach (var role in new[] { StaffRole.TeamLead, StaffRole.SupportWorker })
            await world.Staff.StartShiftAsync(new StartShiftRequest { CommandId = PagesWorld.Id(), SpaceId = space, Role = role, EndsAt = world.In(600) }, PagesWorld.Options);
        await world.Staff.RecordCountAsync(new RecordCountRequest { CommandId = PagesWorld.Id(), SpaceId = space, Occupied = 0 }, PagesWorld.Options);
        for (var i = 0; i < 6; i++)
        {
            var hold = (await world.HoldAsync("Golf 12", 10, space)).Placed;
            await world.Crews.ConfirmArrivalAsync(new ConfirmArrivalRequest { CommandId = PagesWorld.Id(), SpaceId = space, HoldId = hold.HoldId }, PagesWorld.Options);
            await world.Staff.RecordDepartureAsync(new RecordDepartureRequest { CommandId = PagesWorld.Id(), SpaceId = space }, PagesWorld.Options);
            await world.Crews.ReportRefusedAsync(
                new ReportRefusedRequest { CommandId = PagesWorld.Id(), SpaceId = space, Reason = RefusalReason.Behaviour, NeedId = PagesWorld.Id() }, PagesWorld.Options);
        }

        await world.PassAsync(TimeSpan.FromHours(2));
        var page = await world.SignInAsync("Planner", 1280, 900);
        await page.GotoAsync("/plan?area=S12000036&days=7&by=hour");
        await Expect(page.Locator("#demand-state")).ToContainTextAsync("may still change");
        await Expect(page.Locator("#forecast-state")).ToContainTextAsync("There is no forecast yet");
        await page.GetByText("The same as a table").ClickAsync();
        var rows = await RowsAsync(page);
        Assert.Contains(rows, row => (row[1], row[2], row[3]) == ("6", "6", "–"));
        Assert.All(rows.SelectMany(row => row[1..4]), count => Assert.True(count == "–" || int.Parse(count, CultureInfo.InvariantCulture) >= 5, count));
        await Expect(page.Locator("#fan path.met")).ToHaveCountAsync(1);
        await Expect(page.Locator("#fan path.unmet")).ToHaveCountAsync(1);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await PagesWorld.LookAsync(page, "demand-1280-dark");
        await page.Locator("#demand-part").ScreenshotAsync(new() { Path = PagesWorld.Picture("demand-part-1280-dark") });

        // Every shade of the week can be read, also those that today's figures don't reach.
        await page.EvaluateAsync("document.querySelectorAll('#week td').forEach((cell, i) => { cell.className = 'l' + i % 5; cell.textContent = '4.3'; })");
        Assert.Empty(await Axe.FindAsync(page));
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        Assert.Empty(await Axe.FindAsync(page));

        // On the map, which has boundaries from now on: by keyboard to the hour in which they came.
        await BoundariesAsync();
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.ReloadAsync();
        await Expect(page.Locator("#map path.area")).ToHaveCountAsync(2);
        await Expect(page.Locator("#map circle.area")).ToHaveCountAsync(30);
        await page.GetByLabel("Shade areas by").SelectOptionAsync("Demand forecast");
        await Expect(page.Locator("#map-state")).ToHaveTextAsync("There is no forecast of whole areas yet.");
        await page.GetByLabel("Shade areas by").SelectOptionAsync("Demand unmet");
        var slider = page.GetByRole(AriaRole.Slider);
        await Expect(slider).ToBeEnabledAsync();
        await slider.FocusAsync();
        await page.Keyboard.PressAsync("End");
        await page.Keyboard.PressAsync("ArrowLeft");
        var edinburgh = page.GetByRole(AriaRole.Row, new() { Name = "City of Edinburgh" }).GetByRole(AriaRole.Cell).First;
        await Expect(edinburgh).ToHaveTextAsync("6");
        await Expect(page.Locator("#map path.d4")).ToHaveCountAsync(1);
        await Expect(page.Locator("#map path.d4 title")).ToHaveTextAsync("City of Edinburgh: 6");
        await Expect(page.Locator("#map-legend li")).ToHaveTextAsync(["up to 1", "up to 2", "up to 4", "up to 5", "up to 6", "not shown"]);
        Assert.NotEmpty(await slider.GetAttributeAsync("aria-valuetext") ?? "");
        await PagesWorld.LookAsync(page, "map-1280-dark");
        var other = await world.SignInAsync("Planner", 360, 740);
        await other.GotoAsync(page.Url);
        await Expect(other.GetByRole(AriaRole.Row, new() { Name = "City of Edinburgh" }).GetByRole(AriaRole.Cell).First).ToHaveTextAsync("6");
        await Expect(other.Locator("#at-words")).ToHaveTextAsync(await page.Locator("#at-words").TextContentAsync() ?? "");
        await PagesWorld.LookAsync(other, "map-360-light");
        await other.Locator("#map").ScrollIntoViewIfNeededAsync();
        await other.ScreenshotAsync(new() { Path = PagesWorld.Picture("map-part-360-light") });
    }

    // Squares, about where the two are.
    private async Task BoundariesAsync()
    {
        using var call = world.Files.ImportGazetteer(PagesWorld.Options);
        await call.RequestStream.WriteAsync(new()
        {
            CommandId = PagesWorld.Id(), Kind = GazetteerKind.Boundaries, Content = ByteString.CopyFromUtf8(
                $$$"""
                {"type":"FeatureCollection","features":[
                {"type":"Feature","properties":{"code":"{{{Glasgow}}}"},"geometry":{"type":"Polygon","coordinates":[[[-4.4,55.8],[-4.1,55.8],[-4.1,55.92],[-4.4,55.92],[-4.4,55.8]]]}},
                {"type":"Feature","properties":{"code":"S12000036"},"geometry":{"type":"MultiPolygon","coordinates":[[[[-3.4,55.83],[-3.08,55.9],[-3.1,56],[-3.4,55.97],[-3.4,55.83]]]]}}]}
                """),
        });
        await call.RequestStream.CompleteAsync();
        var steps = await call.ResponseStream.ReadAllAsync().ToListAsync();
        Assert.Equal(2, steps[^1].Imported?.Rows);
    }

    private static async Task<List<string[]>> RowsAsync(IPage page)
    {
        await page.Locator("#demand tbody tr").First.WaitForAsync();
        var rows = await page.EvaluateAsync<string[][]>("[...document.querySelectorAll('#demand tbody tr')].map(row => [...row.cells].map(cell => cell.textContent))");
        return [.. rows];
    }

    // Two districts of Glasgow by the day: ten on weekends, three on Mondays, six to eight on other days.
    private async Task ImportAsync(string source, int days)
    {
        var counts = new StringBuilder("area,timestamp,count\n");
        for (var day = days; day >= 1; day--)
        {
            var date = world.Now.UtcDateTime.Date.AddDays(-day);
            var count = date.DayOfWeek switch { DayOfWeek.Saturday or DayOfWeek.Sunday => 10, DayOfWeek.Monday => 3, _ => 6 + (day % 3) };
            foreach (var area in new[] { "east", "west" })
                counts.Append(CultureInfo.InvariantCulture, $"{area},{date:yyyy-MM-dd},{count}\n");
        }

        using var call = world.Files.ImportDemand(PagesWorld.Options);
        await call.RequestStream.WriteAsync(new()
        {
            Source = source, Content = ByteString.CopyFromUtf8(counts.ToString()), Hierarchy = ByteString.CopyFromUtf8($"area,parent\neast,{Glasgow}\nwest,{Glasgow}\n"),
        });
        await call.RequestStream.CompleteAsync();
        var steps = await call.ResponseStream.ReadAllAsync().ToListAsync();
        Assert.NotNull(steps[^1].Imported);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => world.CloseAsync();
}
