using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Web.Tests.Harness;

namespace SafeSpaceCapacity.Web.Tests;

/// <summary>Who may open what, on which way, and what browsers are told.</summary>
public sealed class AccessTests
{
    private static readonly DemoAccount[] Everybody =
    [
        new(Role.Crew, [], []), new(Role.Staff, ["glasgow-cross"], []), new(Role.Planner, [], ["S12000049"]), new(Role.Administrator, [], []), new(Role.Auditor, [], []),
    ];

    [Fact]
    public async Task Every_endpoint_is_in_the_table_and_every_line_of_the_table_is_an_endpoint()
    {
        await using var authority = await FalseAuthority.StartAsync();
        await using var host = await PagesHost.StartAsync(
            choose: choices => choices with { Organisation = new Organisation(new Uri(authority.Issuer), NodeAuthority.ClientId, NodeAuthority.ClientSecret) });
        var routes = host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        Assert.Equal(PageAccess.Table.Keys.Order(StringComparer.Ordinal), routes.Select(route => PageAccess.RouteOf(route.RoutePattern.RawText)).Distinct().Order(StringComparer.Ordinal));
        Assert.All(routes, route => Assert.NotEmpty(route.Metadata.OfType<AuthorizationPolicy>()));
    }

    [Fact]
    public async Task What_is_not_in_the_table_is_open_to_nobody()
    {
        await using var host = await PagesHost.StartAsync();
        var endpoint = new RouteEndpointBuilder(null, RoutePatternFactory.Parse("/new"), 0);
        PageAccess.Guard(endpoint);
        var everything = new ClaimsPrincipal(new ClaimsIdentity(
            Enum.GetValues<Role>().Select(role => new Claim(TokenClaims.Roles, role.Name())), "test", TokenClaims.Subject, TokenClaims.Roles));
        var judge = host.App.Services.GetRequiredService<IAuthorizationService>();
        Assert.False((await judge.AuthorizeAsync(everything, endpoint.Metadata.OfType<AuthorizationPolicy>().Single())).Succeeded);
        var known = new RouteEndpointBuilder(null, RoutePatternFactory.Parse("/people"), 0);
        PageAccess.Guard(known);
        Assert.True((await judge.AuthorizeAsync(everything, known.Metadata.OfType<AuthorizationPolicy>().Single())).Succeeded);
    }

    [Theory]
    [InlineData("crew", false)]
    [InlineData("staff", false)]
    [InlineData("planner", false)]
    [InlineData("auditor", false)]
    [InlineData("administrator", true)]
    public async Task A_demo_role_lets_in_as_that_role_and_no_other(string role, bool mayKeepPeople)
    {
        await using var host = await PagesHost.StartAsync(choose: choices => choices with { Demo = Everybody });
        using var browser = new Browser(host);
        var page = await browser.PostAsync(await browser.GetAsync("/sign-in"), "demo", ("role", role));
        Assert.Equal("/", page.Path);
        Assert.True((await browser.GetAsync("/account")).Has(Texts.May(RoleNames.Find(role)!.Value)));
        Assert.Equal(mayKeepPeople ? HttpStatusCode.OK : HttpStatusCode.Forbidden, (await browser.GetAsync("/people")).Status);
        Assert.Equal(mayKeepPeople ? HttpStatusCode.Gone : HttpStatusCode.Forbidden, (await browser.GetAsync("/people/x")).Status);
        Assert.Contains($"ok POST /sign-in/demo demo-{role}", await host.AuditAsync());
    }

    [Fact]
    public async Task The_cookie_grants_what_a_token_would()
    {
        await using var host = await PagesHost.StartAsync(choose: choices => choices with { Demo = Everybody });
        using var browser = new Browser(host);
        await browser.PostAsync(await browser.GetAsync("/sign-in"), "demo", ("role", "staff"));
        var ticket = browser.Cookies.GetAllCookies().Single(cookie => cookie.Name == "safespace");
        var options = host.App.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>()
            .Get(IdentityConstants.ApplicationScheme);
        var grant = Grant.Of(options.TicketDataFormat.Unprotect(ticket.Value)!.Principal, default);
        Assert.Equal("demo-staff", grant.Subject);
        Assert.Equal([Role.Staff], grant.Roles);
        Assert.Equal(["glasgow-cross"], grant.Spaces);
        Assert.Empty(grant.Areas);
    }

    [Fact]
    public async Task Without_a_demo_there_are_no_demo_roles()
    {
        await using var host = await PagesHost.StartAsync();
        using var browser = new Browser(host);
        var page = await browser.GetAsync("/sign-in");
        Assert.False(page.Has(Texts.Demo));
        var forged = Browser.HiddenOf(page, "password").Select(field => field.Name == "_handler" ? ("_handler", "demo") : field);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SendAsync("/sign-in", [.. forged, ("role", "administrator")])).Status);
        Assert.False(await browser.IsSignedInAsync());
    }

    [Fact]
    public async Task A_role_that_the_demo_does_not_offer_is_refused()
    {
        await using var host = await PagesHost.StartAsync(choose: choices => choices with { Demo = [Everybody[0]] });
        using var browser = new Browser(host);
        var page = await browser.PostAsync(await browser.GetAsync("/sign-in"), "demo", ("role", "administrator"));
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.False(await browser.IsSignedInAsync());
    }

    [Theory]
    [InlineData("Host", "safespace.example")]
    [InlineData("X-Forwarded-For", "192.0.2.1")]
    [InlineData("Forwarded", "for=192.0.2.1")]
    public async Task In_the_clear_the_pages_are_shown_on_this_machine_only(string header, string value)
    {
        await using var host = await PagesHost.StartAsync(choose: choices => choices with { Demo = Everybody });
        using var browser = new Browser(host);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/sign-in")).Status);
        browser.Http.DefaultRequestHeaders.TryAddWithoutValidation(header, value);
        var page = await browser.GetAsync("/sign-in");
        Assert.Equal((HttpStatusCode.Forbidden, Texts.OtherWay), (page.Status, page.Html));
    }

    [Fact]
    public async Task A_demo_cookie_does_not_outlive_the_demo()
    {
        var folder = Directory.CreateTempSubdirectory("safespace-web-").FullName;
        var port = NodeAuthority.FreePort();
        Browser browser;
        await using (var demo = await PagesHost.StartAsync(choose: choices => choices with { Demo = Everybody }, folder: folder, port: port))
        {
            browser = new Browser(demo);
            await browser.PostAsync(await browser.GetAsync("/sign-in"), "demo", ("role", "administrator"));
            Assert.True(await browser.IsSignedInAsync());
        }

        // As the same cookie holds after a restart, were it still a demo.
        await using (await PagesHost.StartAsync(choose: choices => choices with { Demo = Everybody }, folder: folder, port: port))
            Assert.True(await browser.IsSignedInAsync());
        await using (await PagesHost.StartAsync(folder: folder, port: port))
            Assert.False(await browser.IsSignedInAsync());
        browser.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        await browser.SignInAsync();
        foreach (var (path, forms) in new[] { ("/account", new[] { "password", "sign-out", "sign-out-everywhere", "passkey" }), ("/people", ["invite"]), ("/sign-in", ["password", "passkey"]) })
        {
            var page = await browser.GetAsync(path);
            foreach (var form in forms)
            {
                var fields = Browser.HiddenOf(page, form);
                Assert.Contains(fields, field => field.Name == "__RequestVerificationToken");
                Assert.Equal(HttpStatusCode.BadRequest, (await browser.SendAsync(path, ("_handler", form))).Status);
            }
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SendAsync("/account/passkey-options")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SendAsync("/sign-in/passkey-options")).Status);
        Assert.True(await browser.IsSignedInAsync());
    }

    [Fact]
    public async Task A_form_that_is_too_large_is_refused()
    {
        await using var host = await PagesHost.StartAsync();
        using var browser = new Browser(host);
        var page = await browser.GetAsync("/sign-in");
        Assert.True((await browser.PostAsync(page, "password", ("name", "a"), ("password", new string('a', 60_000)))).Has(Texts.WrongNameOrPassword));
        var refused = await browser.PostAsync(page, "password", ("name", "a"), ("password", new string('a', 70_000)));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.False(refused.Has(Texts.WrongNameOrPassword));
    }

    [Fact]
    public async Task Browsers_are_told_to_load_nothing_from_elsewhere()
    {
        await using var host = await PagesHost.StartAsync();
        using var browser = new Browser(host);
        foreach (var path in new[] { "/sign-in", "/assets/site.css", "/nothing", "/enrol/x" })
        {
            var headers = (await browser.GetAsync(path)).Answer.Headers;
            var policy = headers.GetValues("Content-Security-Policy").Single();
            Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("same-origin", headers.GetValues("Referrer-Policy").Single());
            Assert.True(headers.CacheControl!.NoStore);
        }

        var html = (await browser.GetAsync("/sign-in")).Html;
        Assert.DoesNotContain("http", html.Replace(host.Address.AbsoluteUri, string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookies_are_kept_from_script_and_from_other_sites()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host, follow: false);
        var page = await browser.SignInAsync();
        var cookie = Assert.Single(page.Answer.Headers.GetValues("Set-Cookie"), value => value.StartsWith("safespace=", StringComparison.Ordinal)).ToLowerInvariant();
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("samesite=lax", cookie, StringComparison.Ordinal);
        Assert.Contains("path=/", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("expires", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_https_cookies_are_of_this_host_and_never_sent_in_the_clear()
    {
        await using var host = await PagesHost.WithAdministratorAsync(choose: choices => choices with { Https = true });
        Assert.Equal(Uri.UriSchemeHttps, host.Address.Scheme);
        using var browser = new Browser(host, follow: false);
        var asked = await browser.GetAsync("/sign-in");
        var options = await browser.Http.SendAsync(PasskeyOptions(asked), TestContext.Current.CancellationToken);
        var entered = await browser.PostAsync(asked, "password", ("name", PagesHost.Name), ("password", PagesHost.Password));
        var cookies = asked.Answer.Headers.GetValues("Set-Cookie").Concat(entered.Answer.Headers.GetValues("Set-Cookie")).Concat(options.Headers.GetValues("Set-Cookie")).ToList();
        Assert.Equal(3, cookies.Count);
        Assert.All(cookies, cookie =>
        {
            Assert.StartsWith("__Host-safespace", cookie, StringComparison.Ordinal);
            Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("path=/;", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
        });
        Assert.Equal("max-age=31536000", asked.Answer.Headers.GetValues("Strict-Transport-Security").Single());
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/people")).Status);
        // A name of its own: that the pages are meant for others does not matter by HTTPS.
        browser.Http.DefaultRequestHeaders.Host = "safespace.example";
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/sign-in")).Status);

        static HttpRequestMessage PasskeyOptions(Page page) => new(HttpMethod.Post, "/sign-in/passkey-options")
        {
            Headers = { { "RequestVerificationToken", Browser.HiddenOf(page, "passkey").Single(field => field.Name == "__RequestVerificationToken").Value } },
        };
    }

    [Fact]
    public async Task Only_the_user_of_the_service_can_read_accounts_and_keys()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        await browser.SignInAsync();
        var folder = Path.Combine(host.Folder, "identity");
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(folder, "data-protection")));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(folder, "data-protection")));
        var files = Directory.GetFiles(folder, "accounts.db*");
        Assert.Contains(files, file => file.EndsWith("-wal", StringComparison.Ordinal));
        Assert.All(files, file => Assert.Equal(owner, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task Passwords_and_links_are_kept_as_hashes()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        await browser.SignInAsync();
        var page = await browser.PostAsync(await browser.GetAsync("/people"), "invite", ("name", "ewan"), ("roles", "crew"));
        var token = page.Html[(page.Html.IndexOf("/enrol/", StringComparison.Ordinal) + 7)..][..43];
        var kept = string.Concat(Directory.GetFiles(Path.Combine(host.Folder, "identity"), "accounts.db*").Select(Text));
        Assert.Contains("ewan", kept, StringComparison.Ordinal);
        Assert.DoesNotContain(token, kept, StringComparison.Ordinal);
        Assert.DoesNotContain(PagesHost.Password, kept, StringComparison.Ordinal);

        static string Text(string file)
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), System.Text.Encoding.Latin1);
            return reader.ReadToEnd();
        }
    }
}
