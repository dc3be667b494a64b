using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace SafeSpaceCapacity.Web.Tests.Harness;

/// <summary>Debian's Chromium, without a window. Complaints of its console and requests to elsewhere fail the test.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly List<string> _complaints = [];

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public static async Task<Chromium> StartAsync()
    {
        Assert.True(File.Exists(Program), $"'{Program}' is not there. This test needs the Debian package chromium: sudo apt-get install chromium");
        var playwright = await Playwright.CreateAsync();
        // Its sandbox needs a user namespace, which containers and root have not; it opens our own pages only.
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, ChromiumSandbox = false });
        return new Chromium(playwright, browser);
    }

    /// <summary>Where a picture goes that somebody may look at.</summary>
    public static string Picture(string name) => Path.Combine(AppContext.BaseDirectory, "artifacts", "pictures", name + ".png");

    public async Task<IPage> OpenAsync(PagesHost host, BrowserNewContextOptions? options = null)
    {
        options ??= new BrowserNewContextOptions();
        options.BaseURL = host.Address.AbsoluteUri;
        var context = await _browser.NewContextAsync(options);
        context.SetDefaultTimeout(30_000);
        context.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(host.Address.AbsoluteUri, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                _complaints.Add("asked elsewhere: " + request.Url);
        };
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            // A form that was refused, and what is said then, is an answer of 400.
            if (message.Type is "error" or "warning" && !message.Text.Contains("status of 4", StringComparison.Ordinal))
                _complaints.Add($"{page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => _complaints.Add($"{page.Url}: {error}");
        return page;
    }

    /// <summary>Gives a page a device that knows its owner by a finger, and makes passkeys.</summary>
    public static async Task<ICDPSession> AddAuthenticatorAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        await session.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new JsonObject
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        return session;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        Assert.Empty(_complaints);
    }
}
