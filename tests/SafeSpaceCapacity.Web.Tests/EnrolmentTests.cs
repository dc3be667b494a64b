using System.Net;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Web.Tests.Harness;

namespace SafeSpaceCapacity.Web.Tests;

/// <summary>The first administrator, and links by which people set up their accounts.</summary>
public sealed class EnrolmentTests
{
    [Fact]
    public async Task The_first_administrator_enrols_by_a_link_that_works_once()
    {
        await using var host = await PagesHost.StartAsync();
        using Browser browser = new(host), other = new(host);
        var path = (await host.App.EnrolmentPathAsync())!;
        var (mine, theirs) = (await browser.GetAsync(path), await other.GetAsync(path));
        var page = await browser.PostAsync(mine, "enrol", ("name", PagesHost.Name), ("password", PagesHost.Password));
        Assert.Equal((HttpStatusCode.OK, "/account"), (page.Status, page.Path));
        Assert.True(page.Has(Texts.May(Role.Administrator)));
        Assert.Equal(HttpStatusCode.Gone, (await other.SendAsync(theirs.Path, [.. Browser.HiddenOf(theirs, "enrol"), ("name", "mallory"), ("password", PagesHost.Password)])).Status);
        Assert.Equal(HttpStatusCode.Gone, (await other.GetAsync(path)).Status);
        Assert.Equal(PagesHost.Name, Assert.Single(host.Accounts.All()).Name);
        var audit = await host.AuditAsync();
        Assert.Equal("ok enrolment link of the first administrator service", audit[0]);
        Assert.Contains("ok POST /enrol " + PagesHost.Name, audit);
        Assert.DoesNotContain(path[7..], await host.TrailTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_who_use_a_link_at_once_one_gets_in()
    {
        await using var host = await PagesHost.StartAsync();
        using Browser browser = new(host), other = new(host);
        var path = (await host.App.EnrolmentPathAsync())!;
        var (mine, theirs) = (await browser.GetAsync(path), await other.GetAsync(path));
        var pages = await Task.WhenAll(
            browser.PostAsync(mine, "enrol", ("name", "isla"), ("password", PagesHost.Password)),
            other.PostAsync(theirs, "enrol", ("name", "ewan"), ("password", PagesHost.Password)));
        Assert.Single(pages, page => page.Has(Texts.LinkEnded));
        var account = Assert.Single(host.Accounts.All());
        Assert.Equal(account.Name == "isla", await browser.IsSignedInAsync());
        Assert.Equal(account.Name == "ewan", await other.IsSignedInAsync());
    }

    [Fact]
    public async Task A_link_ends_after_a_day()
    {
        var time = new ManualTime();
        await using var host = await PagesHost.StartAsync(time);
        using var browser = new Browser(host);
        var path = (await host.App.EnrolmentPathAsync())!;
        time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        var page = await browser.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await browser.GetAsync(path)).Has(Texts.LinkEnded));
        var late = await browser.PostAsync(page, "enrol", ("name", PagesHost.Name), ("password", PagesHost.Password));
        Assert.Equal(HttpStatusCode.Gone, late.Status);
        Assert.True(late.Has(Texts.LinkEnded));
        Assert.Contains("NO_SUCH_LINK POST /enrol unknown", await host.AuditAsync());
    }

    [Fact]
    public async Task Each_start_without_an_administrator_makes_a_new_link_and_ends_the_old_one()
    {
        await using var host = await PagesHost.StartAsync();
        using var browser = new Browser(host);
        var first = (await host.App.EnrolmentPathAsync())!;
        var second = (await host.App.EnrolmentPathAsync())!;
        Assert.NotEqual(first, second);
        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync(first)).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(second)).Status);
        Assert.Single(host.Accounts.All());
    }

    [Fact]
    public async Task No_link_is_offered_once_there_is_an_administrator()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        Assert.Null(await host.App.EnrolmentPathAsync());
    }

    [Fact]
    public async Task The_administrator_of_a_demo_is_none_when_it_is_no_demo()
    {
        await using var host = await PagesHost.StartAsync(choose: choices => choices with { Demo = [new DemoAccount(Role.Administrator, [], [])] });
        using var browser = new Browser(host);
        await browser.PostAsync(await browser.GetAsync("/sign-in"), "demo", ("role", "administrator"));
        Assert.True(await browser.IsSignedInAsync());
        Assert.NotNull(await host.App.EnrolmentPathAsync());
    }

    [Theory]
    [InlineData("short words", nameof(Texts.PasswordLength))]
    [InlineData("Password1234", nameof(Texts.PasswordCommon))]
    [InlineData("ababababababab", nameof(Texts.PasswordCommon))]
    [InlineData("my morag@board.example", nameof(Texts.PasswordIsName))]
    public async Task A_weak_password_is_refused_and_the_link_stays(string password, string why)
    {
        await using var host = await PagesHost.StartAsync();
        using var browser = new Browser(host);
        var page = await browser.GetAsync((await host.App.EnrolmentPathAsync())!);
        var refused = await browser.PostAsync(page, "enrol", ("name", PagesHost.Name), ("password", password));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.True(refused.Has((string)typeof(Texts).GetField(why)!.GetRawConstantValue()!));
        Assert.True(refused.Has("href=\"#password\""));
        Assert.DoesNotContain(password, refused.Html, StringComparison.Ordinal);
        Assert.Equal("/account", (await browser.PostAsync(refused, "enrol", ("name", PagesHost.Name), ("password", PagesHost.Password))).Path);
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("name with spaces")]
    [InlineData("<script>")]
    public async Task A_name_that_is_none_is_refused(string name)
    {
        await using var host = await PagesHost.StartAsync();
        using var browser = new Browser(host);
        var page = await browser.GetAsync((await host.App.EnrolmentPathAsync())!);
        var refused = await browser.PostAsync(page, "enrol", ("name", name), ("password", PagesHost.Password));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.True(refused.Has(Texts.NameRule));
    }
}
