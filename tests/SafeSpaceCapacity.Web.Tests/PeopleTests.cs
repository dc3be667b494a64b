using System.Net;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Web.Accounts;
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
        Assert.True(page.Has("Glasgow Cross Sanctuary (demo), Rooms, Paisley Road"));
        var account = host.Accounts.All().Single(account => account.Name == Staff);
        Assert.Contains($"ok: staff glasgow-cross paisley-road POST /people/{account.Id}/invite {PagesHost.Name}", await host.AuditAsync());
        Assert.Equal(HttpStatusCode.Forbidden, (await staff.GetAsync("/people")).Status);
        Assert.Contains($"PERMISSION_DENIED GET /people {Staff}", await host.AuditAsync());
    }

    [Theory]
    [InlineData("glasgow cross sanctuary (DEMO)", "glasgow-cross")]
    [InlineData("Rooms, Paisley Road\r\n\r\n glasgow-cross ", "paisley-road glasgow-cross")]
    [InlineData("rooms-south, glasgow-cross,rooms-south", "rooms-south glasgow-cross")]
    public async Task Spaces_are_given_by_name_or_by_short_name(string written, string given)
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        await browser.SignInAsync();
        var page = await browser.PostAsync(await browser.GetAsync("/people"), "invite", ("name", Staff), ("roles", "staff"), ("spaces", written));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal(given.Split(' '), host.Accounts.All().Single(account => account.Name == Staff).Spaces);
    }

    [Fact]
    public async Task A_planner_is_given_areas_from_a_list_of_names()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        await browser.SignInAsync();
        var form = await browser.GetAsync("/people");
        Assert.True(form.Has("City of Edinburgh"));
        foreach (var (name, areas, words) in new[] { ("ewan", new[] { "S12000049", "S12000036" }, "City of Edinburgh, Glasgow City"), ("mairi", ["S12000049", "S12000036", "S12000047"], Texts.AllAreas) })
        {
            var page = await browser.PostAsync(form, "invite", [("name", name), ("roles", "planner"), .. areas.Select(area => ("areas", area))]);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            var account = host.Accounts.All().Single(account => account.Name == name);
            Assert.Equal(areas, account.Areas);
            Assert.True((await browser.GetAsync("/people/" + account.Id)).Has($"<dd>{words}</dd>"));
        }
    }

    [Theory]
    [InlineData("", "crew", "", "", nameof(Texts.EnterName))]
    [InlineData("morag@board.example", "crew", "", "", nameof(Texts.NameTaken))]
    [InlineData("ewan", "", "", "", nameof(Texts.RoleNeeded))]
    [InlineData("ewan", "staff", "", "", nameof(Texts.SpacesAreForStaff))]
    [InlineData("ewan", "crew", "glasgow-cross", "", nameof(Texts.SpacesAreForStaff))]
    [InlineData("ewan", "staff", "glasgow-cross\nGlasgow", "", nameof(Texts.NoSuchSpace))]
    [InlineData("ewan", "staff", "The Rooms", "", nameof(Texts.ManySuchSpaces))]
    [InlineData("ewan", "planner", "", "", nameof(Texts.AreasAreForPlanners))]
    [InlineData("ewan", "planner", "", "Fife", nameof(Texts.NoSuchArea))]
    public async Task What_can_not_be_granted_is_refused_and_said(string name, string role, string spaces, string areas, string why)
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        await browser.SignInAsync();
        var page = await browser.PostAsync(await browser.GetAsync("/people"), "invite", [("name", name), ("roles", role), ("spaces", spaces), .. areas.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(area => ("areas", area))]);
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
    public async Task What_somebody_may_do_is_changed_and_their_sign_ins_end()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using Browser administrator = new(host), staff = new(host);
        await administrator.SignInAsync();
        await EnrolAsync(administrator, staff);
        var account = host.Accounts.All().Single(account => account.Name == Staff);
        var page = await administrator.GetAsync("/people/" + account.Id);
        Assert.Matches("""value="staff" checked""", page.Html);
        Assert.True(page.Has("Glasgow Cross Sanctuary (demo)\nRooms, Paisley Road</textarea>"));

        var refused = await administrator.PostAsync(page, "change", ("roles", "planner"), ("spaces", "glasgow-cross"), ("areas", "S12000049"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.True(refused.Has(Texts.SpacesAreForStaff));
        Assert.True(await staff.IsSignedInAsync());

        var changed = await administrator.PostAsync(page, "change", ("roles", "planner"), ("roles", "auditor"), ("spaces", ""), ("areas", "S12000049"));
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.True(changed.Has(Texts.GrantChanged));
        Assert.True(changed.Has("<dd>Glasgow City</dd>"));
        Assert.False(await staff.IsSignedInAsync());
        Assert.True(await administrator.IsSignedInAsync());
        await staff.SignInAsync(Staff, "ness tay clyde");
        Assert.True((await staff.GetAsync("/account")).Has(Texts.May(Role.Planner)));
        Assert.Equal(HttpStatusCode.Forbidden, (await staff.GetAsync("/board/glasgow-cross")).Status);
        Assert.Contains($"ok: planner auditor S12000049 POST /people/{account.Id}/change {PagesHost.Name}", await host.AuditAsync());
    }

    [Fact]
    public async Task A_new_link_takes_the_place_of_the_password_and_of_earlier_links()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using Browser administrator = new(host), staff = new(host);
        await administrator.SignInAsync();
        await EnrolAsync(administrator, staff);
        var account = host.Accounts.All().Single(account => account.Name == Staff);
        account.Passkeys = [new Passkey([4, 5], [6], DateTimeOffset.UnixEpoch, 7, ["internal"], IsUserVerified: true, IsBackupEligible: true, IsBackedUp: false)];
        Assert.True(host.Accounts.Update(account));
        var first = LinkIn(await administrator.PostAsync(await administrator.GetAsync("/people/" + account.Id), "new-link"));
        Assert.Empty(host.Accounts.Find(account.Id)!.Passkeys);
        Assert.False(await staff.IsSignedInAsync());
        Assert.Equal(HttpStatusCode.BadRequest, (await staff.SignInAsync(Staff, "ness tay clyde")).Status);
        var second = LinkIn(await administrator.PostAsync(await administrator.GetAsync("/people/" + account.Id), "new-link"));
        Assert.True((await staff.GetAsync(first)).Has(Texts.LinkEnded));
        Assert.Equal("/account", (await staff.PostAsync(await staff.GetAsync(second), "enrol", ("password", "spey dee tweed"))).Path);
        Assert.Equal(["glasgow-cross", "paisley-road"], host.Accounts.Find(account.Id)!.Spaces);
        Assert.Equal(2, (await host.AuditAsync()).Count(line => line == $"ok POST /people/{account.Id}/new-link {PagesHost.Name}"));
    }

    [Fact]
    public async Task An_account_that_others_vouch_for_is_not_changed_here()
    {
        await using var host = await PagesHost.WithAdministratorAsync(choose: choices => choices with { Demo = [new DemoAccount(Role.Crew, [], [])] });
        using Browser administrator = new(host), crew = new(host);
        await administrator.SignInAsync();
        await crew.PostAsync(await crew.GetAsync("/sign-in"), "demo", ("role", "crew"));
        var account = host.Accounts.All().Single(account => account.Origin is not null);
        var page = await administrator.GetAsync("/people/" + account.Id);
        Assert.Empty(Browser.HiddenOf(page, "change"));
        Assert.Empty(Browser.HiddenOf(page, "new-link"));
        Assert.NotEmpty(Browser.HiddenOf(page, "remove"));
    }

    [Theory]
    [InlineData("remove")]
    [InlineData("change")]
    [InlineData("new-link")]
    public async Task Nobody_removes_or_changes_the_account_they_are_signed_in_with(string form)
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        await browser.SignInAsync();
        var account = Assert.Single(host.Accounts.All());
        var page = await browser.GetAsync("/people/" + account.Id);
        Assert.Empty(Browser.HiddenOf(page, form));
        var forged = Browser.HiddenOf(page, "sign-out-everywhere").Select(field => field.Name == "_handler" ? ("_handler", form) : field);
        await browser.SendAsync(page.Path, [.. forged, ("roles", "crew")]);
        Assert.Equal([Role.Administrator], Assert.Single(host.Accounts.All()).Roles);
        Assert.True(await browser.IsSignedInAsync());
    }

    private static async Task<string> InviteAsync(Browser administrator)
    {
        var page = await administrator.PostAsync(
            await administrator.GetAsync("/people"), "invite", ("name", Staff), ("roles", "staff"), ("spaces", "glasgow-cross, paisley-road"));
        return LinkIn(page);
    }

    private static string LinkIn(Page page)
    {
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
