using Microsoft.Playwright;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Web.Tests.Harness;

namespace SafeSpaceCapacity.Web.Tests;

/// <summary>The pages in a real browser.</summary>
public sealed class ChromiumTests
{
    [Fact]
    public async Task The_first_administrator_adds_a_passkey_signs_in_with_it_and_removes_it()
    {
        await using var host = await PagesHost.StartAsync();
        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.OpenAsync(host);
        await Chromium.AddAuthenticatorAsync(page);
        await page.GotoAsync((await host.App.EnrolmentPathAsync())!);
        await page.GetByLabel(Texts.Name).FillAsync(PagesHost.Name);
        await page.GetByLabel(Texts.NewPassword).FillAsync(PagesHost.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = Texts.SetUp }).ClickAsync();
        await SeeAsync(page, Texts.YourAccount);

        await page.GetByRole(AriaRole.Button, new() { Name = Texts.AddPasskey }).ClickAsync();
        await page.GetByText(Texts.PasskeyAdded).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = Texts.SignOut, Exact = true }).ClickAsync();
        await SeeAsync(page, Texts.SignedOut);

        await page.GotoAsync("/people");
        await page.GetByRole(AriaRole.Button, new() { Name = Texts.OrPasskey }).ClickAsync();
        await SeeAsync(page, Texts.People);
        var kept = Assert.Single(Assert.Single(host.Accounts.All()).Passkeys);
        Assert.True(kept.SignCount > 0, "the counter was not kept");

        await page.GotoAsync("/account");
        await page.GetByRole(AriaRole.Button, new() { Name = Texts.Remove }).ClickAsync();
        await page.GetByText(Texts.NoPasskeys).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = Texts.SignOut, Exact = true }).ClickAsync();
        await SeeAsync(page, Texts.SignedOut);

        // The device still has it; the service no longer knows it.
        await page.GotoAsync("/sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = Texts.OrPasskey }).ClickAsync();
        await SeeAsync(page, Texts.ThereIsAProblem);
        await page.GotoAsync("/account");
        Assert.Contains("/sign-in", page.Url, StringComparison.Ordinal);

        var audit = await host.AuditAsync();
        string[] expected =
        [
            $"ok POST /account/passkey {PagesHost.Name}", $"ok POST /sign-in/passkey {PagesHost.Name}",
            $"ok POST /account/passkey/remove {PagesHost.Name}", "WRONG_PASSKEY POST /sign-in/passkey unknown",
        ];
        Assert.Equal(expected, audit.Where(entry => entry.Contains("passkey", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_passkey_does_not_open_an_account_that_is_locked()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.OpenAsync(host);
        await Chromium.AddAuthenticatorAsync(page);
        await SignInAsync(page);
        await page.GotoAsync("/account");
        await page.GetByRole(AriaRole.Button, new() { Name = Texts.AddPasskey }).ClickAsync();
        await page.GetByText(Texts.PasskeyAdded).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = Texts.SignOut, Exact = true }).ClickAsync();
        await SeeAsync(page, Texts.SignedOut);
        using (var somebody = new Browser(host))
        {
            for (var i = 0; i < 5; i++)
                await somebody.SignInAsync(password: "not the password");
        }

        await page.GotoAsync("/sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = Texts.OrPasskey }).ClickAsync();
        await SeeAsync(page, Texts.ThereIsAProblem);
        Assert.Contains($"LOCKED_OUT POST /sign-in/passkey {PagesHost.Name}", await host.AuditAsync());
    }

    [Fact]
    public async Task Without_script_a_password_lets_in_and_what_is_wrong_is_said_first()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.OpenAsync(host, new() { JavaScriptEnabled = false });
        await page.GotoAsync("/sign-in");
        Assert.False(await page.GetByRole(AriaRole.Button, new() { Name = Texts.OrPasskey }).IsVisibleAsync());
        await page.GetByLabel(Texts.Name).FillAsync(PagesHost.Name);
        await page.GetByRole(AriaRole.Button, new() { Name = Texts.SignIn, Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Link, new() { Name = Texts.EnterPassword }).ClickAsync();
        Assert.StartsWith(Texts.Error, await page.TitleAsync(), StringComparison.Ordinal);
        await page.Keyboard.TypeAsync(PagesHost.Password);
        await page.Keyboard.PressAsync("Enter");
        await SeeAsync(page, Texts.Welcome);
    }

    [Theory]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Light)]
    public async Task Every_page_fits_the_screen_has_one_heading_and_labels_its_fields(int width, ColorScheme scheme)
    {
        DemoAccount[] demo = [new(Role.Crew, [], []), new(Role.Staff, ["glasgow-cross"], []), new(Role.Planner, [], ["S12000049"]), new(Role.Administrator, [], []), new(Role.Auditor, [], [])];
        await using var host = await PagesHost.WithAdministratorAsync(
            choose: choices => choices with { Demo = demo, Organisation = new Organisation(new Uri("http://localhost:1"), "a", "b") });
        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.OpenAsync(host, new() { ViewportSize = new() { Width = width, Height = 740 }, ColorScheme = scheme });
        await LookAsync("/sign-in", "sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = Texts.SignIn, Exact = true }).ClickAsync();
        await LookAsync(null, "sign-in-wrong");
        await SignInAsync(page);
        await LookAsync("/", "home");
        await LookAsync("/account", "account");
        await LookAsync("/sheet", "sheet");
        await LookAsync("/sheet?area=Atlantis", "sheet-no-area");
        await LookAsync("/people", "people");
        await page.GetByLabel(Texts.Name).FillAsync("a.name.as.long.as.names.of.work.accounts.can.sometimes.be@health.board.example");
        await page.GetByLabel(Texts.Of(Role.Crew)).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = Texts.Invite }).ClickAsync();
        await LookAsync(null, "invited");
        var link = await page.GetByLabel(Texts.Link).InputValueAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "a.name" }).ClickAsync();
        await LookAsync(null, "person");
        await page.GetByLabel(Texts.Of(Role.Planner)).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = Texts.SaveGrant, Exact = true }).ClickAsync();
        await LookAsync(null, "person-wrong");
        await page.GetByLabel("Fife").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = Texts.SaveGrant, Exact = true }).ClickAsync();
        await page.GetByText(Texts.GrantChanged).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = Texts.NewLink }).ClickAsync();
        await page.GetByText(Texts.LinkMade).WaitForAsync();
        link = await page.GetByLabel(Texts.Link).InputValueAsync();
        await LookAsync(null, "person-new-link");
        await LookAsync("/not-allowed", "not-allowed");
        await LookAsync("/signed-out", "signed-out");
        await LookAsync(link, "enrol");
        await LookAsync("/enrol/none", "enrol-ended");

        async Task LookAsync(string? path, string name)
        {
            if (path is not null)
                await page.GotoAsync(path);
            await page.ScreenshotAsync(new() { Path = Chromium.Picture($"{name}-{width}-{scheme}".ToLowerInvariant()), FullPage = true });
            Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            Assert.Equal(1, await page.Locator("h1").CountAsync());
            Assert.NotEmpty(await page.TitleAsync());
            Assert.Empty(await page.EvaluateAsync<string[]>("[...document.querySelectorAll('input:not([type=hidden]), select, textarea')].filter(i => !i.labels.length).map(i => i.outerHTML)"));
            Assert.Empty(await page.EvaluateAsync<string[]>(Small));
            Assert.Empty(await page.EvaluateAsync<string[]>(Faint));
        }
    }

    // What a finger must hit, and is smaller than 24 pixels (WCAG 2.2, 2.5.8).
    private const string Small =
        """
        [...document.querySelectorAll('button, select, input:not([type=hidden]), main a, header a')].filter(e => {
          const box = e.getBoundingClientRect();
          return e.checkVisibility() && (box.width < 24 || box.height < 24);
        }).map(e => e.outerHTML)
        """;

    // Words of less than 4.5 to 1 (WCAG 2.2, 1.4.3), by the colours that the browser computed.
    private const string Faint =
        """
        (() => {
          const parts = colour => colour.match(/[\d.]+/g).map(Number);
          const light = colour => parts(colour).slice(0, 3).map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if ((parts(c)[3] ?? 1) > 0) return c; } return 'rgb(255, 255, 255)'; };
          const faint = [];
          for (const e of document.querySelectorAll('body *')) {
            if (!e.checkVisibility() || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.tagName !== 'INPUT') continue;
            const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
            if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(((a + 0.05) / (b + 0.05)).toFixed(2) + ' ' + e.outerHTML.slice(0, 200));
          }
          return faint;
        })()
        """;

    private static Task SeeAsync(IPage page, string heading) => page.GetByRole(AriaRole.Heading, new() { Name = heading, Exact = true }).WaitForAsync();

    internal static async Task SignInAsync(IPage page)
    {
        await page.GotoAsync("/sign-in");
        await page.GetByLabel(Texts.Name).FillAsync(PagesHost.Name);
        await page.GetByLabel(Texts.Password, new() { Exact = true }).FillAsync(PagesHost.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = Texts.SignIn, Exact = true }).ClickAsync();
        await SeeAsync(page, Texts.Welcome);
    }
}
