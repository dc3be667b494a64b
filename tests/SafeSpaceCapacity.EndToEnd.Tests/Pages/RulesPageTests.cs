using Microsoft.Playwright;
using SafeSpaceCapacity.Contract.V1;
using static Microsoft.Playwright.Assertions;

namespace SafeSpaceCapacity.EndToEnd.Tests.Pages;

/// <summary>The page on which administrators set the rules of tiers, in a real browser.</summary>
public sealed class RulesPageTests(PagesWorld world) : IClassFixture<PagesWorld>, IAsyncDisposable
{
    [Fact]
    public async Task Rules_are_set_after_what_would_change_was_seen_and_nobody_overwrites_another()
    {
        // Of a kind that no other test's space is of.
        var page = await world.SignInAsync("Administrator", 1280, 900);
        await page.GetByRole(AriaRole.Link, new() { Name = "Rules of tiers" }).ClickAsync();
        await page.GetByLabel("Kind of space").SelectOptionAsync("Wellbeing café");
        await Expect(page.Locator("#no-versions")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "See what would change" }).ClickAsync();
        await Expect(page.Locator("#problem")).ToContainTextAsync("Nothing would change");

        // What breaks a rule is said beside its field, as the method says it, and nothing is set.
        await page.GetByLabel("People one member of staff can support").FillAsync("40");
        await page.GetByLabel("Minutes for which a status is fresh").FillAsync("90");
        await page.GetByLabel("State who is told, in this order").CheckAsync();
        await page.GetByLabel("Telephone; empty").FillAsync("ask <b>Ann</b>");
        await page.GetByLabel("Minutes after which all are told again").FillAsync("15");
        await page.GetByRole(AriaRole.Button, new() { Name = "See what would change" }).ClickAsync();
        await Expect(page.Locator("#changes li")).ToHaveTextAsync(new[] {
            "People one member of staff can support: not stated → 40", "Minutes for which a status is fresh: not stated → 90",
            "Who is told: not stated → Team lead (ask <b>Ann</b>) at once; again every 15 minutes" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Set these rules" }).ClickAsync();
        await Expect(page.Locator("#staffing-visitors-per-staff-fault")).ToContainTextAsync("1 to 20");
        await Expect(page.Locator("#step-0-telephone-fault")).ToContainTextAsync("digits");
        await Expect(page.Locator("#checked")).ToBeHiddenAsync();
        await PagesWorld.LookAsync(page, "rules-1280-light");
        Assert.Empty(await PoliciesAsync());

        await page.GetByLabel("People one member of staff can support").FillAsync("4");
        await page.GetByLabel("Telephone; empty").FillAsync("0141 496 0555");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add somebody" }).ClickAsync();
        await page.Locator("#step-1-contact").SelectOptionAsync("On-call manager");
        await page.Locator("#step-1-after_minutes").FillAsync("10");
        await page.GetByLabel("State how many on duty must be trained").CheckAsync();
        await page.GetByLabel("De-escalation").FillAsync("2");

        // By keyboard alone from here on.
        await page.GetByRole(AriaRole.Button, new() { Name = "See what would change" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#checked-title")).ToBeFocusedAsync();
        await Expect(page.Locator("#changes")).ToContainTextAsync("Trained staff on duty: not stated → De-escalation: 2");
        await page.ScreenshotAsync(new() { Path = PagesWorld.Picture("rules-checked-1280-light") });
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#age")).ToContainTextAsync("Set: version 1");
        await Expect(page.Locator("#versions > li")).ToContainTextAsync("Version 1, from");
        await Expect(page.Locator("#versions > li")).ToContainTextAsync("in force");
        var set = Assert.Single(await PoliciesAsync());
        Assert.Equal(("demo-administrator", 4, 90, 15), (set.Actor, set.Policy.Staffing.VisitorsPerStaff, set.Policy.FreshMinutes, set.Policy.Escalation.ChaseMinutes));
        Assert.Equal([(Training.DeEscalation, 2)], set.Policy.Staffing.Trained.Minimums.Select(minimum => (minimum.Training, minimum.Minimum_)));
        Assert.Equal(
            [(EscalationContact.TeamLead, "0141 496 0555", 0), (EscalationContact.OnCallManager, "", 10)],
            set.Policy.Escalation.Steps.Select(step => (step.Contact, step.Telephone, step.AfterMinutes)));

        // Two at once, on a telephone at night: who comes second is told.
        var other = await world.SignInAsync("Administrator", 360, 740, ColorScheme.Dark);
        await other.GotoAsync(page.Url);
        await Expect(other.GetByLabel("People one member of staff can support")).ToHaveValueAsync("4");
        await other.GetByLabel("Minutes for which a place is kept after the expected arrival").FillAsync("20");
        await PagesWorld.LookAsync(other, "rules-360-dark");
        foreach (var (each, support) in new[] { (page, "5"), (other, "6") })
        {
            await each.GetByLabel("People one member of staff can support").FillAsync(support);
            await each.GetByRole(AriaRole.Button, new() { Name = "See what would change" }).ClickAsync();
            await Expect(each.Locator("#changes")).ToContainTextAsync($"4 → {support}");
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Set these rules" }).ClickAsync();
        await Expect(page.Locator("#age")).ToContainTextAsync("Set: version 2");
        await other.GetByRole(AriaRole.Button, new() { Name = "Set these rules" }).ClickAsync();
        await Expect(other.Locator("#problem")).ToContainTextAsync("Not set: somebody else");
        Assert.Equal([5, 4], (await PoliciesAsync()).Select(policy => policy.Policy.Staffing.VisitorsPerStaff));
    }

    private async Task<IEnumerable<TierPolicy>> PoliciesAsync() =>
        (await world.Admin.ListTierPoliciesAsync(new(), PagesWorld.Options)).Policies.Where(policy => policy.Tier == Tier.WellbeingCafe);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => world.CloseAsync();
}
