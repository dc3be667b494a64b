using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SafeSpaceCapacity.EndToEnd.Tests.Pages;

/// <summary>Each page of each role on a telephone, a tablet and a desk, in light and dark: by axe, by its width, and as a picture to look at.</summary>
public sealed class EveryPageTests(PagesWorld world) : IClassFixture<PagesWorld>, IAsyncDisposable
{
    private static readonly (int Width, int Height)[] Screens = [(360, 740), (768, 1024), (1280, 900)];

    // What no link on the first page leads to.
    public static TheoryData<string, string[]> Roles => new()
    {
        { "Staff of spaces", [] },
        { "Crew", [] },
        { "Planner", ["/plan?space=" + PagesWorld.Space + "&area=S12000049"] },
        { "Administrator", ["/directory?space=" + PagesWorld.Space] },
        { "Auditor", [] },
    };

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Whoever_signs_in_can_read_each_of_their_pages_on_every_screen(string role, string[] more)
    {
        await world.SettleAsync(here: 1);
        await world.HoldAsync("Alpha 12", minutes: 15);
        var page = await world.SignInAsync(role);
        var links = await page.Locator("main a").EvaluateAllAsync<string[]>("links => links.map(link => link.getAttribute('href'))");
        Assert.NotEmpty(links);

        // What is the same for all is looked at once.
        foreach (var path in links.Prepend("/").Concat(more).Where(path => path != "/account" || role == "Crew"))
        {
            await page.GotoAsync(path);
            await Expect(page.Locator("main").GetByText("Getting ")).ToHaveCountAsync(0);
            await LookAsync(page, $"{role.Split(' ')[0]}{(path == "/" ? "-home" : path.Split('=')[0].Replace('/', '-').Replace('?', '-'))}");
            if (path == "/find")
            {
                await page.GetByLabel("Where are you?").FillAsync("Glasgow");
                await page.GetByRole(AriaRole.Button, new() { Name = "Find spaces", Exact = true }).ClickAsync();
                await Expect(page.Locator("#options > li")).Not.ToHaveCountAsync(0);
                await LookAsync(page, "Crew-found");
            }
        }
    }

    [Fact]
    public async Task Whoever_is_not_signed_in_can_read_what_is_open_to_them_on_every_screen()
    {
        var page = await world.OpenAsync();
        foreach (var path in new[] { "/sign-in", "/signed-out", "/not-allowed", "/enrol/no-such-link" })
        {
            await page.GotoAsync(path);
            await LookAsync(page, "Nobody" + path.Replace('/', '-'));
        }
    }

    private static async Task LookAsync(IPage page, string name)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            foreach (var (width, height) in Screens)
            {
                await page.SetViewportSizeAsync(width, height);
                await PagesWorld.LookAsync(page, $"every-{name}-{width}-{scheme}".ToLowerInvariant(), whole: true);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => world.CloseAsync();
}
