using System.Net;
using System.Text.RegularExpressions;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests;

/// <summary>The directory on paper, as the real server has it.</summary>
public sealed partial class SheetPageTests : IDisposable
{
    private readonly DataDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_demos_administrator_prints_every_space_of_the_demo_with_its_telephone()
    {
        await using var server = await ServerProcess.StartAsync(_directory, empty: false);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            // The name that pages in the clear are shown under.
            BaseAddress = new UriBuilder(server.HttpAddress) { Host = "localhost" }.Uri,
        };
        var html = await http.GetStringAsync(new Uri("/sign-in", UriKind.Relative), Token);
        var form = Form().Matches(html).Select(found => found.Value).Single(found => found.Contains("value=\"demo\"", StringComparison.Ordinal));
        var fields = Hidden().Matches(form).Select(found => KeyValuePair.Create(found.Groups["name"].Value, WebUtility.HtmlDecode(found.Groups["value"].Value)));
        using var content = new FormUrlEncodedContent(fields.Append(KeyValuePair.Create("role", "administrator")));
        using var entered = await http.PostAsync(new Uri("/sign-in", UriKind.Relative), content, Token);
        Assert.Contains("href=\"/sheet\"", await entered.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);

        using var crew = new Crew(server);
        var spaces = (await crew.Admin.ListSpacesAsync(new() { PageSize = 200 }, Crew.Options)).Spaces;
        Assert.InRange(spaces.Count, 10, 199);
        var sheet = WebUtility.HtmlDecode(await http.GetStringAsync(new Uri("/sheet", UriKind.Relative), Token));
        Assert.Matches($@"Printed \w{{3}} \d{{1,2}} \w+ \d{{4}} \d\d:\d\d (GMT|BST), {spaces.Count} spaces\.", sheet);
        Assert.All(spaces, space => Assert.Contains(space.Choice.Name, sheet, StringComparison.Ordinal));
        Assert.All(spaces, space => Assert.Contains($"<p class=\"telephone\">{space.Choice.Telephone}</p>", sheet, StringComparison.Ordinal));

        var glasgow = WebUtility.HtmlDecode(await http.GetStringAsync(new Uri("/sheet?area=Glasgow+City", UriKind.Relative), Token));
        Assert.All(spaces, space =>
            Assert.Equal(space.Choice.CouncilArea == "Glasgow City", glasgow.Contains($"<h3>{space.Choice.Name}</h3>", StringComparison.Ordinal)));
        await server.StopAsync();
    }

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline, 1000)]
    private static partial Regex Form();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex Hidden();
}
