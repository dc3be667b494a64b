using System.Net;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Web.Tests.Harness;

namespace SafeSpaceCapacity.Web.Tests;

/// <summary>What administrators do with accounts.</summary>
public sealed class PeopleTests
{
    private const string Staff = "isla@space.example";

    [Fact]
    public async Task An_administrator_invites_and_the_link_sets_up_the_account()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using Browser administrator = new(host), staff = new(host);
        await administrator.SignInAsync();
        var page = await staff.GetAsync(await InviteAsync(administrator));
        Assert.True(page.Has(Staff));
        page = await staff.PostAsync(page, "enrol", ("name", "another name"), ("password", "ness tay clyde"));
        Assert.Equal("/account", page.Path);
        Assert.True(page.Has(Staff));
        Assert.True(page.Has(Texts.May(Role.Staff)));
        Assert.True(page.Has("glasgow-cross, paisley-road"));
        var account = host.Accounts.All().Single(account => account.Name == Staff);
        Assert.Contains($"ok: staff glasgow-cross paisley-road POST /people/{account.Id}/invite {PagesHost.Name}", await host.AuditAsync());
        Assert.Equal(HttpStatusCode.Forbidden, (await staff.GetAsync("/people")).Status);
        Assert.Contains($"PERMISSION_DENIED GET /people {Staff}", await host.AuditAsync());
    }

    [Theory]
    [InlineData("", "crew", "", "", nameof(Texts.EnterName))]
    [InlineData("morag@board.example", "crew", "", "", nameof(Texts.NameTaken))]
    [InlineData("ewan", "", "", "", nameof(Texts.RoleNeeded))]
    [InlineData("ewan", "staff", "", "", nameof(Texts.SpacesAreForStaff))]
    [InlineData("ewan", "crew", "glasgow-cross", "", nameof(Texts.SpacesAreForStaff))]
    [InlineData("ewan", "staff", "Glasgow Cross", "", nameof(Texts.SpaceForm))]
    [InlineData("ewan", "planner", "", "", nameof(Texts.AreasAreForPlanners))]
    [InlineData("ewan", "planner", "", "Fife", nameof(Texts.AreaForm))]
    public async Task What_can_not_be_granted_is_refused_and_said(string name, string role, string spaces, string areas, string why)
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        await browser.SignInAsync();
        var page = await browser.PostAsync(await browser.GetAsync("/people"), "invite", ("name", name), ("roles", role), ("spaces", spaces), ("areas", areas));
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.True(page.Has((string)typeof(Texts).GetField(why)!.GetRawConstantValue()!));
        Assert.Single(host.Accounts.All());
    }

    [Fact]
    public async Task A_removed_account_is_out_at_once_and_for_good()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using Browser administrator = new(host), staff = new(host);
        await administrator.SignInAsync();
        await EnrolAsync(administrator, staff);
        var account = host.Accounts.All().Single(account => account.Name == Staff);
        var page = await administrator.PostAsync(await administrator.GetAsync("/people/" + account.Id), "remove");
        Assert.Equal("/people", page.Path);
        Assert.False(page.Has(Staff));
        var gone = await administrator.GetAsync("/people/" + account.Id);
        Assert.Equal(HttpStatusCode.Gone, gone.Status);
        Assert.True(gone.Has(Texts.NoSuchAccount));
        Assert.False(await staff.IsSignedInAsync());
        Assert.Equal(HttpStatusCode.BadRequest, (await staff.SignInAsync(Staff, "ness tay clyde")).Status);
        Assert.Contains($"ok POST /people/{account.Id}/remove {PagesHost.Name}", await host.AuditAsync());
    }

    [Fact]
    public async Task An_administrator_signs_somebody_out_everywhere_and_stays()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using Browser administrator = new(host), staff = new(host);
        await administrator.SignInAsync();
        await EnrolAsync(administrator, staff);
        var account = host.Accounts.All().Single(account => account.Name == Staff);
        await administrator.PostAsync(await administrator.GetAsync("/people/" + account.Id), "sign-out-everywhere");
        Assert.False(await staff.IsSignedInAsync());
        Assert.True(await administrator.IsSignedInAsync());
        Assert.Equal("/", (await staff.SignInAsync(Staff, "ness tay clyde")).Path);
        Assert.Contains($"ok POST /people/{account.Id}/sign-out-everywhere {PagesHost.Name}", await host.AuditAsync());
    }

    [Fact]
    public async Task Nobody_removes_the_account_they_are_signed_in_with()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        await browser.SignInAsync();
        var account = Assert.Single(host.Accounts.All());
        var page = await browser.GetAsync("/people/" + account.Id);
        Assert.Empty(Browser.HiddenOf(page, "remove"));
        var forged = Browser.HiddenOf(page, "sign-out-everywhere").Select(field => field.Name == "_handler" ? ("_handler", "remove") : field);
        await browser.SendAsync(page.Path, [.. forged]);
        Assert.Single(host.Accounts.All());
    }

    private static async Task<string> InviteAsync(Browser administrator)
    {
        var page = await administrator.PostAsync(
            await administrator.GetAsync("/people"), "invite", ("name", Staff), ("roles", "staff"), ("spaces", "glasgow-cross, paisley-road"));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        var start = page.Html.IndexOf("http://localhost", StringComparison.Ordinal);
        return page.Html[start..page.Html.IndexOf('"', start)];
    }

    private static async Task EnrolAsync(Browser administrator, Browser staff)
    {
        await staff.PostAsync(await staff.GetAsync(await InviteAsync(administrator)), "enrol", ("password", "ness tay clyde"));
        Assert.True(await staff.IsSignedInAsync());
    }
}
