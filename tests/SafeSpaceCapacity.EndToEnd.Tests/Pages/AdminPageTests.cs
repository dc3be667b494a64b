using Microsoft.Playwright;
using SafeSpaceCapacity.Contract.V1;
using static Microsoft.Playwright.Assertions;

namespace SafeSpaceCapacity.EndToEnd.Tests.Pages;

/// <summary>The pages of administrators and auditors in a real browser.</summary>
public sealed class AdminPageTests(PagesWorld world) : IClassFixture<PagesWorld>, IAsyncDisposable
{
    [Fact]
    public async Task An_administrator_sees_whom_to_ring_changes_an_entry_and_its_history_and_nobody_overwrites_another()
    {
        await world.RegisterAsync("garnet-rooms", "Garnet Rooms", 55.8700, -4.2700, places: 4);
        var page = await world.SignInAsync("Administrator", 1280, 900);
        await page.GetByRole(AriaRole.Link, new() { Name = "Directory" }).ClickAsync();
        await Expect(page.Locator("#calls")).ToContainTextAsync("Garnet Rooms");
        await Expect(page.Locator("#calls")).ToContainTextAsync("Nobody confirmed it");
        await page.GetByLabel("Find a space by name or area").FillAsync("garnet");
        await Expect(page.Locator("#spaces tbody tr")).ToHaveCountAsync(1);
        await page.Locator("#spaces").GetByRole(AriaRole.Link, new() { Name = "Garnet Rooms" }).ClickAsync();
        await Expect(page.GetByLabel("Name over the door")).ToHaveValueAsync("Garnet Rooms");

        // What breaks a rule is said beside its field, and nothing changes.
        await page.GetByLabel("Telephone").FillAsync("ring <i>Ann</i>");
        await page.GetByLabel("People the rooms can hold").FillAsync("0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the entry" }).ClickAsync();
        await Expect(page.Locator("#problem")).ToContainTextAsync("There is a problem");
        await Expect(page.Locator("#telephone-fault")).ToContainTextAsync("digits");
        await Expect(page.Locator("#places-fault")).Not.ToBeEmptyAsync();
        await PagesWorld.LookAsync(page, "directory-1280-light");

        await page.GetByLabel("Telephone").FillAsync("0141 496 0777");
        await page.GetByLabel("People the rooms can hold").FillAsync("5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the entry" }).ClickAsync();
        await Expect(page.Locator("#changes > li").First).ToContainTextAsync("changed by demo-administrator");
        await Expect(page.Locator("#changes > li").First).ToContainTextAsync("0141 496 0777");
        await Expect(page.Locator("#changes > li").First).ToContainTextAsync("4 → 5");

        var other = await world.SignInAsync("Administrator", 360, 740, ColorScheme.Dark);
        await other.GotoAsync(page.Url);
        await other.GetByLabel("Entrance").FillAsync("Green door");
        await PagesWorld.LookAsync(other, "directory-360-dark");
        await page.GetByLabel("Entrance").FillAsync("Red door");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the entry" }).ClickAsync();
        await Expect(page.Locator("#changes > li").First).ToContainTextAsync("Red door");
        await other.GetByRole(AriaRole.Button, new() { Name = "Save the entry" }).ClickAsync();
        await Expect(other.Locator("#problem")).ToContainTextAsync("Not saved");
        var entry = await world.Admin.GetSpaceAsync(new GetSpaceRequest { SpaceId = "garnet-rooms" }, PagesWorld.Options);
        Assert.Equal(("Red door", 5, "0141 496 0777", true), (entry.Entry.Entrance, entry.Entry.Places, entry.Entry.Telephone, entry.Entry.AlwaysOpen));
        await world.Admin.RetireSpaceAsync(new RetireSpaceRequest { CommandId = PagesWorld.Id(), SpaceId = "garnet-rooms", Reason = RetireReason.EnteredByMistake }, PagesWorld.Options);
    }

    [Fact]
    public async Task A_directory_is_imported_after_its_preview_was_seen_and_not_at_all_where_a_row_breaks_a_rule()
    {
        var page = await world.SignInAsync("Administrator", 1280, 900);
        await page.GotoAsync("/directory");
        var exported = await page.EvaluateAsync<string>(
            """
            async () => {
              const { stream } = await import("/assets/calls.js");
              let csv = "";
              await stream("DirectoryService/ExportDirectory", [{ format: "DIRECTORY_FORMAT_CSV" }], said => { csv += new TextDecoder().decode(Uint8Array.from(atob(said.content), c => c.charCodeAt(0))); });
              return csv;
            }
            """);
        var lines = exported.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var row = lines.Single(line => line.Contains(PagesWorld.Space, StringComparison.Ordinal));
        await ChooseAsync(lines[0], row.Replace(PagesWorld.Space, "opal-rooms", StringComparison.Ordinal).Replace("0141 496 0101", "no number", StringComparison.Ordinal));
        await Expect(page.Locator("#import-state")).ToContainTextAsync("Nothing was changed");
        await Expect(page.Locator("#import-remarks")).ToContainTextAsync("Row 2, telephone");
        await Expect(page.Locator("#import-now")).ToBeHiddenAsync();

        await ChooseAsync(lines[0], row, row.Replace(PagesWorld.Space, "opal-rooms", StringComparison.Ordinal));
        await Expect(page.Locator("#import-state")).ToContainTextAsync("This would add 1 spaces, change 0 and leave 1 as they are.");
        Assert.DoesNotContain((await world.Admin.ListSpacesAsync(new(), PagesWorld.Options)).Spaces, space => space.SpaceId == "opal-rooms");
        await page.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await Expect(page.Locator("#import-state")).ToContainTextAsync("Done: 1 added");
        Assert.Contains((await world.Admin.ListSpacesAsync(new(), PagesWorld.Options)).Spaces, space => space.SpaceId == "opal-rooms");
        await world.Admin.RetireSpaceAsync(new RetireSpaceRequest { CommandId = PagesWorld.Id(), SpaceId = "opal-rooms", Reason = RetireReason.EnteredByMistake }, PagesWorld.Options);

        async Task ChooseAsync(params string[] content)
        {
            await page.Locator("#file").SetInputFilesAsync(new FilePayload
            {
                Name = "spaces.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(string.Join("\r\n", content) + "\r\n"),
            });
            await page.Locator("#import").GetByRole(AriaRole.Button, new() { Name = "Check the file" }).ClickAsync();
        }
    }

    [Fact]
    public async Task Boundaries_are_imported_after_they_were_checked_and_a_fault_is_told_by_its_area()
    {
        const string open = "[[[-4.4,55.8],[-4.1,55.8],[-4.1,55.92],[-4.4,55.92]]]";
        const string closed = "[[[-4.4,55.8],[-4.1,55.8],[-4.1,55.92],[-4.4,55.92],[-4.4,55.8]]]";
        var page = await world.SignInAsync("Administrator", 360, 740, ColorScheme.Dark);
        await page.GotoAsync("/directory");
        var section = page.GetByRole(AriaRole.Region, new() { Name = "Postcodes, zones, hospitals and boundaries" }).First;
        await ChooseAsync("G2,55.862,-4.258,900", "First halves of postcodes, such as G2 (CSV)", "outcodes.csv");
        await Expect(page.Locator("#gazetteer-remarks")).ToContainTextAsync("The whole file, outcode");
        await ChooseAsync(Areas(closed, open), "Boundaries of council areas, for the map (GeoJSON)", "areas.geojson");
        await Expect(page.Locator("#gazetteer-state")).ToContainTextAsync("Nothing was changed");
        await Expect(page.Locator("#gazetteer-remarks li")).ToHaveTextAsync(["Area 2 of the file, geometry: each ring must end where it begins (S12000036)"]);
        await Expect(page.Locator("#gazetteer-now")).ToBeHiddenAsync();
        await section.ScreenshotAsync(new() { Path = PagesWorld.Picture("gazetteer-360-dark") });

        await ChooseAsync(Areas(closed), "Boundaries of council areas, for the map (GeoJSON)", "areas.geojson");
        await Expect(page.Locator("#gazetteer-state")).ToHaveTextAsync("The file has 1 row and breaks no rule. Nothing has changed yet.");
        await section.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await Expect(page.Locator("#gazetteer-state")).ToHaveTextAsync("Done: 1 row is in use from now on.");
        await Expect(page.Locator("#gazetteers")).ToContainTextAsync("demo-administrator");
        await PagesWorld.LookAsync(page, "directory-gazetteer-360-dark");
        var planner = await world.SignInAsync("Planner", 1280, 900);
        await planner.GotoAsync("/plan");
        await Expect(planner.Locator("#map path.area")).ToHaveCountAsync(1);
        await Expect(planner.Locator("#map circle.area")).ToHaveCountAsync(31);

        static string Areas(params string[] coordinates) =>
            $$"""{"type":"FeatureCollection","features":[{{string.Join(',', coordinates.Zip(["S12000049", "S12000036"], (ring, code) => $$$"""{"type":"Feature","properties":{"code":"{{{code}}}"},"geometry":{"type":"Polygon","coordinates":{{{ring}}}}}"""))}}]}""";

        async Task ChooseAsync(string content, string kind, string name)
        {
            await page.GetByLabel("What the file holds").SelectOptionAsync(kind);
            await section.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(new FilePayload { Name = name, MimeType = "text/plain", Buffer = System.Text.Encoding.UTF8.GetBytes(content) });
            await section.GetByRole(AriaRole.Button, new() { Name = "Check the file" }).ClickAsync();
        }
    }

    [Fact]
    public async Task An_administrator_sees_how_the_service_is()
    {
        var page = await world.SignInAsync("Administrator", 1280, 900);
        await page.GetByRole(AriaRole.Link, new() { Name = "How the service is" }).ClickAsync();
        await Expect(page.Locator("#state")).ToHaveTextAsync("All is well on this node.");
        await Expect(page.Locator("#node")).ToContainTextAsync(Environment.MachineName);
        await Expect(page.Locator("#lag")).ToContainTextAsync("entries");
        await Expect(page.Locator("#forecasts tbody tr")).Not.ToHaveCountAsync(0);
        await Expect(page.Locator("#forecasts")).ToContainTextAsync("what was asked of this service");
        await PagesWorld.LookAsync(page, "system-1280-light");
        var other = await world.SignInAsync("Administrator", 360, 740, ColorScheme.Dark);
        await other.GotoAsync("/system");
        await PagesWorld.LookAsync(other, "system-360-dark");
    }

    [Fact]
    public async Task An_auditor_searches_the_record_and_the_search_is_in_it()
    {
        await world.SettleAsync(here: 1);
        var page = await world.SignInAsync("Auditor", 1280, 900);
        await page.GetByRole(AriaRole.Link, new() { Name = "Record of who did what" }).ClickAsync();
        await page.GetByLabel("Space").FillAsync(PagesWorld.Space);
        await page.GetByLabel("Kind").SelectOptionAsync("Somebody changed something");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(page.Locator("#entries tbody tr").First).ToContainTextAsync(PagesWorld.Space);
        Assert.Contains("space_id=" + PagesWorld.Space, page.Url, StringComparison.Ordinal);
        await PagesWorld.LookAsync(page, "audit-1280-light");

        // The record's own clock is the machine's, also in simulated time.
        var today = TimeZoneInfo.ConvertTimeBySystemTimeZoneId(TimeProvider.System.GetUtcNow(), "Europe/London").Date;
        foreach (var (from, until, isFound) in new[] { (today.AddDays(-1), today.AddDays(1), true), (today.AddDays(-3), today.AddDays(-2), false), (today.AddDays(2), today.AddDays(3), false) })
        {
            await page.GetByLabel("From this day").FillAsync($"{from:yyyy-MM-dd}");
            await page.GetByLabel("To this day").FillAsync($"{until:yyyy-MM-dd}");
            await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
            await page.WaitForURLAsync($"**until={until:yyyy-MM-dd}**");
            await Expect(page.Locator("#count")).ToContainTextAsync(isFound ? "entries" : "Nothing was found");
        }

        await page.GotoAsync("/audit?actor=demo-auditor");
        await Expect(page.Locator("#entries")).ToContainTextAsync("AuditService/QueryAudit");

        var staff = await world.SignInAsync("Staff of spaces");
        foreach (var path in new[] { "/audit", "/directory", "/plan", "/find", "/rules", "/system" })
        {
            await staff.GotoAsync(path);
            await Expect(staff.GetByRole(AriaRole.Heading, new() { Name = "You cannot open this page" })).ToBeVisibleAsync();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => world.CloseAsync();
}
