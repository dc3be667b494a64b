using System.Net;
using Microsoft.Playwright;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Web.Tests.Harness;

namespace SafeSpaceCapacity.Web.Tests;

/// <summary>The directory on paper.</summary>
public sealed class SheetTests
{
    [Fact]
    public async Task It_says_of_each_space_whom_to_ring_and_how_it_stood_and_is_recorded_as_a_read()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        Assert.True((await browser.SignInAsync()).Has("href=\"/sheet\""));
        var page = await browser.GetAsync("/sheet");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        foreach (var words in new[]
            {
                $"Printed {GivenDirectory.MadeAt}, 2 spaces.", Texts.SheetWarning, "Glasgow City", "Glasgow Cross Sanctuary (demo)", Texts.MadeUp, "0141 496 0001", "Every day and night",
                "wheelchair access, a quiet room", "12 min before printing", "Na h-Eileanan Siar", Texts.NoTelephone, Texts.RingFirst,
            })
        {
            Assert.True(page.Has(words), words);
        }

        Assert.False(page.Has(Texts.SheetBehind));
        await host.Trail.FlushAsync();
        var read = Assert.Single(host.Entries(), entry => entry.Method == "GET /sheet");
        Assert.Equal((AuditKind.Read, PagesHost.Name, null, "ok"), (read.Kind, read.Actor, read.Area, read.Outcome));
    }

    [Fact]
    public async Task Received_text_is_text()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        await browser.SignInAsync();
        var page = await browser.GetAsync("/sheet?area=%3Cscript%3Ealert(2)");
        Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);
        page = await browser.GetAsync("/sheet");
        Assert.True(page.Has("<b>Nan's & Co</b>"));
        Assert.Contains("&lt;b&gt;Nan", page.Html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_area_can_be_printed_alone_and_one_that_is_not_there_is_said()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        host.Directory.IsBehind = true;
        using var browser = new Browser(host);
        await browser.SignInAsync();
        var one = await browser.GetAsync("/sheet?area=glasgow%20city");
        Assert.True(one.Has($"Printed {GivenDirectory.MadeAt}, 1 space."));
        Assert.True(one.Has("<option value=\"Glasgow City\" selected"));
        Assert.True(one.Has(Texts.SheetBehind));
        Assert.False(one.Has(Texts.NoTelephone));
        var all = await browser.GetAsync("/sheet?area=");
        Assert.True(all.Has("2 spaces"));
        var none = await browser.GetAsync("/sheet?area=Atlantis");
        Assert.Equal(HttpStatusCode.BadRequest, none.Status);
        Assert.True(none.Has(Texts.SheetNoArea));
        Assert.False(none.Has("Printed"));
        await host.Trail.FlushAsync();
        Assert.Equal(["Glasgow City", null, null], host.Entries().Where(entry => entry.Method == "GET /sheet").OrderBy(entry => entry.At).Select(entry => entry.Area));
        host.Directory.Spaces.Clear();
        Assert.True((await browser.GetAsync("/sheet")).Has(Texts.SheetEmpty));
    }

    [Theory]
    [InlineData(Role.Crew)]
    [InlineData(Role.Staff)]
    [InlineData(Role.Planner)]
    [InlineData(Role.Auditor)]
    public async Task It_is_for_administrators(Role role)
    {
        var demo = new DemoAccount(role, role is Role.Staff ? ["glasgow-cross"] : [], role is Role.Planner ? ["S12000049"] : []);
        await using var host = await PagesHost.StartAsync(choose: choices => choices with { Demo = [demo] });
        using var browser = new Browser(host);
        Assert.StartsWith("/sign-in", (await browser.GetAsync("/sheet")).Path, StringComparison.Ordinal);
        var home = await browser.PostAsync(await browser.GetAsync("/sign-in"), "demo", ("role", role.Name()));
        Assert.Equal("/", home.Path);
        Assert.False(home.Has("/sheet"));
        var page = await browser.GetAsync("/sheet");
        Assert.Equal(HttpStatusCode.Forbidden, page.Status);
        Assert.False(page.Has("0141 496 0001"));
    }

    [Fact]
    public async Task What_can_not_be_audited_is_not_shown()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        await browser.SignInAsync();
        await host.Trail.DisposeAsync();
        var page = await browser.GetAsync("/sheet");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.False(page.Has("0141 496 0001"));
    }

    [Fact]
    public async Task On_paper_it_is_black_on_white_with_large_numbers_and_no_space_is_split()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        for (var i = 0; i < 24; i++)
        {
            var hours = Enumerable.Range(1, 1 + i % 5).Select(day => $"{day} December 2026 09:00-17:00");
            host.Directory.Spaces.Insert(1, host.Directory.Spaces[0] with { Name = $"Space {i}", Telephone = $"0141 496 01{i:00}", Hours = [.. hours], RingFirst = i % 7 == 0 });
        }

        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.OpenAsync(host, new() { ColorScheme = ColorScheme.Dark });
        await ChromiumTests.SignInAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = Texts.Sheet }).ClickAsync();
        await page.GetByText($"Printed {GivenDirectory.MadeAt}, 26 spaces.").WaitForAsync();
        await page.GetByLabel(Texts.Area).SelectOptionAsync("Na h-Eileanan Siar");
        await page.GetByRole(AriaRole.Button, new() { Name = Texts.Show }).ClickAsync();
        await page.GetByText($"Printed {GivenDirectory.MadeAt}, 1 space.").WaitForAsync();
        await page.GotoAsync("/sheet");

        await page.EmulateMediaAsync(new() { Media = Media.Print });
        const string style = "element => { const s = getComputedStyle(element); return [s.color, s.breakInside, getComputedStyle(document.body).backgroundColor, parseFloat(s.fontSize) >= 32].join(' ') }";
        Assert.Equal("rgb(0, 0, 0) avoid rgb(255, 255, 255) false", await page.Locator("article").First.EvaluateAsync<string>(style));
        Assert.Equal("rgb(0, 0, 0) auto rgb(255, 255, 255) true", await page.GetByText("0141 496 0001").EvaluateAsync<string>(style));
        Assert.False(await page.GetByLabel(Texts.Area).IsVisibleAsync());
        Assert.False(await page.GetByRole(AriaRole.Banner).IsVisibleAsync());
        var paper = await page.PdfAsync(new() { Path = Path.ChangeExtension(Chromium.Picture("sheet-a4"), ".pdf"), PreferCSSPageSize = true });
        Assert.NotEmpty(paper);
    }
}
