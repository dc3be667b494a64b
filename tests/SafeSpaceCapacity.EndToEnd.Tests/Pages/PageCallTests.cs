using System.Text.Json;
using Microsoft.Playwright;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.EndToEnd.Tests.Pages;

/// <summary>What script of a page gets of the service's methods: what a token for the same account would, and the same record.</summary>
public sealed class PageCallTests(PagesWorld world) : IClassFixture<PagesWorld>, IAsyncDisposable
{
    [Fact]
    public async Task Role_and_own_spaces_are_judged_as_for_every_other_call_and_each_call_is_recorded()
    {
        await world.SettleAsync(here: 1);
        var page = await world.SignInAsync("Staff of spaces");
        var (status, answer) = await CallAsync(page, "StaffService/GetBoard", new { space_id = PagesWorld.Space });
        Assert.Equal((200, 1), (status, answer.GetProperty("availability").GetProperty("occupied").GetInt32()));

        (status, answer) = await CallAsync(page, "StaffService/GetBoard", new { space_id = "another-space" });
        Assert.Equal((403, "PERMISSION_DENIED"), (status, Code(answer)));
        (status, answer) = await CallAsync(page, "StaffService/RecordArrival", new { space_id = "another-space", command_id = PagesWorld.Id() });
        Assert.Equal((403, "PERMISSION_DENIED"), (status, Code(answer)));
        (status, answer) = await CallAsync(page, "CrewService/FindSpaces", new { });
        Assert.Equal((403, "PERMISSION_DENIED"), (status, Code(answer)));
        (status, answer) = await CallAsync(page, "AdminService/ListSpaces", new { });
        Assert.Equal((403, "PERMISSION_DENIED"), (status, Code(answer)));

        var entries = (await world.Audit.QueryAuditAsync(new QueryAuditRequest { Filter = new AuditFilter { Actor = "demo-staff" }, PageSize = 200 }, PagesWorld.Options)).Entries;
        foreach (var method in new[] { "StaffService/RecordArrival", "CrewService/FindSpaces", "AdminService/ListSpaces" })
            Assert.Contains(entries, entry => entry.Method.EndsWith(method, StringComparison.Ordinal) && entry.Outcome == "PERMISSION_DENIED" && entry.Client == "browser");
        Assert.Contains(entries, entry => entry.Method.EndsWith("StaffService/GetBoard", StringComparison.Ordinal) && entry.Outcome == "ok" && entry.Role == "staff");
    }

    [Fact]
    public async Task What_is_wrong_is_said_by_field_and_what_can_not_be_read_changes_nothing()
    {
        await world.SettleAsync(here: 1);
        var page = await world.SignInAsync("Staff of spaces");
        var (status, answer) = await CallAsync(page, "StaffService/RecordCount", new { space_id = PagesWorld.Space, command_id = "x", occupied = -1 });
        Assert.Equal((400, "INVALID_ARGUMENT"), (status, Code(answer)));
        Assert.Equal(["command_id", "occupied"], answer.GetProperty("error").GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("field").GetString()).Order());
        foreach (var body in new object[] { new { no_such_field = 1 }, new { space_id = 7.5 }, new { occupied = "many" }, 3, "text" })
        {
            (status, answer) = await CallAsync(page, "StaffService/RecordCount", body);
            Assert.Equal((400, "INVALID_ARGUMENT"), (status, Code(answer)));
        }

        Assert.Equal(404, (await CallAsync(page, "StaffService/NoSuchMethod", new { })).Status);
        Assert.Equal(404, (await CallAsync(page, "DemoService/AdvanceClock", new { })).Status);
        Assert.Equal(1, (await world.BoardAsync()).Availability.Occupied);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => world.CloseAsync();

    private static string? Code(JsonElement answer) => answer.GetProperty("error").GetProperty("code").GetString();

    // From within the page, so that the browser says where it comes from.
    private static async Task<(int Status, JsonElement Answer)> CallAsync(IPage page, string method, object message)
    {
        var answer = await page.EvaluateAsync<JsonElement>(
            """
            async ([method, body]) => {
              const response = await fetch("/calls/" + method, { method: "POST", headers: { "Content-Type": "application/json" }, body });
              return { status: response.status, answer: await response.json() };
            }
            """,
            new[] { method, JsonSerializer.Serialize(message) });
        return (answer.GetProperty("status").GetInt32(), answer.GetProperty("answer"));
    }
}
