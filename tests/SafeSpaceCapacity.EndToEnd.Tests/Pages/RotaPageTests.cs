using Microsoft.Playwright;
using SafeSpaceCapacity.Contract.V1;
using static Microsoft.Playwright.Assertions;

namespace SafeSpaceCapacity.EndToEnd.Tests.Pages;

/// <summary>The rota of the week in a real browser.</summary>
public sealed class RotaPageTests(PagesWorld world) : IClassFixture<PagesWorld>, IAsyncDisposable
{
    [Fact]
    public async Task A_rota_is_planned_with_the_keyboard_and_by_dragging_and_shows_what_it_makes_possible()
    {
        await PlanAsync();
        var page = await world.SignInAsync("Staff of spaces", 1280, 900);
        await page.GetByRole(AriaRole.Link, new() { Name = "Rota of " + PagesWorld.SpaceName }).ClickAsync();
        await Expect(page.Locator("#gaps > li").First).ToContainTextAsync("short of the fewest who must be on duty");
        await Expect(page.Locator("#fewest")).ToContainTextAsync("Fewest while open: 0.");

        // Two people day and night, from the form, with the keyboard alone.
        foreach (var (starts, ends) in new[] { ("08:00", "20:00"), ("20:00", "08:00") })
        {
            for (var i = 0; i < 2; i++)
            {
                await page.GetByRole(AriaRole.Button, new() { Name = "Add somebody" }).FocusAsync();
                await page.Keyboard.PressAsync("Enter");
                await page.GetByRole(AriaRole.Checkbox, new() { Name = "Saturday" }).CheckAsync();
                await page.GetByRole(AriaRole.Checkbox, new() { Name = "Sunday" }).CheckAsync();
                await page.GetByLabel("Starts", new() { Exact = true }).FillAsync(starts);
                await page.GetByLabel("Ends", new() { Exact = true }).FillAsync(ends);
                await page.Keyboard.PressAsync("Enter");
            }
        }

        await Expect(page.Locator("#age")).ToHaveTextAsync("You have changes that are not saved.");
        await SaveAsync(page);
        await Expect(page.Locator("#fewest")).ToHaveTextAsync("Fewest while open: 6. Most: 6.");
        await Expect(page.Locator("#no-gaps")).ToBeVisibleAsync();
        await PagesWorld.LookAsync(page, "rota-1280-light");

        // One begins an hour later: a gap, which is marked.
        var bar = page.GetByRole(AriaRole.Button, new() { Name = "Monday: Support worker 08:00 to 20:00" }).First;
        await bar.FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Shift+ArrowLeft");
        Assert.Equal("Monday: Support worker 09:00 to 20:30", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        await SaveAsync(page);
        await Expect(page.Locator("#gaps > li")).ToHaveCountAsync(7);
        await Expect(page.Locator("#capacity .gap")).ToHaveCountAsync(7);
        var rota = await world.Staff.GetRotaAsync(new GetRotaRequest { SpaceId = PagesWorld.Space }, PagesWorld.Options);
        Assert.Equal(("09:00", "20:30"), rota.Lines.Where(line => line.Ends == "20:30").Select(line => (line.Starts, line.Ends)).Single());

        // Dragged back by an hour.
        bar = page.GetByRole(AriaRole.Button, new() { Name = "Wednesday: Support worker 09:00 to 20:30" });
        var box = (await bar.BoundingBoxAsync())!;
        var hour = (await page.Locator("#lines").BoundingBoxAsync())!.Width / 168;
        await page.Mouse.MoveAsync(box.X + 20, box.Y + 20);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + 20 - hour, box.Y + 20, new() { Steps = 3 });
        await page.Mouse.UpAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Wednesday: Support worker 08:00 to 19:30" })).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Do not save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Wednesday: Support worker 09:00 to 20:30" })).ToHaveCountAsync(1);

        var phone = await world.SignInAsync("Staff of spaces", 360, 740, ColorScheme.Dark);
        await phone.GotoAsync("/rota/" + PagesWorld.Space);
        await Expect(phone.Locator("#gaps > li")).ToHaveCountAsync(7);
        await PagesWorld.LookAsync(phone, "rota-360-dark");
        await phone.GetByRole(AriaRole.Button, new() { Name = "Add somebody" }).ClickAsync();
        await PagesWorld.LookAsync(phone, "rota-line-360-dark");
        await PlanAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => world.CloseAsync();

    // Nobody week by week, and nobody beside that.
    private async Task PlanAsync()
    {
        await world.Staff.PlanRotaAsync(new PlanRotaRequest { CommandId = PagesWorld.Id(), SpaceId = PagesWorld.Space }, PagesWorld.Options);
        foreach (var shift in (await world.BoardAsync()).Shifts)
            await world.Staff.EndShiftAsync(new EndShiftRequest { CommandId = PagesWorld.Id(), SpaceId = PagesWorld.Space, ShiftId = shift.ShiftId }, PagesWorld.Options);
    }

    private static async Task SaveAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the rota" }).ClickAsync();
        await Expect(page.Locator("#age")).ToContainTextAsync("Saved.");
    }
}
