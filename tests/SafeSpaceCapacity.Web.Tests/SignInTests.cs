using System.Net;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Web.Tests.Harness;

namespace SafeSpaceCapacity.Web.Tests;

/// <summary>Signing in with a password, staying signed in, and signing out.</summary>
public sealed class SignInTests
{
    [Fact]
    public async Task A_name_and_a_password_let_in_and_go_back_to_where_somebody_was()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        var asked = await browser.GetAsync("/people");
        Assert.Equal("/sign-in?from=%2Fpeople", asked.Path);
        var page = await browser.PostAsync(asked, "password", ("name", PagesHost.Name.ToUpperInvariant()), ("password", PagesHost.Password));
        Assert.Equal((HttpStatusCode.OK, "/people"), (page.Status, page.Path));
        Assert.Contains($"ok POST /sign-in {PagesHost.Name}", await host.AuditAsync());
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\elsewhere.example/")]
    public async Task Nobody_is_sent_elsewhere_after_signing_in(string from)
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        var asked = await browser.GetAsync("/sign-in?from=" + Uri.EscapeDataString(from));
        var page = await browser.PostAsync(asked, "password", ("name", PagesHost.Name), ("password", PagesHost.Password));
        Assert.Equal(host.Address, page.Answer.RequestMessage!.RequestUri);
    }

    [Fact]
    public async Task An_unknown_name_and_a_wrong_password_get_the_same_answer()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        var wrong = await browser.SignInAsync(PagesHost.Name, "not the password");
        var unknown = await browser.SignInAsync("nobody@board.example", "not the password");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Equal(HttpStatusCode.BadRequest, unknown.Status);
        Assert.True(wrong.Has(Texts.WrongNameOrPassword));
        Assert.True(unknown.Has(Texts.WrongNameOrPassword));
        Assert.Equal(Plain(wrong, PagesHost.Name), Plain(unknown, "nobody@board.example"));
        Assert.Equal(["WRONG_PASSWORD POST /sign-in " + PagesHost.Name, "UNKNOWN_ACCOUNT POST /sign-in unknown"], (await host.AuditAsync()).TakeLast(2));

        static string Plain(Page page, string name) => Browser.HiddenOf(page, "password").Concat(Browser.HiddenOf(page, "passkey"))
            .Where(field => field.Name == "__RequestVerificationToken")
            .Aggregate(WebUtility.HtmlDecode(page.Html), (html, field) => html.Replace(field.Value, "TOKEN", StringComparison.Ordinal))
            .Replace(name, "NAME", StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_name_takes_as_long_as_a_wrong_password()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        var page = await browser.GetAsync("/sign-in");
        var (wrong, unknown) = (new List<TimeSpan>(), new List<TimeSpan>());
        // Four of a kind, since five lock; the first of both is not counted: it makes what later ones find ready.
        for (var i = 0; i < 4; i++)
        {
            unknown.Add(await TimeAsync("nobody@board.example"));
            wrong.Add(await TimeAsync(PagesHost.Name));
        }

        // Hashing is nearly all of the time; without it an answer takes a few milliseconds.
        Assert.InRange(unknown.Skip(1).Min() / wrong.Skip(1).Min(), 0.4, 2.5);
        Assert.True(unknown.Skip(1).Min() > TimeSpan.FromMilliseconds(20), $"took {unknown.Skip(1).Min()}");

        async Task<TimeSpan> TimeAsync(string name)
        {
            var start = TimeProvider.System.GetTimestamp();
            await browser.PostAsync(page, "password", ("name", name), ("password", "not the password"));
            return TimeProvider.System.GetElapsedTime(start);
        }
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_for_15_minutes()
    {
        var time = new ManualTime();
        await using var host = await PagesHost.WithAdministratorAsync(time);
        using var browser = new Browser(host);
        for (var i = 0; i < 5; i++)
            await browser.SignInAsync(password: "not the password");
        var locked = await browser.SignInAsync();
        Assert.Equal(HttpStatusCode.BadRequest, locked.Status);
        Assert.True(locked.Has(Texts.WrongNameOrPassword));
        Assert.Equal(2, (await host.AuditAsync()).Count(entry => entry == "LOCKED_OUT POST /sign-in " + PagesHost.Name));
        time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SignInAsync()).Status);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("/", (await browser.SignInAsync()).Path);
    }

    [Fact]
    public async Task A_right_password_ends_the_row_of_wrong_ones()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        for (var i = 0; i < 4; i++)
            await browser.SignInAsync(password: "not the password");
        Assert.Equal("/", (await browser.SignInAsync()).Path);
        for (var i = 0; i < 4; i++)
            await browser.SignInAsync(password: "not the password");
        Assert.Equal("/", (await browser.SignInAsync()).Path);
    }

    [Fact]
    public async Task Of_many_wrong_passwords_at_once_no_more_than_five_are_looked_at()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        var page = await browser.GetAsync("/sign-in");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => browser.PostAsync(page, "password", ("name", PagesHost.Name), ("password", "not the password"))));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.BadRequest, answer.Status));
        Assert.Equal(5, (await host.AuditAsync()).Count(entry => entry.StartsWith("WRONG_PASSWORD", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Many_sign_in_at_once()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        var browsers = Enumerable.Range(0, 12).Select(_ => new Browser(host)).ToList();
        var pages = await Task.WhenAll(browsers.Select(browser => browser.SignInAsync()));
        Assert.All(pages, page => Assert.Equal((HttpStatusCode.OK, "/"), (page.Status, page.Path)));
        browsers.ForEach(browser => browser.Dispose());
    }

    [Fact]
    public async Task Signing_out_ends_it_here_and_nowhere_else()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using Browser here = new(host), there = new(host);
        await here.SignInAsync();
        await there.SignInAsync();
        var page = await here.PostAsync(await here.GetAsync("/account"), "sign-out");
        Assert.Equal("/signed-out", page.Path);
        Assert.False(await here.IsSignedInAsync());
        Assert.True(await there.IsSignedInAsync());
        Assert.Contains("ok POST /account/sign-out " + PagesHost.Name, await host.AuditAsync());
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_it_there_too_at_once()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using Browser here = new(host), there = new(host);
        await here.SignInAsync();
        await there.SignInAsync();
        await here.PostAsync(await here.GetAsync("/account"), "sign-out-everywhere");
        Assert.False(await here.IsSignedInAsync());
        Assert.False(await there.IsSignedInAsync());
        Assert.Contains("ok POST /account/sign-out-everywhere " + PagesHost.Name, await host.AuditAsync());
    }

    [Fact]
    public async Task A_new_password_ends_the_sign_ins_made_with_the_old_one()
    {
        const string changed = "thistle burn ceilidh";
        await using var host = await PagesHost.WithAdministratorAsync();
        using Browser here = new(host), there = new(host);
        await here.SignInAsync();
        await there.SignInAsync();
        var refused = await here.PostAsync(await here.GetAsync("/account"), "password", ("old", "not the password"), ("new", changed));
        Assert.True(refused.Has(Texts.OldPasswordWrong));
        var weak = await here.PostAsync(refused, "password", ("old", PagesHost.Password), ("new", "password1234"));
        Assert.True(weak.Has(Texts.PasswordCommon));
        var page = await here.PostAsync(weak, "password", ("old", PagesHost.Password), ("new", changed));
        Assert.True(page.Has(Texts.PasswordChanged));
        Assert.True(await here.IsSignedInAsync());
        Assert.False(await there.IsSignedInAsync());
        Assert.Equal(HttpStatusCode.BadRequest, (await there.SignInAsync()).Status);
        Assert.Equal("/", (await there.SignInAsync(password: changed)).Path);
    }

    [Fact]
    public async Task A_sign_in_ends_after_8_hours_unused()
    {
        var time = new ManualTime();
        await using var host = await PagesHost.WithAdministratorAsync(time);
        using var browser = new Browser(host);
        await browser.SignInAsync();
        time.Advance(TimeSpan.FromHours(8) - TimeSpan.FromMinutes(1));
        Assert.True(await browser.IsSignedInAsync());
        time.Advance(TimeSpan.FromHours(8) + TimeSpan.FromMinutes(1));
        Assert.False(await browser.IsSignedInAsync());
    }

    [Fact]
    public async Task A_sign_in_ends_after_12_hours_however_much_it_is_used()
    {
        var time = new ManualTime();
        await using var host = await PagesHost.WithAdministratorAsync(time);
        using var browser = new Browser(host);
        await browser.SignInAsync();
        for (var hour = 1; hour < 12; hour++)
        {
            time.Advance(TimeSpan.FromHours(1));
            Assert.True(await browser.IsSignedInAsync(), $"out after {hour} hours");
        }

        time.Advance(TimeSpan.FromHours(1));
        Assert.False(await browser.IsSignedInAsync());
    }

    [Fact]
    public async Task Too_many_tries_from_one_address_have_to_wait()
    {
        await using var host = await PagesHost.StartAsync();
        using var browser = new Browser(host);
        var page = await browser.GetAsync("/sign-in");
        for (var i = 0; i < PagesSetup.PostsMost; i++)
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync(page, "password", ("name", ""), ("password", ""))).Status);
        var refused = await browser.PostAsync(page, "password", ("name", ""), ("password", ""));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.InRange(refused.Answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.True(refused.Has(Texts.TooManyHelp));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.SendAsync("/enrol/x")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.SendAsync("/sign-in/passkey-options")).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/sign-in")).Status);
    }

    [Fact]
    public async Task What_can_not_be_audited_is_not_done()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using Browser inside = new(host), outside = new(host);
        await inside.SignInAsync();
        var (account, people, signIn) = (await inside.GetAsync("/account"), await inside.GetAsync("/people"), await outside.GetAsync("/sign-in"));
        await host.Trail.DisposeAsync();
        var refused = await outside.PostAsync(signIn, "password", ("name", PagesHost.Name), ("password", PagesHost.Password));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.True(refused.Has(Texts.NotNowHelp));
        Assert.False(await outside.IsSignedInAsync());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await inside.PostAsync(account, "sign-out-everywhere")).Status);
        Assert.True(await inside.IsSignedInAsync());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await inside.PostAsync(people, "invite", ("name", "angus"), ("roles", "crew"))).Status);
        Assert.Single(host.Accounts.All());
    }

    [Fact]
    public async Task The_audit_trail_says_who_and_with_what_but_no_secret()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        await browser.SignInAsync("a secret typed as a name", "a secret typed as a password");
        await browser.SignInAsync();
        await host.Trail.FlushAsync();
        var entry = host.Entries()[^1];
        Assert.Equal((PagesHost.Name, "administrator", "browser", AuditKind.SignIn), (entry.Actor, entry.Role, entry.Client, entry.Kind));
        Assert.NotEmpty(entry.Correlation);
        var text = await host.TrailTextAsync();
        Assert.Contains(PagesHost.Name, text, StringComparison.Ordinal);
        Assert.DoesNotContain("a secret typed", text, StringComparison.Ordinal);
        Assert.DoesNotContain(PagesHost.Password, text, StringComparison.Ordinal);
    }
}
