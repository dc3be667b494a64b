using System.Net;
using System.Text;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Web.Tests.Harness;

namespace SafeSpaceCapacity.Web.Tests;

/// <summary>Whose script may call the service, and as whom.</summary>
public sealed class CallsTests
{
    private static readonly DemoAccount[] Staff = [new(Role.Staff, ["glasgow-cross"], [])];

    [Fact]
    public async Task Script_of_our_own_pages_calls_as_whoever_is_signed_in()
    {
        await using var host = await PagesHost.StartAsync(choose: choices => choices with { Demo = Staff });
        using var browser = await SignedInAsync(host);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(browser, "StaffService/GetBoard")).StatusCode);
        var (method, grant) = Assert.Single(host.Calls.Heard);
        Assert.Equal("StaffService/GetBoard", method);
        Assert.Equal(("demo-staff", "browser"), (grant.Subject, grant.Client));
        Assert.Equal([Role.Staff], grant.Roles);
        Assert.Equal(["glasgow-cross"], grant.Spaces);

        // What lasts begins again before long, so that a sign-in that was ended is noticed.
        Assert.InRange(grant.Expires, host.Time.GetUtcNow(), host.Time.GetUtcNow() + TimeSpan.FromMinutes(5));
    }

    [Theory]
    [InlineData("cross-site", "application/json")]
    [InlineData("same-site", "application/json")]
    [InlineData("none", "application/json")]
    [InlineData(null, "application/json")]
    [InlineData("same-origin", "text/plain")]
    public async Task Script_of_another_origin_does_not_call_in_somebodys_name(string? site, string type)
    {
        await using var host = await PagesHost.StartAsync(choose: choices => choices with { Demo = Staff });
        using var browser = await SignedInAsync(host);
        Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(browser, "StaffService/RecordArrival", site, type)).StatusCode);
        Assert.Empty(host.Calls.Heard);
        Assert.Contains("PERMISSION_DENIED POST /calls demo-staff", await host.AuditAsync());
    }

    [Fact]
    public async Task Whoever_is_not_signed_in_or_was_signed_out_elsewhere_is_told_so_at_the_next_call()
    {
        await using var host = await PagesHost.StartAsync(choose: choices => choices with { Demo = Staff });
        using var stranger = new Browser(host);
        Assert.Equal(HttpStatusCode.Unauthorized, (await CallAsync(stranger, "StaffService/GetBoard")).StatusCode);

        using var browser = await SignedInAsync(host);
        using var elsewhere = await SignedInAsync(host);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(browser, "StaffService/GetBoard")).StatusCode);
        await elsewhere.PostAsync(await elsewhere.GetAsync("/account"), "sign-out-everywhere");
        Assert.Equal(HttpStatusCode.Unauthorized, (await CallAsync(browser, "StaffService/GetBoard")).StatusCode);
    }

    [Fact]
    public async Task A_board_that_watches_does_not_keep_its_sign_in_alive_and_one_that_is_used_does()
    {
        var time = new ManualTime();
        await using var host = await PagesHost.StartAsync(time, choices => choices with { Demo = Staff });
        using var watching = await SignedInAsync(host);
        using var used = await SignedInAsync(host);
        time.Advance(TimeSpan.FromHours(5));
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(watching, "StaffService/WatchBoard")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(used, "StaffService/RecordArrival")).StatusCode);
        time.Advance(TimeSpan.FromHours(4));
        Assert.Equal(HttpStatusCode.Unauthorized, (await CallAsync(watching, "StaffService/WatchBoard")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(used, "StaffService/WatchBoard")).StatusCode);
    }

    [Fact]
    public async Task The_board_of_another_space_is_not_opened()
    {
        await using var host = await PagesHost.StartAsync(choose: choices => choices with { Demo = Staff });
        using var browser = await SignedInAsync(host);
        Assert.Equal("/board/glasgow-cross", (await browser.GetAsync("/board/glasgow-cross")).Path);
        Assert.Equal("/not-allowed", (await browser.GetAsync("/board/paisley-road")).Path);
    }

    private static async Task<Browser> SignedInAsync(PagesHost host)
    {
        var browser = new Browser(host);
        await browser.PostAsync(await browser.GetAsync("/sign-in"), "demo", ("role", "staff"));
        return browser;
    }

    private static Task<HttpResponseMessage> CallAsync(Browser browser, string method, string? site = "same-origin", string type = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/calls/" + method) { Content = new StringContent("{}", Encoding.UTF8, type) };
        request.Headers.Add("X-Requested-With", "XMLHttpRequest");
        if (site is not null)
            request.Headers.Add("Sec-Fetch-Site", site);
        return browser.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
