using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Web.Accounts;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace SafeSpaceCapacity.Web.Tests.Harness;

/// <summary>A host of the pages, on a port of its own on this machine; its data are gone after the test.</summary>
internal sealed class PagesHost : IAsyncDisposable
{
    public const string Name = "morag@board.example";
    public const string Password = "heather loch bothy";

    private readonly string _folder;
    private readonly SigningKeys _keys;
    private readonly bool _isOurs;

    private PagesHost(string? folder, TimeProvider time)
    {
        _isOurs = folder is null;
        _folder = folder ?? System.IO.Directory.CreateTempSubdirectory("safespace-web-").FullName;
        Time = time;
        _keys = SigningKeys.Open(Path.Combine(_folder, "keys"), TimeProvider.System);
    }

    public TimeProvider Time { get; }

    public GivenDirectory Directory { get; } = new();

    public GivenState State { get; } = new();

    public GivenCalls Calls { get; } = new();

    public string Folder => _folder;

    public WebApplication App { get; private set; } = null!;

    public AuditTrail Trail { get; private set; } = null!;

    /// <summary>The address, by the name that passkeys need.</summary>
    public Uri Address { get; private set; } = null!;

    public AccountDatabase Accounts => App.Services.GetRequiredService<AccountDatabase>();

    public static async Task<PagesHost> StartAsync(TimeProvider? time = null, Func<PagesChoices, PagesChoices>? choose = null, string? folder = null, int port = 0)
    {
        var host = new PagesHost(folder, time ?? TimeProvider.System);
        try
        {
            await host.RunAsync(choose ?? (choices => choices), port);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>A host with an administrator of a known name and password.</summary>
    public static async Task<PagesHost> WithAdministratorAsync(TimeProvider? time = null, Func<PagesChoices, PagesChoices>? choose = null)
    {
        var host = await StartAsync(time, choose);
        using var browser = new Browser(host);
        var page = await browser.GetAsync((await host.App.EnrolmentPathAsync())!);
        page = await browser.PostAsync(page, "enrol", ("name", Name), ("password", Password));
        Assert.Equal("/account", page.Path);
        return host;
    }

    /// <summary>What was written to the audit trail so far, as "outcome method actor".</summary>
    public async Task<IReadOnlyList<string>> AuditAsync()
    {
        await Trail.FlushAsync();
        return [.. Entries().Select(entry => $"{entry.Outcome} {entry.Method} {entry.Actor}")];
    }

    public IReadOnlyList<AuditEntry> Entries() =>
        [.. AuditReader.Query(Path.Combine(_folder, "audit"), AuditFilter.Everything, null, AuditReader.LimitMax).Records.Select(record => record.Entry)];

    /// <summary>The text of all files of the trail.</summary>
    public async Task<string> TrailTextAsync()
    {
        await Trail.FlushAsync();
        return string.Concat(System.IO.Directory.GetFiles(Path.Combine(_folder, "audit"), "*.jsonl", SearchOption.AllDirectories).Select(Text));

        static string Text(string file)
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            return reader.ReadToEnd();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (App is not null)
            await App.DisposeAsync();
        await Trail.DisposeAsync();
        _keys.Dispose();
        if (_isOurs)
            System.IO.Directory.Delete(_folder, recursive: true);
    }

    private static X509Certificate2 Certificate()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=localhost", pair, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private async Task RunAsync(Func<PagesChoices, PagesChoices> choose, int port)
    {
        Trail = await AuditTrail.OpenAsync(new AuditSettings(Path.Combine(_folder, "audit"), "web", TimeProvider.System), _keys);
        var choices = choose(new PagesChoices(_folder, Https: false, Demo: [], Organisation: null));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            if (choices.Https)
                listen.UseHttps(Certificate());
        }));
        builder.Services.AddSingleton(Time).AddSingleton(Trail).AddSingleton<IDirectory>(Directory).AddSingleton<IPageCalls>(Calls).AddSingleton<ISystemState>(State);
        builder.Services.AddSafeSpacePages(choices);
        App = builder.Build();
        var output = TestContext.Current.TestOutputHelper;
        App.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (Exception failure)
            {
                output?.WriteLine($"{context.Request.Method} {context.Request.Path}: {failure}");
                throw;
            }
        });
        App.MapSafeSpacePages();
        await App.StartAsync(TestContext.Current.CancellationToken);
        var address = new Uri(App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Address = new UriBuilder(address) { Host = "localhost" }.Uri;
    }
}
