using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Playwright;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.Identity;
using Role = SafeSpaceCapacity.Identity.Role;

namespace SafeSpaceCapacity.EndToEnd.Tests.Pages;

/// <summary>One service and one browser for the tests of a class. The service is a demo in simulated time, so that a test can let hours pass.</summary>
public sealed class PagesWorld : IAsyncLifetime
{
    /// <summary>The space of the demo's staff.</summary>
    public const string Space = "clyde-lantern";

    /// <summary>Its name, in which nothing is markup.</summary>
    public const string SpaceName = "Lantern <b>House</b> & \"Co\"";

    private const string Program = "/usr/bin/chromium";

    // Far longer than a page takes: on a machine that is busy with other work a test waits, and fails only for what never comes.
    private const float PatienceMilliseconds = 20_000;

    private readonly DataDirectory _directory = new();
    private readonly List<string> _complaints = [];
    private readonly Dictionary<string, string> _states = new(StringComparer.Ordinal);
    private ServerProcess? _server;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private Crew? _crew;
    private GrpcChannel? _channel;

    /// <summary>The time that the service lives in.</summary>
    public DateTimeOffset Now { get; private set; } = new(2026, 11, 6, 20, 0, 0, TimeSpan.Zero);

    public StaffService.StaffServiceClient Staff => _crew!.Staff;

    public CrewService.CrewServiceClient Crews => _crew!.Calls;

    public AdminService.AdminServiceClient Admin => _crew!.Admin;

    public AuditService.AuditServiceClient Audit => _crew!.Audit;

    public DirectoryService.DirectoryServiceClient Files => _crew!.Files;

    public static CallOptions Options => Crew.Options;

    public Uri Address => new UriBuilder(_server!.HttpAddress) { Host = "localhost" }.Uri;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Assert.True(File.Exists(Program), $"'{Program}' is not there. This test needs the Debian package chromium: sudo apt-get install chromium");
        _server = await ServerProcess.StartSimulatedAsync(_directory, Now.ToString("O"), ServerProcess.FreePorts());
        _crew = new Crew(_server);
        _channel = GrpcChannel.ForAddress(_server.Address, new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { UseProxy = false }, DisposeHttpClient = true });
        Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        _playwright = await Playwright.CreateAsync();
        // Its sandbox needs a user namespace, which containers and root have not; it opens our own pages only.
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, ChromiumSandbox = false });
        await RegisterAsync(Space, SpaceName, 55.8580, -4.2450, places: 6);
    }

    /// <summary>Registers a space that is always open.</summary>
    public async Task RegisterAsync(string id, string name, double latitude, double longitude, int places) => await Admin.RegisterSpaceAsync(new RegisterSpaceRequest
    {
        CommandId = Id(),
        SpaceId = id,
        Name = name,
        Tier = Tier.StaffedCommunity,
        Point = new Wgs84Point { Latitude = latitude, Longitude = longitude },
        Telephone = "0141 496 0101",
        Entrance = "Blue door on the lane",
        AccessNote = "Step-free",
        Provides = { Need.Wheelchair, Need.Quiet },
        Ages = { AgeBand.Adult, AgeBand.Older },
        Places = places,
        AlwaysOpen = true,
    }, Options);

    /// <summary>Lets time pass at the service.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        Now += time;
        var token = new TokenIssuer(_server!.Keys, TimeProvider.System).Issue(new TokenOrder("time", [Role.Administrator], [], [], null, TokenIssuer.LifeDefault));
        await new DemoService.DemoServiceClient(_channel).AdvanceClockAsync(new AdvanceClockRequest { To = Now.ToTimestamp() }, new Metadata { { "authorization", "Bearer " + token } });
    }

    /// <summary>Makes the space as it is at the beginning of a test: so many here, two on duty for ten hours, nobody on the way.</summary>
    public async Task SettleAsync(int here)
    {
        var board = await BoardAsync();
        foreach (var hold in board.Holds)
            await Staff.DeclineHoldAsync(new DeclineHoldRequest { CommandId = Id(), SpaceId = Space, HoldId = hold.HoldId, Reason = RefusalReason.Other }, Options);
        foreach (var shift in board.Shifts)
            await Staff.EndShiftAsync(new EndShiftRequest { CommandId = Id(), SpaceId = Space, ShiftId = shift.ShiftId }, Options);
        foreach (var role in new[] { StaffRole.TeamLead, StaffRole.SupportWorker })
            await Staff.StartShiftAsync(new StartShiftRequest { CommandId = Id(), SpaceId = Space, Role = role, EndsAt = In(600) }, Options);
        await Staff.ResumeSpaceAsync(new ResumeSpaceRequest { CommandId = Id(), SpaceId = Space }, Options);
        await Staff.RecordCountAsync(new RecordCountRequest { CommandId = Id(), SpaceId = Space, Occupied = here }, Options);
    }

    public async Task<GetBoardResponse> BoardAsync() => await _crew!.BoardAsync(Space);

    /// <summary>A crew keeps a place.</summary>
    public async Task<HoldPlaceResponse> HoldAsync(string callSign, int minutes, string space = Space) => await Crews.HoldPlaceAsync(new HoldPlaceRequest
    {
        CommandId = Id(),
        SpaceId = space,
        Eta = In(minutes),
        AgeBand = AgeBand.Adult,
        LegalStatus = LegalStatus.Voluntary,
        CallSign = callSign,
    }, Options);

    public static string Id() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();

    public Timestamp In(int minutes) => (Now + TimeSpan.FromMinutes(minutes)).ToTimestamp();

    /// <summary>A browser of its own, on a page of the service. Complaints of its console and requests to elsewhere fail the test.</summary>
    public async Task<IPage> OpenAsync(int width = 1024, int height = 768, ColorScheme scheme = ColorScheme.Light, string? state = null)
    {
        var context = await _browser!.NewContextAsync(
            new() { BaseURL = Address.AbsoluteUri, ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme, StorageState = state });
        context.SetDefaultTimeout(PatienceMilliseconds);
        context.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(Address.AbsoluteUri, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
                _complaints.Add("asked elsewhere: " + request.Url);
        };
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            // What was refused, and what a test cut off.
            if (message.Type is "error" or "warning" && !Regex.IsMatch(message.Text, "status of 4|net::ERR_", RegexOptions.None, TimeSpan.FromSeconds(1)))
                _complaints.Add($"{page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => _complaints.Add($"{page.Url}: {error}");
        return page;
    }

    /// <summary>Closes what a test opened, and fails where a page complained.</summary>
    public async ValueTask CloseAsync()
    {
        foreach (var context in _browser!.Contexts.ToList())
            await context.CloseAsync();
        string[] complaints = [.. _complaints];
        _complaints.Clear();
        Assert.Empty(complaints);
    }

    /// <summary>A browser of its own in which somebody signed in to the demo, on the first page.</summary>
    public async Task<IPage> SignInAsync(string role, int width = 1024, int height = 768, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await OpenAsync(width, height, scheme, _states.GetValueOrDefault(role));
        await page.GotoAsync("/");
        if (!_states.ContainsKey(role))
        {
            await page.GetByRole(AriaRole.Button, new() { Name = role }).ClickAsync();
            await page.GetByRole(AriaRole.Heading, new() { Name = "Welcome" }).WaitForAsync();
            _states[role] = await page.Context.StorageStateAsync();
        }

        return page;
    }

    /// <summary>Where a picture goes.</summary>
    public static string Picture(string name) => Path.Combine(AppContext.BaseDirectory, "artifacts", "pictures", name + ".png");

    /// <summary>Takes a picture, of the screen or of the whole page, and fails on what keeps people out: by axe, on a page that is wider than the screen, or where text is cut off.</summary>
    public static async Task LookAsync(IPage page, string name, bool whole = false)
    {
        await page.ScreenshotAsync(new() { Path = Picture(name), FullPage = whole });
        Assert.Equal(page.ViewportSize!.Width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Equal(1, await page.Locator("h1").CountAsync());
        Assert.Empty(await Axe.FindAsync(page));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        _channel?.Dispose();
        _crew?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        _directory.Dispose();
    }
}
