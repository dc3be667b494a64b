using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Web.Tests.Harness;

namespace SafeSpaceCapacity.Web.Tests;

/// <summary>The page that says how the service is.</summary>
public sealed class SystemTests
{
    [Fact]
    public async Task It_says_that_all_is_well_how_old_forecasts_are_and_is_recorded_as_a_read()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        using var browser = new Browser(host);
        Assert.True((await browser.SignInAsync()).Has("href=\"/system\""));
        var page = await browser.GetAsync("/system");
        foreach (var words in new[] { SystemTexts.Well, "node-1, version 1.0.0, running since 1 November 2026 08:00", "All 1,200 entries", "6 November 2026 03:00", "19 hours", SystemTexts.Alone })
            Assert.True(page.Has(words), words);
        await host.Trail.FlushAsync();
        var read = Assert.Single(host.Entries(), entry => entry.Method == "GET /system");
        Assert.Equal((AuditKind.Read, PagesHost.Name, "ok"), (read.Kind, read.Actor, read.Outcome));
    }

    [Fact]
    public async Task It_says_what_is_wrong_and_what_was_received_is_text()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        host.State.Now = host.State.Now with
        {
            Fault = "the log cannot be reached",
            LogFault = "the log cannot be reached",
            AuditFault = "<i>No space left</i>",
            Behind = 12,
            BehindFor = TimeSpan.FromSeconds(7),
            LostSearches = 1234,
            Forecasts = [new ForecastState("police", true, null, "at least 21 whole days of history are needed")],
            Nodes =
            [
                new ClusterNode("10.0.0.1:11111", NodeStatus.Working, host.State.Now.StartedAt, IsThis: true), new ClusterNode("10.0.0.2:11111", NodeStatus.Gone, host.State.Now.StartedAt, IsThis: false),
            ],
        };
        using var browser = new Browser(host);
        await browser.SignInAsync();
        var page = await browser.GetAsync("/system");
        foreach (var words in new[]
            {
                SystemTexts.Wrong("the log cannot be reached"), "No: the log cannot be reached", "1,200 entries; 12 more since 7 seconds ago are not known yet", "1,234", "police",
                SystemTexts.Never, "at least 21 whole days", "10.0.0.1:11111 (this node)</th>", "<td>working</td>", "10.0.0.2:11111</th>", "<td>gone</td>",
            })
        {
            Assert.True(page.Has(words), words);
        }

        Assert.False(page.Has(SystemTexts.Well));
        Assert.DoesNotContain("<i>No space", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_not_taken_for_none_nor_a_log_out_of_reach_for_one_that_is_known()
    {
        await using var host = await PagesHost.WithAdministratorAsync();
        host.State.Now = host.State.Now with { Nodes = [], BehindFor = TimeSpan.FromSeconds(9) };
        using var browser = new Browser(host);
        await browser.SignInAsync();
        var page = await browser.GetAsync("/system");
        Assert.True(page.Has(SystemTexts.NoNodes));
        Assert.True(page.Has("1,200 entries; for 9 seconds it has not been known whether there are more"));
        Assert.False(page.Has(SystemTexts.Alone));
    }
}
